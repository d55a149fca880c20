//! Answers notification's question for the addresses of citizens: sealed both ways, read at the moment of delivery only.

use std::{sync::Arc, time::Duration};

use contracts::address::{ANSWER, Addresses, MOST, PURPOSE, QUESTION, Question, SUBJECT};
use futures::StreamExt as _;
use ids::CaseId;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Core, addressee::Addressee};
use crate::store::addressees;

/// Answers until told to stop.
pub(crate) async fn answer(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    let bus = &core.platform.bus;
    while !stop.is_cancelled() {
        let Ok(mut questions) = bus.answer(SUBJECT.to_owned(), "intake".to_owned()).await else {
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(Duration::from_secs(1)) => {} }
            continue;
        };
        loop {
            let message = tokio::select! { () = stop.cancelled() => return Ok(()), message = questions.next() => message };
            let Some(message) = message else { break };
            let Some(inbox) = message.reply else { continue };
            match reply(&core, &message.payload).await {
                Ok(answer) => bus.reply(inbox, answer).await,
                // Whoever asks asks again; a question that does not open comes from nobody of this installation.
                Err(error) => {
                    tracing::warn!(error = %format!("{error:#}"), "question for addresses not answered")
                }
            }
        }
    }
    Ok(())
}

async fn reply(core: &Core, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
    let secrets = &core.platform.secrets;
    let question = secrets.open(PURPOSE, QUESTION, sealed);
    let question = question.ok_or_else(|| anyhow::anyhow!("the question does not open"))?;
    let question: Question = serde_json::from_slice(&question)?;
    anyhow::ensure!(question.cases.len() <= MOST, "more than {MOST} cases are asked for");
    let cases: Vec<Uuid> = question.cases.iter().map(|case| case.0).collect();
    let rows: Vec<(Uuid, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT case_id, party FROM case_matter WHERE case_id = ANY($1)")
            .bind(&cases)
            .fetch_all(&core.platform.db.pool)
            .await?;
    let mut answer = Vec::with_capacity(rows.len());
    for (case, party) in rows {
        let party = core.party(CaseId(case), party.as_deref())?;
        answer.push(Addresses { case: Some(CaseId(case)), phone: party.phone, mail: party.mail });
    }
    let others: Vec<Uuid> =
        cases.into_iter().filter(|id| answer.iter().all(|one| one.case != Some(CaseId(*id)))).collect();
    if !others.is_empty() {
        let mut connection = core.platform.db.pool.acquire().await?;
        for (matter, sealed) in addressees::of(&mut connection, &others).await? {
            let Addressee { phone, mail } = Addressee::open(core, matter, &sealed)?;
            answer.push(Addresses { case: Some(CaseId(matter)), phone, mail });
        }
    }
    Ok(secrets.seal(PURPOSE, ANSWER, &serde_json::to_vec(&answer)?))
}
