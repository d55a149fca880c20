//! What a token says about its holder.

use ids::{CaseId, RegionCode, UnitCode};
use uuid::Uuid;

use crate::Role;

/// What a token says about its holder. Never a name: `sub` is the account's id.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Claims {
    /// The account; for a citizen's token the case's id again.
    pub sub: Uuid,
    /// The role that is written as the actor of what the holder does.
    pub role: Role,
    /// Every role of the holder, the primary one too.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// The unit for which an officer acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
    /// The region to which the holder is bound, with all that lies in it; none means the whole installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionCode>,
    /// The one case of a citizen's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// When the token ends, in seconds since 1970-01-01T00:00:00Z.
    pub exp: i64,
}

/// The widest set of rows that a list may show to a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every case of the installation.
    All,
    /// The cases of a region and of all that lies in it.
    Region(RegionCode),
    /// The cases that one unit has or had.
    Unit(UnitCode),
    /// One case.
    Case(CaseId),
    /// No case.
    Nothing,
}

/// The account of an [actor](Claims::actor), without the role in which it acted.
#[must_use]
pub fn account(actor: &str) -> &str {
    actor.split_once(':').map_or(actor, |(_, account)| account)
}

impl Claims {
    /// Makes the claims of a citizen who gave number and query code of `case`, until `exp` (unix seconds).
    #[must_use]
    pub fn citizen(case: CaseId, exp: i64) -> Self {
        Self {
            sub: case.0,
            role: Role::Citizen,
            roles: vec![Role::Citizen],
            unit: None,
            region: None,
            case: Some(case),
            exp,
        }
    }

    /// Says whether the holder has this role, as the primary one or beside it.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.role == role || self.roles.contains(&role)
    }

    /// Writes who acts, for `Event.actor`: `citizen`, or the primary role and the account's id.
    #[must_use]
    pub fn actor(&self) -> String {
        match self.role {
            Role::Citizen => "citizen".to_owned(),
            Role::Operator
            | Role::Dispatcher
            | Role::Officer
            | Role::Reviewer
            | Role::Supervisor
            | Role::Leader
            | Role::Importer
            | Role::Agency
            | Role::Auditor
            | Role::Admin
            | Role::Keeper
            | Role::Inspector => format!("{}:{}", self.role, self.sub),
        }
    }

    /// Says whether an actor written down earlier was the holder, in whatever role: who has two roles has one pair of hands.
    #[must_use]
    pub fn acted_as(&self, actor: &str) -> bool {
        self.role != Role::Citizen && account(actor) == account(&self.actor())
    }

    /// The widest set of cases that a list may show to the holder; ask `may(ListCases)` first.
    #[must_use]
    pub fn scope(&self) -> Scope {
        const SEE_BEYOND_A_UNIT: [Role; 8] = [
            Role::Operator,
            Role::Dispatcher,
            Role::Reviewer,
            Role::Supervisor,
            Role::Leader,
            Role::Auditor,
            Role::Keeper,
            Role::Inspector,
        ];
        if SEE_BEYOND_A_UNIT.into_iter().any(|role| self.has(role)) {
            return self.region.clone().map_or(Scope::All, Scope::Region);
        }
        match (&self.unit, self.case) {
            (Some(unit), _) if self.has(Role::Officer) || self.has(Role::Agency) => Scope::Unit(unit.clone()),
            (_, Some(case)) if self.has(Role::Citizen) => Scope::Case(case),
            (None | Some(_), None | Some(_)) => Scope::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_two_roles_has_one_pair_of_hands() {
        let one = Claims::citizen(CaseId::fresh(), 0);
        let of = |role, sub| Claims { role, sub, case: None, ..one.clone() };
        let (here, there) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (drafts, releases) = (of(Role::Supervisor, here), of(Role::Reviewer, here));
        assert!(releases.acted_as(&drafts.actor()) && drafts.acted_as(&drafts.actor()));
        assert!(!of(Role::Reviewer, there).acted_as(&drafts.actor()));
        assert!(!releases.acted_as("system"));
        assert!(!one.acted_as("citizen"), "citizens have no account");
        assert_eq!((account(&drafts.actor()), account("system")), (here.to_string().as_str(), "system"));
    }
}
