//! Looks after the chains of all dossiers: verifies them, and anchors their ends day by day.
//!
//! For the command line and the service alike: it needs the tables and the secret, no running service.

mod anchor;
mod verify;

pub use anchor::{Anchored, anchor, run};
pub use verify::{Broken, Finding, Verified, verify};

use hmac::Hmac;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The digest of an anchor: over the one before, its day, and every head in the order of ids.
pub(crate) struct Sum(Sha256);

impl Sum {
    fn begin(before: &[u8], number: i64, day: jiff::civil::Date) -> Self {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(number.to_be_bytes());
        hash.update(day.to_string().as_bytes());
        Self(hash)
    }

    fn head(&mut self, case: Uuid, seq: i32, hash: &[u8]) {
        self.0.update(case.as_bytes());
        self.0.update(seq.to_be_bytes());
        self.0.update(hash);
    }

    fn end(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The proof of a digest: who can write the tables cannot make it.
fn prover(secrets: &runtime::Secrets) -> Hmac<Sha256> {
    <Hmac<Sha256> as hmac::Mac>::new_from_slice(&secrets.key("dossier-anchor"))
        .expect("HMAC takes keys of any length")
}

/// What the first anchor follows.
const START: [u8; 32] = [0; 32];
