//! What units and the centre do with an assignment: many requests, one transaction, each with its own answer.

use calendar::shipped;
use contracts::words::Part;
use identity::{Action, Claims, may};
use ids::{AssignmentId, CaseId, UnitCode};
use jiff::{Timestamp, civil::Date};
use routing_rules::{Command, ReturnTerms, pack::RoutingPack, reply};

use super::{
    App,
    desk::{Desk, Target, Voice},
    refusal::Refusal,
};
use crate::{
    directory::Snapshot,
    publish::{self, Detail},
    store::{
        assignments::Assignment,
        cases::{CaseRoute, RouteState},
        records::{Contact, Reply, Return},
    },
};

/// A reply as it was handed in, cleaned.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReplyDraft {
    pub(crate) public_text: String,
    pub(crate) internal_text: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) reasons: Option<String>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) handler: Option<String>,
    pub(crate) completed_on: Option<Date>,
    pub(crate) met_on: Option<Date>,
    pub(crate) public: Option<bool>,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Sign,
    Contact { reached: bool, note: Option<String> },
    AskReturn { reason: String, explanation: Option<String> },
    ReviewReturn { agree: bool, unit: Option<UnitCode>, reason: Option<String> },
    Reply(ReplyDraft),
    Review { release: bool, reason: Option<String> },
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) assignment: AssignmentId,
    pub(crate) claims: Claims,
    /// The version that the caller read.
    pub(crate) version: i64,
    pub(crate) trace: Option<String>,
    pub(crate) act: Act,
}

/// The hand-over afterwards.
pub(crate) type Answer = Result<Assignment, Refusal>;

/// Does all requests in one transaction, each after the one before it.
pub(crate) async fn run(app: &App, requests: Vec<Request>) -> Vec<Answer> {
    let count = requests.len();
    match attempt(app, requests).await {
        Ok(answers) => {
            app.wake.outbox();
            answers
        }
        Err(error) => {
            tracing::error!(error = %format_args!("{error:#}"), requests = count, "transitions were not stored");
            (0..count).map(|_| Err(Refusal::Unavailable)).collect()
        }
    }
}

async fn attempt(app: &App, requests: Vec<Request>) -> Result<Vec<Answer>, sqlx::Error> {
    let mut transaction = app.db.pool.begin().await?;
    let ids: Vec<AssignmentId> = requests.iter().map(|request| request.assignment).collect();
    let mut desk = Desk::of_assignments(&mut transaction, &ids).await?;
    let wants = |act: &Act| matches!(act, Act::Reply(_) | Act::Review { .. });
    let replies: Vec<_> = requests.iter().filter(|r| wants(&r.act)).map(|r| r.assignment).collect();
    desk.fetch_replies(&mut transaction, &replies).await?;
    let directory = app.directory.current(&mut transaction).await?;
    let now = app.clock.now();
    let answers = requests.into_iter().map(|request| one(app, &directory, &mut desk, request, now)).collect();
    desk.save(&mut transaction).await?;
    transaction.commit().await?;
    Ok(answers)
}

fn one(app: &App, directory: &Snapshot, desk: &mut Desk, request: Request, now: Timestamp) -> Answer {
    let (route, hand) = desk.hand(request.assignment).ok_or(Refusal::NotFound)?;
    let (route, hand) = (route.clone(), hand.clone());
    let unit = hand.unit.clone();
    let action = match &request.act {
        Act::Sign => Action::SignFor { unit },
        Act::Contact { .. } | Act::AskReturn { .. } | Act::Reply(_) => Action::Handle { unit },
        Act::ReviewReturn { .. } => Action::ReviewReturn,
        Act::Review { release: true, .. } => Action::Release,
        Act::Review { release: false, .. } => Action::ReviewReply,
    };
    may(&request.claims, &action)?;
    let here = Action::ReadCase {
        case: route.case,
        unit: Some(hand.unit.clone()),
        region: Some(route.region.clone()),
    };
    may(&request.claims, &here)?;
    let pack = app.packs.of(&route.pack).ok_or(Refusal::Unavailable)?;
    let voice = Voice {
        actor: request.claims.actor(),
        at: now,
        causation: None,
        historic: false,
        trace: request.trace.clone(),
    };
    let desk = &mut Turn { desk, request: &request, hand: &hand, voice };
    match &request.act {
        Act::Sign => desk.act(Command::Sign, &Detail::default()).map(|done| done.0),
        Act::Contact { reached, note } => desk.contact(*reached, note.clone()),
        Act::AskReturn { reason, explanation } => {
            let explained = explanation.is_some() || !pack.returns.reason_required;
            if !explained {
                return Err(Refusal::field("explanation", "退单须说明理由", "a return must be explained"));
            }
            desk.ask_return(terms(pack, &route, &hand, now), reason, explanation.clone())
        }
        Act::ReviewReturn { agree, unit, reason } => {
            if let Some(unknown) = unit.as_ref().filter(|unit| !directory.catalogue.knows(unit)) {
                let (zh, en) = (format!("没有在用单位 {unknown}"), format!("no active unit {unknown}"));
                return Err(Refusal::field("unit", zh, en));
            }
            if *agree {
                desk.agree(unit.clone(), pack.returns.max_per_case)
            } else {
                desk.refuse(reason.clone())
            }
        }
        Act::Reply(draft) => desk.reply(pack, &route, draft),
        Act::Review { release: true, .. } => desk.release(),
        Act::Review { release: false, reason } => desk.reject(pack, reason.clone()),
    }
}

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

/// One request's turn at the desk.
struct Turn<'a> {
    desk: &'a mut Desk,
    request: &'a Request,
    hand: &'a Assignment,
    voice: Voice,
}

impl Turn<'_> {
    /// Does a command; answers the hand-over and whether anything changed. A repeat needs no version.
    fn act(&mut self, command: Command, detail: &Detail) -> Result<(Assignment, bool), Refusal> {
        if !self.desk.would_change(self.hand.id, command)? {
            return Ok((self.hand.clone(), false));
        }
        if self.hand.version != self.request.version {
            return Err(Refusal::Stale);
        }
        let after = self.desk.act(self.hand.id, command, detail, &self.voice)?;
        Ok((after.ok_or(Refusal::NotFound)?, true))
    }

    fn case(&self) -> CaseId {
        self.hand.case
    }

    fn contact(&mut self, reached: bool, note: Option<String>) -> Answer {
        let (after, changed) = self.act(Command::Contact { reached }, &Detail::default())?;
        if changed {
            let (at, actor) = (self.voice.at, self.voice.actor.clone());
            self.desk.contact(Contact { assignment: after.id, at, reached, note, actor });
        }
        Ok(after)
    }

    fn ask_return(&mut self, terms: ReturnTerms, reason: &str, explanation: Option<String>) -> Answer {
        let detail = Detail { reason: reason.to_owned(), ..Detail::default() };
        let (after, changed) = self.act(Command::AskReturn(terms), &detail)?;
        if changed {
            let (at, actor) = (self.voice.at, self.voice.actor.clone());
            let (assignment, reason) = (after.id, reason.to_owned());
            self.desk.returned(Return::Asked { assignment, at, reason, explanation, actor });
        }
        Ok(after)
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

    fn reply(&mut self, pack: &RoutingPack, route: &CaseRoute, draft: &ReplyDraft) -> Answer {
        let urgency = publish::urgency_in(route.urgency);
        let flaws = reply::check(pack, urgency, false, &draft.checked());
        if !flaws.is_empty() {
            return Err(Refusal::Flawed(flaws));
        }
        let public = draft.public.unwrap_or(pack.reply.public_default);
        let mut row = draft.row(self.hand, public, &self.voice);
        let same = self.desk.newest_reply(self.hand.id).is_some_and(|newest| newest.repeats(&row));
        let detail = Detail { outcome: row.outcome.clone(), ..Detail::default() };
        let (after, changed) = self.act(Command::Reply { same }, &detail)?;
        if changed {
            row.attempt = after.attempt;
            row.state = match after.state {
                routing_rules::State::Answered => "released",
                routing_rules::State::UnderReview => "under-review",
                _ => "given",
            };
            self.desk.reply(row);
        }
        Ok(after)
    }

    fn release(&mut self) -> Answer {
        let reply = self.desk.newest_reply(self.hand.id).cloned();
        let outcome = reply.as_ref().map(|reply| reply.outcome.clone()).unwrap_or_default();
        let (after, changed) = self.act(Command::Release, &Detail { outcome, ..Detail::default() })?;
        if let Some(reply) = reply.filter(|_| changed) {
            self.desk.reply(Reply { state: "released", ..reply });
        }
        Ok(after)
    }

    fn reject(&mut self, pack: &RoutingPack, reason: Option<String>) -> Answer {
        let known = |code: &String| pack.reject.iter().any(|reject| reject.code == *code);
        let Some(reason) = reason.filter(known) else {
            let codes: Vec<_> = pack.reject.iter().map(|reject| reject.code.as_str()).collect();
            let zh = format!("须为以下退回理由之一：{}", codes.join("、"));
            return Err(Refusal::field("reason", zh, format!("must be one of {}", codes.join(", "))));
        };
        let reply = self.desk.newest_reply(self.hand.id).cloned();
        let detail = Detail { reason: reason.clone(), ..Detail::default() };
        let (after, changed) = self.act(Command::Reject, &detail)?;
        if let Some(reply) = reply.filter(|_| changed) {
            self.desk.reply(Reply { state: "rejected", reject_reason: Some(reason), ..reply });
        }
        Ok(after)
    }
}

impl ReplyDraft {
    /// What the rules look at.
    pub(crate) fn checked(&self) -> reply::Draft<'_> {
        reply::Draft {
            public_text: &self.public_text,
            internal_text: self.internal_text.as_deref(),
            outcome: self.outcome.as_deref(),
            reasons: self.reasons.as_deref(),
            legal_basis: self.legal_basis.as_deref(),
            handler: self.handler.as_deref(),
            completed: self.completed_on.is_some(),
            met: self.met_on.is_some(),
        }
    }

    /// The row it becomes; attempt and state are those of the life cycle.
    pub(crate) fn row(&self, hand: &Assignment, public: bool, voice: &Voice) -> Reply {
        Reply {
            assignment: hand.id,
            attempt: hand.attempt,
            public_text: self.public_text.clone(),
            internal_text: self.internal_text.clone(),
            outcome: self.outcome.clone().unwrap_or_else(|| "answered".to_owned()),
            reasons: self.reasons.clone(),
            legal_basis: self.legal_basis.clone(),
            handler: self.handler.clone(),
            completed_on: self.completed_on,
            met_on: self.met_on,
            public,
            state: "given",
            reject_reason: None,
            actor: voice.actor.clone(),
            at: voice.at,
        }
    }
}
