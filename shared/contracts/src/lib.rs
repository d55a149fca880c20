//! Every event that a service says: its kind, its owner, its version, its fields. Serde and nothing else.
//!
//! No event carries a name, a phone, an identity number or an address line. Text that the suite must read inside
//! travels redacted ([`case::Wording`]) and never for confidential cases.

mod envelope;
mod registry;
mod stored;

pub mod address;
pub mod assignment;
pub mod case;
pub mod clock;
pub mod contact;
pub mod finding;
pub mod followup;
pub mod handling;
pub mod leader;
pub mod line;
pub mod notice;
pub mod petition;
pub mod reception;
pub mod record;
pub mod replies;
pub mod subscription;
pub mod supervision;
pub mod unit;
pub mod words;

pub use envelope::{Event, subject};
pub use registry::{BadEvent, Body, KINDS, owner_of};
pub use stored::StoredEvent;
