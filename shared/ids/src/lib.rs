//! Typed identifiers, codes and numbers: one append-only list that every crate may name.

mod code;
mod number;
mod shard;

pub use code::{BadCode, RegionCode, UnitCode};
pub use number::{BadNumber, CaseNumber};
pub use shard::{SHARDS, shard_of};

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// Makes a fresh id that sorts by the time of its making (UUID version 7).
            #[must_use]
            pub fn fresh() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            /// Derives the same id from the same words each time, for work that may be repeated.
            #[must_use]
            pub fn derived(words: &str) -> Self {
                Self(uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, words.as_bytes()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(words: &str) -> Result<Self, uuid::Error> {
                words.parse().map(Self)
            }
        }
    )+};
}

typed_ids! {
    /// One citizen's matter (诉求), from registration to archive.
    CaseId,
    /// One event on the bus; also its CloudEvents id and JetStream message id.
    EventId,
    /// One hand-over of a case to one unit (交办、转送).
    AssignmentId,
    /// One legal limit running on a case (时限).
    ClockId,
    /// One wake-up in a clock's life: a warning or the limit itself.
    TimerId,
    /// One message owed to one recipient (告知).
    NoticeId,
    /// One follow-up of a closed case (回访).
    FollowUpId,
    /// One account of a member of staff or of a machine.
    AccountId,
    /// One call or message, with or without a case.
    ContactId,
    /// One file of a case.
    AttachmentId,
    /// One session of a leader's reception or live answering.
    SessionId,
    /// One instruction of a leader (批示).
    InstructionId,
    /// One public answer.
    PublicationId,
    /// One article of the knowledge base.
    ArticleId,
    /// One supervision order (督办单).
    OrderId,
    /// One request for more time (延期申请).
    ExtensionId,
    /// One defect of handling, found by counting.
    FindingId,
    /// One early warning (预警).
    AlertId,
    /// One report of a period.
    ReportId,
    /// One appeal that a case not count (考核申诉、剔除).
    ExclusionId,
}
