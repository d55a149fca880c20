//! The link in a mail that shows that it was opened: an id with a seal, of no use for anything else.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use super::Core;

/// Half of an HMAC is more than can be guessed, and keeps the link on one line.
const KEPT: usize = 16;

/// Writes the link of a message; nothing where the installation has no address for links.
pub(crate) fn write(core: &Core, id: Uuid) -> Option<String> {
    let base = core.config.open_url.trim_end_matches('/');
    (!base.is_empty()).then(|| {
        format!(
            "{base}/api/notification/o/{}{}",
            id.simple(),
            hex(&mac(core, id).finalize().into_bytes()[..KEPT])
        )
    })
}

/// Reads one back; nothing when it is none of ours.
pub(crate) fn read(core: &Core, link: &str) -> Option<Uuid> {
    let (id, sum) = link.split_at_checked(32)?;
    let id: Uuid = id.parse().ok()?;
    let byte = |at| u8::from_str_radix(sum.get(at..at + 2)?, 16).ok();
    let sum: Vec<u8> = (0..sum.len()).step_by(2).map(byte).collect::<Option<_>>()?;
    (sum.len() == KEPT && mac(core, id).verify_truncated_left(&sum).is_ok()).then_some(id)
}

fn mac(core: &Core, id: Uuid) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&core.platform.secrets.key("open-link"))
        .expect("HMAC takes keys of any length");
    mac.update(id.as_bytes());
    mac
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
