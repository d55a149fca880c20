//! What is wrong with the tree of units: each finding a code, so that an office can work its list off.

use ids::UnitCode;

use crate::tree::{Node, Tree};

/// Something that has to be put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// 未明确分管领导.
    NoLeader,
    /// 未明确承办人员.
    NoHandler,
    /// The unit above does not exist.
    UnknownParent,
    /// The unit above no longer works.
    EndedParent,
    /// The units above run in a circle.
    Circle,
    /// Merged or abolished, and nobody is named who continues its work.
    NoSuccessor,
    /// Those named as continuing its work are themselves gone, or unknown.
    EndedSuccessor,
    /// A utility that is not on duty round the clock.
    NotRoundTheClock,
}

impl Flaw {
    /// The code in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// What Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.words().1
    }

    /// What English readers see.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.words().2
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::NoLeader => ("no-leader", "未明确分管领导", "no leader in charge is named"),
            Self::NoHandler => ("no-handler", "未明确承办人员", "no handling officer is named"),
            Self::UnknownParent => ("unknown-parent", "上级单位不存在", "the unit above does not exist"),
            Self::EndedParent => ("ended-parent", "上级单位已停用", "the unit above no longer works"),
            Self::Circle => ("circle", "上级关系形成循环", "the units above run in a circle"),
            Self::NoSuccessor => {
                ("no-successor", "已撤销，未明确继续行使职权的单位", "ended without a successor")
            }
            Self::EndedSuccessor => {
                ("ended-successor", "承接单位不存在或已停用", "the successor is unknown or no longer works")
            }
            Self::NotRoundTheClock => (
                "not-round-the-clock",
                "公共服务企业未实行24小时值守",
                "a utility not on duty round the clock",
            ),
        }
    }
}

/// Finds all that is wrong, by unit; `round_the_clock` are the kinds that must be on duty day and night.
#[must_use]
pub fn find(tree: &Tree, round_the_clock: &[String]) -> Vec<(UnitCode, Flaw)> {
    let mut found: Vec<(UnitCode, Flaw)> = tree
        .iter()
        .flat_map(|(code, node)| {
            of(tree, code, node, round_the_clock).into_iter().map(|flaw| (code.clone(), flaw))
        })
        .collect();
    found.sort();
    found
}

fn of(tree: &Tree, code: &UnitCode, node: &Node, round_the_clock: &[String]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if !node.active {
        // What only an old file names was never ended: nobody has to succeed it.
        if node.kind != "legacy" {
            flaws.extend(node.successor.is_none().then_some(Flaw::NoSuccessor));
            let lost = node.successor.is_some() && tree.heir(code).is_none();
            flaws.extend(lost.then_some(Flaw::EndedSuccessor));
        }
        return flaws;
    }
    flaws.extend((!node.leader).then_some(Flaw::NoLeader));
    flaws.extend((!node.handler).then_some(Flaw::NoHandler));
    match node.parent.as_ref().map(|parent| (parent, tree.node(parent))) {
        None => {}
        Some((_, None)) => flaws.push(Flaw::UnknownParent),
        Some((_, Some(parent))) if !parent.active => flaws.push(Flaw::EndedParent),
        Some((parent, Some(_))) => {
            let circle = parent == code || tree.above(parent).contains(&code);
            flaws.extend(circle.then_some(Flaw::Circle));
        }
    }
    let sleeps = !node.duty24h && round_the_clock.contains(&node.kind);
    flaws.extend(sleeps.then_some(Flaw::NotRoundTheClock));
    flaws
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::{code, county, node};

    fn of_one(node: Node) -> Vec<Flaw> {
        let mut units: Vec<_> = county().iter().map(|(code, node)| (code.clone(), node.clone())).collect();
        units.push((code("ended"), Node { active: false, ..node_of("city") }));
        units.push((code("one"), node));
        let kinds = ["utility".to_owned()];
        let found = find(&units.into_iter().collect(), &kinds);
        found.into_iter().filter(|(unit, _)| *unit == code("one")).map(|(_, flaw)| flaw).collect()
    }

    fn node_of(parent: &str) -> Node {
        node(Some(parent), "511602", "department")
    }

    #[test]
    fn a_sound_tree_has_none() {
        assert_eq!(find(&county(), &["utility".to_owned()]), []);
    }

    #[test]
    fn each_flaw_is_found() {
        let bare = Node { leader: false, handler: false, ..node_of("county") };
        assert_eq!(of_one(bare), [Flaw::NoLeader, Flaw::NoHandler]);
        assert_eq!(of_one(node_of("nobody")), [Flaw::UnknownParent]);
        assert_eq!(of_one(node_of("ended")), [Flaw::EndedParent]);
        assert_eq!(of_one(node_of("one")), [Flaw::Circle]);
        let utility = node(Some("county"), "511602", "utility");
        assert_eq!(of_one(utility.clone()), [Flaw::NotRoundTheClock]);
        assert_eq!(of_one(Node { duty24h: true, ..utility }), []);
    }

    #[test]
    fn an_ended_unit_needs_an_heir_and_nothing_else() {
        let ended = Node { active: false, leader: false, handler: false, ..node_of("county") };
        assert_eq!(of_one(ended.clone()), [Flaw::NoSuccessor]);
        assert_eq!(of_one(Node { successor: Some(code("county-water")), ..ended.clone() }), []);
        assert_eq!(of_one(Node { successor: Some(code("nobody")), ..ended.clone() }), [Flaw::EndedSuccessor]);
        assert_eq!(of_one(Node { kind: "legacy".to_owned(), ..ended }), []);
    }
}
