//! 二次派单: a unit passes a case to a subordinate and keeps the duty; the answer goes up to it.

use ids::UnitCode;
use routing_rules::{
    pack::RoutingPack,
    passing::{self, Passing},
};

use super::{Answer, Turn};
use crate::{
    app::{desk::Target, refusal::Refusal},
    directory::Snapshot,
};

impl Turn<'_> {
    /// Answers the hand-over to the unit below; the same again is the same one.
    pub(super) fn pass_down(
        &mut self,
        pack: &RoutingPack,
        directory: &Snapshot,
        subject: Option<&str>,
        unit: &UnitCode,
    ) -> Answer {
        let before = self
            .desk
            .hands(self.hand.case)
            .find(|hand| hand.parent == Some(self.hand.id) && hand.unit == *unit && !hand.state.ended());
        if let Some(before) = before {
            return Ok(before.clone());
        }
        if !directory.catalogue.knows(unit) {
            let (zh, en) = (format!("没有在用单位 {unit}"), format!("no active unit {unit}"));
            return Err(Refusal::field("unit", zh, en));
        }
        let depth = self.desk.depth(self.hand);
        let passing = Passing { from: &self.hand.unit, to: unit, state: self.hand.state, depth, subject };
        passing::check(pack, directory.catalogue.tree(), passing).map_err(|why| match &why {
            passing::Refused::NotInHand => Refusal::Conflict {
                zh: "签收后、答复前才能转派下级单位。",
                en: "only a unit that has signed and not yet replied passes a case down",
            },
            passing::Refused::TooDeep | passing::Refused::NotBelow | passing::Refused::PushedDown(_) => {
                Refusal::field("unit", why.zh(), why.en())
            }
        })?;
        if self.hand.version != self.request.version {
            return Err(Refusal::Stale);
        }
        let to = Target {
            unit: unit.clone(),
            co_units: Vec::new(),
            mode: self.hand.mode,
            decided_by: "person",
            designated: false,
        };
        let id = self.desk.pass_down(self.hand, &to, &self.voice).ok_or(Refusal::NotFound)?;
        self.desk.hand(id).map(|(_, hand)| hand.clone()).ok_or(Refusal::NotFound)
    }
}
