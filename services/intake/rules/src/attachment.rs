//! Attachments (附件): what may be handed in, and whether a file is what it claims to be.
//!
//! A file claims three times what it is: by its name, by the media type that was declared, by its first bytes. All
//! three must agree on one form of the pack's list. What can act by itself is refused whatever the list says.

use serde::Deserialize;

use crate::pack::{Basis, Mistakes};

/// The section `[attachments]` of a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    /// Media types that may be handed in, out of [`FORMS`].
    pub media: Vec<String>,
    /// Most bytes that a packed file (a document of an office program) may unfold to.
    pub unpacked_max_bytes: u64,
    /// Most entries of a packed file.
    pub entries_max: u32,
    /// How many times its size a packed file may unfold to at most.
    pub ratio_max: u32,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// A form of file: its media type and the extensions of names that stand for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The media type.
    pub media: &'static str,
    /// Extensions in small letters.
    pub extensions: &'static [&'static str],
    /// First bytes tell it; a text has none that would.
    pub marked: bool,
}

const fn form(media: &'static str, extensions: &'static [&'static str]) -> Form {
    Form { media, extensions, marked: true }
}

/// Every form that a pack may name.
pub const FORMS: &[Form] = &[
    form("image/jpeg", &["jpg", "jpeg"]),
    form("image/png", &["png"]),
    form("image/gif", &["gif"]),
    form("image/webp", &["webp"]),
    form("image/bmp", &["bmp"]),
    form("image/heif", &["heic", "heif"]),
    form("application/pdf", &["pdf"]),
    form("application/msword", &["doc"]),
    form("application/vnd.ms-excel", &["xls"]),
    form("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    form("audio/mpeg", &["mp3"]),
    form("audio/x-wav", &["wav"]),
    form("audio/m4a", &["m4a"]),
    form("video/mp4", &["mp4"]),
    Form { media: "text/plain", extensions: &["txt"], marked: false },
];

/// Extensions of what a computer would carry out.
const ACTING: &[&str] = &[
    "exe", "com", "bat", "cmd", "scr", "pif", "msi", "dll", "sys", "cpl", "lnk", "reg", "js", "jse", "mjs",
    "vbs", "vbe", "wsf", "wsh", "hta", "ps1", "jar", "class", "apk", "ipa", "app", "dmg", "deb", "rpm", "sh",
    "py", "php", "jsp", "asp", "aspx", "html", "htm", "xhtml", "svg", "xml", "mht", "chm", "docm", "xlsm",
    "pptm", "swf", "iso",
];

/// What was seen of a file while it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its cleaned name.
    pub name: String,
    /// The media type that was declared, without parameters, in small letters.
    pub declared: Option<String>,
    /// The media type that the first bytes tell.
    pub found: Option<String>,
    /// The first bytes are those of a program.
    pub program: bool,
    /// Something in it acts when it is opened: a script, a macro, a program inside.
    pub acts: bool,
    /// Every byte so far may stand in a text.
    pub reads_as_text: bool,
    /// It is a packed file, and what its directory tells; `Some(None)` when the directory cannot be read.
    pub packed: Option<Option<Unfolded>>,
    /// How long it is.
    pub bytes: u64,
}

/// What the directory of a packed file tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfolded {
    /// How many entries.
    pub entries: u64,
    /// The sum of their sizes packed.
    pub packed: u64,
    /// The sum of their sizes unfolded.
    pub unfolded: u64,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// The case has as many as it may.
    #[error("the case has as many attachments as it may have")]
    TooMany,
    /// Longer than allowed.
    #[error("the file is longer than allowed")]
    TooLong,
    /// A program, by name or by content.
    #[error("programs are not taken")]
    Program,
    /// It acts when opened.
    #[error("files with scripts, macros or programs inside are not taken")]
    Acts,
    /// Two extensions that each stand for a form of file.
    #[error("the name has two extensions")]
    TwoExtensions,
    /// Not a form of the pack's list, or none at all.
    #[error("files of this form are not taken")]
    Form,
    /// Name, declared type and content do not agree.
    #[error("the content is not what name and declared type say")]
    Disguised,
    /// It would unfold to more than allowed, or its directory cannot be read.
    #[error("the packed file cannot be read or unfolds to too much")]
    Bomb,
}

impl Refusal {
    /// What Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Empty => "文件是空的",
            Self::TooMany => "附件数量已达上限",
            Self::TooLong => "文件超过允许的大小",
            Self::Program => "不接收可执行程序",
            Self::Acts => "不接收含脚本、宏或内嵌程序的文件",
            Self::TwoExtensions => "文件名含有双重扩展名",
            Self::Form => "不接收此类型的文件",
            Self::Disguised => "文件内容与名称或声明的类型不符",
            Self::Bomb => "压缩内容无法读取或解压后过大",
        }
    }
}

/// Decides on a file that was read whole. Gives its form.
///
/// # Errors
/// The first [`Refusal`] that holds, in the order of how much harm it would do.
pub fn judge(rules: &Attachments, most_bytes: u64, seen: &Seen) -> Result<Form, Refusal> {
    if seen.bytes == 0 {
        return Err(Refusal::Empty);
    }
    if seen.bytes > most_bytes {
        return Err(Refusal::TooLong);
    }
    let parts: Vec<String> =
        seen.name.split('.').skip(1).map(|part| part.trim().to_ascii_lowercase()).collect();
    let (last, before) = parts.split_last().ok_or(Refusal::Form)?;
    if seen.program || is_acting(last) {
        return Err(Refusal::Program);
    }
    if before.iter().any(|part| is_acting(part) || by_extension(part).is_some()) {
        return Err(Refusal::TwoExtensions);
    }
    if seen.acts {
        return Err(Refusal::Acts);
    }
    let form = by_extension(last).filter(|form| rules.media.iter().any(|media| media == form.media));
    let form = form.ok_or(Refusal::Form)?;
    match seen.packed {
        Some(None) => return Err(Refusal::Bomb),
        Some(Some(unfolded)) if is_bomb(rules, seen.bytes, unfolded) => return Err(Refusal::Bomb),
        Some(Some(_)) | None => {}
    }
    let tells = match (&seen.found, form.marked) {
        (Some(found), true) => found == form.media,
        (None, false) => seen.reads_as_text,
        (Some(_), false) | (None, true) => false,
    };
    // What a browser declares for a form that it does not know says nothing.
    let declared = seen.declared.as_deref().filter(|media| *media != "application/octet-stream");
    if !tells || declared.is_some_and(|media| !is_alias(media, form)) {
        return Err(Refusal::Disguised);
    }
    Ok(form)
}

fn is_bomb(rules: &Attachments, bytes: u64, unfolded: Unfolded) -> bool {
    unfolded.unfolded > rules.unpacked_max_bytes
        || unfolded.entries > u64::from(rules.entries_max)
        || unfolded.unfolded > bytes.saturating_mul(u64::from(rules.ratio_max))
        // Entries that share their bytes: the trick by which a small file becomes a large one.
        || unfolded.packed > bytes
}

/// Says whether an extension, in small letters, stands for something that is carried out.
#[must_use]
pub fn is_acting(extension: &str) -> bool {
    ACTING.contains(&extension)
}

fn by_extension(extension: &str) -> Option<Form> {
    FORMS.iter().copied().find(|form| form.extensions.contains(&extension))
}

/// Names that browsers use beside the registered one.
fn is_alias(declared: &str, form: Form) -> bool {
    declared == form.media
        || match form.media {
            "image/jpeg" => declared == "image/jpg",
            "image/heif" => declared == "image/heic",
            "audio/mpeg" => declared == "audio/mp3",
            "audio/x-wav" => matches!(declared, "audio/wav" | "audio/wave"),
            "audio/m4a" => matches!(declared, "audio/mp4" | "audio/x-m4a"),
            _ => false,
        }
}

impl Attachments {
    pub(crate) fn validate(&self, mistakes: &mut Mistakes) {
        for media in self.media.iter().filter(|media| !FORMS.iter().any(|form| form.media == media.as_str()))
        {
            mistakes.add("attachments.media", format!("unknown form `{media}`"));
        }
        if self.unpacked_max_bytes == 0 || self.entries_max == 0 || self.ratio_max == 0 {
            mistakes.add("attachments", "a maximum of 0 lets nothing in");
        }
    }
}
