//! 退单: a unit asks to give a case back, a reviewer decides; two units that both refuse it have a dispute.

use calendar::Calendars;
use contracts::{handling::AssignmentDisputed, words::Part};
use ids::UnitCode;
use jiff::Timestamp;
use routing_rules::{
    Command, ReturnTerms, State,
    dispute::{self, Quarrel},
    pack::RoutingPack,
};

use super::{Answer, Room, Turn};
use crate::{
    app::{
        App,
        desk::{Desk, Target},
        redispatch,
        refusal::Refusal,
    },
    directory::Snapshot,
    publish::Detail,
    store::{
        assignments::Assignment,
        cases::{CaseRoute, RouteState},
        disputes::Step,
        records::Return,
    },
};

/// What the pack's window and counts come to for this hand-over now.
fn terms(
    (pack, calendars): (&RoutingPack, &Calendars),
    desk: &Desk,
    directory: &Snapshot,
    route: &CaseRoute,
    hand: &Assignment,
    now: Timestamp,
) -> ReturnTerms {
    let region = directory.units.get(&hand.unit).map_or(&route.region, |unit| &unit.region);
    // Beyond the days that the calendar covers no window can be judged over.
    let window = pack.returns.window;
    let over = window.and_then(|window| calendars.of(region.as_str()).due(hand.dispatched_at, window).ok());
    let lead = hand.part == Part::Lead;
    ReturnTerms {
        allowed: pack.returns.allowed,
        after_designation: pack.returns.after_designation,
        late: over.is_some_and(|due| now >= due.at),
        spent: route.returns >= pack.returns.max_per_case && !pack.returns.after_designation,
        first_receiver: pack.dispatch.first_receiver && lead && desk.is_first_receiver(hand),
    }
}

/// Where the quarrel about a case stands while this hand-over has it; it follows from the hand-overs alone.
pub(crate) fn quarrel(pack: &RoutingPack, desk: &Desk, hand: &Assignment) -> Quarrel {
    let refused = hand.state == State::Returning && hand.part == Part::Lead;
    if !refused {
        return Quarrel::Quiet;
    }
    let command = refusal(pack, desk, hand);
    dispute::decide(&Quarrel::Quiet, command).map_or(Quarrel::Quiet, |(quarrel, _)| quarrel)
}

fn refusal(pack: &RoutingPack, desk: &Desk, hand: &Assignment) -> dispute::Command {
    let from = pack.disputes.as_ref().map(|disputes| disputes.units);
    dispute::Command::Refuse { units: desk.refusers(hand), from }
}

/// What the centre says to a return.
pub(super) struct Review {
    pub(super) agree: bool,
    /// The unit that gets it instead.
    pub(super) unit: Option<UnitCode>,
    pub(super) reason: Option<String>,
}

impl Turn<'_> {
    pub(super) fn ask_return(
        &mut self,
        pack: &RoutingPack,
        directory: &Snapshot,
        route: &CaseRoute,
        reason: &str,
        explanation: Option<String>,
    ) -> Answer {
        let known =
            pack.return_reason.is_empty() || pack.return_reason.iter().any(|known| known.code == reason);
        if !known {
            let codes: Vec<_> = pack.return_reason.iter().map(|known| known.code.as_str()).collect();
            let zh = format!("须为以下退单理由之一：{}", codes.join("、"));
            return Err(Refusal::field("reason", zh, format!("must be one of {}", codes.join(", "))));
        }
        if explanation.is_none() && pack.returns.reason_required {
            return Err(Refusal::field("explanation", "退单须说明理由", "a return must be explained"));
        }
        let terms = terms((pack, self.calendars), self.desk, directory, route, self.hand, self.voice.at);
        let detail = Detail { reason: reason.to_owned(), ..Detail::default() };
        let (after, changed) = self.act(Command::AskReturn(terms), &detail)?;
        if changed {
            let (at, actor) = (self.voice.at, self.voice.actor.clone());
            let (assignment, reason) = (after.id, reason.to_owned());
            self.desk.returned(Return::Asked { assignment, at, reason, explanation, actor });
            if quarrel(pack, self.desk, &after) == Quarrel::Open {
                let (case, round) = (after.case, after.round);
                let body = AssignmentDisputed { assignment, unit: after.unit.clone() };
                self.desk.say(case, &self.voice, body.into());
                self.desk.sides.disputes.push(Step::Opened { case, round, assignment, at });
            }
        }
        Ok(after)
    }

    pub(super) fn review_return(
        &mut self,
        room: Room<'_>,
        pack: &RoutingPack,
        subject: Option<&str>,
        review: Review,
    ) -> Answer {
        let Room { app, directory, .. } = room;
        let Review { agree, unit, reason } = review;
        if let Some(unknown) = unit.as_ref().filter(|unit| !directory.catalogue.knows(unit)) {
            let (zh, en) = (format!("没有在用单位 {unknown}"), format!("no active unit {unknown}"));
            return Err(Refusal::field("unit", zh, en));
        }
        if quarrel(pack, self.desk, self.hand) == Quarrel::Open {
            return Err(Refusal::Conflict {
                zh: "多个单位均不认可职责，已成争议；须经联席会议或上级指定。",
                en: "several units refuse the case: a conference or a designation by a superior settles it",
            });
        }
        if !agree {
            return self.refuse(reason);
        }
        let waits = unit.is_none();
        let after = self.agree(unit, pack.returns.max_per_case)?;
        if waits && self.hand.part == Part::Lead {
            self.refill(app, pack, directory, subject);
        }
        Ok(after)
    }

    /// Whoever dispatches it next sees whom the catalogue of now names, without those that gave it back.
    fn refill(&mut self, app: &App, pack: &RoutingPack, directory: &Snapshot, subject: Option<&str>) {
        let case = self.case();
        let Some(route) = self.desk.route(case).filter(|route| route.state == RouteState::Waiting).cloned()
        else {
            return;
        };
        // Nothing of a sealed case is matched against the catalogue.
        if route.confidential {
            return;
        }
        let without = redispatch::gave_back(self.desk, case);
        let found = redispatch::shown(app, directory, pack, &route, subject, &without);
        if found != route.candidates {
            self.desk.change(case, |route| route.candidates = found);
        }
    }

    fn agree(&mut self, unit: Option<UnitCode>, max_per_case: i32) -> Answer {
        let detail = Detail { to: unit.clone(), ..Detail::default() };
        let (after, changed) = self.act(Command::AgreeReturn, &detail)?;
        if !changed {
            return Ok(after);
        }
        self.decided(true, None);
        let case = self.case();
        self.desk.call_back_below(self.hand.id, &self.voice)?;
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
            let to = Target { unit, co_units: Vec::new(), mode, decided_by: "person", designated };
            match self.hand.part {
                Part::Lead => self.desk.dispatch(case, &to, &self.voice),
                Part::Co => {
                    self.desk.hand_on(self.hand, &to, &self.voice);
                }
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
