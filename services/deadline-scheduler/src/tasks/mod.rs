//! What runs by itself: shards are leased, and what is due in them is fired.

pub(crate) mod recompute;
pub(crate) mod seal;
mod shards;
pub mod timers;

#[cfg(test)]
mod tests;
