//! 收文登记: writes many registrations in one transaction, each with its number, its events and its answer.

use std::collections::{HashMap, HashSet};

use contracts::record::CaseResultSealed;
use ids::{CaseId, CaseNumber};
use jiff::Timestamp;
use runtime::Draft;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::{Core, prepare::Ready, say::say},
    publish,
    store::{
        answers::{self, Given, Key},
        cases,
        dossier::Heads,
        entries, secrecy,
    },
};

/// What the citizen keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Answer {
    /// The case.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) case_id: CaseId,
    /// Its number.
    #[schema(value_type = String, example = "260302511602000017")]
    pub(crate) number: CaseNumber,
    /// Ten digits that open the case to who told it. Told here and never again.
    #[schema(example = "0123456789")]
    pub(crate) query_code: String,
    /// Where it stands.
    #[schema(example = "accepted")]
    pub(crate) state: String,
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) received_at: Timestamp,
}

/// What became of a registration.
#[derive(Clone, Debug)]
pub(crate) enum Registered {
    /// The case is there.
    Made(Answer),
    /// It had been there before under the same key.
    Repeated(Answer),
    /// The key was used for another request.
    KeyUsed,
    /// Not now.
    Unavailable,
    /// Cannot be written; the reason is in the log.
    Failed,
}

/// Registers a batch. One bad row does not fail the others.
pub(crate) async fn all(core: &Core, batch: Vec<Ready>) -> Vec<Registered> {
    let everything: Vec<&Ready> = batch.iter().collect();
    match attempt(core, &everything).await {
        Ok(outcomes) => outcomes,
        Err(error) if pg::worth_another_try(&error) && error.as_database_error().is_none() => {
            tracing::warn!(%error, "registrations turned away: no database");
            batch.iter().map(|_| Registered::Unavailable).collect()
        }
        Err(_) => {
            let mut outcomes = Vec::with_capacity(batch.len());
            for ready in &batch {
                outcomes.push(single(core, ready).await);
            }
            outcomes
        }
    }
}

async fn single(core: &Core, ready: &Ready) -> Registered {
    match attempt(core, &[ready]).await {
        Ok(mut outcomes) => outcomes.pop().unwrap_or(Registered::Failed),
        Err(error) if pg::worth_another_try(&error) => Registered::Unavailable,
        Err(error) => {
            // The database's own sentence may quote the row.
            let code =
                error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
            tracing::error!(code, constraint = pg::on_constraint(&error), "registration cannot be written");
            Registered::Failed
        }
    }
}

/// Registers in rounds: a key that stands twice in the batch is asked again when the first is committed.
async fn attempt(core: &Core, batch: &[&Ready]) -> Result<Vec<Registered>, sqlx::Error> {
    let mut outcomes: Vec<Option<Registered>> = vec![None; batch.len()];
    let mut open: Vec<usize> = (0..batch.len()).collect();
    while !open.is_empty() {
        let mut keys = HashSet::new();
        let (now, later): (Vec<usize>, Vec<usize>) = open
            .into_iter()
            .partition(|at| batch[*at].key.as_ref().is_none_or(|(key, _)| keys.insert(key.clone())));
        let round: Vec<&Ready> = now.iter().map(|at| batch[*at]).collect();
        for (at, outcome) in now.into_iter().zip(transaction(core, &round).await?) {
            outcomes[at] = Some(outcome);
        }
        open = later;
    }
    Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or(Registered::Failed)).collect())
}

async fn transaction(core: &Core, batch: &[&Ready]) -> Result<Vec<Registered>, sqlx::Error> {
    let mut transaction = core.platform.db.pool.begin().await?;
    let serials = cases::serials(&mut transaction, batch.len()).await?;
    let answers: Vec<Answer> =
        batch.iter().zip(serials).map(|(ready, serial)| answer(core, ready, serial)).collect();
    let given: Vec<Given> =
        batch.iter().zip(&answers).filter_map(|(ready, answer)| seal(core, ready, answer)).collect();
    let before =
        if given.is_empty() { HashMap::new() } else { answers::claim(&mut transaction, given).await? };

    let mut outcomes = Vec::with_capacity(batch.len());
    let mut fresh = Vec::with_capacity(batch.len());
    let mut beside = Vec::new();
    let mut secret = Vec::new();
    let mut drafts = Vec::with_capacity(batch.len() * 2);
    for (ready, answer) in batch.iter().zip(&answers) {
        match ready.key.as_ref().and_then(|(key, digest)| Some((before.get(key)?, digest))) {
            Some((given, digest)) => outcomes.push(again(core, given, digest)),
            None => {
                fresh.push((&ready.case, &answer.number));
                beside.push((ready.case.case_id, &ready.beside));
                let grounds = ready.secret.clone();
                secret.extend(grounds.map(|grounds| (ready.case.case_id, answer.received_at, grounds)));
                drafts.extend(say_of(ready, answer));
                outcomes.push(Registered::Made(answer.clone()));
            }
        }
    }
    if !fresh.is_empty() {
        cases::insert(&mut transaction, &fresh).await?;
        let doors: Vec<_> = batch
            .iter()
            .filter_map(|ready| Some((ready.case.case_id, ready.entry.as_ref()?)))
            .filter(|(case, _)| fresh.iter().any(|(new, _)| new.case_id == *case))
            .collect();
        if !doors.is_empty() {
            entries::insert(&mut transaction, &doors).await?;
        }
        for (case, beside) in beside {
            beside.write(&mut transaction, case).await?;
        }
        if !secret.is_empty() {
            secrecy::begin_all(&mut transaction, &secret).await?;
        }
        say(&mut transaction, &mut Heads::default(), drafts).await?;
    }
    transaction.commit().await?;
    core.platform.wake.outbox();
    Ok(outcomes)
}

fn answer(core: &Core, ready: &Ready, serial: i64) -> Answer {
    let day = ready.case.received_at.to_zoned(core.zone.clone()).date();
    Answer {
        case_id: ready.case.case_id,
        number: CaseNumber::new(day, &ready.region, serial),
        query_code: ready.query_code.clone(),
        state: ready.case.state.as_str().to_owned(),
        received_at: ready.case.received_at,
    }
}

fn say_of(ready: &Ready, answer: &Answer) -> Vec<Draft> {
    let facts = ready.facts(answer.number.clone());
    let draft = |body| Draft {
        aggregate: answer.case_id.0,
        region: ready.region.clone(),
        time: answer.received_at,
        actor: ready.actor.clone(),
        causation: None,
        historic: false,
        trace: ready.trace.clone(),
        body,
    };
    let registered = draft(publish::registered(&facts));
    let system = |body| Draft { actor: "system".to_owned(), ..draft(body) };
    let accepted = ready.accept.then(|| system(publish::accepted(facts)));
    let secret = ready.secret.as_ref().map(|_| system(CaseResultSealed {}.into()));
    std::iter::once(registered).chain(accepted).chain(secret).collect()
}

fn seal(core: &Core, ready: &Ready, answer: &Answer) -> Option<Given> {
    let (key, digest) = ready.key.clone()?;
    let plain = serde_json::to_vec(answer).expect("an answer is plain JSON");
    Some(Given { sealed: core.vault.seal(&bound(&key), &plain), key, digest })
}

fn again(core: &Core, given: &Given, digest: &[u8]) -> Registered {
    if given.digest != digest {
        return Registered::KeyUsed;
    }
    let answer = core.vault.open(&bound(&given.key), &given.sealed);
    match answer.and_then(|plain| serde_json::from_slice(&plain).ok()) {
        Some(answer) => Registered::Repeated(answer),
        None => Registered::Failed,
    }
}

fn bound(key: &Key) -> Vec<u8> {
    [key.0.as_bytes(), b"\0", key.1.as_bytes()].concat()
}
