//! What stands around every event: who said it, about which case, as which of how many, because of what.

use ids::{EventId, RegionCode, shard_of};
use jiff::Timestamp;
use uuid::Uuid;

use crate::Body;

/// One event with its envelope; CloudEvents 1.0 attributes in binary mode on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// CloudEvents id, JetStream message id, row id in the ledger.
    pub id: EventId,
    /// The service that said it.
    pub source: String,
    /// The case it is about (or another thing with a history of its own, such as a calendar).
    pub aggregate: Uuid,
    /// 1, 2, 3 … without gaps, per source and aggregate.
    pub version: i64,
    /// When it happened; for imported cases the historic time.
    pub time: Timestamp,
    /// Where the case lies.
    pub region: RegionCode,
    /// Who did it: `citizen`, `system`, `operator:<account>`; never a name.
    pub actor: String,
    /// The event that led to this one.
    pub causation: Option<EventId>,
    /// The W3C trace context of the moment it was made.
    pub trace: Option<String>,
    /// Part of a history brought in from an older system: no message is owed to anyone for it.
    pub historic: bool,
    /// What happened.
    pub body: Body,
}

impl Event {
    /// The subject it is published on.
    #[must_use]
    pub fn subject(&self) -> String {
        subject(self.aggregate, &self.region, &self.source, self.body.kind())
    }
}

/// `evt.p17.510000.511600.intake.case.accepted`: partition, province, city, source, entity, event.
#[must_use]
pub fn subject(aggregate: Uuid, region: &RegionCode, source: &str, kind: &str) -> String {
    format!("evt.p{:02}.{}.{}.{source}.{kind}", shard_of(aggregate), region.province(), region.city())
}
