//! One case in memory while a batch is applied: its facts, its clocks, and what of them has changed.

use calendar::DueAt;
use deadline_scheduler_rules::{Opening, State, Subject, warnings};
use ids::{AssignmentId, ClockId, UnitCode};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    app::rules::Rules,
    store::{
        clocks::Clock,
        facts::Facts,
        timers::{Alarm, LIMIT},
    },
};

/// A case with its clocks.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) facts: Facts,
    pub(crate) facts_changed: bool,
    pub(crate) clocks: Vec<Tracked>,
    /// The instant at which its history ended, if it did in this batch.
    pub(crate) history_ended: Option<Timestamp>,
    /// When it had been merged, if that was taken back in this batch.
    pub(crate) unmerged: Option<Timestamp>,
    /// Clocks whose limit had passed before the merging that was taken back: they are climbed on.
    pub(crate) overdue: Vec<usize>,
    /// A breach was undone in this batch, and no limit of the case stands broken.
    pub(crate) mended: bool,
}

/// A clock with what is to be written of it.
#[derive(Debug)]
pub(crate) struct Tracked {
    pub(crate) clock: Clock,
    pub(crate) changed: bool,
    /// Not stored yet, so no alarm of it is.
    pub(crate) fresh: bool,
    pub(crate) alarms: Alarms,
    /// When it was due before it was moved or paused in this batch: what was proposed for that instant falls.
    pub(crate) was_due: Option<Timestamp>,
}

/// What is to become of a clock's alarms.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Alarms {
    /// They stay as they are.
    Keep,
    /// Those stored go.
    Drop,
    /// Those stored go, and these come.
    Arm(Vec<Timestamp>),
}

impl Tracked {
    /// Takes a clock as it was stored.
    pub(crate) fn stored(clock: Clock) -> Self {
        Self { clock, changed: false, fresh: false, alarms: Alarms::Keep, was_due: None }
    }

    /// Says whether the clock may still run out.
    pub(crate) fn open(&self) -> bool {
        match self.clock.state {
            State::Running | State::Warned { .. } | State::Expired => true,
            State::Paused { .. } | State::Met { .. } | State::Cancelled { .. } => false,
        }
    }

    /// Says whether it has come to its end.
    pub(crate) fn ended(&self) -> bool {
        match self.clock.state {
            State::Running | State::Warned { .. } | State::Expired | State::Paused { .. } => false,
            State::Met { .. } | State::Cancelled { .. } => true,
        }
    }

    /// Lists the alarms to be armed, the limit first.
    pub(crate) fn to_arm(&self) -> Vec<Alarm> {
        let Alarms::Arm(warnings) = &self.alarms else { return Vec::new() };
        let alarm = |what, due_at| Alarm { case: self.clock.case, clock: self.clock.id, what, due_at };
        let limit = alarm(LIMIT, self.clock.due_at);
        let warnings = (1..).zip(warnings).map(|(rank, at)| alarm(rank, *at));
        std::iter::once(limit).chain(warnings).collect()
    }
}

impl Case {
    /// Takes what was stored.
    pub(crate) fn of(facts: Facts, clocks: Vec<Tracked>) -> Self {
        Self {
            facts,
            facts_changed: false,
            clocks,
            history_ended: None,
            unmerged: None,
            overdue: Vec::new(),
            mended: false,
        }
    }

    /// Takes facts that were just heard.
    pub(crate) fn fresh(facts: Facts) -> Self {
        Self { facts_changed: true, ..Self::of(facts, Vec::new()) }
    }

    /// Opens a clock unless one of its name is open for the same subject, and says which it became.
    pub(crate) fn open(
        &mut self,
        opening: &Opening<'_>,
        assignment: Option<AssignmentId>,
        unit: Option<UnitCode>,
        matter: Option<Uuid>,
        (pack_version, calendar): (i32, u32),
    ) -> Option<usize> {
        let matter = matter.filter(|_| opening.entry.subject == Subject::Matter);
        let (facts, name) = (&self.facts, opening.entry.name);
        let alike = |tracked: &&Tracked| {
            let clock = &tracked.clock;
            let same = (clock.assignment, clock.matter) == (assignment, matter);
            same && clock.round == facts.round && clock.name == name
        };
        let before = self.clocks.iter().filter(alike).count();
        if self.clocks.iter().filter(alike).any(|tracked| !tracked.ended()) {
            return None;
        }
        let subject = assignment.map(|id| id.0).or(matter).map_or_else(String::new, |id| format!(":{id}"));
        let again = if before == 0 { String::new() } else { format!(":{before}") };
        let words = format!("{}:{}:{}{subject}{again}", facts.case, facts.round, name.as_str());
        let clock = Clock {
            id: ClockId::derived(&words),
            case: facts.case,
            name,
            entry: opening.entry.id.clone(),
            unit: unit.or_else(|| facts.unit.clone()).filter(|_| name.is_of_unit()),
            assignment,
            round: facts.round,
            region: facts.region.clone(),
            started_at: opening.started_at,
            due_at: opening.due.at,
            due_day: opening.due.date,
            provisional: opening.due.provisional,
            state: State::Running,
            pack_id: facts.pack_id.clone(),
            pack_version,
            held: facts.historic,
            matter,
            given: opening.given,
            extended: 0,
            times: 0,
            calendar: i32::try_from(calendar).unwrap_or(i32::MAX),
            former: Vec::new(),
        };
        let alarms = if clock.held { Alarms::Keep } else { Alarms::Arm(opening.warnings.clone()) };
        self.clocks.push(Tracked { clock, changed: true, fresh: true, alarms, was_due: None });
        Some(self.clocks.len() - 1)
    }

    /// Lets held clocks go: the history has been told, from here on time is today's. A limit long past fires at once;
    /// the warnings before it are left out, because they would warn of what everyone is told in the same breath.
    pub(crate) fn release(&mut self, at: Timestamp, rules: &Rules) {
        self.history_ended = self.facts.historic.then_some(at);
        self.facts.historic = false;
        self.facts_changed = true;
        let calendar = rules.calendar(&self.facts.region);
        for tracked in self.clocks.iter_mut().filter(|tracked| tracked.clock.held) {
            tracked.clock.held = false;
            tracked.changed = true;
            if tracked.open() {
                let clock = &tracked.clock;
                let due = DueAt { at: clock.due_at, date: clock.due_day, provisional: clock.provisional };
                let entry = rules.entry(clock).filter(|_| clock.due_at > at);
                tracked.alarms =
                    Alarms::Arm(entry.map_or_else(Vec::new, |(_, entry)| {
                        warnings(entry, clock.started_at, &due, calendar)
                    }));
            }
        }
    }
}
