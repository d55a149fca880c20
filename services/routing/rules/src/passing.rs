//! 二次派单: a unit passes a case to a subordinate; it keeps the duty, and the answer goes up to it.

use ids::UnitCode;

use crate::{
    State,
    grassroots::{self, PushedDown},
    pack::RoutingPack,
    tree::Tree,
};

/// Who passes what to whom.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
    /// Who has the case.
    pub from: &'a UnitCode,
    /// Who is to do the work.
    pub to: &'a UnitCode,
    /// Where the hand-over of `from` stands.
    pub state: State,
    /// How often the case was passed down before it came to `from`.
    pub depth: usize,
    /// The case's subject, where known.
    pub subject: Option<&'a str>,
}

/// Why a case is not passed down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The pack does not know it, or not so deep.
    #[error("the pack allows no further passing down")]
    TooDeep,
    /// Whoever passes a case on has taken it first.
    #[error("the unit has not signed, or no longer handles the case")]
    NotInHand,
    /// Only downwards.
    #[error("the unit is not below")]
    NotBelow,
    /// Department work.
    #[error(transparent)]
    PushedDown(#[from] PushedDown),
}

/// Says whether the case may be passed down.
///
/// # Errors
/// [`Refused`] with the reason.
pub fn check(pack: &RoutingPack, tree: &Tree, passing: Passing<'_>) -> Result<(), Refused> {
    let Passing { from, to, state, depth, subject } = passing;
    if depth >= pack.ways.sub_dispatch_depth {
        return Err(Refused::TooDeep);
    }
    match state {
        State::Signed | State::Contacted => {}
        State::Dispatched
        | State::Returning
        | State::UnderReview
        | State::Replied
        | State::Answered
        | State::Redirected
        | State::Withdrawn => return Err(Refused::NotInHand),
    }
    if !tree.is_below(to, from) {
        return Err(Refused::NotBelow);
    }
    Ok(grassroots::check(pack, tree, Some(from), to, subject)?)
}

impl Refused {
    /// What Chinese readers see.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::TooDeep => "本规则不允许再往下转派".to_owned(),
            Self::NotInHand => "签收后、答复前才能转派下级单位".to_owned(),
            Self::NotBelow => "只能转派本单位的下级单位".to_owned(),
            Self::PushedDown(why) => why.zh(),
        }
    }

    /// What English readers see.
    #[must_use]
    pub fn en(&self) -> String {
        match self {
            Self::TooDeep => "the policy pack allows no further passing down".to_owned(),
            Self::NotInHand => {
                "only a unit that has signed and not yet replied passes a case down".to_owned()
            }
            Self::NotBelow => "only a unit below one's own can be given the case".to_owned(),
            Self::PushedDown(why) => why.en(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::{code, county};

    #[test]
    fn only_downwards_only_in_hand_only_so_deep() {
        let text = include_str!("../../../../deploy/policy/mailbox-002/routing.toml");
        let pack: RoutingPack = toml::from_str(text).unwrap();
        let depth = pack.ways.sub_dispatch_depth;
        assert!(depth > 0);
        let (from, to, town, water) =
            (code("county"), code("county-water"), code("town"), code("county-water"));
        let good = Passing { from: &from, to: &to, state: State::Signed, depth: 0, subject: None };
        let tree = county();
        assert_eq!(check(&pack, &tree, good), Ok(()));
        assert_eq!(check(&pack, &tree, Passing { depth: depth - 1, ..good }), Ok(()));
        assert_eq!(check(&pack, &tree, Passing { depth, ..good }), Err(Refused::TooDeep));
        assert_eq!(check(&pack, &tree, Passing { from: &to, to: &from, ..good }), Err(Refused::NotBelow));
        assert_eq!(check(&pack, &tree, Passing { to: &from, ..good }), Err(Refused::NotBelow));
        assert_eq!(check(&pack, &tree, Passing { from: &water, to: &town, ..good }), Err(Refused::NotBelow));
        for state in State::ALL {
            let in_hand = matches!(state, State::Signed | State::Contacted);
            assert_eq!(check(&pack, &tree, Passing { state, ..good }).is_ok(), in_hand, "{state:?}");
        }
    }

    #[test]
    fn a_department_does_not_push_its_work_down() {
        let text = include_str!("../../../../deploy/policy/hotline-sichuan-2025/routing.toml");
        let pack: RoutingPack = toml::from_str(text).unwrap();
        let mut units: Vec<_> = county().iter().map(|(code, node)| (code.clone(), node.clone())).collect();
        units
            .push((code("station"), crate::tree::tests::node(Some("county-water"), "511602103", "township")));
        let (from, to) = (code("county-water"), code("station"));
        let passing = Passing { from: &from, to: &to, state: State::Signed, depth: 0, subject: None };
        let refused = check(&pack, &units.into_iter().collect(), passing).unwrap_err();
        assert!(matches!(refused, Refused::PushedDown(_)));
        assert!(refused.zh().contains("county-water"));
    }
}
