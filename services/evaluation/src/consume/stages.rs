//! Which event says that a case reached a stage, for latencies: the business time of the event.

use contracts::{Body, Event, words::Part};
use evaluation_rules::{Heard, Stage};

/// Reads the stage that an event tells of, or the time of an end; most tell of none.
pub(super) fn heard(event: &Event) -> Option<Heard> {
    let stage = match &event.body {
        // Of both the earlier holds: whoever accepts at once says both.
        Body::CaseRegistered(_) | Body::CaseAccepted(_) => Stage::Registered,
        Body::AssignmentDispatched(body) if body.part == Part::Lead => Stage::Dispatched,
        Body::AssignmentSigned(_) => Stage::Signed,
        Body::AssignmentContacted(body) if body.reached => Stage::Contacted,
        Body::CaseClosed(_) => Stage::Closed,
        Body::CaseDeclined(_) | Body::CaseWithdrawn(_) => return Some(Heard::EndedAt { at: event.time }),
        _ => return None,
    };
    Some(Heard::Reached { stage, at: event.time })
}
