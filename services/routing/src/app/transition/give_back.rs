//! 退单: a unit asks to give a case back, a reviewer decides.

use calendar::shipped;
use contracts::words::Part;
use ids::UnitCode;
use jiff::Timestamp;
use routing_rules::{Command, ReturnTerms, pack::RoutingPack};

use super::{Answer, Turn};
use crate::{
    app::{desk::Target, refusal::Refusal},
    directory::Snapshot,
    publish::Detail,
    store::{
        assignments::Assignment,
        cases::{CaseRoute, RouteState},
        records::Return,
    },
};

/// What the pack's window and counts come to for this hand-over now.
fn terms(pack: &RoutingPack, route: &CaseRoute, hand: &Assignment, now: Timestamp) -> ReturnTerms {
    // Beyond the days that the calendar covers no window can be judged over.
    let over = pack.returns.window.and_then(|window| shipped().due(hand.dispatched_at, window).ok());
    ReturnTerms {
        allowed: pack.returns.allowed,
        after_designation: pack.returns.after_designation,
        late: over.is_some_and(|due| now >= due.at),
        spent: route.returns >= pack.returns.max_per_case && !pack.returns.after_designation,
    }
}

impl Turn<'_> {
    pub(super) fn ask_return(
        &mut self,
        pack: &RoutingPack,
        route: &CaseRoute,
        reason: &str,
        explanation: Option<String>,
    ) -> Answer {
        if explanation.is_none() && pack.returns.reason_required {
            return Err(Refusal::field("explanation", "退单须说明理由", "a return must be explained"));
        }
        let terms = terms(pack, route, self.hand, self.voice.at);
        let detail = Detail { reason: reason.to_owned(), ..Detail::default() };
        let (after, changed) = self.act(Command::AskReturn(terms), &detail)?;
        if changed {
            let (at, actor) = (self.voice.at, self.voice.actor.clone());
            let (assignment, reason) = (after.id, reason.to_owned());
            self.desk.returned(Return::Asked { assignment, at, reason, explanation, actor });
        }
        Ok(after)
    }

    pub(super) fn review_return(
        &mut self,
        pack: &RoutingPack,
        directory: &Snapshot,
        agree: bool,
        unit: Option<UnitCode>,
        reason: Option<String>,
    ) -> Answer {
        if let Some(unknown) = unit.as_ref().filter(|unit| !directory.catalogue.knows(unit)) {
            let (zh, en) = (format!("没有在用单位 {unknown}"), format!("no active unit {unknown}"));
            return Err(Refusal::field("unit", zh, en));
        }
        if agree { self.agree(unit, pack.returns.max_per_case) } else { self.refuse(reason) }
    }

    fn agree(&mut self, unit: Option<UnitCode>, max_per_case: i32) -> Answer {
        let detail = Detail { to: unit.clone(), ..Detail::default() };
        let (after, changed) = self.act(Command::AgreeReturn, &detail)?;
        if !changed {
            return Ok(after);
        }
        self.decided(true, None);
        let case = self.case();
        if self.hand.part == Part::Lead {
            let left = self.hand.unit.clone();
            self.desk.change(case, |route| {
                route.returns += 1;
                route.state = RouteState::Waiting;
                route.candidates.retain(|candidate| candidate.unit != left);
            });
        }
        let returns = self.desk.route(case).map_or(0, |route| route.returns);
        if let Some(unit) = unit {
            let designated = returns >= max_per_case;
            let mode = self.hand.mode;
            let to =
                Target { unit: unit.clone(), co_units: Vec::new(), mode, decided_by: "person", designated };
            match self.hand.part {
                Part::Lead => self.desk.dispatch(case, &to, &self.voice),
                Part::Co => self.desk.hand_over(case, &unit, Part::Co, &to, &self.voice),
            }
        }
        Ok(after)
    }

    fn refuse(&mut self, reason: Option<String>) -> Answer {
        let Some(reason) = reason else {
            return Err(Refusal::field("reason", "驳回退单须填写理由代码", "a refusal needs a reason code"));
        };
        let detail = Detail { reason: reason.clone(), ..Detail::default() };
        let (after, changed) = self.act(Command::RefuseReturn, &detail)?;
        if changed {
            self.decided(false, Some(reason));
        }
        Ok(after)
    }

    fn decided(&mut self, agreed: bool, reason: Option<String>) {
        let (assignment, at, actor) = (self.hand.id, self.voice.at, self.voice.actor.clone());
        self.desk.returned(Return::Decided { assignment, at, agreed, reason, actor });
    }
}
