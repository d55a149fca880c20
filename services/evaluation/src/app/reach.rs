//! Of whose cases somebody's figures are made: who acts for one unit counts and lists the cases of that unit and no others.

use identity::{Action, Claims, Denied, Scope, may};
use ids::{RegionCode, UnitCode};

/// How far somebody who reads reports sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Cases of this region only.
    pub(crate) region: Option<RegionCode>,
    /// Cases of this unit only: the own one, or the one that was asked for.
    pub(crate) unit: Option<UnitCode>,
}

/// Narrows what is asked for to what the caller sees. The administrator sees figures, which are no cases.
///
/// # Errors
/// [`Denied`] to who asks for another unit than the own one, or acts for none.
pub(crate) fn counted(claims: &Claims, asked: Option<&UnitCode>) -> Result<Reach, Denied> {
    let of = |region: Option<&RegionCode>| Reach { region: region.cloned(), unit: asked.cloned() };
    match claims.scope() {
        Scope::All => Ok(of(None)),
        Scope::Region(region) => Ok(of(Some(&region))),
        Scope::Unit(own) => {
            may(claims, &Action::Handle { unit: asked.unwrap_or(&own).clone() })?;
            Ok(Reach { region: None, unit: Some(own) })
        }
        Scope::Case(_) | Scope::Nothing => {
            may(claims, &Action::Administer)
                .or_else(|_| may(claims, &Action::Handle { unit: web::own_unit(claims) }))?;
            Ok(of(claims.region.as_ref()))
        }
    }
}

/// Whether somebody sees beyond one unit; who does not reads what was released to all, and nothing before.
pub(crate) fn beyond_a_unit(claims: &Claims) -> bool {
    match claims.scope() {
        Scope::All | Scope::Region(_) => true,
        Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => false,
    }
}

#[cfg(test)]
mod tests {
    use identity::Role;
    use ids::CaseId;

    use super::*;

    fn of(role: Role, unit: Option<&str>, region: Option<&str>) -> Claims {
        let unit = unit.map(|unit| unit.parse().unwrap());
        let region = region.map(|region| region.parse().unwrap());
        Claims { role, roles: vec![role], unit, region, case: None, ..Claims::citizen(CaseId::fresh(), 0) }
    }

    fn reach(claims: &Claims, asked: Option<&str>) -> Option<(Option<String>, Option<String>)> {
        let asked: Option<UnitCode> = asked.map(|unit| unit.parse().unwrap());
        let found = counted(claims, asked.as_ref()).ok()?;
        Some((found.region.map(String::from), found.unit.map(String::from)))
    }

    #[test]
    fn an_officer_counts_the_own_unit_and_others_what_they_ask_for() {
        let some = |word: &str| Some(word.to_owned());
        let officer = of(Role::Officer, Some("water"), Some("511602"));
        assert_eq!(reach(&officer, None), Some((None, some("water"))), "wherever the matter lies");
        assert_eq!(reach(&officer, Some("water")), Some((None, some("water"))));
        assert_eq!(reach(&officer, Some("roads")), None);
        assert_eq!(reach(&of(Role::Officer, None, None), None), None, "who acts for no unit has no cases");
        let leader = of(Role::Leader, None, Some("511602"));
        assert_eq!(reach(&leader, Some("roads")), Some((some("511602"), some("roads"))));
        assert_eq!(reach(&of(Role::Leader, None, None), None), Some((None, None)));
        let admin = of(Role::Admin, None, Some("511600"));
        assert_eq!(reach(&admin, None), Some((some("511600"), None)));
        let both = Claims { roles: vec![Role::Officer, Role::Reviewer], ..officer };
        assert_eq!(reach(&both, Some("roads")), Some((some("511602"), some("roads"))), "roles add up");
    }

    #[test]
    fn officers_and_administrators_see_nothing_beyond_a_unit() {
        for role in [Role::Dispatcher, Role::Reviewer, Role::Supervisor, Role::Leader, Role::Auditor] {
            assert!(beyond_a_unit(&of(role, None, None)) && beyond_a_unit(&of(role, None, Some("511600"))));
        }
        assert!(!beyond_a_unit(&of(Role::Officer, Some("water"), None)));
        assert!(!beyond_a_unit(&of(Role::Admin, None, None)));
        assert!(!beyond_a_unit(&Claims::citizen(CaseId::fresh(), 0)));
    }
}
