//! Fingerprints of what was asked, so that a reply that only repeats it is found. Nothing of sealed or old cases.

use contracts::{Body, Event};
use ids::CaseId;

use crate::packs::Packs;

/// The fingerprints of a batch's questions, where the pack looks at texts so long.
pub(crate) fn prints(packs: &Packs, batch: &[Event]) -> Vec<(CaseId, u64)> {
    let print = |event: &Event| {
        let Body::CaseAccepted(body) = &event.body else { return None };
        let open = !body.confidential && !event.historic;
        let wording = body.wording.as_ref().filter(|_| open)?;
        let copied = packs.of(&body.pack)?.reply.checks.as_ref()?.copied?;
        copied.looks_at(&wording.text).then(|| (CaseId(event.aggregate), text::fingerprint(&wording.text)))
    };
    batch.iter().filter_map(print).collect()
}
