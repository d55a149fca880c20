//! The hash chain of a dossier: whoever changes, drops or inserts an entry breaks every hash after it.

use sha2::{Digest as _, Sha256};

use crate::store::dossier::{Entry, Happening};

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// What the first entry of a case is chained to.
pub(crate) const START: Hash = [0; 32];

/// Chains an entry: SHA-256 of the hash before, the place, and every field with its length in front.
pub(crate) fn link(before: &Hash, seq: i32, what: &Happening) -> Hash {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(what.case_id.as_bytes());
    hash.update(seq.to_be_bytes());
    hash.update(what.event_id.0.as_bytes());
    // Microseconds, because that is what the table keeps.
    hash.update(what.happened_at.as_microsecond().to_be_bytes());
    for text in [&what.source, &what.kind, &what.actor, &what.detail] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// Computes a chain again and says whether it is whole; `entries` must begin with the first.
pub(crate) fn is_whole(entries: &[Entry]) -> bool {
    let mut before = START;
    entries.iter().zip(1..).all(|(entry, seq)| {
        before = link(&before, entry.seq, &entry.what);
        entry.seq == seq && entry.hash == before
    })
}
