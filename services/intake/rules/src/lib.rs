//! The rules of intake: the life of a case, what a registration must bring, and who decides that it is accepted.
//!
//! Everything here is a function of its arguments. Limits, kinds and reasons come from the policy pack.
#![deny(clippy::wildcard_enum_match_arm)]

mod acceptance;
mod lifecycle;
mod pack;
mod registration;
mod words;

pub use acceptance::{NotAReason, at_registration, decline_reason};
pub use lifecycle::{Command, Effect, Life, Refused, State, decide};
pub use pack::{Acceptance, Basis, Confidential, Contact, Decline, Label, Limits, Mistake, Pack};
pub use registration::{FieldError, Party, Registration, check, check_historic, check_supplement, digits};
pub use words::{CHANNELS, FIELDS, KINDS, URGENCIES};
