//! What runs by itself: shards are leased, and what is due in them is fired.

mod shards;
pub mod timers;

#[cfg(test)]
mod tests;
