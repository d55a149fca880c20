//! The inbox: how far each source was heard on each aggregate, in the same transaction as the effect.
//!
//! Never depends on the order of delivery: the next version is applied, an earlier one is a repeat, a later one is
//! parked until its turn.

mod plan;
mod store;

pub use plan::{Key, Place, Plan, chain, plan};
pub use store::{Gap, all_ready, bury, gaps, load, missing_tails, ready, release, save};
