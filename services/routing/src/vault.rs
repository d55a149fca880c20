//! What routing keeps unreadable: replies and notes of sealed cases, and every text of a petition.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use uuid::Uuid;

use crate::store::{prints::Extra, records::Reply};

/// No text that people type begins so: control characters are refused at the door.
const MARK: char = '\u{1}';

/// The key of texts.
pub(crate) struct Vault(Aes256GcmSiv);

impl Vault {
    pub(crate) fn new(secrets: &runtime::Secrets) -> Self {
        Self(Aes256GcmSiv::new(&secrets.key("routing-texts").into()))
    }

    /// Seals a text so that it opens only beside `bound`. The same text in the same place is sealed the same way, so that a
    /// reply sent twice is seen to be a repeat; SIV gives away nothing else.
    pub(crate) fn seal(&self, bound: Uuid, plain: &str) -> String {
        let payload = Payload { msg: plain.as_bytes(), aad: bound.as_bytes() };
        let sealed = self.0.encrypt(Nonce::from_slice(&[0; 12]), payload);
        let sealed = sealed.expect("shorter than the 64 GiB that AES-GCM-SIV takes");
        format!("{MARK}{}", STANDARD.encode(sealed))
    }

    /// Opens what [`Self::seal`] closed; a text that was never sealed is given back as it is.
    ///
    /// # Errors
    /// Changed, moved or sealed under another key.
    pub(crate) fn open(&self, bound: Uuid, kept: &str) -> anyhow::Result<String> {
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
    pub(crate) fn open_some(&self, bound: Uuid, kept: Option<&str>) -> anyhow::Result<Option<String>> {
        kept.map(|kept| self.open(bound, kept)).transpose()
    }
}

impl Vault {
    /// Seals every text of a reply.
    pub(crate) fn seal_reply(&self, reply: Reply) -> Reply {
        let place = reply.assignment.0;
        let seal = |text: &Option<String>| text.as_deref().map(|text| self.seal(place, text));
        Reply {
            public_text: self.seal(place, &reply.public_text),
            internal_text: seal(&reply.internal_text),
            reasons: seal(&reply.reasons),
            legal_basis: seal(&reply.legal_basis),
            handler: seal(&reply.handler),
            ..reply
        }
    }

    /// Opens a reply, sealed or not.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_reply(&self, reply: Reply) -> anyhow::Result<Reply> {
        let place = reply.assignment.0;
        Ok(Reply {
            public_text: self.open(place, &reply.public_text)?,
            internal_text: self.open_some(place, reply.internal_text.as_deref())?,
            reasons: self.open_some(place, reply.reasons.as_deref())?,
            legal_basis: self.open_some(place, reply.legal_basis.as_deref())?,
            handler: self.open_some(place, reply.handler.as_deref())?,
            ..reply
        })
    }

    /// Opens what lies beside a reply, sealed or not.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_extra(&self, extra: Extra) -> anyhow::Result<Extra> {
        let place = extra.assignment.0;
        Ok(Extra {
            serial: self.open_some(place, extra.serial.as_deref())?,
            signed_by: self.open_some(place, extra.signed_by.as_deref())?,
            override_reason: self.open_some(place, extra.override_reason.as_deref())?,
            ..extra
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only() {
        let vault = Vault::new(&runtime::Secrets::new("a secret of this test, long enough".into()));
        let (here, there) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = vault.seal(here, "答复内容");
        assert!(!sealed.contains("答复"));
        assert_eq!(vault.open(here, &sealed).unwrap(), "答复内容");
        assert!(vault.open(there, &sealed).is_err());
        assert_eq!(sealed, vault.seal(here, "答复内容"));
        assert_ne!(sealed, vault.seal(there, "答复内容"));
        assert_eq!(vault.open(here, "早先的明文").unwrap(), "早先的明文");
        let other = Vault::new(&runtime::Secrets::new("another secret of this test, long".into()));
        assert!(other.open(here, &sealed).is_err() && other.open_some(here, None).unwrap().is_none());
    }
}
