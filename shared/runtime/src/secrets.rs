//! Keys that the process holds and never prints.

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// The secret that tokens and sealed data hang on, taken apart by purpose.
#[derive(Clone)]
pub struct Secrets {
    master: SecretString,
}

impl Secrets {
    /// Takes the master secret of the configuration.
    #[must_use]
    pub fn new(master: SecretString) -> Self {
        Self { master }
    }

    /// 32 bytes for one purpose; another purpose gets others, so that one key cannot stand in for another.
    #[must_use]
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"huiyin/1/");
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(self.master.expose_secret().as_bytes());
        hash.finalize().into()
    }

    /// The key that seals personal data at rest.
    #[must_use]
    pub fn data_key(&self) -> [u8; 32] {
        self.key("personal-data")
    }

    /// The key of blind indexes: find a phone without keeping it readable.
    #[must_use]
    pub fn index_key(&self) -> [u8; 32] {
        self.key("blind-index")
    }
}
