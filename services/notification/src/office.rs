//! What the parts of the service share: the clock, which ways have a carrier, which offices left an address.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use calendar::Calendars;
use jiff::Timestamp;
use notification_rules::{
    lifecycle::Patience,
    words::{Audience, Way},
};
use runtime::{Clock, calendars::Live};

/// An address is known of this audience and recipient on this way.
pub(crate) type Point = (Audience, String, Way);

/// What the parts of the service share.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) clock: Clock,
    pub(crate) patience: Patience,
    pub(crate) calendars: Live,
    carriers: BTreeSet<Way>,
    points: RwLock<BTreeSet<Point>>,
    listened: AtomicBool,
    /// Nothing, until they were read for the first time.
    names: RwLock<Option<HashMap<String, String>>>,
}

impl Office {
    /// Begins with the calendars compiled in.
    ///
    /// # Errors
    /// They contradict one another.
    pub(crate) fn new(clock: Clock, carriers: BTreeSet<Way>, patience: Patience) -> anyhow::Result<Self> {
        let (points, listened, names) = (RwLock::default(), AtomicBool::new(false), RwLock::default());
        Ok(Self { clock, patience, calendars: Live::shipped()?, carriers, points, listened, names })
    }

    /// The calendars of the moment.
    pub(crate) fn calendars(&self) -> Arc<Calendars> {
        self.calendars.now()
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Says whether this installation has a carrier for a way.
    pub(crate) fn carries(&self, way: Way) -> bool {
        self.carriers.contains(&way)
    }

    /// The ways that have a carrier.
    pub(crate) fn ways(&self) -> Vec<Way> {
        self.carriers.iter().copied().collect()
    }

    /// Says whether there is any carrier at all.
    pub(crate) fn has_carriers(&self) -> bool {
        !self.carriers.is_empty()
    }

    /// Says whether staff can be written to on a way.
    pub(crate) fn reaches(&self, audience: Audience, recipient: &str, way: Way) -> bool {
        if !self.carries(way) {
            return false;
        }
        let points = self.points.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        points.contains(&(audience, recipient.to_owned(), way))
    }

    /// Takes the addresses that are known now.
    pub(crate) fn learn(&self, known: BTreeSet<Point>) {
        *self.points.write().unwrap_or_else(std::sync::PoisonError::into_inner) = known;
    }

    /// Says whether the names of units were read.
    pub(crate) fn knows_names(&self) -> bool {
        self.names.read().unwrap_or_else(std::sync::PoisonError::into_inner).is_some()
    }

    /// Takes the names of units as they are now.
    pub(crate) fn name(&self, known: HashMap<String, String>) {
        *self.names.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(known);
    }

    /// What people call a unit; nothing, while nobody told.
    pub(crate) fn name_of(&self, unit: &str) -> Option<String> {
        let names = self.names.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        names.as_ref()?.get(unit).cloned()
    }

    /// Says whether it was heard that anybody outside listens; while it was not, the table is asked. Nothing is written
    /// down for nobody.
    pub(crate) fn is_listened_to(&self) -> bool {
        self.listened.load(Ordering::Relaxed)
    }

    /// Somebody outside listens. Subscriptions are stopped, never taken away, so this stays true.
    pub(crate) fn heard(&self) {
        self.listened.store(true, Ordering::Relaxed);
    }
}
