//! Telling: a batch of events becomes cards, notices and `notice.sent`, with one statement a table.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use calendar::{Calendar, Calendars};
use contracts::Event;
use ids::{CaseId, NoticeId};
use jiff::Timestamp;
use notification_rules::{
    card::Card,
    decide::{Decision, Owed, decide},
    outside::{self, Entry},
    render::Both,
    sections::Settings,
    when,
    words::{Audience, Happening, Variable},
};
use runtime::ApplyError;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Packs,
    app::{
        beside, county,
        deliver::{End, deliver},
        names, public,
    },
    consume::{heard, occasions::occasions},
    office::Office,
    publish,
    store::{
        cards::{self, Kept},
        notices::{self, Row},
        outward::{self, ways_text},
        publication, subscriptions, waiting,
    },
};

/// Applies a batch. What cannot be told yet is kept and looked at again whenever its case's card has changed.
pub(crate) async fn tell(
    transaction: &mut PgConnection,
    packs: &Packs,
    track_url: &str,
    office: &Office,
    batch: &[Event],
) -> Result<(), ApplyError> {
    let outside = is_listened_to(&mut *transaction, packs, office, batch).await?;
    let (now, calendars) = (office.now(), office.calendars());
    let scene = Scene { packs, track_url, office, now, calendars, outside };
    runtime::seals::keep(&mut *transaction, batch).await?;
    runtime::calendars::keep(&mut *transaction, batch).await?;
    names::hear(&mut *transaction, office, batch).await?;
    public::hear(&mut *transaction, batch).await?;
    county::hear(&mut *transaction, now, batch).await?;
    beside::tell(&mut *transaction, packs, track_url, office, batch).await?;
    let matters = |event: &&Event| {
        let of_case = heard::happening(event).is_none_or(Happening::is_of_case);
        let owes = !event.historic && scene.hears(event);
        of_case && (owes || !heard::facts(event).is_empty())
    };
    let batch: Vec<&Event> = batch.iter().filter(matters).collect();
    let ids: BTreeSet<Uuid> = batch.iter().map(|event| event.aggregate).collect();
    let mut board = Board::load(transaction, ids.into_iter().collect()).await?;
    for event in &batch {
        board.hear(event, &scene)?;
    }
    board.save(transaction).await
}

/// Says whether anybody outside listens. The first who does is found with the batch that follows, in every process: so
/// none begins by leaving something out.
async fn is_listened_to(
    transaction: &mut PgConnection,
    packs: &Packs,
    office: &Office,
    batch: &[Event],
) -> Result<bool, sqlx::Error> {
    let told = |event: &Event| heard::happening(event).is_some_and(|word| packs.tell_outside(word));
    if office.is_listened_to() || !batch.iter().any(told) {
        return Ok(office.is_listened_to());
    }
    let listened = subscriptions::any(transaction).await?;
    if listened {
        office.heard();
    }
    Ok(listened)
}

/// What a batch is told under.
struct Scene<'a> {
    packs: &'a Packs,
    track_url: &'a str,
    office: &'a Office,
    now: Timestamp,
    calendars: Arc<Calendars>,
    outside: bool,
}

impl Scene<'_> {
    fn hears(&self, event: &Event) -> bool {
        heard::happening(event)
            .is_some_and(|word| self.packs.hear(word) || (self.outside && self.packs.tell_outside(word)))
    }
}

/// The cases of a batch in memory.
struct Board {
    cases: BTreeMap<Uuid, Case>,
    rows: BTreeMap<NoticeId, (Row, Event)>,
    outward: BTreeMap<Uuid, outward::Row>,
    entries: BTreeMap<Uuid, publication::Entry>,
}

#[derive(Default)]
struct Case {
    kept: Kept,
    changed: bool,
    waiting: Vec<Event>,
    /// Those of `waiting` that have a row already.
    stored: BTreeSet<Uuid>,
}

impl Board {
    async fn load(transaction: &mut PgConnection, ids: Vec<Uuid>) -> Result<Self, ApplyError> {
        let mut cases: BTreeMap<Uuid, Case> = ids.iter().map(|id| (*id, Case::default())).collect();
        for (id, kept) in cards::lock(transaction, &ids).await? {
            cases.entry(id).or_default().kept = kept;
        }
        for id in runtime::seals::among(transaction, &ids).await? {
            // Nobody is told what a sealed case is about; its card learns so by its own events as well.
            cases.entry(id).or_default().kept.card.guard.sealed = true;
        }
        let waiting: Vec<Uuid> =
            cases.iter().filter(|(_, case)| case.kept.waiting).map(|(id, _)| *id).collect();
        if !waiting.is_empty() {
            for event in waiting::load(transaction, &waiting).await? {
                let event = event.open().map_err(|error| ApplyError::Poison { reason: error.to_string() })?;
                let case = cases.entry(event.aggregate).or_default();
                case.stored.insert(event.id.0);
                case.waiting.push(event);
            }
        }
        let (rows, outward, entries) = Default::default();
        Ok(Self { cases, rows, outward, entries })
    }

    fn hear(&mut self, event: &Event, scene: &Scene<'_>) -> Result<(), ApplyError> {
        let case = self.cases.entry(event.aggregate).or_default();
        let mut fuller = false;
        for fact in heard::facts(event) {
            fuller |= case.kept.card.learn(&fact);
        }
        case.changed |= fuller;
        let mut again = if fuller { std::mem::take(&mut case.waiting) } else { Vec::new() };
        if !event.historic {
            again.push(event.clone());
        }
        for event in again {
            let card = &case.kept.card;
            let Some((settings, due)) = due(&event, card, scene)? else { continue };
            let calendar = scene.calendars.of(event.region.as_str());
            for (id, owed) in due.owed {
                let (end, ways) = deliver(scene.office, &owed);
                let start = start(&owed, card, settings, scene.now, calendar);
                if !ways.is_empty() {
                    let row = outward_row(id, &event, card, (&owed, ways_text(&ways)), start);
                    self.outward.entry(id.0).or_insert(row);
                }
                let under_way = matches!(end, End::Carrier(_)).then_some(start);
                let row = row(id, &event, card, owed, (end, under_way), scene);
                self.rows.entry(id).or_insert((row, event.clone()));
            }
            self.entries.extend(due.entry.map(|entry| (entry.id, entry)));
            if due.waits {
                case.waiting.push(event);
            }
        }
        Ok(())
    }

    async fn save(mut self, transaction: &mut PgConnection) -> Result<(), ApplyError> {
        let (mut changed, mut came, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for (id, case) in &mut self.cases {
            let still: BTreeSet<Uuid> = case.waiting.iter().map(|event| event.id.0).collect();
            came.extend(case.waiting.iter().filter(|event| !case.stored.contains(&event.id.0)));
            gone.extend(case.stored.difference(&still).copied());
            case.changed |= case.kept.waiting == still.is_empty();
            case.kept.waiting = !still.is_empty();
            if case.changed {
                changed.push((*id, &case.kept));
            }
        }
        if !cards::save(transaction, &changed).await? {
            return Err(ApplyError::Later(anyhow::anyhow!("a card was written by another worker first")));
        }
        waiting::save(transaction, &came, &gone).await?;
        let rows: Vec<&Row> = self.rows.values().map(|(row, _)| row).collect();
        let fresh = notices::insert(transaction, &rows).await?;
        let outward: Vec<outward::Row> =
            self.outward.into_values().filter(|row| fresh.contains(&row.notice)).collect();
        outward::insert(transaction, &outward).await?;
        publication::lay_down(transaction, self.entries.into_values().collect()).await?;
        let told = self.rows.values().filter(|(row, _)| fresh.contains(&row.id.0));
        let drafts = publish::sent(told.map(|(row, cause)| (row, cause)));
        runtime::emit(transaction, "notification", drafts).await?;
        Ok(())
    }
}

/// What an event comes to.
#[derive(Default)]
struct Due {
    owed: Vec<(NoticeId, Owed)>,
    waits: bool,
    entry: Option<publication::Entry>,
}

/// What an event owes as far as the card goes, and whether something has to wait. Nothing where nobody is told of it.
fn due<'a>(event: &Event, card: &Card, scene: &Scene<'a>) -> Result<Option<(&'a Settings, Due)>, ApplyError> {
    static NONE: std::sync::LazyLock<Settings> = std::sync::LazyLock::new(Settings::default);
    let Some(word) = heard::happening(event).filter(|_| scene.hears(event)) else { return Ok(None) };
    let Some(head) = &card.head else {
        return Ok(Some((&NONE, Due { waits: true, ..Due::default() })));
    };
    let pack = scene.packs.of(&head.pack).ok_or_else(|| ApplyError::Poison {
        reason: format!("policy pack {} is not installed", head.pack.id),
    })?;
    let settings = &pack.notices.settings;
    let mut due = Due::default();
    for mut occasion in occasions(event, word, pack) {
        let name = occasion.called(card).and_then(|unit| scene.office.name_of(unit.as_str()));
        occasion.values.extend(name.map(|name| (Variable::Unit, Both::same(name))));
        let Decision { owed, waits } = decide(&pack.notices, &occasion, card, scene.track_url);
        due.waits |= waits;
        if scene.outside {
            let unit = occasion.called(card);
            let result = occasion.codes.first().map(String::as_str);
            let unit = unit.map(ids::UnitCode::as_str);
            let entry = outside::entry(word, &settings.outside, card, &settings.secret, unit, result);
            due.entry = due.entry.or_else(|| entry.map(|entry| publication_entry(event, entry)));
        }
        // One event may tell of several limits of one name: each of its own unit.
        let clock = occasion.limit.map(|limit| limit.clock.to_string()).unwrap_or_default();
        due.owed.extend(owed.into_iter().map(|owed| {
            (NoticeId::derived(&format!("{}:{}:{}:{clock}", event.id, owed.audience, owed.template)), owed)
        }));
    }
    Ok(Some((settings, due)))
}

fn publication_entry(event: &Event, entry: Entry) -> publication::Entry {
    publication::Entry { id: event.id.0, case: event.aggregate, at: event.time, entry }
}

/// When the words may go out.
fn start(owed: &Owed, card: &Card, settings: &Settings, now: Timestamp, calendar: &Calendar) -> Timestamp {
    match owed.audience {
        Audience::Citizen => when::to_citizen(owed, &card.guard.wish, settings, now),
        Audience::Unit
        | Audience::Officer
        | Audience::InCharge
        | Audience::Centre
        | Audience::Supervisor
        | Audience::Leader
        | Audience::County => when::to_staff(owed, settings, now, calendar),
    }
}

fn outward_row(
    id: NoticeId,
    event: &Event,
    card: &Card,
    (owed, ways): (&Owed, String),
    not_before: Timestamp,
) -> outward::Row {
    let head = card.head.as_ref().expect("nothing is owed before the registration is known");
    outward::Row {
        notice: id.0,
        ways,
        case: event.aggregate,
        audience: owed.audience.to_string(),
        recipient: owed.recipient.clone(),
        region: head.region.to_string(),
        pack: head.pack.id.clone(),
        urgent: owed.urgent,
        digest: owed.digest,
        not_before,
    }
}

fn row(
    id: NoticeId,
    event: &Event,
    card: &Card,
    owed: Owed,
    (end, under_way): (End, Option<Timestamp>),
    scene: &Scene<'_>,
) -> Row {
    let head = card.head.as_ref().expect("nothing is owed before the registration is known");
    let whole = scene.office.patience.whole();
    Row {
        id,
        case: CaseId(event.aggregate),
        cause: event.id,
        number: head.number.to_string(),
        region: head.region.clone(),
        pack: format!("{}:{}", head.pack.id, head.pack.version),
        owed,
        end,
        created_at: event.time,
        sent_at: under_way.is_none().then_some(scene.now),
        ends_by: under_way.map(|start| start.checked_add(whole).unwrap_or(Timestamp::MAX)),
    }
}
