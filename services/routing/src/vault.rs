//! What routing keeps unreadable: replies and notes of sealed cases, and every text of a petition.

use contracts::replies::PURPOSE;
use runtime::texts::Texts;
use uuid::Uuid;

use crate::store::{prints::Extra, records::Reply};

/// The key of texts.
pub(crate) struct Vault(Texts);

impl Vault {
    pub(crate) fn new(secrets: &runtime::Secrets) -> Self {
        Self(Texts::new(secrets, PURPOSE))
    }

    /// Seals a text so that it opens only beside `bound`; see [`Texts::seal`].
    pub(crate) fn seal(&self, bound: Uuid, plain: &str) -> String {
        self.0.seal(bound, plain)
    }

    /// Opens what [`Self::seal`] closed; a text that was never sealed is given back as it is.
    ///
    /// # Errors
    /// Changed, moved or sealed under another key.
    pub(crate) fn open(&self, bound: Uuid, kept: &str) -> anyhow::Result<String> {
        self.0.open(bound, kept)
    }

    /// As [`Self::open`], where there may be no text.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_some(&self, bound: Uuid, kept: Option<&str>) -> anyhow::Result<Option<String>> {
        self.0.open_some(bound, kept)
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
