//! What intake (and, for rating and reopening, evaluation) says about a case.

use ids::{CaseId, CaseNumber, RegionCode, UnitCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::words::{Channel, Class, Grade, Kind, Mode, Outcome, Solved, Urgency};

/// The policy pack a decision was made under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// For example `mailbox-002`.
    pub id: String,
    /// The pack's own version.
    pub version: i32,
}

/// 收文登记: a message was written down and has a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRegistered {
    /// The number the citizen keeps.
    pub number: CaseNumber,
    /// What the message wants.
    pub kind: Kind,
    /// How it came in.
    pub channel: Channel,
    /// Where the matter lies.
    pub region: RegionCode,
    /// How soon hands are needed.
    pub urgency: Urgency,
    /// When the citizen spoke.
    pub received_at: Timestamp,
    /// The pack in force for this case.
    pub pack: PackRef,
    /// Accusations travel with nothing but their id.
    pub confidential: bool,
}

/// Title and text with everything redacted that identifies a person; for routing and likeness inside the suite only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// The redacted title.
    pub title: String,
    /// The first part of the redacted text.
    pub text: String,
}

/// 受理: the case is taken; from here the limits run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAccepted {
    /// The number the citizen keeps.
    pub number: CaseNumber,
    /// What the message wants.
    pub kind: Kind,
    /// Subject code of the tenant's own tree, where known.
    pub subject: Option<String>,
    /// How it came in.
    pub channel: Channel,
    /// Where the matter lies.
    pub region: RegionCode,
    /// How soon hands are needed.
    pub urgency: Urgency,
    /// When the citizen spoke; the day of receipt of every limit.
    pub received_at: Timestamp,
    /// The pack in force for this case.
    pub pack: PackRef,
    /// Accusations travel with nothing but their id.
    pub confidential: bool,
    /// The matter concerns several units, so the longer limit of the pack holds.
    pub multi_unit: bool,
    /// Redacted words; absent for confidential cases.
    pub wording: Option<Wording>,
    /// A unit named at intake (sub-mailbox, legacy file), if any.
    pub unit_hint: Option<UnitCode>,
    /// A mode named at intake, if any.
    pub mode_hint: Option<Mode>,
    /// By which channels the citizen can be told; no address, only what kinds exist (`sms`, `mail`).
    pub reachable: Vec<String>,
    /// How it is read; ordinary when missing.
    pub class: Option<Class>,
    /// Entry of the strict-and-fast list it falls under.
    pub fast: Option<String>,
}

/// 不予受理: the exception, with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDeclined {
    /// A reason code of the pack.
    pub reason: String,
    /// 无效留言: nothing in it could be handled; told apart from what was refused. Missing: refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<bool>,
    /// By which channels the citizen can be told: `sms`, `mail`. Missing: nothing is known of any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reachable: Vec<String>,
}

/// The citizen added to the matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSupplemented {
    /// How many supplements the case has now.
    pub count: i32,
}

/// The citizen took the matter back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseWithdrawn {}

/// The case was answered to the citizen (答复). Said by routing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAnswered {
    /// The unit whose reply it was.
    pub unit: UnitCode,
    /// What the answer comes to.
    pub outcome: Outcome,
    /// Who answered: the unit itself (转送) or the centre (交办).
    pub mode: Mode,
    /// 1 for the first round, 2 after the first reopening.
    pub round: i32,
    /// When it was answered.
    pub answered_at: Timestamp,
    /// The level at which that unit works: `province`, `city`, `county`, `township`, `village`; missing where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// 成因: a code of `reports.cause` of the pack, where the reply named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// 整改: a code of `reports.remedy` of the pack, where the reply named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// 办结: the case is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseClosed {
    /// What the answer came to.
    pub outcome: Outcome,
    /// 1 for the first round.
    pub round: i32,
    /// Answered with the case it was merged into.
    pub merged_into: Option<CaseId>,
    /// The unit whose reply that case was answered with; only where it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
}

/// The case goes round again (重办). Said by evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReopened {
    /// The round that begins; 2 after the first reopening.
    pub round: i32,
    /// A reason code: `unsatisfied`, `unsolved`, `new-facts`.
    pub reason: String,
}

/// The citizen rated the handling. Said by evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRated {
    /// Whether the matter was solved.
    pub solved: Solved,
    /// How satisfied the citizen is; apart from solved.
    pub grade: Grade,
    /// The round that was rated.
    pub round: i32,
}

/// All that an older system knew of the case has been told: from now on time is today's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHistoryEnded {}
