//! How cases stand at the moment when something goes out: what was written may have waited for days.

use std::collections::HashMap;

use jiff::Timestamp;
use notification_rules::{card::Card, guard::Wish, render::Both, since, when, words::Audience};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Core;
use crate::store::cards;

/// The cards of those cases around which something stands: a seal, a flag, somebody accused, a wish. Of all others what was
/// written holds.
pub(crate) struct Standing(HashMap<Uuid, Card>);

impl Standing {
    /// Reads it for some cases.
    pub(crate) async fn read(
        connection: &mut PgConnection,
        cases: impl Iterator<Item = Uuid>,
    ) -> Result<Self, sqlx::Error> {
        let mut cases: Vec<Uuid> = cases.collect();
        cases.sort_unstable();
        cases.dedup();
        Ok(Self(cards::guarded(connection, &cases).await?.into_iter().collect()))
    }

    /// Says whether somebody may not be told of a case any more.
    pub(crate) fn bars(&self, case: Uuid, audience: &str, recipient: &str) -> bool {
        let barred = |card: &Card| {
            audience.parse().is_ok_and(|audience: Audience| since::is_barred(card, audience, recipient))
        };
        self.0.get(&case).is_some_and(barred)
    }

    /// The next moment, from `at` on, in which somebody may be disturbed about a case.
    pub(crate) fn open(
        &self,
        core: &Core,
        (case, pack, region): (Uuid, &str, &str),
        (audience, urgent): (&str, bool),
        at: Timestamp,
    ) -> Timestamp {
        let (Some(settings), Ok(audience)) = (core.packs.settings(pack), audience.parse::<Audience>()) else {
            return at;
        };
        let none = Wish::default();
        let wish = self.0.get(&case).map_or(&none, |card| &card.guard.wish);
        let calendars = core.office.calendars();
        when::again((audience, urgent), wish, settings, at, calendars.of(region))
    }

    /// Heading and text that take the place of those written, where the case was sealed since.
    pub(crate) fn neutral(
        &self,
        core: &Core,
        case: Uuid,
        audience: &str,
        pack: &str,
    ) -> Option<(Both<String>, Both<String>)> {
        let card = self.0.get(&case)?;
        since::neutral(core.packs.settings(pack)?, audience.parse().ok()?, card, &core.config.track_url)
    }
}
