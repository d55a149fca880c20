//! What intake keeps unreadable: parties and given answers sealed, telephones and query codes as keyed hashes.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use ids::CaseId;
use rand::Rng as _;
use sha2::Sha256;

const NONCE: usize = 12;

/// The keys, by purpose.
pub(crate) struct Vault {
    seal: Aes256GcmSiv,
    index: Hmac<Sha256>,
    code: Hmac<Sha256>,
}

impl Vault {
    pub(crate) fn new(secrets: &runtime::Secrets) -> Self {
        let mac = |key: [u8; 32]| {
            <Hmac<Sha256> as Mac>::new_from_slice(&key).expect("HMAC takes keys of any length")
        };
        Self {
            seal: Aes256GcmSiv::new(&secrets.data_key().into()),
            index: mac(secrets.index_key()),
            code: mac(secrets.key("query-code")),
        }
    }

    /// Seals bytes so that they open only beside `bound`.
    pub(crate) fn seal(&self, bound: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = rand::rng().random();
        let payload = Payload { msg: plain, aad: bound };
        let sealed = self
            .seal
            .encrypt(Nonce::from_slice(&nonce), payload)
            .expect("shorter than the 64 GiB that AES-GCM-SIV takes");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what [`Self::seal`] closed; nothing when it was changed, moved or sealed under another key.
    pub(crate) fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        self.seal.decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: bound }).ok()
    }

    /// The blind index of a telephone number, however it is written; none without digits.
    pub(crate) fn phone_index(&self, phone: &str) -> Option<Vec<u8>> {
        let digits = intake_rules::digits(phone);
        (!digits.is_empty()).then(|| finish(&self.index, &[digits.as_bytes()]))
    }

    /// What is kept of who asks for something with a code.
    pub(crate) fn asker(&self, network: &[u8], thing: &str) -> Vec<u8> {
        finish(
            &self.code,
            &[b"asker", &[u8::try_from(network.len()).unwrap_or(u8::MAX)], network, thing.as_bytes()],
        )
    }

    /// What is kept of a query code.
    pub(crate) fn code_hash(&self, case: CaseId, code: &str) -> Vec<u8> {
        finish(&self.code, &[case.0.as_bytes(), code.as_bytes()])
    }

    /// Compares in constant time.
    pub(crate) fn code_fits(&self, case: CaseId, code: &str, hash: &[u8]) -> bool {
        let mut mac = self.code.clone();
        mac.update(case.0.as_bytes());
        mac.update(code.as_bytes());
        mac.verify_slice(hash).is_ok()
    }
}

/// Ten digits that can be read out on the telephone.
pub(crate) fn fresh_code() -> String {
    format!("{:010}", rand::rng().random_range(0..10_000_000_000_u64))
}

fn finish(mac: &Hmac<Sha256>, parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = mac.clone();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only() {
        let vault = Vault::new(&runtime::Secrets::new("a secret of this test, long enough".into()));
        let (here, there) = (CaseId::fresh(), CaseId::fresh());
        let mut sealed = vault.seal(here.0.as_bytes(), b"words");
        assert_eq!(vault.open(here.0.as_bytes(), &sealed).as_deref(), Some(&b"words"[..]));
        assert_eq!(vault.open(there.0.as_bytes(), &sealed), None);
        sealed[NONCE] ^= 1;
        assert_eq!(vault.open(here.0.as_bytes(), &sealed), None);
        assert_eq!(vault.open(here.0.as_bytes(), b"short"), None);
        let code = fresh_code();
        let hash = vault.code_hash(here, &code);
        assert!(
            code.len() == 10 && vault.code_fits(here, &code, &hash) && !vault.code_fits(there, &code, &hash)
        );
    }
}
