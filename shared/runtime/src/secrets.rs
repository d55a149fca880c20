//! Keys that the process holds and never prints.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

const NONCE: usize = 12;

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

    /// Seals bytes under the key of a purpose, so that they open only beside `bound`.
    #[must_use]
    pub fn seal(&self, purpose: &str, bound: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = rand::rng().random();
        let sealed = Aes256GcmSiv::new(&self.key(purpose).into())
            .encrypt(Nonce::from_slice(&nonce), Payload { msg: plain, aad: bound })
            .expect("shorter than the 64 GiB that AES-GCM-SIV takes");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what [`Self::seal`] closed; nothing when it was changed, moved or sealed under another key.
    #[must_use]
    pub fn open(&self, purpose: &str, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        Aes256GcmSiv::new(&self.key(purpose).into())
            .decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: bound })
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_place_only() {
        let secrets = Secrets::new("a secret of this test, long enough".into());
        let mut sealed = secrets.seal("here", b"place", b"words");
        assert_eq!(secrets.open("here", b"place", &sealed).as_deref(), Some(&b"words"[..]));
        assert_eq!(secrets.open("there", b"place", &sealed), None);
        assert_eq!(secrets.open("here", b"elsewhere", &sealed), None);
        sealed[NONCE] ^= 1;
        assert_eq!(secrets.open("here", b"place", &sealed), None);
        assert_eq!(secrets.open("here", b"place", b"short"), None);
    }
}
