//! Who is told of a booking or of a request for disclosure: telephone and mail, sealed beside the matter.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Core;

/// Where somebody can be reached.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Addressee {
    pub(crate) phone: Option<String>,
    pub(crate) mail: Option<String>,
}

impl Addressee {
    /// The ways that lead there, as events name them.
    pub(crate) fn reachable(&self) -> Vec<String> {
        let ways = [(&self.phone, "sms"), (&self.mail, "mail")];
        let there = ways.into_iter().filter(|(address, _)| address.is_some());
        there.map(|(_, way)| way.to_owned()).collect()
    }

    /// Closes it beside its matter.
    pub(crate) fn seal(&self, core: &Core, matter: Uuid) -> (Uuid, Vec<u8>) {
        let plain = serde_json::to_vec(self).expect("strings are JSON");
        (matter, core.vault.seal(matter.as_bytes(), &plain))
    }

    /// Opens it.
    ///
    /// # Errors
    /// It was sealed under another key or for another matter.
    pub(crate) fn open(core: &Core, matter: Uuid, sealed: &[u8]) -> anyhow::Result<Self> {
        let plain = core.vault.open(matter.as_bytes(), sealed);
        let plain = plain.ok_or_else(|| anyhow::anyhow!("an addressee does not open with this key"))?;
        Ok(serde_json::from_slice(&plain)?)
    }
}
