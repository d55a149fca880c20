//! What a person does to one case: lock it, decide in memory, write, say, in one transaction.

use std::sync::Arc;

use anyhow::Context as _;
use contracts::Body;
use deadline_scheduler_rules::{Call, Command, Effect, Entry, decide, open};
use identity::Claims;
use ids::{CaseId, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::Database;
use runtime::{Draft, Wake, emit, texts::Texts};
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;
use web::Problem;

use crate::{
    NAME,
    app::{
        case::{Alarms, Case, Tracked},
        choose::rules_facts,
        follow, hear,
        live::Live,
        rules::Rules,
    },
    consume::heard::Heard,
    publish, store,
};

/// What every endpoint that acts is given.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) db: Database,
    pub(crate) live: Live,
    pub(crate) wake: Wake,
    /// The key of what is written about sealed cases.
    pub(crate) texts: Arc<Texts>,
}

/// The purpose of the key of texts.
pub(crate) const PURPOSE: &str = "deadline-texts";

/// One case, locked, and what is to be said of it.
pub(crate) struct Hand {
    pub(crate) transaction: Transaction<'static, Postgres>,
    pub(crate) case: Case,
    pub(crate) rules: Rules,
    pub(crate) now: Timestamp,
    pub(crate) actor: String,
    pub(crate) drafts: Vec<Draft>,
    /// What people write about the case is kept sealed.
    pub(crate) sealed: bool,
}

impl Desk {
    /// Takes a case up, if it exists for the caller: a sealed one does for its named hands only. The time is the database's: it alone
    /// decides what is late.
    pub(crate) async fn take(&self, case: CaseId, claims: &Claims) -> Result<Option<Hand>, Problem> {
        let mut transaction = self.db.pool.begin().await.context("taking up a case")?;
        let found = lock(&mut transaction, case).await.context("locking a case")?;
        let region = found.as_ref().map(|case| &case.facts.region);
        let seen = runtime::seals::sees(&mut transaction, claims, case.0, region).await;
        if !seen.context("asking for the seal of a case")? {
            return Ok(None);
        }
        let sealed = runtime::seals::among(&mut transaction, &[case.0]).await;
        let sealed = !sealed.context("asking for the seal of a case")?.is_empty();
        let now = store::now(&mut transaction).await.context("asking the time")?;
        let actor = claims.actor();
        Ok(found.map(|case| Hand {
            transaction,
            case,
            rules: self.live.now(),
            now,
            actor,
            drafts: Vec::new(),
            sealed,
        }))
    }

    /// A text as it is kept: of a sealed case, so that it opens in its own place only.
    pub(crate) fn kept(&self, hand: &Hand, place: Uuid, text: String) -> String {
        if hand.sealed { self.texts.seal(place, &text) } else { text }
    }

    /// Writes what changed and says it.
    pub(crate) async fn put(&self, mut hand: Hand) -> Result<(), Problem> {
        hear::save(&mut hand.transaction, std::iter::once(&hand.case)).await.context("writing a case")?;
        follow::follow_one(&mut hand.transaction, &hand.case).await.context("ending what waits")?;
        emit(&mut hand.transaction, NAME, hand.drafts).await.context("saying what was done")?;
        hand.transaction.commit().await.context("doing it")?;
        self.wake.outbox();
        self.wake.timers();
        Ok(())
    }
}

async fn lock(connection: &mut PgConnection, case: CaseId) -> Result<Option<Case>, sqlx::Error> {
    let Some(facts) = store::facts::lock(connection, &[case.0]).await?.pop() else { return Ok(None) };
    let clocks = store::clocks::of_cases(connection, &[case.0]).await?;
    let clocks = clocks.into_iter().map(Tracked::stored).collect();
    Ok(Some(Case::of(facts, clocks)))
}

impl Hand {
    /// Notes that something of the case waits for a decision: it ends with what it is about.
    pub(crate) fn wait(&mut self) {
        (self.case.facts.waiting, self.case.facts_changed) = (true, true);
    }

    /// Finds a clock of the case with its entry.
    pub(crate) fn clock(&self, clock: Uuid) -> Option<(usize, Entry)> {
        let index = self.case.clocks.iter().position(|tracked| tracked.clock.id.0 == clock)?;
        let (_, entry) = self.rules.entry(&self.case.clocks[index].clock)?;
        Some((index, entry.clone()))
    }

    /// Notes something to be said by whoever acts.
    pub(crate) fn say(&mut self, body: impl Into<Body>) {
        self.drafts.push(publish::said(&self.case.facts, self.actor.clone(), self.now, body.into()));
    }

    /// Lets an event of this service open and meet clocks, as those of others do; gives the due day of what it opened.
    pub(crate) fn happen(&mut self, heard: &Heard, unit: Option<UnitCode>) -> Result<Option<Date>, Problem> {
        let (met, opened) = happen(&mut self.case, heard, unit, &self.rules, self.now)
            .map_err(|error| Problem::internal(&anyhow::Error::new(error)))?;
        let pick = |indices: Vec<usize>| {
            indices.into_iter().map(|index| self.case.clocks[index].clock.clone()).collect::<Vec<_>>()
        };
        let opened = pick(opened);
        let met = publish::met_body(&pick(met));
        for body in met.into_iter().chain(publish::opened_bodies(&self.case, &opened)) {
            self.say(body);
        }
        Ok(opened.first().map(|clock| clock.due_day))
    }
}

/// Meets, cancels and opens clocks by an event of this service; gives those met and those opened.
pub(crate) fn happen(
    case: &mut Case,
    heard: &Heard,
    unit: Option<UnitCode>,
    rules: &Rules,
    at: Timestamp,
) -> Result<(Vec<usize>, Vec<usize>), calendar::OutOfRange> {
    let mut met = Vec::new();
    for (index, tracked) in case.clocks.iter_mut().enumerate() {
        if heard.matter.is_none() || tracked.clock.matter != heard.matter {
            continue;
        }
        let Some((_, entry)) = rules.entry(&tracked.clock) else { continue };
        let command = if entry.stop.contains(&heard.trigger) {
            Command::Stop { at }
        } else if entry.cancel.contains(&heard.trigger) {
            Command::Cancel { at }
        } else {
            continue;
        };
        let (next, effect) = decide(tracked.clock.state, tracked.clock.due_at, command);
        if next != tracked.clock.state {
            (tracked.clock.state, tracked.changed, tracked.alarms) = (next, true, Alarms::Drop);
            met.extend(matches!(effect, Some(Effect::Met { .. })).then_some(index));
        }
    }
    let mut opened = Vec::new();
    if let Some((version, pack)) = rules.packs.standing(&case.facts.pack_id, case.facts.pack_version) {
        let calendar = rules.calendar(&case.facts.region);
        let call = Call { given: heard.given, ..Call::plain(heard.trigger, at) };
        for opening in open(pack, &call, &rules_facts(&case.facts), calendar)?.iter() {
            let stamp = (version, calendar.revision());
            opened.extend(case.open(opening, None, unit.clone(), heard.matter, stamp));
        }
    }
    Ok((met, opened))
}
