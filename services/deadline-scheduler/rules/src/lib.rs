//! Which limits begin to run, when they are due, and what becomes of them. Pure: packs, facts, time and calendar are arguments.
#![deny(clippy::wildcard_enum_match_arm)]

mod applies;
mod check;
mod coverage;
mod due;
mod extension;
mod former;
mod ladder;
mod lifecycle;
mod open;
mod pack;
mod pause;
mod redo;
mod supervision;
mod undone;
mod warn;
mod whose;
mod words;

pub use applies::Applies;
pub use check::Flaw;
pub use coverage::missing_year;
pub use due::{Run, reckon};
pub use extension::{Ask, Decision, ExtensionState, Refusal, approver, ask, decide_extension, grant};
pub use former::{Former, reckon_after};
pub use ladder::{Breach, Doer, Ladder, Rung};
pub use lifecycle::{Command, Effect, State, decide};
pub use open::{Call, Facts, Opening, choose, choose_again, open, put};
pub use pack::{
    Approver, Basis, Deadlines, Entry, Extension, From, Higher, Label, Reason, Running, Subject, Supervision,
    Unarmed, Warning,
};
pub use pause::{Pause, Span, begin, begun_by, end, ended_by, spans, still_since};
pub use redo::Redo;
pub use supervision::{Order, OrderCommand, OrderEffect, decide_order};
pub use undone::{is_broken, undone};
pub use warn::{step_of, warnings};
pub use words::{Class, ClockName, Kind, Mode, Part, Step, Trigger, UnknownWord, Urgency};
