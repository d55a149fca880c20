//! The desk: some cases with all their hand-overs in memory, changed by the rules, stored with a few statements.

pub(crate) mod family;
pub(crate) mod sides;

use std::collections::{BTreeMap, HashMap};

use contracts::words::{Mode, Part};
use ids::{AssignmentId, CaseId, EventId, UnitCode};
use jiff::Timestamp;
use routing_rules::{Command, Effect, Refused, State, decide};
use runtime::Draft;
use sqlx::PgConnection;
use uuid::Uuid;

use super::shelf::Shelf;
use crate::{
    publish::{self, Detail},
    store::{
        assignments::{self, Assignment},
        cases::{self, CaseRoute, RouteState},
        records::{self, Contact, Reply, Return},
        units::{self, Unit},
    },
};

/// Who speaks, when and why: what all events of one act have in common.
#[derive(Clone, Debug)]
pub(crate) struct Voice {
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    pub(crate) causation: Option<EventId>,
    pub(crate) historic: bool,
    pub(crate) trace: Option<String>,
}

impl Voice {
    /// Speaks for a person, now.
    pub(crate) fn of(claims: &identity::Claims, at: Timestamp) -> Self {
        Self { actor: claims.actor(), at, causation: None, historic: false, trace: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Clean,
    New,
    Changed,
}

impl Mark {
    fn change(&mut self) {
        if *self == Mark::Clean {
            *self = Mark::Changed;
        }
    }
}

/// One case on the desk.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) route: CaseRoute,
    mark: Mark,
    hands: Vec<(Assignment, Mark)>,
}

/// To whom a case goes, and how.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) unit: UnitCode,
    pub(crate) co_units: Vec<UnitCode>,
    pub(crate) mode: Mode,
    pub(crate) decided_by: &'static str,
    pub(crate) designated: bool,
}

/// Cases in hand. Nothing is stored before [`Desk::save`].
#[derive(Debug, Default)]
pub(crate) struct Desk {
    cases: HashMap<CaseId, Held>,
    by_assignment: HashMap<AssignmentId, CaseId>,
    units: BTreeMap<UnitCode, Unit>,
    replies: BTreeMap<(AssignmentId, i32), (Reply, Mark)>,
    contacts: Vec<Contact>,
    returns: Vec<Return>,
    drafts: Vec<Draft>,
    /// Hand-overs that were taken from their units, with who did it.
    left: Vec<(AssignmentId, Voice)>,
    /// What replies are measured by and what goes along with them.
    pub(crate) shelf: Shelf,
    /// What a hand-over has beside itself, for the few that have it.
    pub(crate) sides: sides::Sides,
}

impl Desk {
    /// Takes cases from the database, locked.
    pub(crate) async fn of_cases(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Self, sqlx::Error> {
        let routes = if ids.is_empty() { Vec::new() } else { cases::lock(&mut *connection, ids).await? };
        Self::of(connection, routes).await
    }

    /// Takes the cases of assignments from the database, locked.
    pub(crate) async fn of_assignments(
        connection: &mut PgConnection,
        ids: &[AssignmentId],
    ) -> Result<Self, sqlx::Error> {
        let routes = cases::lock_of(&mut *connection, ids).await?;
        Self::of(connection, routes).await
    }

    async fn of(connection: &mut PgConnection, routes: Vec<CaseRoute>) -> Result<Self, sqlx::Error> {
        let mut desk = Self::default();
        let ids: Vec<Uuid> = routes.iter().map(|route| route.case.0).collect();
        for route in routes {
            desk.cases.insert(route.case, Held { route, mark: Mark::Clean, hands: Vec::new() });
        }
        if !ids.is_empty() {
            for hand in assignments::of_cases(connection, &ids).await? {
                desk.by_assignment.insert(hand.id, hand.case);
                if let Some(held) = desk.cases.get_mut(&hand.case) {
                    held.hands.push((hand, Mark::Clean));
                }
            }
        }
        Ok(desk)
    }

    /// Every case on the desk.
    pub(crate) fn routes(&self) -> impl Iterator<Item = &CaseRoute> {
        self.cases.values().map(|held| &held.route)
    }

    /// One case.
    pub(crate) fn route(&self, case: CaseId) -> Option<&CaseRoute> {
        self.cases.get(&case).map(|held| &held.route)
    }

    /// One hand-over with its case.
    pub(crate) fn hand(&self, id: AssignmentId) -> Option<(&CaseRoute, &Assignment)> {
        let held = self.cases.get(self.by_assignment.get(&id)?)?;
        held.hands.iter().find(|(hand, _)| hand.id == id).map(|(hand, _)| (&held.route, hand))
    }

    /// The newest lead hand-over of a case.
    pub(crate) fn lead(&self, case: CaseId) -> Option<&Assignment> {
        let hands = self.cases.get(&case)?.hands.iter().map(|(hand, _)| hand);
        hands.filter(|hand| hand.part == Part::Lead).max_by_key(|hand| (hand.round, !hand.state.ended()))
    }

    /// Puts a case on the desk that is not in the database yet.
    pub(crate) fn open(&mut self, route: CaseRoute) {
        self.cases.insert(route.case, Held { route, mark: Mark::New, hands: Vec::new() });
    }

    /// Makes sure that a unit will be there.
    pub(crate) fn add_unit(&mut self, unit: Unit) {
        self.units.entry(unit.code.clone()).or_insert(unit);
    }

    /// Changes a case.
    pub(crate) fn change(&mut self, case: CaseId, change: impl FnOnce(&mut CaseRoute)) {
        if let Some(held) = self.cases.get_mut(&case) {
            change(&mut held.route);
            held.route.version += 1;
            held.mark.change();
        }
    }

    /// Hands a case to a unit, and to its co-units.
    pub(crate) fn dispatch(&mut self, case: CaseId, to: &Target, voice: &Voice) {
        self.hand_over(case, &to.unit, Part::Lead, to, voice);
        for unit in to.co_units.iter().filter(|unit| **unit != to.unit) {
            self.hand_over(case, unit, Part::Co, to, voice);
        }
        self.change(case, |route| {
            route.state = RouteState::Dispatched;
            route.candidates.clear();
        });
    }

    /// Hands a case to one unit in one part.
    pub(crate) fn hand_over(
        &mut self,
        case: CaseId,
        unit: &UnitCode,
        part: Part,
        to: &Target,
        voice: &Voice,
    ) {
        self.hand_down(case, unit, part, None, to, voice);
    }

    /// Hands a case to one unit, from the centre or from the unit that passes it down; answers the new hand-over.
    fn hand_down(
        &mut self,
        case: CaseId,
        unit: &UnitCode,
        part: Part,
        parent: Option<AssignmentId>,
        to: &Target,
        voice: &Voice,
    ) -> Option<AssignmentId> {
        let held = self.cases.get_mut(&case)?;
        let round = held.route.round;
        // The same words give the same id, so that a repeat is seen; a unit that gets a case back has one more.
        let earlier = held.hands.iter().filter(|(hand, _)| hand.round == round && hand.unit == *unit).count();
        let words = match earlier {
            0 => format!("{case}:{round}:{unit}"),
            more => format!("{case}:{round}:{unit}:{more}"),
        };
        let assignment = Assignment {
            id: AssignmentId::derived(&words),
            case,
            unit: unit.clone(),
            mode: to.mode,
            part,
            round,
            state: State::Dispatched,
            version: 1,
            decided_by: to.decided_by.to_owned(),
            designated: to.designated,
            attempt: 0,
            rejected: false,
            reached: None,
            historic: voice.historic,
            dispatched_at: voice.at,
            signed_at: None,
            contacted_at: None,
            replied_at: None,
            answered_at: None,
            parent,
            place: i16::try_from(held.hands.len()).unwrap_or(i16::MAX),
        };
        let id = assignment.id;
        let body = publish::dispatched(&assignment, &held.route.pack);
        self.drafts.push(draft(&held.route, voice, body));
        self.by_assignment.insert(id, case);
        held.hands.push((assignment, Mark::New));
        Some(id)
    }

    /// Says whether a command would change anything.
    pub(crate) fn would_change(&self, id: AssignmentId, command: Command) -> Result<bool, Refused> {
        let Some((_, hand)) = self.hand(id) else { return Ok(false) };
        let step = decide(hand.hand(), command)?;
        Ok(step.next != hand.hand() || !step.effects.is_empty())
    }

    /// Does a command and says what follows; answers the hand-over afterwards.
    pub(crate) fn act(
        &mut self,
        id: AssignmentId,
        command: Command,
        detail: &Detail,
        voice: &Voice,
    ) -> Result<Option<Assignment>, Refused> {
        let Some(case) = self.by_assignment.get(&id).copied() else { return Ok(None) };
        let Some(held) = self.cases.get_mut(&case) else { return Ok(None) };
        let Some((hand, mark)) = held.hands.iter_mut().find(|(hand, _)| hand.id == id) else {
            return Ok(None);
        };
        let step = decide(hand.hand(), command)?;
        if step.next == hand.hand() && step.effects.is_empty() {
            return Ok(Some(hand.clone()));
        }
        hand.state = step.next.state;
        hand.designated = step.next.designated;
        hand.reached = step.next.contact;
        hand.attempt = step.next.attempt;
        hand.rejected = step.next.rejected;
        hand.version += 1;
        mark.change();
        let mut answered = false;
        for effect in step.effects {
            match effect {
                Effect::Signed => hand.signed_at = Some(voice.at),
                Effect::Contacted { .. } => hand.contacted_at = Some(voice.at),
                Effect::Replied => hand.replied_at = Some(voice.at),
                Effect::Answered => {
                    hand.answered_at = Some(voice.at);
                    answered = true;
                }
                Effect::Redirected => self.left.push((id, voice.clone())),
                Effect::Returned | Effect::ReturnRefused | Effect::ReplyRejected => {}
            }
            self.drafts.push(draft(&held.route, voice, publish::body(effect, hand, voice.at, detail)));
        }
        let after = hand.clone();
        if answered {
            self.withdraw(case);
            self.change(case, |route| route.state = RouteState::Answered);
        }
        Ok(Some(after))
    }

    /// Ends every hand-over of a case that is still open; nothing is said of it.
    pub(crate) fn withdraw(&mut self, case: CaseId) {
        let Some(held) = self.cases.get_mut(&case) else { return };
        for (hand, mark) in held.hands.iter_mut().filter(|(hand, _)| !hand.state.ended()) {
            hand.state = State::Withdrawn;
            hand.version += 1;
            mark.change();
        }
    }

    /// The newest reply of a hand-over, once [`Desk::fetch_replies`] was asked.
    pub(crate) fn newest_reply(&self, id: AssignmentId) -> Option<&Reply> {
        self.replies.range((id, i32::MIN)..=(id, i32::MAX)).next_back().map(|(_, (reply, _))| reply)
    }

    /// Reads the newest replies of hand-overs that have one.
    pub(crate) async fn fetch_replies(
        &mut self,
        connection: &mut PgConnection,
        ids: &[AssignmentId],
    ) -> Result<(), sqlx::Error> {
        let replied = |id: &AssignmentId| self.hand(*id).is_some_and(|(_, hand)| hand.attempt > 0);
        let ids: Vec<AssignmentId> = ids.iter().copied().filter(replied).collect();
        for reply in records::newest_replies(connection, &ids).await? {
            self.replies.insert((reply.assignment, reply.attempt), (reply, Mark::Clean));
        }
        Ok(())
    }

    /// Writes a reply, new or changed.
    pub(crate) fn reply(&mut self, reply: Reply) {
        self.replies.insert((reply.assignment, reply.attempt), (reply, Mark::Changed));
    }

    /// Writes a contact down.
    pub(crate) fn contact(&mut self, contact: Contact) {
        self.contacts.push(contact);
    }

    /// Writes a step of a return down.
    pub(crate) fn returned(&mut self, step: Return) {
        self.returns.push(step);
    }

    /// Stores all that was changed and lays what is to be said into the outbox.
    pub(crate) async fn save(mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        self.give_up(&mut *connection).await?;
        if !self.units.is_empty() {
            let units: Vec<Unit> = self.units.into_values().collect();
            units::add_missing(&mut *connection, &units).await?;
        }
        let pick = |mark| {
            let held = self.cases.values();
            held.filter(move |held| held.mark == mark).map(|held| &held.route).collect::<Vec<_>>()
        };
        cases::insert(&mut *connection, &pick(Mark::New)).await?;
        cases::update(&mut *connection, &pick(Mark::Changed)).await?;
        let pick = |mark| {
            let hands = self.cases.values().flat_map(|held| &held.hands);
            hands.filter(move |(_, own)| *own == mark).map(|(hand, _)| hand).collect::<Vec<_>>()
        };
        assignments::insert(&mut *connection, &pick(Mark::New)).await?;
        assignments::update(&mut *connection, &pick(Mark::Changed)).await?;
        let replies = self.replies.into_values().filter(|(_, mark)| *mark != Mark::Clean);
        let replies: Vec<Reply> = replies.map(|(reply, _)| reply).collect();
        records::keep_replies(&mut *connection, &replies).await?;
        records::keep_contacts(&mut *connection, &self.contacts).await?;
        for step in &self.returns {
            records::keep_return(&mut *connection, step).await?;
        }
        self.shelf.save(&mut *connection).await?;
        self.sides.save(&mut *connection).await?;
        runtime::emit(connection, crate::NAME, self.drafts).await?;
        Ok(())
    }
}

fn draft(route: &CaseRoute, voice: &Voice, body: contracts::Body) -> Draft {
    Draft {
        aggregate: route.case.0,
        region: route.region.clone(),
        time: voice.at,
        actor: voice.actor.clone(),
        causation: voice.causation,
        historic: voice.historic,
        trace: voice.trace.clone(),
        body,
    }
}
