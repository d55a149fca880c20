//! The one hash that PostgreSQL shards, subjects and lanes agree on.

/// Number of virtual partitions. Never change it: subjects and tables carry it.
pub const SHARDS: i16 = 64;

/// FNV-1a-32 of the id's hyphenated text, modulo [`SHARDS`]; the same function as NATS' `partition(64, …)`.
#[must_use]
pub fn shard_of(id: uuid::Uuid) -> i16 {
    let mut text = [0u8; uuid::fmt::Hyphenated::LENGTH];
    let hash = id
        .hyphenated()
        .encode_lower(&mut text)
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    i16::try_from(hash % 64).expect("below 64")
}
