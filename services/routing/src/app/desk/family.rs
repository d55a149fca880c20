//! Hand-overs of one case among themselves: who passed it to whom, who gave it back, whose it is.

use std::collections::BTreeSet;

use contracts::words::Part;
use ids::{AssignmentId, CaseId, UnitCode};
use routing_rules::{
    Command, State,
    owner::{Held, Owner, owner},
};

use super::{Desk, Target, Voice, draft};
use crate::{app::refusal::Refusal, publish::Detail, store::assignments::Assignment};

impl Desk {
    /// Says something about a case that no hand-over's life brings with it.
    pub(crate) fn say(&mut self, case: CaseId, voice: &Voice, body: contracts::Body) {
        if let Some(held) = self.cases.get(&case) {
            self.drafts.push(draft(&held.route, voice, body));
        }
    }

    /// Every hand-over of a case, oldest first.
    pub(crate) fn hands(&self, case: CaseId) -> impl Iterator<Item = &Assignment> {
        self.cases.get(&case).into_iter().flat_map(|held| held.hands.iter().map(|(hand, _)| hand))
    }

    /// 二次派单: hands a case to a unit below; the one above keeps the duty.
    pub(crate) fn pass_down(
        &mut self,
        parent: &Assignment,
        to: &Target,
        voice: &Voice,
    ) -> Option<AssignmentId> {
        self.hand_down(parent.case, &to.unit, Part::Co, Some(parent.id), to, voice)
    }

    /// Hands a part of a case to another unit in the place of the one that had it, below the same parent.
    pub(crate) fn hand_on(&mut self, old: &Assignment, to: &Target, voice: &Voice) -> Option<AssignmentId> {
        self.hand_down(old.case, &to.unit, old.part, old.parent, to, voice)
    }

    /// The unit that passed this hand-over down, if one did.
    pub(crate) fn parent_unit(&self, hand: &Assignment) -> Option<UnitCode> {
        let (_, parent) = self.hand(hand.parent?)?;
        Some(parent.unit.clone())
    }

    /// How often the case was passed down before it came here.
    pub(crate) fn depth(&self, hand: &Assignment) -> usize {
        let mut depth = 0;
        let mut next = hand.parent;
        while let Some((_, parent)) = next.and_then(|id| self.hand(id)) {
            depth += 1;
            next = parent.parent;
        }
        depth
    }

    /// Ends what was passed down from a hand-over that is no more; it is told, so that its limits end too.
    pub(crate) fn call_back_below(&mut self, parent: AssignmentId, voice: &Voice) -> Result<(), Refusal> {
        let Some((route, _)) = self.hand(parent) else { return Ok(()) };
        let case = route.case;
        let below: Vec<AssignmentId> = self
            .hands(case)
            .filter(|hand| hand.parent == Some(parent) && !hand.state.ended())
            .map(|hand| hand.id)
            .collect();
        for child in below {
            self.act(child, Command::Reassign, &Detail::default(), voice)?;
            self.call_back_below(child, voice)?;
        }
        Ok(())
    }

    /// How many different units have refused a case this round as its lead: those that gave it back, and `unit`.
    pub(crate) fn refusers(&self, hand: &Assignment) -> usize {
        let mut units: BTreeSet<&UnitCode> = self
            .hands(hand.case)
            .filter(|other| {
                other.part == Part::Lead && other.round == hand.round && other.state == State::Redirected
            })
            .map(|other| &other.unit)
            .collect();
        units.insert(&hand.unit);
        units.len()
    }

    /// Says whether this is the first unit that ever had the case as its lead.
    pub(crate) fn is_first_receiver(&self, hand: &Assignment) -> bool {
        let mut leads = self.hands(hand.case).filter(|other| other.part == Part::Lead);
        leads.next().is_some_and(|first| first.unit == hand.unit)
    }
}

/// Whose a case is, from its hand-overs, oldest first.
pub(crate) fn owner_of(hands: &[Assignment]) -> Option<(UnitCode, bool)> {
    let held: Vec<Held<'_>> = hands
        .iter()
        .map(|hand| Held { unit: &hand.unit, part: hand.hand().part, round: hand.round, state: hand.state })
        .collect();
    match owner(&held) {
        Owner::Centre => None,
        Owner::Unit { unit, retained } => Some((unit.clone(), retained)),
    }
}
