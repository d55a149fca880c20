//! What evaluation keeps unreadable: the words of a citizen in a follow-up.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use uuid::Uuid;

const NONCE: usize = 12;

/// The key.
pub(crate) struct Vault(Aes256GcmSiv);

impl Vault {
    pub(crate) fn new(secrets: &runtime::Secrets) -> Self {
        Self(Aes256GcmSiv::new(&secrets.key("followup-opinions").into()))
    }

    /// Seals words so that they open only beside `bound`.
    pub(crate) fn seal(&self, bound: Uuid, words: &str) -> Vec<u8> {
        // Misuse-resistant: two of 2^96 fresh nonces that meet would show only that the same words were sealed twice.
        let fresh = Uuid::new_v4();
        let nonce = &fresh.as_bytes()[..NONCE];
        let payload = Payload { msg: words.as_bytes(), aad: bound.as_bytes() };
        let sealed = self
            .0
            .encrypt(Nonce::from_slice(nonce), payload)
            .expect("shorter than the 64 GiB that AES-GCM-SIV takes");
        [nonce, &sealed].concat()
    }

    /// Opens what [`Self::seal`] closed; nothing when it was changed, moved or sealed under another key.
    pub(crate) fn open(&self, bound: Uuid, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let payload = Payload { msg: sealed, aad: bound.as_bytes() };
        String::from_utf8(self.0.decrypt(Nonce::from_slice(nonce), payload).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_open_in_their_own_place_only() {
        let vault = Vault::new(&runtime::Secrets::new("a secret of this test, long enough".into()));
        let (here, there) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = vault.seal(here, "再看一看");
        assert_eq!(vault.open(here, &sealed).as_deref(), Some("再看一看"));
        assert_eq!(vault.open(there, &sealed), None);
        assert_eq!(vault.open(here, b"short"), None);
    }
}
