//! How a dispatch is made: the plain way, 自办 by the centre's own desk, 直派 straight to a township.

use contracts::unit::CaseCopied;
use ids::{AssignmentId, CaseId, UnitCode};
use routing_rules::{pack::RoutingPack, tree::Tree};

use crate::{
    app::{
        desk::{Desk, Voice},
        refusal::Refusal,
    },
    store::{copies::Copy, sides},
};

/// How a dispatch is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// 转送 or 交办 to whoever is competent.
    #[default]
    Plain,
    /// 自办.
    Own,
    /// 直派.
    Direct,
}

impl Way {
    /// Reads the word of a request.
    pub(crate) fn read(word: &str) -> Option<Self> {
        match word {
            "plain" => Some(Self::Plain),
            "self" => Some(Self::Own),
            "direct" => Some(Self::Direct),
            _ => None,
        }
    }

    /// Says whether the pack has this way to that unit.
    pub(crate) fn check(self, pack: &RoutingPack, tree: &Tree, unit: &UnitCode) -> Result<(), Refusal> {
        let node = tree.node(unit);
        match self {
            Self::Plain => Ok(()),
            Self::Own if node.is_some_and(|node| pack.ways.self_kinds.contains(&node.kind)) => Ok(()),
            Self::Own => {
                let (zh, en) = (
                    "自办只能由中心自己的单位承办",
                    "only a unit of the centre handles what is handled by itself",
                );
                Err(Refusal::field("way", zh, en))
            }
            Self::Direct if node.is_some_and(|node| pack.ways.direct_levels.contains(&node.level)) => Ok(()),
            Self::Direct => {
                let (zh, en) =
                    ("本规则不允许直派该层级单位", "the policy pack has no direct dispatch to this level");
                Err(Refusal::field("way", zh, en))
            }
        }
    }

    /// The unit above that reads along when a case goes straight down.
    pub(crate) fn copy<'a>(
        self,
        pack: &RoutingPack,
        tree: &'a Tree,
        unit: &UnitCode,
    ) -> Option<&'a UnitCode> {
        match self {
            Self::Direct => pack.ways.direct_copy.and_then(|level| tree.above_at(unit, level)),
            Self::Plain | Self::Own => None,
        }
    }

    /// Notes that the machine's own hand-over went straight down, where the pack has that way: the unit above reads along
    /// no less than when a person sends the case there.
    pub(crate) fn note(desk: &mut Desk, pack: &RoutingPack, tree: &Tree, case: CaseId, voice: &Voice) {
        let Some((lead, unit)) = desk.lead(case).map(|lead| (lead.id, lead.unit.clone())) else { return };
        if Self::Direct.check(pack, tree, &unit).is_err() {
            return;
        }
        desk.sides.ways.extend(Self::Direct.row(lead, None));
        if let Some(above) = Self::Direct.copy(pack, tree, &unit) {
            let reason = "direct";
            desk.say(case, voice, CaseCopied { unit: above.clone(), reason: reason.to_owned() }.into());
            desk.sides.copies.push(Copy { case, unit: above.clone(), at: voice.at, reason });
        }
    }

    /// What is kept of it.
    pub(crate) fn row(self, assignment: AssignmentId, basis: Option<String>) -> Option<sides::Way> {
        let way = match self {
            Self::Plain => return None,
            Self::Own => "self",
            Self::Direct => "direct",
        };
        Some(sides::Way { assignment, way, basis })
    }
}
