//! What a batch is decided under: the packs and the calendars, both as they stand when it begins.

use std::sync::Arc;

use calendar::{Calendar, Calendars, DueAt, OutOfRange};
use deadline_scheduler_rules::{Deadlines, Entry, Former, Pause, Run, Span, reckon_after, spans};
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

    /// When a clock is due under an entry, with the pauses that count: from its own start over the time that counts.
    pub(crate) fn due(
        &self,
        clock: &Clock,
        entry: &Entry,
        pauses: &[Pause],
    ) -> Result<(DueAt, Vec<Span>), OutOfRange> {
        let count = |entry| spans(pauses, entry, clock.assignment);
        let (counting, calendar) = (count(entry), self.calendar(&clock.region));
        let run = Run {
            started_at: clock.started_at,
            given: clock.given,
            extended: clock.extended,
            pauses: &counting,
        };
        // Of an entry that no text has any more nothing can be reckoned: it is as if it had not been.
        let former = clock.former.iter().filter_map(|past| {
            let entry = self.packs.find(&clock.pack_id, past.version)?.entry(&past.entry)?;
            Some(Former { entry, pauses: count(entry), until: past.until })
        });
        let due = reckon_after(&former.collect::<Vec<_>>(), entry, &run, calendar)?;
        Ok((due, counting))
    }
}
