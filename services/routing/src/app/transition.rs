//! What units and the centre do with an assignment: many requests, one transaction, each with its own answer.

mod contact;
mod give_back;
mod pass_down;
mod reply;
mod review;
mod shelved;

use std::collections::HashMap;

use calendar::Calendars;
use identity::{Action, Claims, may};
use ids::{AssignmentId, CaseId, UnitCode};
use jiff::Timestamp;
use routing_rules::Command;

use self::give_back::Review;
pub(crate) use self::{
    give_back::quarrel,
    reply::{OfficialDocument, ReplyDraft},
    shelved::Deferral,
};
use super::{
    App,
    desk::{Desk, Voice},
    refusal::Refusal,
    sealed,
    shelf::Want,
};
use crate::{
    directory::Snapshot,
    publish::Detail,
    store::{assignments::Assignment, seals::Seal, sides},
    vault::Vault,
};

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Sign,
    Contact { reached: bool, note: Option<String> },
    AskReturn { reason: String, explanation: Option<String> },
    ReviewReturn { agree: bool, unit: Option<UnitCode>, reason: Option<String> },
    Reply(Box<ReplyDraft>),
    Review { release: bool, reason: Option<String> },
    PassDown { unit: UnitCode },
}

impl Act {
    /// What the caller must be allowed to do.
    fn action(&self, unit: UnitCode) -> Action {
        match self {
            Self::Sign => Action::SignFor { unit },
            Self::Contact { .. } | Self::AskReturn { .. } | Self::Reply(_) | Self::PassDown { .. } => {
                Action::Handle { unit }
            }
            Self::ReviewReturn { .. } => Action::ReviewReturn,
            Self::Review { release: true, .. } => Action::Release,
            Self::Review { release: false, .. } => Action::ReviewReply,
        }
    }

    /// Seals what was typed about a sealed case; a reply is sealed once it is checked.
    fn seal(&mut self, vault: Option<&Vault>, place: AssignmentId) {
        let Some(vault) = vault else { return };
        if let Self::Contact { note: Some(text), .. } | Self::AskReturn { explanation: Some(text), .. } = self
        {
            *text = vault.seal(place.0, text);
        }
    }

    /// Whether it looks at the replies given so far.
    const fn reads_replies(&self) -> bool {
        matches!(self, Self::Reply(_) | Self::Review { .. })
    }
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
    let replies: Vec<_> = requests.iter().filter(|r| r.act.reads_replies()).map(|r| r.assignment).collect();
    desk.fetch_replies(&mut transaction, &replies).await?;
    let wants = wants(app, &desk, &requests);
    desk.shelf.fetch(&mut transaction, &wants).await?;
    let directory = app.directory.current(&mut transaction).await?;
    // Only these look for units once more.
    let passed = requests
        .iter()
        .filter(|r| matches!(r.act, Act::PassDown { .. } | Act::ReviewReturn { agree: true, .. }));
    let passed: Vec<CaseId> =
        passed.filter_map(|r| desk.hand(r.assignment)).map(|(route, _)| route.case).collect();
    let subjects = sides::subjects(&mut transaction, &passed).await?;
    let seals = sealed::seals_of(&mut transaction, desk.routes()).await?;
    let calendars = app.calendars.now();
    let room = Room { app, directory: &directory, seals: &seals, subjects: &subjects, calendars: &calendars };
    let now = app.clock.now();
    let answers = requests.into_iter().map(|request| one(room, &mut desk, request, now)).collect();
    desk.save(&mut transaction).await?;
    transaction.commit().await?;
    Ok(answers)
}

/// What must lie beside the desk for these requests.
fn wants<'a>(app: &App, desk: &Desk, requests: &'a [Request]) -> Vec<Want<'a>> {
    let want = |request: &'a Request| {
        let (route, hand) = desk.hand(request.assignment)?;
        let pack = app.packs.of(&route.pack)?;
        let (outcome, text) = match &request.act {
            Act::Reply(draft) => (draft.outcome.as_deref(), Some(draft.public_text.as_str())),
            Act::Review { .. } => (desk.newest_reply(hand.id).map(|reply| reply.outcome.as_str()), None),
            Act::Sign
            | Act::PassDown { .. }
            | Act::Contact { .. }
            | Act::AskReturn { .. }
            | Act::ReviewReturn { .. } => {
                return None;
            }
        };
        let deferring = |code: &str| {
            let outcomes = pack.register.iter().flat_map(|register| &register.outcomes);
            outcomes.into_iter().any(|known| known == code)
        };
        let copied = pack.reply.checks.as_ref().and_then(|checks| checks.copied);
        let copied = copied.filter(|_| !route.confidential);
        Some(Want {
            case: route.case,
            unit: hand.unit.clone(),
            assignment: hand.id,
            // An entry of an earlier round may be there whatever this reply says.
            register: route.round > 1 || outcome.is_some_and(deferring),
            class: text.is_some() && !pack.reply.meeting.classes.is_empty(),
            copied: text
                .zip(copied)
                .filter(|(text, copied)| copied.looks_at(text))
                .map(|(t, c)| (t, c.look_back)),
        })
    };
    requests.iter().filter_map(want).collect()
}

/// What all requests of a transaction are decided in.
#[derive(Clone, Copy)]
struct Room<'a> {
    app: &'a App,
    directory: &'a Snapshot,
    seals: &'a HashMap<CaseId, Seal>,
    subjects: &'a HashMap<CaseId, String>,
    calendars: &'a Calendars,
}

fn one(room: Room<'_>, desk: &mut Desk, mut request: Request, now: Timestamp) -> Answer {
    let Room { app, directory, seals, subjects, calendars } = room;
    let (route, hand) = desk.hand(request.assignment).ok_or(Refusal::NotFound)?;
    let (route, hand) = (route.clone(), hand.clone());
    let seal = seals.get(&route.case);
    if !sealed::sees(&request.claims, &route, seal, directory) {
        return Err(Refusal::NotFound);
    }
    let vault = route.confidential.then_some(&*app.vault);
    request.act.seal(vault, hand.id);
    let unit = hand.unit.clone();
    // What a unit passed down comes back to it, not to the centre.
    let above = desk.parent_unit(&hand).filter(|above| {
        let reviews = matches!(request.act, Act::ReviewReturn { .. });
        reviews && may(&request.claims, &Action::Handle { unit: above.clone() }).is_ok()
    });
    if above.is_none() {
        may(&request.claims, &request.act.action(unit))?;
    }
    let here = Action::ReadCase {
        case: route.case,
        unit: Some(above.unwrap_or_else(|| hand.unit.clone())),
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
    if let Act::ReviewReturn { unit: Some(unit), .. } | Act::PassDown { unit } = &request.act {
        sealed::may_go_to(unit, seal, directory)?;
    }
    let level = directory.units.get(&hand.unit).map(|unit| unit.works_at().as_str());
    let desk = &mut Turn { desk, request: &request, hand: &hand, voice, vault, level, calendars };
    match &request.act {
        Act::Sign => desk.act(Command::Sign, &Detail::default()).map(|done| done.0),
        Act::Contact { reached, note } => desk.contact(*reached, note.clone()),
        Act::AskReturn { reason, explanation } => {
            desk.ask_return(pack, directory, &route, reason, explanation.clone())
        }
        Act::ReviewReturn { agree, unit, reason } => {
            let subject = subjects.get(&route.case).map(String::as_str);
            let review = Review { agree: *agree, unit: unit.clone(), reason: reason.clone() };
            desk.review_return(room, pack, subject, review)
        }
        Act::Reply(draft) => desk.reply(pack, &route, draft),
        Act::Review { release: true, .. } => desk.release(pack),
        Act::Review { release: false, reason } => desk.reject(pack, reason.clone()),
        Act::PassDown { unit } => {
            let subject = subjects.get(&route.case).map(String::as_str);
            desk.pass_down(pack, directory, subject, unit)
        }
    }
}

/// One request's turn at the desk.
struct Turn<'a> {
    desk: &'a mut Desk,
    request: &'a Request,
    hand: &'a Assignment,
    voice: Voice,
    /// Texts of a sealed case go through it.
    vault: Option<&'a Vault>,
    /// The level at which the unit works.
    level: Option<&'static str>,
    calendars: &'a Calendars,
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
}
