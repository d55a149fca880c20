//! 包案、七包一、专班、积案: someone takes a case in charge, names who answers, plans, reports, ends it.

use contracts::{
    Body,
    leader::{CaseCharged, CaseDischarged},
};
use identity::{Action, Claims, may};
use ids::{AccountId, CaseId};
use jiff::civil::Date;
use routing_rules::{
    charge::{Command, Effect, Kind, Ledger, State, Why, decide, due},
    pack::RoutingPack,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    App,
    desk::{Desk, Voice},
    reach::{self, papers},
    refusal::Refusal,
    sealed,
};
use crate::store::{
    assignments::Assignment,
    cases::CaseRoute,
    charges::{self, Charge, Entry, Named},
};

/// What is to be done with a charge.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Names who fills a role.
    Name { role: String, function: String, account: AccountId },
    /// Writes a step of the plan, progress, or a report heard down.
    Note { kind: &'static str, text: String, due: Option<Date>, entry: Uuid },
    /// A step of the plan is done.
    Done { entry: Uuid },
    /// The matter is solved, or (`false`) the charge is lifted.
    End { solved: bool, conclusion: String },
}

impl Act {
    fn each_text(self, change: impl Fn(String) -> String) -> Self {
        match self {
            Self::Name { role, function, account } => {
                Self::Name { role, function: change(function), account }
            }
            Self::Note { kind, text, due, entry } => Self::Note { kind, text: change(text), due, entry },
            Self::Done { entry } => Self::Done { entry },
            Self::End { solved, conclusion } => Self::End { solved, conclusion: change(conclusion) },
        }
    }
}

/// A charge with all that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub(crate) charge: Charge,
    pub(crate) named: Vec<Named>,
    pub(crate) entries: Vec<Entry>,
}

/// Takes a case in charge. `id` is the charge's; one that is active already is answered as it is.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the caller.
pub(crate) async fn open(
    app: &App,
    claims: &Claims,
    id: Uuid,
    case: CaseId,
    code: &str,
    reason: &str,
) -> anyhow::Result<Result<Book, Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let mut desk = Desk::of_cases(&mut transaction, &[case.0]).await?;
    if sealed::hides(app, &mut transaction, claims, &desk).await? {
        return Ok(Err(Refusal::NotFound));
    }
    let earlier = charges::of_case(&mut transaction, case).await?;
    let active = earlier.iter().find(|charge| charge.code == code && charge.state == State::Active);
    let decided = match desk.route(case).cloned() {
        None => Err(Refusal::NotFound),
        Some(route) => may_charge(app, claims, &route, desk.hands(case), code).and_then(|kind| {
            let due = meets(app, kind, &route);
            let state = active.map(|charge| charge.state);
            let (_, effect) = decide(state, Command::Open { due }).map_err(refused)?;
            Ok((route, effect))
        }),
    };
    let (route, effect) = match decided {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let charge = match (active, effect) {
        (Some(active), _) => active.clone(),
        (None, _) => {
            let voice = Voice::of(claims, app.clock.now());
            let charge = Charge {
                id,
                case,
                region: route.region.clone(),
                code: code.to_owned(),
                state: State::Active,
                reason: reach::seal(app, &route, id, reason),
                pack: route.pack.clone(),
                actor: voice.actor.clone(),
                at: voice.at,
                ended_by: None,
                ended_at: None,
                conclusion: None,
                version: 1,
            };
            desk.say(case, &voice, CaseCharged { charge: code.to_owned(), role: None }.into());
            charges::keep(&mut transaction, &charge).await?;
            desk.save(&mut transaction).await?;
            charge
        }
    };
    let book = book(&mut transaction, charge).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(Ok(book))
}

/// Does something with a charge that is there.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the caller.
pub(crate) async fn act(
    app: &App,
    claims: &Claims,
    id: Uuid,
    version: i64,
    act: Act,
) -> anyhow::Result<Result<Book, Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let Some(charge) = charges::get(&mut transaction, id).await? else { return Ok(Err(Refusal::NotFound)) };
    let mut desk = Desk::of_cases(&mut transaction, &[charge.case.0]).await?;
    if sealed::hides(app, &mut transaction, claims, &desk).await? {
        return Ok(Err(Refusal::NotFound));
    }
    // Read again under the case's lock.
    let Some(charge) = charges::get(&mut transaction, id).await? else { return Ok(Err(Refusal::NotFound)) };
    let before = book(&mut transaction, charge).await?;
    let case = before.charge.case;
    let Some(route) = desk.route(case).cloned() else { return Ok(Err(Refusal::NotFound)) };
    if let Err(refusal) = reach::sealed(app, &mut transaction, claims, &route).await? {
        return Ok(Err(refusal));
    }
    let kind = match may_charge(app, claims, &route, desk.hands(case), &before.charge.code) {
        Ok(kind) => kind,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // What is typed about a sealed case is kept sealed, and compared so.
    let act = act.each_text(|text| reach::seal(app, &route, id, &text));
    let voice = Voice::of(claims, app.clock.now());
    let turn = Turn { before: &before, kind, voice: &voice, version };
    let change = match turn.decide(&act) {
        Ok(Some(change)) => change,
        Ok(None) => return Ok(Ok(before)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(body) = change.said {
        desk.say(case, &voice, body);
    }
    if let Some(named) = &change.named {
        charges::name(&mut transaction, named, &voice.actor).await?;
    }
    if let Some(entry) = &change.entry {
        charges::note(&mut transaction, entry).await?;
    }
    charges::keep(&mut transaction, &change.charge).await?;
    desk.save(&mut transaction).await?;
    let after = book(&mut transaction, change.charge).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(Ok(after))
}

/// A charge with roles and entries.
pub(crate) async fn book(connection: &mut PgConnection, charge: Charge) -> Result<Book, sqlx::Error> {
    let named = charges::named(&mut *connection, &[charge.id]).await?;
    let entries = charges::entries(connection, &[charge.id]).await?;
    Ok(Book { charge, named, entries })
}

/// The kind of charge, if the caller may have to do with it: leaders and supervisors; what is closed only the inspector.
pub(crate) fn may_charge<'a>(
    app: &'a App,
    claims: &Claims,
    route: &CaseRoute,
    hands: impl IntoIterator<Item = &'a Assignment>,
    code: &str,
) -> Result<&'a Kind, Refusal> {
    let kind = kind_of(app, route, code)?;
    may(claims, if kind.closed { &Action::Inspect } else { &Action::TakeCharge })?;
    papers(claims, route, hands)?;
    Ok(kind)
}

/// The kind of charge of a code, as the case's pack has it.
pub(crate) fn kind_of<'a>(app: &'a App, route: &CaseRoute, code: &str) -> Result<&'a Kind, Refusal> {
    let pack: &RoutingPack = app.packs.of(&route.pack).ok_or(Refusal::Unavailable)?;
    let leaders = pack.leaders.as_ref();
    leaders.and_then(|leaders| leaders.charge(code)).ok_or_else(|| {
        let kinds = leaders.map_or(&[][..], |leaders| &leaders.charge);
        let codes: Vec<_> = kinds.iter().map(|kind| kind.code.as_str()).collect();
        let zh = format!("须为以下之一：{}", codes.join("、"));
        Refusal::field("charge", zh, format!("must be one of {}", codes.join(", ")))
    })
}

/// Whether the entry rule of the pack lets the case in.
pub(crate) fn meets(app: &App, kind: &Kind, route: &CaseRoute) -> bool {
    let now = app.clock.now();
    kind.entry.is_none_or(|rule| {
        let end = rule
            .age
            .and_then(|age| app.calendars.now().of(route.region.as_str()).due(route.received_at, age).ok());
        due(rule, end.is_some_and(|end| now >= end.at), route.round)
    })
}

pub(crate) fn refused(why: Why) -> Refusal {
    Refusal::Conflict { zh: why.zh(), en: why.en() }
}

struct Change {
    charge: Charge,
    named: Option<Named>,
    entry: Option<Entry>,
    said: Option<Body>,
}

struct Turn<'a> {
    before: &'a Book,
    kind: &'a Kind,
    voice: &'a Voice,
    version: i64,
}

impl Turn<'_> {
    fn decide(&self, act: &Act) -> Result<Option<Change>, Refusal> {
        let charge = &self.before.charge;
        let code = charge.code.clone();
        let changed = |named, entry, said| {
            if charge.version != self.version {
                return Err(Refusal::Stale);
            }
            let charge = Charge { version: charge.version + 1, ..charge.clone() };
            Ok(Some(Change { charge, named, entry, said }))
        };
        match act {
            Act::Name { role, function, account } => {
                if !self.kind.role.iter().any(|known| known.code == *role) {
                    let codes: Vec<_> = self.kind.role.iter().map(|role| role.code.as_str()).collect();
                    let zh = format!("须为以下责任人角色之一：{}", codes.join("、"));
                    return Err(Refusal::field("role", zh, format!("must be one of {}", codes.join(", "))));
                }
                let same = self.before.named.iter().any(|named| {
                    named.role == *role && named.account == *account && named.function == *function
                });
                let (_, effect) = decide(Some(charge.state), Command::Name { same }).map_err(refused)?;
                let Some(Effect::Charged { .. }) = effect else { return Ok(None) };
                let named = Named {
                    charge: charge.id,
                    role: role.clone(),
                    function: function.clone(),
                    account: *account,
                    at: self.voice.at,
                };
                let said = CaseCharged { charge: code, role: Some(role.clone()) }.into();
                changed(Some(named), None, Some(said))
            }
            Act::Note { kind, text, due, entry } => {
                if self.before.entries.iter().any(|known| known.id == *entry) {
                    return Ok(None);
                }
                self.active()?;
                let entry = Entry {
                    id: *entry,
                    charge: charge.id,
                    kind: (*kind).to_owned(),
                    text: text.clone(),
                    due: *due,
                    done_at: None,
                    unit: None,
                    answer: None,
                    actor: self.voice.actor.clone(),
                    at: self.voice.at,
                };
                changed(None, Some(entry), None)
            }
            Act::Done { entry } => {
                let found =
                    self.before.entries.iter().find(|known| known.id == *entry && known.kind == "plan");
                let found = found.ok_or(Refusal::NotFound)?;
                if found.done_at.is_some() {
                    return Ok(None);
                }
                self.active()?;
                changed(None, Some(Entry { done_at: Some(self.voice.at), ..found.clone() }), None)
            }
            Act::End { solved, conclusion } => {
                let command = if *solved { Command::Solve(self.ledger()) } else { Command::Lift };
                let (after, effect) = decide(Some(charge.state), command).map_err(refused)?;
                let (Some(state), Some(_)) = (after, effect) else { return Ok(None) };
                let said = CaseDischarged { charge: code }.into();
                let change = changed(None, None, Some(said))?;
                Ok(change.map(|change| Change {
                    charge: Charge {
                        state,
                        ended_by: Some(self.voice.actor.clone()),
                        ended_at: Some(self.voice.at),
                        conclusion: Some(conclusion.clone()),
                        ..change.charge
                    },
                    ..change
                }))
            }
        }
    }

    fn active(&self) -> Result<(), Refusal> {
        if self.before.charge.state == State::Active { Ok(()) } else { Err(refused(Why::Ended)) }
    }

    fn ledger(&self) -> Ledger {
        let filled: Vec<String> = self.before.named.iter().map(|named| named.role.clone()).collect();
        let plan = || self.before.entries.iter().filter(|entry| entry.kind == "plan");
        Ledger {
            complete: self.kind.missing(&filled).next().is_none(),
            unplanned: self.kind.plan && plan().next().is_none(),
            open_steps: plan().filter(|entry| entry.done_at.is_none()).count(),
        }
    }
}
