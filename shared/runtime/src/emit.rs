//! Saying something: from a service's draft to a row of the outbox, with the trace context of its cause.

use std::collections::HashMap;

use contracts::{Body, StoredEvent};
use ids::{EventId, RegionCode};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

tokio::task_local! {
    /// Trace contexts of the events that are being applied, by id: what is said because of one continues its trace.
    pub(crate) static CAUSES: HashMap<EventId, String>;
}

/// An event that a service wants to say.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The case it is about.
    pub aggregate: Uuid,
    /// Where the case lies.
    pub region: RegionCode,
    /// When it happened (business time).
    pub time: Timestamp,
    /// Who did it: `citizen`, `system`, `officer:<account>`; never a name.
    pub actor: String,
    /// The event that led to this one.
    pub causation: Option<EventId>,
    /// Part of an imported history.
    pub historic: bool,
    /// Trace context, where it is not that of the cause or of the current span (a request that waited in a batch).
    pub trace: Option<String>,
    /// What happened.
    pub body: Body,
}

/// Writes drafts into the outbox of `service`, in the caller's transaction. Call `wake.outbox()` after the commit.
///
/// Answers with the rows as written: ids and versions are known from here on.
///
/// # Errors
/// The database refused; the transaction is lost.
pub async fn emit(
    transaction: &mut PgConnection,
    service: &'static str,
    drafts: Vec<Draft>,
) -> Result<Vec<StoredEvent>, sqlx::Error> {
    let mut events: Vec<StoredEvent> = drafts.into_iter().map(|draft| store(service, draft)).collect();
    pg::outbox::append(transaction, &mut events).await?;
    Ok(events)
}

fn store(service: &'static str, draft: Draft) -> StoredEvent {
    debug_assert_eq!(draft.body.owner(), service, "{} is said by another service", draft.body.kind());
    let of_cause = || {
        let cause = draft.causation?;
        CAUSES.try_with(|causes| causes.get(&cause).cloned()).ok().flatten()
    };
    StoredEvent {
        id: EventId::fresh(),
        source: service.to_owned(),
        aggregate: draft.aggregate,
        version: 0,
        kind: draft.body.kind().to_owned(),
        region: draft.region.to_string(),
        time: draft.time,
        trace: draft.trace.clone().or_else(of_cause).or_else(telemetry::current_traceparent),
        actor: draft.actor,
        causation: draft.causation,
        historic: draft.historic,
        payload: String::from_utf8(draft.body.to_json()).expect("JSON is UTF-8"),
    }
}
