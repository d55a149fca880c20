//! Which limits begin to run, when they are due, and what becomes of them. Pure: packs, facts, time and calendar are arguments.
#![deny(clippy::wildcard_enum_match_arm)]

mod check;
mod lifecycle;
mod open;
mod pack;
mod pause;
mod warn;
mod words;

pub use check::Flaw;
pub use lifecycle::{Command, Effect, State, decide};
pub use open::{Facts, Opening, choose, open, put};
pub use pack::{
    Applies, Approver, Basis, Deadlines, Entry, Extension, From, Label, Subject, Unarmed, Warning,
};
pub use pause::postpone;
pub use warn::warnings;
pub use words::{ClockName, Kind, Trigger, UnknownWord, Urgency};
