//! Who may do something of a kind at all, asked before anything is said of what was sent.
//!
//! Whether somebody may do it here is decided with the thing in hand, in the operation. What was sent wrongly is found
//! before that; to those who may never do it, it is no answer.

use identity::{Action, Claims, Denied, may};
use ids::{CaseId, UnitCode};

use crate::Problem;

/// Open to those who may do one of some actions somewhere.
#[derive(Debug)]
pub struct Gate(Option<Box<Denied>>);

impl Gate {
    /// Asks for each action; the first that is allowed opens it.
    #[must_use]
    pub fn any(claims: &Claims, actions: impl IntoIterator<Item = Action>) -> Self {
        let mut denied = None;
        for action in actions {
            match may(claims, &action) {
                Ok(()) => return Self(None),
                Err(why) => denied = Some(Box::new(why)),
            }
        }
        Self(denied)
    }

    /// Gives what was read, and to those before a closed gate the refusal in the place of what is wrong.
    ///
    /// # Errors
    /// 403, or what was found.
    pub fn first<T>(&self, found: Result<T, Problem>) -> Result<T, Problem> {
        found.map_err(|problem| match &self.0 {
            Some(denied) => Problem::forbidden(Denied::clone(denied)),
            None => problem,
        })
    }
}

/// The unit that a caller acts for; for those that act for none, one that nobody acts for.
#[must_use]
pub fn own_unit(claims: &Claims) -> UnitCode {
    claims.unit.clone().unwrap_or_else(|| "none".parse().expect("a code"))
}

/// The case that a citizen's token is for; for all others, one that nobody has.
#[must_use]
pub fn own_case(claims: &Claims) -> CaseId {
    claims.case.unwrap_or(CaseId(uuid::Uuid::nil()))
}

#[cfg(test)]
mod tests {
    use identity::Role;

    use super::*;

    #[test]
    fn what_is_wrong_is_told_to_those_who_may_do_it_only() {
        let wrong = || Err::<(), _>(Problem::bad_request("field", "错误", "wrong"));
        let status = |gate: &Gate| gate.first(wrong()).expect_err("wrong").status();
        let claims =
            |role| Claims { role, roles: vec![role], case: None, ..Claims::citizen(CaseId::fresh(), 0) };
        let actions = || [Action::Settle, Action::Moderate];
        assert_eq!(status(&Gate::any(&claims(Role::Importer), actions())), 403);
        assert_eq!(status(&Gate::any(&claims(Role::Reviewer), actions())), 400);
        assert!(Gate::any(&claims(Role::Importer), actions()).first(Ok(())).is_ok(), "what is good goes on");
        let officer = Claims { unit: Some("cg".parse().expect("a code")), ..claims(Role::Officer) };
        let handle = |claims: &Claims| Gate::any(claims, [Action::Handle { unit: own_unit(claims) }]);
        assert_eq!(status(&handle(&officer)), 400);
        assert_eq!(status(&handle(&claims(Role::Officer))), 403);
    }
}
