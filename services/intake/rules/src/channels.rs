//! The channels of a pack: what each is called, which word of the suite it stands for, who may enter by it.

use serde::Deserialize;

use crate::{
    Pack,
    pack::{Basis, Label},
};

/// Who may enter by a channel.
pub const ENTRANTS: &[&str] = &["citizen", "operator", "dispatcher", "agency"];

/// One channel of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelEntry {
    /// The tenant's own code, such as `wechat-mini`.
    pub code: String,
    /// The word of the suite that it stands for.
    pub channel: String,
    /// What people read.
    pub label: Label,
    /// Who may enter by it.
    pub enter: Vec<String>,
}

/// Why nobody enters so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSo {
    /// The pack has no such channel.
    #[error("the pack has no such channel")]
    Unknown,
    /// The caller may not enter by it.
    #[error("the caller may not enter by this channel")]
    NotYou,
}

/// Finds the word of the channel that a caller names. `who` are the caller's parts, out of [`ENTRANTS`].
///
/// # Errors
/// [`NotSo`] when the pack has none of this code, or not for this caller.
pub fn enter<'a>(pack: &'a Pack, code: &str, who: &[&str]) -> Result<&'a str, NotSo> {
    let entry = pack.channels.iter().find(|entry| entry.code == code).ok_or(NotSo::Unknown)?;
    let may = entry.enter.iter().any(|part| who.contains(&part.as_str()));
    if may { Ok(&entry.channel) } else { Err(NotSo::NotYou) }
}

/// What is owed to contacts, by pack.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// Calls back in vain after which a person counts as unreachable.
    pub call_back_attempts: i32,
    /// Within how many hours an abandoned call is called back; none where no limit is named.
    pub call_back_hours: Option<u32>,
    /// How binding this is.
    pub basis: Basis,
}
