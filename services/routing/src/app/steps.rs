//! 办理过程: a unit writes down what it did, begins and ends hearings, mediations, tracks of assistance.

use std::convert::Infallible;

use contracts::{
    Body,
    handling::{AssignmentProgressed, CasePaused, CaseResumed},
};
use identity::{Action, Claims, may};
use ids::AssignmentId;
use routing_rules::{
    State as HandState,
    handling::{Agreement, Draft, Handling, StepKind},
    step::{Command, Effect, State, Terms, decide},
};
use uuid::Uuid;

use super::{
    App,
    desk::{Desk, Voice},
    reach::{self, papers},
    refusal::Refusal,
    sealed,
};
use crate::{
    store::{
        assignments::Assignment,
        cases::CaseRoute,
        steps::{self, Record, Step},
    },
    vault::Vault,
};

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Writes a step down; a spell begins with it.
    Enter { assignment: AssignmentId, code: String, record: Record },
    /// Ends a spell.
    Finish { record: Record, version: i64 },
    /// Gives a spell up.
    Drop { version: i64 },
}

impl Act {
    fn sealed(self, vault: &Vault, place: Uuid) -> Self {
        let seal = |record: Record| {
            let Ok(record) = record.texts(|text| Ok::<_, Infallible>(vault.seal(place, &text)));
            record
        };
        match self {
            Self::Enter { assignment, code, record } => {
                Self::Enter { assignment, code, record: seal(record) }
            }
            Self::Finish { record, version } => Self::Finish { record: seal(record), version },
            Self::Drop { version } => Self::Drop { version },
        }
    }
}

/// Does it; the same once more changes nothing. `id` is the step's.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the caller.
pub(crate) async fn run(
    app: &App,
    claims: &Claims,
    id: Uuid,
    act: Act,
) -> anyhow::Result<Result<Step, Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let found = steps::get(&mut transaction, id).await?;
    let assignment = match (&act, &found) {
        (Act::Enter { assignment, .. }, _) => *assignment,
        (Act::Finish { .. } | Act::Drop { .. }, Some(step)) => step.assignment,
        (Act::Finish { .. } | Act::Drop { .. }, None) => return Ok(Err(Refusal::NotFound)),
    };
    let mut desk = Desk::of_assignments(&mut transaction, &[assignment]).await?;
    if sealed::hides(app, &mut transaction, claims, &desk).await? {
        return Ok(Err(Refusal::NotFound));
    }
    let Some((route, hand)) = desk.hand(assignment) else { return Ok(Err(Refusal::NotFound)) };
    let (route, hand) = (route.clone(), hand.clone());
    if let Err(refusal) = reach::sealed(app, &mut transaction, claims, &route).await? {
        return Ok(Err(refusal));
    }
    // What is typed about a sealed case is kept sealed, and compared so.
    let act = if route.confidential { act.sealed(&app.vault, id) } else { act };
    // Read again under the case's lock: another request may have ended the step meanwhile.
    let found = steps::get(&mut transaction, id).await?;
    let code = match (&act, &found) {
        (_, Some(found)) => &found.code,
        (Act::Enter { code, .. }, None) => code,
        (Act::Finish { .. } | Act::Drop { .. }, None) => return Ok(Err(Refusal::NotFound)),
    };
    let others_pause = steps::pausing(&mut transaction, route.case, id, code).await?;
    let turn = Turn { app, claims, route: &route, hand: &hand, found: found.as_ref(), others_pause, id };
    let (step, said) = match turn.decide(&act) {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(effects) = said {
        let voice = Voice::of(claims, app.clock.now());
        for effect in effects {
            desk.say(route.case, &voice, body(effect, &step));
        }
        steps::keep(&mut transaction, &step).await?;
        desk.save(&mut transaction).await?;
        transaction.commit().await?;
        app.wake.outbox();
    }
    Ok(Ok(step))
}

struct Turn<'a> {
    app: &'a App,
    claims: &'a Claims,
    route: &'a CaseRoute,
    hand: &'a Assignment,
    found: Option<&'a Step>,
    others_pause: bool,
    id: Uuid,
}

impl Turn<'_> {
    /// The step afterwards, and what is said; nothing said and nothing stored where it stood so already.
    fn decide(&self, act: &Act) -> Result<(Step, Option<Vec<Effect>>), Refusal> {
        may(self.claims, &Action::Handle { unit: self.hand.unit.clone() })?;
        papers(self.claims, self.route, [self.hand])?;
        let pack = self.app.packs.of(&self.route.pack).ok_or(Refusal::Unavailable)?;
        let handling = pack.handling.as_ref().ok_or(Refusal::Conflict {
            zh: "本规则不登记办理过程。",
            en: "the policy pack knows no steps of handling",
        })?;
        let code = match (act, self.found) {
            (Act::Enter { code, record, .. }, Some(found)) => {
                // The key of an earlier request with other words is a mistake of the client, not a repeat.
                if found.code != *code || found.record != *record || found.assignment != self.hand.id {
                    return Err(Refusal::Conflict {
                        zh: "该 Idempotency-Key 已用于另一条办理过程。",
                        en: "the Idempotency-Key was used for another step",
                    });
                }
                code
            }
            (Act::Enter { code, .. }, None) => code,
            (Act::Finish { .. } | Act::Drop { .. }, found) => &found.ok_or(Refusal::NotFound)?.code,
        };
        let kind = handling.kind(code).ok_or_else(|| unknown(handling))?;
        let command = match act {
            Act::Enter { .. } if kind.spell => Command::Begin,
            Act::Enter { .. } => Command::Record,
            Act::Finish { .. } => Command::Finish,
            Act::Drop { .. } => Command::Drop,
        };
        let terms = Terms {
            spell: kind.spell,
            pauses: self.found.map_or(kind.pauses, |found| found.pauses),
            others_pause: self.others_pause,
            in_hand: matches!(self.hand.state, HandState::Signed | HandState::Contacted),
        };
        let before = self.found.map(|found| found.state);
        let refused = |why: routing_rules::step::Why| Refusal::Conflict { zh: why.zh(), en: why.en() };
        let (after, effects) = if let (Act::Enter { .. }, Some(_)) = (act, before) {
            // The same request once more, whatever became of the step since.
            (before, Vec::new())
        } else {
            decide(before, command, terms).map_err(refused)?
        };
        let Some(after) = after else { return Err(Refusal::NotFound) };
        if let (Some(found), true) = (self.found, before == Some(after)) {
            return Ok((found.clone(), None));
        }
        Ok((self.changed(act, kind, handling, after)?, Some(effects)))
    }

    fn changed(
        &self,
        act: &Act,
        kind: &StepKind,
        handling: &Handling,
        after: State,
    ) -> Result<Step, Refusal> {
        let (now, actor) = (self.app.clock.now(), self.claims.actor());
        let (mut flaws, done) = match act {
            // What begins may begin on a day to come; what is written down as done may not.
            Act::Enter { record, .. } => {
                (check(handling, kind, false, record), record.on.filter(|_| !kind.spell))
            }
            Act::Finish { record, .. } => (check(handling, kind, true, record), record.on),
            Act::Drop { .. } => (Vec::new(), None),
        };
        let today = calendar::day_of(now);
        if done.is_some_and(|day| day > today) {
            let (zh, en) = (format!("不能晚于今天（{today}）"), format!("must not be after today ({today})"));
            flaws.push(routing_rules::reply::Flaw { field: "on", zh, en });
        }
        if !flaws.is_empty() {
            return Err(Refusal::Flawed(flaws));
        }
        match (act, self.found) {
            (Act::Enter { code, record, .. }, _) => Ok(Step {
                id: self.id,
                case: self.route.case,
                assignment: self.hand.id,
                unit: self.hand.unit.clone(),
                code: code.clone(),
                state: after,
                pauses: kind.pauses,
                record: record.clone(),
                closing: None,
                pack: self.route.pack.clone(),
                actor,
                at: now,
                ended_by: None,
                ended_at: None,
                version: 1,
            }),
            (Act::Finish { version, .. } | Act::Drop { version }, Some(found)) => {
                if found.version != *version {
                    return Err(Refusal::Stale);
                }
                let closing = match act {
                    Act::Finish { record, .. } => Some(record.clone()),
                    Act::Enter { .. } | Act::Drop { .. } => None,
                };
                Ok(Step {
                    state: after,
                    closing,
                    ended_by: Some(actor),
                    ended_at: Some(now),
                    version: found.version + 1,
                    ..found.clone()
                })
            }
            (Act::Finish { .. } | Act::Drop { .. }, None) => Err(Refusal::NotFound),
        }
    }
}

fn unknown(handling: &Handling) -> Refusal {
    let codes: Vec<_> = handling.step.iter().map(|kind| kind.code.as_str()).collect();
    let zh = format!("须为以下办理过程之一：{}", codes.join("、"));
    Refusal::field("step", zh, format!("must be one of {}", codes.join(", ")))
}

fn check(
    handling: &Handling,
    kind: &StepKind,
    ending: bool,
    record: &Record,
) -> Vec<routing_rules::reply::Flaw> {
    let made = record.agreement.as_ref();
    let draft = Draft {
        means: &record.means,
        legal_basis: record.legal_basis.as_deref(),
        evidence: record.evidence.len(),
        facts: record.facts.as_deref(),
        participants: &record.participants,
        place: record.place.as_deref(),
        result: record.result.as_deref(),
        agreement: made
            .map(|made| Agreement { parties: made.parties.len(), terms: !made.terms.trim().is_empty() }),
        performed: record.performed,
        aid: record.aid.as_deref(),
        checklist: &record.checklist,
        hardship: record.hardship.as_deref(),
    };
    handling.check(kind, ending, &draft)
}

fn body(effect: Effect, step: &Step) -> Body {
    let reason = step.code.clone();
    match effect {
        Effect::Progressed => AssignmentProgressed {
            assignment: step.assignment,
            unit: step.unit.clone(),
            step: step.code.clone(),
            means: step.record.means.clone(),
        }
        .into(),
        Effect::Paused => CasePaused { reason }.into(),
        Effect::Resumed => CaseResumed { reason }.into(),
    }
}
