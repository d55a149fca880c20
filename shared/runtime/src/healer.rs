//! Mends what delivery has lost: gaps behind parked events, tails that leave no gap, parked events left behind.

use std::{sync::Arc, time::Duration};

use bus::Bus;
use futures::StreamExt as _;
use pg::{Database, inbox, outbox};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Wake, consumer::Inbox};

const EVERY: Duration = Duration::from_secs(5);
/// A gap younger than this is delivery still on its way.
const PATIENCE_SECONDS: f64 = 10.0;

#[derive(Serialize, Deserialize)]
enum Question {
    SayAgain { aggregate: Uuid, from: i64, to: i64 },
    HeadsAfter { seq: i64 },
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
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(EVERY) => {} }
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
        Question::HeadsAfter { seq } => {
            let (last, heads) = outbox::heads_after(&mut connection, seq).await?;
            serde_json::to_vec(&Heads { last, heads })?
        }
    })
}

/// Looks after the inbox of a service from time to time.
pub(crate) async fn heal(inbox: Arc<Inbox>, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        tokio::select! { () = stop.cancelled() => break, () = tokio::time::sleep(EVERY) => {} }
        if let Err(error) = pass(&inbox).await {
            tracing::debug!(service = inbox.service, error = %format!("{error:#}"), "inbox not looked after this time");
        }
    }
    Ok(())
}

async fn pass(inbox: &Inbox) -> anyhow::Result<()> {
    let mut connection = inbox.db.pool.acquire().await?;
    for event in inbox::all_ready(&mut connection).await? {
        inbox.single(&event).await?;
    }
    for gap in inbox::gaps(&mut connection, PATIENCE_SECONDS).await? {
        ask_again(inbox, &gap.source, gap.aggregate_id, gap.first, gap.last).await?;
    }
    for source in inbox.consumer.sources() {
        compare(inbox, &mut connection, source).await?;
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

/// Compares the source's ledger, page by page, with what was heard here: finds what was lost at the end of a history.
async fn compare(inbox: &Inbox, connection: &mut PgConnection, source: &'static str) -> anyhow::Result<()> {
    let seq: Option<i64> = sqlx::query_scalar("SELECT seq FROM inbox_compared WHERE source = $1")
        .bind(source)
        .fetch_optional(&mut *connection)
        .await?;
    let question = Question::HeadsAfter { seq: seq.unwrap_or(0) };
    let answer = inbox.bus.ask(subject(source), serde_json::to_vec(&question)?).await?;
    let answer: Heads = serde_json::from_slice(&answer)?;
    let behind: Vec<(Uuid, i64, i64)> = sqlx::query_as(
        "SELECT head.aggregate_id, coalesce(p.version, 0), head.version
         FROM UNNEST($2::uuid[], $3::bigint[]) AS head (aggregate_id, version)
         LEFT JOIN inbox_position p ON p.source = $1 AND p.aggregate_id = head.aggregate_id
         WHERE coalesce(p.version, 0) < head.version AND NOT coalesce(p.quarantined, false)
           AND NOT EXISTS (SELECT FROM inbox_parked k WHERE k.source = $1 AND k.aggregate_id = head.aggregate_id)",
    )
    .bind(source)
    .bind(answer.heads.iter().map(|head| head.0).collect::<Vec<_>>())
    .bind(answer.heads.iter().map(|head| head.1).collect::<Vec<_>>())
    .fetch_all(&mut *connection)
    .await?;
    for (aggregate, heard, head) in &behind {
        ask_again(inbox, source, *aggregate, heard + 1, *head).await?;
    }
    // The page is looked at again until nothing of it is missing.
    if behind.is_empty() && answer.last > seq.unwrap_or(0) {
        sqlx::query(
            "INSERT INTO inbox_compared (source, seq) VALUES ($1, $2)
             ON CONFLICT (source) DO UPDATE SET seq = EXCLUDED.seq",
        )
        .bind(source)
        .bind(answer.last)
        .execute(connection)
        .await?;
    }
    Ok(())
}

async fn ask_again(inbox: &Inbox, source: &str, aggregate: Uuid, from: i64, to: i64) -> anyhow::Result<()> {
    tracing::warn!(service = inbox.service, source, %aggregate, from, to, "events missing; asking for them again");
    telemetry::metrics::inbox::replays_asked(inbox.service, 1);
    let question = Question::SayAgain { aggregate, from, to };
    inbox.bus.ask(subject(source), serde_json::to_vec(&question)?).await?;
    Ok(())
}
