//! An event as rows and parked JSON hold it: envelope in fields, body untouched.

use ids::{EventId, RegionCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{BadEvent, Body, Event, subject};

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

impl StoredEvent {
    /// Reads the body and types the envelope.
    ///
    /// # Errors
    /// An unknown kind, a body that does not fit, a region that is none.
    pub fn open(&self) -> Result<Event, BadEvent> {
        Ok(Event {
            id: self.id,
            source: self.source.clone(),
            aggregate: self.aggregate,
            version: self.version,
            time: self.time,
            region: self.region.parse().map_err(|_| BadEvent::Header("region"))?,
            actor: self.actor.clone(),
            causation: self.causation,
            trace: self.trace.clone(),
            historic: self.historic,
            body: Body::from_json(&self.kind, self.payload.as_bytes())?,
        })
    }

    /// The subject it is published on.
    #[must_use]
    pub fn subject(&self) -> String {
        match self.region.parse::<RegionCode>() {
            Ok(region) => subject(self.aggregate, &region, &self.source, &self.kind),
            Err(_) => format!(
                "evt.p{:02}.000000.000000.{}.{}",
                ids::shard_of(self.aggregate),
                self.source,
                self.kind
            ),
        }
    }
}
