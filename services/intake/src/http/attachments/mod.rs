//! Attachments of a case: handing in, listing, reading.

pub(crate) mod hand_in;
pub(crate) mod list;
pub(crate) mod read;

use ids::AttachmentId;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::Core, store::attachments::Attachment};

/// A file of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttachmentView {
    #[schema(value_type = String, format = Uuid)]
    attachment: AttachmentId,
    /// Its cleaned name.
    name: String,
    /// Media type, as name, declaration and content agree.
    media: String,
    bytes: i64,
    /// SHA-256 of the content in hexadecimal digits.
    digest: String,
    #[schema(value_type = String, format = DateTime)]
    handed_in_at: Timestamp,
    /// Who handed it in; never a name.
    actor: String,
}

/// Opens the sealed name of an attachment.
pub(crate) fn name_of(core: &Core, attachment: &Attachment) -> anyhow::Result<String> {
    let plain = core.vault.open(attachment.id.0.as_bytes(), &attachment.name);
    let plain =
        plain.ok_or_else(|| anyhow::anyhow!("the name of an attachment does not open with this key"))?;
    Ok(String::from_utf8(plain)?)
}

fn shown(core: &Core, attachment: Attachment) -> anyhow::Result<AttachmentView> {
    Ok(AttachmentView {
        name: name_of(core, &attachment)?,
        attachment: attachment.id,
        media: attachment.media,
        bytes: attachment.bytes,
        digest: crate::files::hex(&attachment.digest),
        handed_in_at: attachment.at,
        actor: attachment.actor,
    })
}
