//! What a batch is decided under: the packs and the calendars, both as they stand when it begins.

use std::sync::Arc;

use calendar::{Calendar, Calendars};
use deadline_scheduler_rules::{Deadlines, Entry};
use ids::RegionCode;

use super::packs::Packs;
use crate::store::clocks::Clock;

/// Packs and calendars, shared and unchanging.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) packs: Arc<Packs>,
    pub(crate) calendars: Arc<Calendars>,
    /// How many published files and kept texts they were read from.
    pub(crate) counts: (i64, i64),
}

impl Rules {
    /// The calendar that holds in a region.
    pub(crate) fn calendar(&self, region: &RegionCode) -> &Calendar {
        self.calendars.of(region.as_str())
    }

    /// The pack a clock was opened under, and its entry there.
    pub(crate) fn entry(&self, clock: &Clock) -> Option<(&Deadlines, &Entry)> {
        let pack = self.packs.find(&clock.pack_id, clock.pack_version)?;
        Some((pack, pack.entry(&clock.entry)?))
    }
}
