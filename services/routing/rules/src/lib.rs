//! What routing decides: who gets a case, what may be done with it, what a reply must carry. Pure.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod catalogue;
pub mod charge;
pub mod checks;
pub mod deferral;
pub mod dispatch;
pub mod dispute;
pub mod document;
pub mod findings;
pub mod grassroots;
pub mod handling;
pub mod instruction;
pub mod keywords;
pub mod leaders;
pub mod lifecycle;
pub mod named;
pub mod owner;
pub mod pack;
pub mod passing;
pub mod petition;
pub mod petition_pack;
pub mod refusal;
pub mod reply;
pub mod sealed;
pub mod secrecy;
pub mod step;
pub mod tree;
pub mod words;

pub use lifecycle::{Command, Effect, Hand, ReturnTerms, State, Step, decide};
pub use refusal::Refused;
pub use words::{Mode, Part, PerMille, Urgency};
