//! What each source says of one case, as far as counting needs it.

use ids::{CaseNumber, RegionCode, UnitCode};
use jiff::Timestamp;

use crate::{
    fact::{Due, PackRef},
    mark::{Mark, Marks},
    span::Stage,
    words::Kind,
};

/// What intake says when a case is registered or accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The number the citizen keeps.
    pub number: CaseNumber,
    /// The pack in force for the case.
    pub pack: PackRef,
    /// Where the matter lies.
    pub region: RegionCode,
    /// What it wants.
    pub kind: Kind,
    /// How it came in.
    pub channel: String,
    /// Its subject, where known.
    pub subject: Option<String>,
    /// How it is read, where told.
    pub class: Option<String>,
    /// When the citizen spoke.
    pub received_at: Timestamp,
    /// Brought in from an older system.
    pub historic: bool,
}

/// What was heard of a case, as far as counting needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Intake: written down.
    Registered(Registration),
    /// Intake: taken.
    Accepted(Registration),
    /// Intake: what acceptance said was changed.
    Classified {
        /// What it wants.
        kind: Kind,
        /// Its subject; none leaves what was known.
        subject: Option<String>,
        /// How it is read.
        class: String,
    },
    /// Intake: not taken.
    Declined,
    /// Intake: nothing in it could be handled.
    Invalid,
    /// Intake: taken back.
    Withdrawn,
    /// Intake: with its being taken back, not taken or invalid, when that was.
    EndedAt {
        /// When.
        at: Timestamp,
    },
    /// Intake: closed.
    Closed {
        /// Which round.
        round: i32,
    },
    /// Intake: answered and closed with the case it was merged into.
    ClosedWith {
        /// Whose reply it was, where that was told.
        unit: Option<UnitCode>,
        /// What it comes to.
        outcome: String,
        /// Which round of its own.
        round: i32,
        /// When.
        at: Timestamp,
        /// Part of an imported history.
        historic: bool,
    },
    /// Routing: a lead unit has it.
    Dispatched {
        /// Which unit.
        unit: UnitCode,
        /// Which round.
        round: i32,
        /// The pack of the decision.
        pack: PackRef,
    },
    /// Routing: answered to the citizen.
    Answered {
        /// Whose reply it was.
        unit: UnitCode,
        /// What it comes to.
        outcome: String,
        /// Which round.
        round: i32,
        /// When.
        at: Timestamp,
        /// Part of an imported history.
        historic: bool,
    },
    /// Routing: a higher organ sent it back for another round.
    Remanded {
        /// The round whose opinion does not stand.
        round: i32,
    },
    /// Deadline-scheduler: the limit that decides runs, or was set anew.
    LimitSet {
        /// The limit.
        due: Due,
        /// Which round.
        round: i32,
        /// The pack of the limit.
        pack: PackRef,
    },
    /// Intake: what holds of the case by rule; the newest list holds.
    Found(Vec<String>),
    /// Intake, routing: a stage was reached.
    Reached {
        /// Which.
        stage: Stage,
        /// When.
        at: Timestamp,
    },
    /// Anyone: something that is counted happened.
    Happened(Marks),
    /// Anyone: it was taken back.
    TakenBack(Mark),
}
