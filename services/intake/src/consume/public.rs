//! What is public of a case is taken back when the case goes round again: the answer holds no longer.

use std::collections::HashMap;

use contracts::{Body, Event, record::CaseUnpublished};
use intake_rules::{PublicationCommand, PublicationEffect, State, decide_publication};
use runtime::Draft;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::{
    cases::Standing,
    postings,
    publications::{self, Publication},
};

/// The reason code that is told and kept.
const REASON: &str = "reopened";

/// What is public of the cases that a batch sends round again; nothing is asked when there are none.
pub(super) async fn of_reopened(
    transaction: &mut PgConnection,
    batch: &[Event],
) -> Result<HashMap<Uuid, Publication>, sqlx::Error> {
    let again = batch.iter().filter(|event| matches!(event.body, Body::CaseReopened(_)));
    let again: Vec<Uuid> = again.map(|event| event.aggregate).collect();
    if again.is_empty() {
        return Ok(HashMap::new());
    }
    let public = publications::public_of(transaction, &again).await?;
    Ok(public.into_iter().map(|row| (row.case_id.0, row)).collect())
}

/// Takes back what is public of a case that has just gone round again, and says so.
pub(super) fn take_back(
    public: &mut HashMap<Uuid, Publication>,
    taken: &mut Vec<(Publication, Draft)>,
    standing: &Standing,
    event: &Event,
) -> Option<Draft> {
    // A late event about an earlier round takes nothing back that was published after it.
    if !matches!(event.body, Body::CaseReopened(_)) || standing.life.state != State::Reopened {
        return None;
    }
    let before = public.remove(&event.aggregate)?;
    let Ok((state, Some(PublicationEffect::TellUnpublished))) =
        decide_publication(before.state, PublicationCommand::Unpublish)
    else {
        return None;
    };
    let after = Publication {
        state,
        reason: Some(REASON.to_owned()),
        typical_month: None,
        version: before.version + 1,
        ..before
    };
    let draft = Draft {
        aggregate: event.aggregate,
        region: event.region.clone(),
        time: event.time,
        actor: "system".to_owned(),
        causation: Some(event.id),
        historic: event.historic,
        trace: None,
        body: CaseUnpublished { reason: REASON.to_owned() }.into(),
    };
    taken.push((after, draft.clone()));
    Some(draft)
}

/// Writes down what was taken back; strangers find it no longer.
pub(super) async fn end(
    transaction: &mut PgConnection,
    taken: &[(Publication, Draft)],
) -> Result<(), sqlx::Error> {
    for (row, draft) in taken {
        publications::write(transaction, row).await?;
        let detail = json!({"reason": REASON});
        publications::log(transaction, row, draft.time, &draft.actor, "unpublished", detail).await?;
        postings::remove(transaction, postings::ANSWERS, row.id.0).await?;
    }
    Ok(())
}
