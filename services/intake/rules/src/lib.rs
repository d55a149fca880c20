//! The rules of intake: the life of a case, what a registration must bring, and who decides that it is accepted.
//!
//! Everything here is a function of its arguments. Limits, kinds and reasons come from the policy pack.
#![deny(clippy::wildcard_enum_match_arm)]

mod acceptance;
mod archive;
mod article;
mod attachment;
mod booking;
mod channels;
pub mod class;
mod contact;
mod disclosure;
pub mod flag;
mod front;
pub mod group;
mod handover;
mod lifecycle;
mod listening;
pub mod materials;
pub mod merging;
pub mod notice;
mod pack;
mod publication;
mod publishing;
mod reception;
pub mod record;
mod registers;
mod registration;
pub mod repeat;
pub mod risk;
pub mod secrecy;
pub mod sorting;
pub mod standing;
pub mod subject;
mod words;

pub use acceptance::{
    NotAReason, at_registration, decline_reason, ending, knows_termination, waits_for_a_look,
};
pub use archive::{Archive, ArchiveCommand, ArchiveRefused, ArchiveState, Retention, decide_archive};
pub use article::{ArticleCommand, ArticleEffect, ArticleRefused, ArticleState, decide_article, standing};
pub use attachment::{Attachments, FORMS, Form, Refusal, Seen, Unfolded, is_acting, judge};
pub use booking::{BookingCommand, BookingRefused, BookingState, NoPlace, decide_booking, place};
pub use channels::{ChannelEntry, Contacts, ENTRANTS, NotSo, enter};
pub use contact::{
    ContactCommand, ContactEffect, ContactLife, ContactRefused, ContactState, Sort, decide_contact,
};
pub use disclosure::{
    Decision, Disclosure, DisclosureCommand, DisclosureRefused, DisclosureState, decide_disclosure,
};
pub use handover::{HandOver, Remit, Way, may_come_to, way};
pub use lifecycle::{Command, Effect, Life, Own, Refused, State, decide};
pub use listening::{Heard, ListenCommand, ListenState, Listening, Tell, listen};
pub use pack::{Acceptance, Basis, Confidential, Contact, Decline, Label, Limits, Mistake, Pack};
pub use publication::{
    PublicationCommand, PublicationEffect, PublicationRefused, PublicationState, decide_publication,
};
pub use publishing::{Candidate, Knowledge, Private, Publishing, may_be_public};
pub use reception::{
    Missing, One, Rank, Receptions, Seat, SessionCommand, SessionEffect, SessionRefused, SessionState,
    decide_session, missing, published_late, week_of,
};
pub use registers::{Register, register_of};
pub use registration::{FieldError, Party, Registration, check, check_historic, check_supplement, digits};
pub use words::{CHANNELS, FIELDS, KINDS, URGENCIES};

#[cfg(test)]
mod front_tests;
