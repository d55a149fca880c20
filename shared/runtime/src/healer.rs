//! Mends what delivery has lost: gaps behind parked events, tails that leave no gap, parked events left behind.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bus::Bus;
use futures::StreamExt as _;
use pg::{Database, inbox, outbox};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Wake, carriage::Healing, consumer::Inbox};

/// What was asked for, and when: what is on its way must not be asked for at each look.
type Asked = HashMap<(String, Uuid, i64), Instant>;

#[derive(Serialize, Deserialize)]
enum Question {
    SayAgain { aggregate: Uuid, from: i64, to: i64 },
    HeadsAfter { seq: i64, settled_seconds: f64 },
}

#[derive(Serialize, Deserialize)]
struct Heads {
    last: i64,
    heads: Vec<(Uuid, i64)>,
}

fn subject(service: &str) -> String {
    format!("svc.{service}.ledger.v1")
}

/// Answers the questions of others about this service's ledger.
pub(crate) async fn answer(
    service: &'static str,
    db: Database,
    bus: Bus,
    wake: Wake,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        let Ok(mut questions) = bus.answer(subject(service), service.to_owned()).await else {
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(Duration::from_secs(1)) => {} }
            continue;
        };
        loop {
            let message = tokio::select! { () = stop.cancelled() => return Ok(()), message = questions.next() => message };
            let Some(message) = message else { break };
            let Some(inbox) = message.reply else { continue };
            match reply(&db, &message.payload).await {
                Ok(answer) => bus.reply(inbox, answer).await,
                Err(error) => tracing::warn!(service, %error, "question about the ledger not answered"),
            }
            wake.outbox();
        }
    }
    Ok(())
}

async fn reply(db: &Database, question: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut connection = db.pool.acquire().await?;
    Ok(match serde_json::from_slice(question)? {
        Question::SayAgain { aggregate, from, to } => {
            serde_json::to_vec(&outbox::say_again(&mut connection, aggregate, from, to).await?)?
        }
        Question::HeadsAfter { seq, settled_seconds } => {
            let (last, heads) = outbox::heads_after(&mut connection, seq, settled_seconds).await?;
            serde_json::to_vec(&Heads { last, heads })?
        }
    })
}

/// Looks after the inbox of a service from time to time.
pub(crate) async fn heal(inbox: Arc<Inbox>, healing: Healing, stop: CancellationToken) -> anyhow::Result<()> {
    let mut asked = Asked::new();
    while !stop.is_cancelled() {
        tokio::select! { () = stop.cancelled() => break, () = tokio::time::sleep(healing.every) => {} }
        asked.retain(|_, at| at.elapsed() < healing.again);
        if let Err(error) = pass(&inbox, &healing, &mut asked).await {
            tracing::debug!(service = inbox.service, error = %format!("{error:#}"), "inbox not looked after this time");
        }
    }
    Ok(())
}

async fn pass(inbox: &Inbox, healing: &Healing, asked: &mut Asked) -> anyhow::Result<()> {
    let mut connection = inbox.db.pool.acquire().await?;
    for event in inbox::all_ready(&mut connection).await? {
        // One that must wait must not keep the others from their turn.
        if let Err(error) = inbox.single(&event).await {
            tracing::warn!(service = inbox.service, kind = event.kind, error = ?error, "parked event waits on");
        }
    }
    for gap in inbox::gaps(&mut connection, healing.patience.as_secs_f64()).await? {
        ask_again(inbox, asked, &gap.source, gap.aggregate_id, gap.first, gap.last).await;
    }
    for source in inbox.consumer.sources() {
        if let Err(error) = compare(inbox, healing, asked, &mut connection, source).await {
            tracing::debug!(service = inbox.service, source, error = %format!("{error:#}"), "ledger not compared");
        }
    }
    // What is parked is told also while NATS is away.
    if let Ok(waiting) = inbox.bus.waiting(inbox.service).await {
        telemetry::metrics::messaging::backlog(inbox.service, waiting.undelivered);
    }
    let (parked, oldest): (i64, f64) = sqlx::query_as(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(parked_at)), 0)::float8 FROM inbox_parked",
    )
    .fetch_one(&mut *connection)
    .await?;
    telemetry::metrics::inbox::parked(
        inbox.service,
        parked.unsigned_abs(),
        Duration::from_secs_f64(oldest.max(0.0)),
    );
    Ok(())
}

/// Compares the source's ledger, page by page, with what came here: finds what was lost at the end of a history.
async fn compare(
    inbox: &Inbox,
    healing: &Healing,
    asked: &mut Asked,
    connection: &mut PgConnection,
    source: &'static str,
) -> anyhow::Result<()> {
    let seq: i64 = sqlx::query_scalar("SELECT seq FROM inbox_compared WHERE source = $1")
        .bind(source)
        .fetch_optional(&mut *connection)
        .await?
        .unwrap_or(0);
    let question = Question::HeadsAfter { seq, settled_seconds: healing.settled.as_secs_f64() };
    let answer = inbox.bus.ask(subject(source), serde_json::to_vec(&question)?).await?;
    let answer: Heads = serde_json::from_slice(&answer)?;
    let missing = inbox::missing_tails(connection, source, &answer.heads).await?;
    if missing.is_empty() {
        if answer.last > seq {
            sqlx::query(
                "INSERT INTO inbox_compared (source, seq) VALUES ($1, $2)
                 ON CONFLICT (source) DO UPDATE SET seq = EXCLUDED.seq",
            )
            .bind(source)
            .bind(answer.last)
            .execute(connection)
            .await?;
        }
        return Ok(());
    }
    // The page is looked at again until nothing of it is missing. A consumer that is behind is given its time: to say
    // everything again to it would put it further behind.
    if inbox.bus.waiting(inbox.service).await?.undelivered == 0 {
        for (aggregate, first, last) in missing {
            ask_again(inbox, asked, source, aggregate, first, last).await;
        }
    }
    Ok(())
}

async fn ask_again(inbox: &Inbox, asked: &mut Asked, source: &str, aggregate: Uuid, from: i64, to: i64) {
    let key = (source.to_owned(), aggregate, from);
    if asked.contains_key(&key) {
        return;
    }
    tracing::warn!(service = inbox.service, source, %aggregate, from, to, "events missing; asking for them again");
    telemetry::metrics::inbox::replays_asked(inbox.service, 1);
    let question = serde_json::to_vec(&Question::SayAgain { aggregate, from, to });
    let question = question.expect("a question is plain numbers");
    match inbox.bus.ask(subject(source), question).await {
        Ok(_) => drop(asked.insert(key, Instant::now())),
        Err(error) => {
            tracing::debug!(service = inbox.service, source, %error, "nobody answered for the ledger");
        }
    }
}
