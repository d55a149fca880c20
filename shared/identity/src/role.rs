//! The roles that the field knows.

use std::{fmt, str::FromStr};

/// What someone is at the desk. An account may have several; a citizen's token has one and one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 群众: who told the matter and holds its number and query code.
    Citizen,
    /// 话务员: registers what is said on the telephone, decides acceptance.
    Operator,
    /// 派单员: finds the competent unit and dispatches.
    Dispatcher,
    /// 承办人: signs, contacts, handles and replies for one unit.
    Officer,
    /// 审核员: reviews returns and replies, releases what goes to the citizen.
    Reviewer,
    /// 督办员: supervises limits and quality.
    Supervisor,
    /// 领导: reads, instructs.
    Leader,
    /// 导入程序: brings a legacy mailbox in, and nothing else.
    Importer,
    /// 外部机构: another agency's machine.
    Agency,
    /// 审计员: reads everything that was done, changes nothing.
    Auditor,
    /// 系统管理员: accounts and settings; no cases.
    Admin,
    /// 机要员: opens sealed cases and names the hands that may see them.
    Keeper,
    /// 纪检监察: supervises discipline on a case.
    Inspector,
}

/// Why a role was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown role")]
pub struct UnknownRole;

impl Role {
    /// Every role, in the order of their listing.
    pub const ALL: [Role; 13] = [
        Role::Citizen,
        Role::Operator,
        Role::Dispatcher,
        Role::Officer,
        Role::Reviewer,
        Role::Supervisor,
        Role::Leader,
        Role::Importer,
        Role::Agency,
        Role::Auditor,
        Role::Admin,
        Role::Keeper,
        Role::Inspector,
    ];

    /// The word in tokens, tables and `Event.actor`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The label that Chinese readers see.
    #[must_use]
    pub fn zh(self) -> &'static str {
        self.words().1
    }

    /// The label that English readers see.
    #[must_use]
    pub fn en(self) -> &'static str {
        self.words().2
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Role::Citizen => ("citizen", "群众", "citizen"),
            Role::Operator => ("operator", "话务员", "operator"),
            Role::Dispatcher => ("dispatcher", "派单员", "dispatcher"),
            Role::Officer => ("officer", "承办人", "case officer"),
            Role::Reviewer => ("reviewer", "审核员", "reviewer"),
            Role::Supervisor => ("supervisor", "督办员", "supervisor"),
            Role::Leader => ("leader", "领导", "leader"),
            Role::Importer => ("importer", "导入程序", "importer"),
            Role::Agency => ("agency", "外部机构", "agency"),
            Role::Auditor => ("auditor", "审计员", "auditor"),
            Role::Admin => ("admin", "系统管理员", "administrator"),
            Role::Keeper => ("keeper", "机要员", "keeper of sealed cases"),
            Role::Inspector => ("inspector", "纪检监察", "discipline inspector"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        Role::ALL.into_iter().find(|role| role.as_str() == word).ok_or(UnknownRole)
    }
}
