//! Telling: a batch of events becomes cards, notices and `notice.sent`, with one statement a table.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use contracts::Event;
use ids::{CaseId, NoticeId};
use notification_rules::{
    card::Card,
    decide::{Owed, decide},
    lifecycle::{self, Patience, State},
    render::Both,
};
use runtime::ApplyError;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Packs,
    app::deliver::deliver,
    consume::heard,
    publish,
    store::{
        cards::{self, Kept},
        notices::{self, Row},
        waiting,
    },
};

/// Embedded channels take everything at the first attempt; the carriers that do not will bring their own.
const AT_ONCE: Patience =
    Patience { attempts: 1, pause: jiff::SignedDuration::ZERO, longest: jiff::SignedDuration::ZERO };

/// Applies a batch. What cannot be told yet is kept and looked at again whenever its case's card has changed.
pub(crate) async fn tell(
    transaction: &mut PgConnection,
    packs: &Packs,
    track_url: &str,
    batch: &[Event],
) -> Result<(), ApplyError> {
    runtime::seals::keep(&mut *transaction, batch).await?;
    let matters = |event: &&Event| {
        let owes = !event.historic && heard::happening(event).is_some_and(|word| packs.hear(word));
        owes || !heard::facts(event).is_empty()
    };
    let batch: Vec<&Event> = batch.iter().filter(matters).collect();
    let ids: BTreeSet<Uuid> = batch.iter().map(|event| event.aggregate).collect();
    let mut board = Board::load(transaction, ids.into_iter().collect()).await?;
    for event in &batch {
        board.hear(event, packs, track_url)?;
    }
    board.save(transaction).await
}

/// The cases of a batch in memory.
struct Board {
    cases: BTreeMap<Uuid, Case>,
    rows: BTreeMap<NoticeId, (Row, Event)>,
    sealed: HashSet<Uuid>,
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
        let sealed = runtime::seals::among(transaction, &ids).await?;
        Ok(Self { cases, rows: BTreeMap::new(), sealed })
    }

    fn hear(&mut self, event: &Event, packs: &Packs, track_url: &str) -> Result<(), ApplyError> {
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
            let (owed, waits) = owed(&event, &case.kept.card, packs, track_url)?;
            for (id, mut owed) in owed {
                // Of a sealed case nobody is told what it is about or what it came to.
                if self.sealed.contains(&event.aggregate) && !neutral(&mut owed, &case.kept.card, packs) {
                    continue;
                }
                let row = row(id, &event, &case.kept.card, owed);
                self.rows.entry(id).or_insert((row, event.clone()));
            }
            if waits {
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
        let said = self.rows.values().filter(|(row, _)| fresh.contains(&row.id.0));
        let drafts = said.filter_map(|(row, cause)| publish::said(row, cause)).collect();
        runtime::emit(transaction, "notification", drafts).await?;
        Ok(())
    }
}

type Told = (Vec<(NoticeId, Owed)>, bool);

/// What an event owes as far as the card goes, and whether something has to wait.
fn owed(event: &Event, card: &Card, packs: &Packs, track_url: &str) -> Result<Told, ApplyError> {
    let Some(word) = heard::happening(event).filter(|word| packs.hear(*word)) else {
        return Ok((Vec::new(), false));
    };
    let Some(head) = &card.head else {
        return Ok((Vec::new(), true));
    };
    let pack = packs.of(&head.pack).ok_or_else(|| ApplyError::Poison {
        reason: format!("policy pack {} is not installed", head.pack.id),
    })?;
    let (mut all, mut waits) = (Vec::new(), false);
    for occasion in heard::occasions(event, word, pack) {
        let decision = decide(&pack.notices, &occasion, card, track_url);
        waits |= decision.waits;
        // One event may tell of several limits of one name: each of its own unit.
        let clock = occasion.limit.map(|limit| limit.clock.to_string()).unwrap_or_default();
        all.extend(decision.owed.into_iter().map(|owed| {
            (NoticeId::derived(&format!("{}:{}:{}:{clock}", event.id, owed.audience, owed.template)), owed)
        }));
    }
    Ok((all, waits))
}

fn row(id: NoticeId, event: &Event, card: &Card, owed: Owed) -> Row {
    let head = card.head.as_ref().expect("nothing is owed before the registration is known");
    let (state, effect) = lifecycle::decide(&State::Queued, &deliver(owed.channel), event.time, AT_ONCE);
    Row {
        id,
        case: CaseId(event.aggregate),
        cause: event.id,
        number: head.number.clone(),
        region: head.region.clone(),
        pack: format!("{}:{}", head.pack.id, head.pack.version),
        owed,
        state,
        effect,
        created_at: event.time,
    }
}

/// Puts the pack's neutral words in the place of the notice's own; false when the pack has none, so that nothing is told.
fn neutral(owed: &mut Owed, card: &Card, packs: &Packs) -> bool {
    let Some((head, words)) =
        card.head.as_ref().and_then(|head| Some((head, packs.of(&head.pack)?.sealed.as_ref()?)))
    else {
        return false;
    };
    let fill = |words: &Both<String>| Both {
        zh: words.zh.replace("{case_number}", head.number.as_str()),
        en: words.en.replace("{case_number}", head.number.as_str()),
    };
    owed.title = fill(&words.title);
    owed.body = fill(&words.body);
    true
}
