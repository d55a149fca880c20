//! How services become a process: catalogue, configuration, relay, inbox, life cycle.
//!
//! A service says what it owns and hears ([`Service`], [`Consumer`]); the runtime carries: events out through the
//! outbox, events in through the inbox, HTTP under `/api/<name>`, and a stop that finishes what is in hand.

mod batcher;
pub mod calendars;
mod carriage;
mod catalogue;
mod clock;
mod consumer;
mod emit;
mod healer;
mod lag;
mod migrate;
mod mistakes;
mod policy;
mod prints;
mod process;
pub mod questions;
mod relay;
mod sabotage;
pub mod seals;
mod secrets;
mod settings;
pub mod texts;
mod upkeep;
mod wake;

pub use batcher::Batcher;
pub use carriage::{Carriage, Healing};
pub use catalogue::{Apis, Assembly, Entry, Platform, Service, entry, every_section};
pub use clock::Clock;
pub use consumer::{Applied, ApplyError, Consumer, apply_once};
pub use emit::{Draft, emit};
pub use migrate::{migrate, migrate_streams};
pub use mistakes::Mistakes;
pub use policy::{PackFiles, PolicyFiles};
pub use process::{Running, main, select, start, start_with};
pub use relay::relay_once;
pub use sabotage::Sabotage;
pub use secrets::Secrets;
pub use settings::{Changed, DEFAULTS, Settings};
pub use wake::Wake;
