//! An event as rows and parked JSON hold it: envelope in fields, body untouched.

use ids::EventId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An event whose body is not looked into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// The event's id.
    pub id: EventId,
    /// The service that said it.
    pub source: String,
    /// The case it is about.
    pub aggregate: Uuid,
    /// 1, 2, 3 … per source and aggregate; 0 until the outbox has given it one.
    pub version: i64,
    /// `entity.event`.
    pub kind: String,
    /// Code of the region.
    pub region: String,
    /// Business time.
    pub time: Timestamp,
    /// Who did it; never a name.
    pub actor: String,
    /// The event that led to this one.
    pub causation: Option<EventId>,
    /// W3C traceparent of the moment of creation.
    pub trace: Option<String>,
    /// Part of an imported history.
    pub historic: bool,
    /// The body as JSON text.
    pub payload: String,
}
