//! The fixed words that packs and registrations may use, as they stand in files and JSON.

/// What a message may want (诉求类型).
pub const KINDS: &[&str] = &["consultation", "help", "complaint", "report", "suggestion", "praise", "other"];

/// How soon hands may be needed (紧急程度).
pub const URGENCIES: &[&str] = &["ordinary", "urgent", "immediate"];

/// The ways a message may come in (渠道), with the key for those not listed.
pub const CHANNELS: &[&str] = &[
    "default",
    "portal",
    "phone",
    "mailbox",
    "open311",
    "api",
    "letter",
    "visit",
    "reception",
    "superior",
    "import",
    "legacy",
    "app",
    "wechat",
    "sms",
    "mail",
    "forum",
    "fax",
    "live",
    "media",
    "grid",
    "emergency",
    "handover",
];

/// What a channel may require of a registration.
pub const FIELDS: &[&str] = &["name", "phone", "email", "address", "title", "body", "kind", "region"];
