//! Texts of sealed cases at rest: unreadable without the key of their service, and openable in their own place only.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use uuid::Uuid;

use crate::Secrets;

/// No text that people type begins so: control characters are refused at the door.
const MARK: char = '\u{1}';

/// The key of one service's texts.
pub struct Texts(Aes256GcmSiv);

impl Texts {
    /// The key of a purpose.
    #[must_use]
    pub fn new(secrets: &Secrets, purpose: &str) -> Self {
        Self(Aes256GcmSiv::new(&secrets.key(purpose).into()))
    }

    /// Seals a text so that it opens only beside `bound`. The same text in the same place is sealed the same way, so that
    /// what is sent twice is seen to be a repeat; SIV gives away nothing else. A text that is sealed already stays as it is.
    #[must_use]
    pub fn seal(&self, bound: Uuid, plain: &str) -> String {
        if is_sealed(plain) {
            return plain.to_owned();
        }
        let payload = Payload { msg: plain.as_bytes(), aad: bound.as_bytes() };
        let sealed = self.0.encrypt(Nonce::from_slice(&[0; 12]), payload);
        let sealed = sealed.expect("shorter than the 64 GiB that AES-GCM-SIV takes");
        format!("{MARK}{}", STANDARD.encode(sealed))
    }

    /// Opens what [`Self::seal`] closed; a text that was never sealed is given back as it is.
    ///
    /// # Errors
    /// Changed, moved or sealed under another key.
    pub fn open(&self, bound: Uuid, kept: &str) -> anyhow::Result<String> {
        let Some(sealed) = kept.strip_prefix(MARK) else { return Ok(kept.to_owned()) };
        let sealed = STANDARD.decode(sealed)?;
        let payload = Payload { msg: &sealed, aad: bound.as_bytes() };
        let plain = self.0.decrypt(Nonce::from_slice(&[0; 12]), payload);
        let plain = plain.map_err(|_| anyhow::anyhow!("a sealed text does not open with this key"))?;
        Ok(String::from_utf8(plain)?)
    }

    /// As [`Self::open`], where there may be no text.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_some(&self, bound: Uuid, kept: Option<&str>) -> anyhow::Result<Option<String>> {
        kept.map(|kept| self.open(bound, kept)).transpose()
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Texts(..)")
    }
}

/// Says whether a text is kept sealed.
#[must_use]
pub fn is_sealed(kept: &str) -> bool {
    kept.starts_with(MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only() {
        let texts = Texts::new(&Secrets::new("a secret of this test, long enough".into()), "here");
        let (here, there) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = texts.seal(here, "答复内容");
        assert!(!sealed.contains("答复") && is_sealed(&sealed) && !is_sealed("答复内容"));
        assert_eq!(texts.open(here, &sealed).expect("opens"), "答复内容");
        assert!(texts.open(there, &sealed).is_err());
        assert_eq!(
            (texts.seal(here, "答复内容"), texts.seal(here, &sealed)),
            (sealed.clone(), sealed.clone())
        );
        assert_ne!(sealed, texts.seal(there, "答复内容"));
        assert_eq!(texts.open(here, "早先的明文").expect("as it is"), "早先的明文");
        let other = Texts::new(&Secrets::new("a secret of this test, long enough".into()), "elsewhere");
        assert!(
            other.open(here, &sealed).is_err() && other.open_some(here, None).expect("nothing").is_none()
        );
    }
}
