//! 部门职责不得下派基层: what a department has to do is not handed to township or village, unless the pack's duty list says so.

use ids::UnitCode;

use crate::{pack::RoutingPack, tree::Tree};

/// Work that would be pushed down, and why it is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("work of {department} is not for the grass roots ({to})")]
pub struct PushedDown {
    /// The department whose work it is.
    pub department: UnitCode,
    /// The unit of township or village that should have got it.
    pub to: UnitCode,
    /// Where the rule comes from, in words.
    pub law: String,
}

impl PushedDown {
    /// What Chinese readers see.
    #[must_use]
    pub fn zh(&self) -> String {
        let Self { department, to, law } = self;
        format!(
            "该事项属部门（{department}）职责，且不在乡镇（街道）履职事项清单内，不得下派至 {to}。依据：{law}"
        )
    }

    /// What English readers see.
    #[must_use]
    pub fn en(&self) -> String {
        let Self { department, to, law } = self;
        format!(
            "the matter is work of the department {department} and not on the township duty list, so it may not be passed \
             down to {to} ({law})"
        )
    }
}

/// Says whether work of `competent` may go to `to`. `competent` is the unit that passes it down, or the one that the
/// catalogue names; none means that no department is known to be competent.
///
/// # Errors
/// [`PushedDown`], where the pack has the rule.
pub fn check(
    pack: &RoutingPack,
    tree: &Tree,
    competent: Option<&UnitCode>,
    to: &UnitCode,
    subject: Option<&str>,
) -> Result<(), PushedDown> {
    let Some(rule) = &pack.grassroots else { return Ok(()) };
    let low = tree.node(to).is_some_and(|node| rule.levels.contains(&node.level));
    let department = competent.filter(|unit| {
        *unit != to && tree.node(unit).is_some_and(|node| pack.ways.department_kinds.contains(&node.kind))
    });
    let listed =
        subject.is_some_and(|subject| rule.subjects.iter().any(|own| subject.starts_with(own.as_str())));
    match department {
        Some(department) if low && !listed => {
            Err(PushedDown { department: department.clone(), to: to.clone(), law: rule.source.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::{code, county};

    fn pack(with: bool) -> RoutingPack {
        let text = include_str!("../../../../deploy/policy/hotline-sichuan-2025/routing.toml");
        let mut pack: RoutingPack = toml::from_str(text).unwrap();
        pack.grassroots = pack.grassroots.filter(|_| with);
        if let Some(rule) = &mut pack.grassroots {
            rule.subjects = vec!["07".to_owned()];
        }
        pack
    }

    #[test]
    fn a_departments_work_stays_with_departments() {
        let (pack, tree) = (pack(true), county());
        let may = |from: &str, to: &str, subject| check(&pack, &tree, Some(&code(from)), &code(to), subject);
        let refused = may("county-water", "town", Some("03")).unwrap_err();
        assert_eq!(refused.department, code("county-water"));
        assert!(refused.zh().contains("county-water") && refused.en().contains("county-water"));
        assert!(may("county-water", "village", None).is_err());
        assert!(may("county-water", "city-water", None).is_ok(), "a department is no grass root");
        assert!(may("county", "town", None).is_ok(), "a government leads its townships");
        assert!(may("town", "village", None).is_ok());
        assert!(may("county-water", "town", Some("0703")).is_ok(), "the list has the subject");
        assert!(may("county-water", "town", Some("70")).is_err());
        assert!(check(&pack, &tree, None, &code("town"), None).is_ok());
    }

    #[test]
    fn a_pack_without_the_rule_forbids_nothing() {
        let pack = pack(false);
        assert!(check(&pack, &county(), Some(&code("county-water")), &code("town"), None).is_ok());
    }
}
