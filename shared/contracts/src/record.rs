//! What intake says about the record of a case beyond its acceptance.

use ids::{AccountId, AttachmentId, CaseId, PublicationId, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::{Class, Kind, Urgency};

/// A person or a rule changed what acceptance had said of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseClassified {
    /// What the message wants.
    pub kind: Kind,
    /// How soon hands are needed.
    pub urgency: Urgency,
    /// How it is read.
    pub class: Class,
    /// Subject code of the tenant's own tree.
    pub subject: Option<String>,
    /// Entry of the strict-and-fast list it falls under.
    pub fast: Option<String>,
    /// Kind of petition of the pack: suggestion, accusation, or a lane of claims.
    pub petition: Option<String>,
    /// 初件: nobody brought the matter before.
    pub first: bool,
}

/// 并单: the case goes on as part of another and is answered with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMerged {
    /// The case that is handled.
    pub into: CaseId,
    /// Round of handling in which it was merged.
    pub round: i32,
}

/// The merging was taken back: the case stands for itself again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseUnmerged {
    /// The case it was merged into.
    pub from: CaseId,
}

/// Two cases are told apart and known to belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLinked {
    /// The other case.
    pub to: CaseId,
    /// `repeat`, `related`.
    pub link: String,
}

/// New facts after closure: the case is to go round again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRenewed {
    /// A reason code.
    pub reason: String,
}

/// The result of the case is secret: nobody outside is told of it, the citizen in neutral words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResultSealed {}

/// The result of the case is no longer secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResultUnsealed {}

/// A flag stands on the case until a day; it never closes the door to another matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFlagged {
    /// A flag code of the pack.
    pub flag: String,
    /// Last day on which it stands.
    pub until: Date,
}

/// A flag was taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFlagLifted {
    /// A flag code of the pack.
    pub flag: String,
    /// `objection`, `ended`, `mistaken`.
    pub reason: String,
}

/// The citizen was told of all materials to bring; a second time is a defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMaterialsRequested {
    /// How many materials.
    pub count: i32,
    /// The how many-th request of this case.
    pub request: i32,
}

/// The materials of a request are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMaterialsReceived {
    /// Which request.
    pub request: i32,
}

/// 告知书: a written notice was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseNoticeIssued {
    /// A form of the pack: `acceptance`, `non_acceptance`, `transfer`, `extension`.
    pub form: String,
    /// Its serial number.
    pub serial: String,
    /// The day it was served.
    pub served_on: Date,
}

/// Who may see a sealed case; the newest list holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHandsNamed {
    /// Accounts that may.
    pub hands: Vec<AccountId>,
    /// Units that may not, each with its whole line: the accused.
    pub barred: Vec<UnitCode>,
    /// The whole line of the accused as routing drew it when they were named: they, all above and all below. Events
    /// from before the line was told have none; `case.line_drawn` follows.
    pub line: Option<Vec<UnitCode>>,
}

/// The matter was passed to a body outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHandedOver {
    /// Code of the body.
    pub to: String,
    /// `transfer` 一键转接, `three-party` 三方通话, `first-receiver` 首接受理, `referral`.
    pub way: String,
}

/// The result was laid ready for the body that handed the case down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReportedUp {
    /// Code of the body.
    pub to: String,
    /// That body's own number.
    pub serial: String,
}

/// A file was attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAttached {
    /// Which.
    pub attachment: AttachmentId,
    /// Media type, as its content shows.
    pub media: String,
    /// Its size.
    pub bytes: i64,
}

/// The answer, redacted and released by a person, is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePublished {
    /// Which publication.
    pub publication: PublicationId,
}

/// The public answer was taken down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseUnpublished {
    /// A reason code.
    pub reason: String,
}

/// 归档: the archive file was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseArchived {
    /// SHA-256 of the file, hexadecimal.
    pub digest: String,
}

/// 初次、重复、集体、越级: what was found of the case by rule; the newest list holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFound {
    /// `first`, `repeat`, `collective`, `skip-level`.
    pub findings: Vec<String>,
}

/// 风险标签: an officer marked the matter, with grounds that stay with intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRiskMarked {
    /// A risk code of the pack.
    pub risk: String,
}

/// The mark was taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRiskLifted {
    /// A risk code of the pack.
    pub risk: String,
    /// Risks that are still marked.
    pub left: i32,
}

/// 三方通话: citizen, operator and others spoke together about the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCallHeld {
    /// Who was on the line beside the citizen and the operator: codes of units and bodies.
    pub with: Vec<String>,
    /// What it came to: a code of the pack.
    pub result: String,
}
