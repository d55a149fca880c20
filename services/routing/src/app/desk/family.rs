//! Hand-overs of one case among themselves: who passed it to whom, who gave it back, whose it is.

use std::collections::BTreeSet;

use contracts::{handling::CaseResumed, words::Part};
use ids::{AssignmentId, CaseId, UnitCode};
use routing_rules::{
    Command, Effect, State,
    owner::{Held, Owner, owner},
};
use sqlx::PgConnection;

use super::{Desk, Target, Voice, draft};
use crate::{
    app::refusal::Refusal,
    publish::{self, Detail},
    store::{assignments::Assignment, cases::RouteState, steps},
};

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

    /// Takes a case from the units that may not hold it, and them from its candidates; without a lead it waits again.
    pub(crate) fn leave(&mut self, case: CaseId, barred: impl Fn(&UnitCode) -> bool, voice: &Voice) {
        self.bar(case, &barred, voice);
        let led = self.lead(case).is_some_and(|lead| !lead.state.ended());
        self.change(case, |route| {
            route.candidates.retain(|candidate| !barred(&candidate.unit));
            if route.state == RouteState::Dispatched && !led {
                route.state = RouteState::Waiting;
            }
        });
    }

    fn bar(&mut self, case: CaseId, barred: impl Fn(&UnitCode) -> bool, voice: &Voice) {
        let Some(held) = self.cases.get_mut(&case) else { return };
        for (hand, mark) in held.hands.iter_mut() {
            if hand.state.ended() || !barred(&hand.unit) {
                continue;
            }
            hand.state = State::Redirected;
            hand.version += 1;
            mark.change();
            self.left.push((hand.id, voice.clone()));
            let body = publish::body(Effect::Redirected, hand, voice.at, &Detail::default());
            self.drafts.push(draft(&held.route, voice, body));
        }
    }

    /// Takes a case out of its units' hands although it goes on elsewhere: what they had begun ends too.
    pub(crate) fn part_from(&mut self, case: CaseId, voice: &Voice) {
        let open: Vec<AssignmentId> =
            self.hands(case).filter(|hand| !hand.state.ended()).map(|hand| hand.id).collect();
        self.left.extend(open.into_iter().map(|id| (id, voice.clone())));
        self.withdraw(case);
    }

    /// Ends what units had begun in hand-overs they no longer have: a hearing that nobody can end would stop the time for ever.
    pub(super) async fn give_up(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for (id, voice) in std::mem::take(&mut self.left) {
            let Some(case) = self.hand(id).map(|(route, _)| route.case) else { continue };
            for reason in steps::give_up(&mut *connection, id, &voice.actor, voice.at).await? {
                self.say(case, &voice, CaseResumed { reason }.into());
            }
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
