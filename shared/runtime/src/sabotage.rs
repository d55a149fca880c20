//! Known-bad variants of relay and inbox, so that the chaos test can show that it would notice them.

/// What is broken on purpose. Only builds with debug assertions listen to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sabotage {
    /// Nothing: the only value of a release build.
    #[default]
    None,
    /// The consumer acknowledges before its transaction commits.
    AckBeforeCommit,
    /// The relay deletes pending rows before the stream has acknowledged them.
    DeleteBeforeAck,
    /// The relay follows a cursor over `seq` instead of the pending rows.
    CursorOutbox,
}

impl Sabotage {
    /// Reads `HUIYIN_SABOTAGE`.
    #[must_use]
    pub fn from_environment() -> Self {
        if !cfg!(debug_assertions) {
            return Self::None;
        }
        match std::env::var("HUIYIN_SABOTAGE").as_deref() {
            Ok("ack-before-commit") => Self::AckBeforeCommit,
            Ok("delete-before-ack") => Self::DeleteBeforeAck,
            Ok("cursor-outbox") => Self::CursorOutbox,
            _ => Self::None,
        }
    }
}
