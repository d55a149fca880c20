//! Which limits begin to run, when they are due, and what becomes of them. Pure: packs, facts, time and calendar are arguments.
#![deny(clippy::wildcard_enum_match_arm)]

mod applies;
mod check;
mod due;
mod lifecycle;
mod open;
mod pack;
mod pause;
mod warn;
mod words;

pub use applies::Applies;
pub use check::Flaw;
pub use due::{Run, reckon};
pub use lifecycle::{Command, Effect, State, decide};
pub use open::{Call, Facts, Opening, choose, choose_again, open, put};
pub use pack::{Approver, Basis, Deadlines, Entry, Extension, From, Label, Subject, Unarmed, Warning};
pub use pause::{Pause, Span, begin, begun_by, end, ended_by, spans, still_since};
pub use warn::warnings;
pub use words::{Class, ClockName, Kind, Mode, Part, Trigger, UnknownWord, Urgency};
