//! Reckons running limits anew after a calendar or a pack changed: a batch of cases at a time, told case by case.

use contracts::{
    Body,
    case::PackRef,
    clock::{ClockRecomputed, Moved},
};
use deadline_scheduler_rules::{Entry, Pause, choose_again};
use jiff::Timestamp;
use pg::Database;
use runtime::emit;
use uuid::Uuid;

use crate::{
    NAME,
    app::{
        case::{Case, Tracked},
        choose::rules_facts,
        hear,
        live::Live,
        reckon::settle,
        rules::Rules,
    },
    publish,
    store::{self, clocks::Clock, recomputations::Recomputation},
};

/// Cases in one transaction.
const AT_ONCE: i64 = 200;

/// What a recomputation does to a clock.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Move {
    pub(crate) clock: Clock,
    pub(crate) from_at: Timestamp,
}

/// Does the next batch of what is to be done; false if nothing is.
///
/// # Errors
/// The database is away or refused; the batch is done again.
pub(crate) async fn next_batch(db: &Database, live: &Live) -> anyhow::Result<bool> {
    let mut transaction = db.pool.begin().await?;
    let packs = live.now().packs.versions();
    let Some(mut job) = store::recomputations::take(&mut transaction, &packs).await? else {
        return Ok(false);
    };
    // Whoever sees the job sees what it is about, also if another process brought it a moment ago.
    let rules = live.refresh(&mut transaction).await?;
    let first = job.done_at.is_none();
    let ids = store::recomputations::cases(&mut transaction, job.done_through, AT_ONCE).await?;
    let now = store::now(&mut transaction).await?;
    let mut cases = load(&mut transaction, &ids).await?;
    let mut drafts = Vec::new();
    for case in &mut cases {
        let (looked, moves) = again(case, &job, &rules, now);
        // The second pass looks at the same ones again and may find some that are new.
        job.looked_at += if first { looked } else { 0 };
        job.moved += i64::try_from(moves.len()).unwrap_or(0);
        drafts.extend(
            bodies(case, &job, moves, &rules)
                .into_iter()
                .map(|body| publish::said(&case.facts, "system".to_owned(), now, body)),
        );
    }
    hear::save(&mut transaction, cases.iter()).await?;
    emit(&mut transaction, NAME, drafts).await?;
    job.done_through = ids.last().copied();
    if ids.is_empty() {
        (job.done_at, job.checked_at) = (job.done_at.or(Some(now)), (!first).then_some(now));
    }
    store::recomputations::save(&mut transaction, &job).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn load(connection: &mut sqlx::PgConnection, ids: &[Uuid]) -> Result<Vec<Case>, sqlx::Error> {
    let mut cases: Vec<Case> = store::facts::lock(connection, ids)
        .await?
        .into_iter()
        .map(|facts| Case::of(facts, Vec::new()))
        .collect();
    for clock in store::clocks::of_cases(connection, ids).await? {
        if let Ok(index) = cases.binary_search_by_key(&clock.case.0, |case| case.facts.case.0) {
            cases[index].clocks.push(Tracked::stored(clock));
        }
    }
    Ok(cases)
}

/// Reckons the clocks of one case; gives how many were looked at and which moved.
fn again(case: &mut Case, job: &Recomputation, rules: &Rules, now: Timestamp) -> (i64, Vec<Move>) {
    let (known, mut looked, mut moves) = (rules_facts(&case.facts), 0, Vec::new());
    let pauses = &case.facts.pauses;
    for tracked in case.clocks.iter_mut().filter(|tracked| !tracked.ended()) {
        let Some((entry, version)) = target(&tracked.clock, job, &known, rules) else { continue };
        looked += 1;
        let from_at = tracked.clock.due_at;
        if stays(&tracked.clock, entry, pauses, rules, now) {
            continue;
        }
        let named = tracked.clock.entry != entry.id || tracked.clock.pack_version != version;
        if named {
            (tracked.clock.entry, tracked.clock.pack_version) = (entry.id.clone(), version);
            tracked.changed = true;
        }
        match settle(tracked, entry, pauses, rules, now) {
            Ok(true) => moves.push(Move { clock: tracked.clock.clone(), from_at }),
            Ok(false) => {}
            Err(error) => tracing::error!(error = %error, "a limit could not be reckoned anew and stays"),
        }
    }
    case.take_back(now);
    (looked, moves)
}

/// The entry a clock is to follow: its own under a new calendar; under a new pack that of the new version, if the pack
/// moves running limits of this name.
fn target<'a>(
    clock: &Clock,
    job: &Recomputation,
    known: &deadline_scheduler_rules::Facts,
    rules: &'a Rules,
) -> Option<(&'a Entry, i32)> {
    let (_, current) = rules.entry(clock)?;
    if job.cause == "calendar" {
        return Some((current, clock.pack_version));
    }
    let (id, version) = job.subject.rsplit_once(':')?;
    let version: i32 = version.parse().ok()?;
    if clock.pack_id != id || clock.pack_version >= version {
        return None;
    }
    let pack = rules.packs.exactly(id, version)?;
    let moves = pack.running.as_ref().is_some_and(|running| running.names.contains(&clock.name));
    moves.then(|| choose_again(pack, current, known)).flatten().map(|entry| (entry, version))
}

/// What has passed and would have passed all the same was said and is not said again.
fn stays(clock: &Clock, entry: &Entry, pauses: &[Pause], rules: &Rules, now: Timestamp) -> bool {
    clock.due_at <= now && rules.due(clock, entry, pauses).is_ok_and(|(due, _)| due.at <= now)
}

fn bodies(case: &Case, job: &Recomputation, moves: Vec<Move>, rules: &Rules) -> Vec<Body> {
    let parts = publish::by_pack(moves, |moved| &moved.clock);
    parts.into_iter().flat_map(|(pack, moves)| told(case, job, moves, pack, rules)).collect()
}

fn told(case: &Case, job: &Recomputation, moves: Vec<Move>, pack: PackRef, rules: &Rules) -> Vec<Body> {
    let revision = rules.calendar(&case.facts.region).revision();
    let told = moves.iter().map(|moved| Moved {
        clock: moved.clock.id,
        name: moved.clock.name.as_str().to_owned(),
        from_at: moved.from_at,
        due_at: moved.clock.due_at,
        due_day: moved.clock.due_day,
        provisional: moved.clock.provisional,
    });
    let recomputed = ClockRecomputed {
        clocks: told.collect(),
        cause: job.cause.clone(),
        calendar: i32::try_from(revision).unwrap_or(i32::MAX),
        pack,
    };
    let clocks: Vec<Clock> = moves.into_iter().map(|moved| moved.clock).collect();
    std::iter::once(recomputed.into()).chain(publish::opened_bodies(case, &clocks)).collect()
}

/// What would move, without moving it: one page of cases after `after`, with the place to go on from.
///
/// # Errors
/// The database is away.
pub(crate) async fn preview(
    db: &Database,
    rules: &Rules,
    after: Option<Uuid>,
) -> Result<(i64, Vec<Move>, Option<Uuid>), sqlx::Error> {
    let mut connection = db.pool.acquire().await?;
    let ids = store::recomputations::cases(&mut connection, after, 5 * AT_ONCE).await?;
    let now = store::now(&mut connection).await?;
    // Read under a lock that is given back at once: nothing is written.
    let mut transaction = db.pool.begin().await?;
    let mut cases = load(&mut transaction, &ids).await?;
    transaction.rollback().await?;
    let job = Recomputation {
        id: 0,
        cause: "calendar".to_owned(),
        subject: String::new(),
        revision: 0,
        done_through: None,
        looked_at: 0,
        moved: 0,
        asked_by: String::new(),
        asked_at: now,
        done_at: None,
        checked_at: None,
    };
    let (mut looked, mut moves) = (0, Vec::new());
    for case in &mut cases {
        let (seen, moved) = again(case, &job, rules, now);
        looked += seen;
        moves.extend(moved);
    }
    Ok((looked, moves, ids.last().copied()))
}
