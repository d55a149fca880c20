//! 并单: merges cases under one clock, parts them again, and frees those who wait on a case that will not be answered.

use std::collections::BTreeSet;

use contracts::record::{CaseMerged, CaseUnmerged};
use identity::Claims;
use ids::{CaseId, RegionCode};
use intake_rules::{
    Command, Own,
    merging::{CannotMerge, plan},
};
use jiff::Timestamp;
use runtime::Draft;
use uuid::Uuid;
use web::{FieldError, Problem};

use crate::{
    app::{
        Core,
        change::{Changed, refused},
        found,
        hand::Hand,
        say::say,
    },
    http::fault,
    store::{
        cases::{self, Standing},
        dossier,
        find::File,
        merging,
    },
};

fn broken(error: sqlx::Error) -> Problem {
    fault(error.into())
}

/// Merges `from` into `into`, with everything that waits on `from`.
pub(crate) async fn merge(
    core: &Core,
    (from, into): (&File, &File),
    caller: &Claims,
    read_version: i64,
) -> Result<Changed, Problem> {
    let now = core.now();
    let mut transaction = core.platform.db.pool.begin().await.map_err(broken)?;
    // Looked up first, so that all rows can be locked in the order of ids; looked up again once nobody can change them.
    let first = [
        merging::place(&mut transaction, from.case_id.0).await.map_err(broken)?,
        merging::place(&mut transaction, into.case_id.0).await.map_err(broken)?,
    ];
    let family: BTreeSet<Uuid> = first
        .iter()
        .flat_map(|place| {
            std::iter::once(place.case).chain(place.primary).chain(place.waiting.iter().copied())
        })
        .collect();
    let ids: Vec<Uuid> = family.iter().copied().collect();
    let mut locked = cases::lock(&mut transaction, &ids).await.map_err(broken)?;
    let places = [
        merging::place(&mut transaction, from.case_id.0).await.map_err(broken)?,
        merging::place(&mut transaction, into.case_id.0).await.map_err(broken)?,
    ];
    if places != first {
        return Err(Problem::precondition_failed());
    }
    let plan = plan(&places[0], &places[1]).map_err(cannot)?;
    let root_open = locked.iter().any(|case| case.case_id == plan.root && Own::of(case.life.state).is_some());
    if !root_open {
        return Err(field(
            "into",
            "该诉求已经结束，不能并入",
            "that case is at its end; nothing can wait on it",
        ));
    }
    let place = locked.iter().position(|case| case.case_id == from.case_id.0);
    let standing = &mut locked[place.ok_or_else(crate::http::no_such_case)?];
    let (life, effect) = intake_rules::decide(standing.life, Command::Merge).map_err(refused)?;
    if effect.is_none() {
        return Ok(Changed::of(from, standing));
    }
    if standing.version != read_version {
        return Err(Problem::precondition_failed());
    }
    let own = std::mem::replace(&mut standing.life, life).state;
    standing.version += 1;
    let standing = standing.clone();
    let told = |case: Uuid, round: i32| Draft {
        aggregate: case,
        region: from.region.clone(),
        time: now,
        actor: caller.actor(),
        causation: None,
        historic: false,
        trace: None,
        body: CaseMerged { into: CaseId(plan.root), round }.into(),
    };
    let followers: Vec<Uuid> = plan.moved.iter().copied().filter(|case| *case != from.case_id.0).collect();
    let regions = merging::waiting_on(&mut transaction, &[from.case_id.0]).await.map_err(broken)?;
    let mut drafts = vec![told(from.case_id.0, life.round)];
    for waiting in &regions {
        let round =
            locked.iter().find(|case| case.case_id == waiting.case_id).map_or(1, |case| case.life.round);
        drafts.push(Draft { region: waiting.region.clone(), ..told(waiting.case_id, round) });
    }
    let stored = async {
        merging::begin(&mut transaction, from.case_id.0, plan.root, own, now, &caller.actor()).await?;
        if !followers.is_empty() {
            merging::follow(&mut transaction, &followers, plan.root, now, &caller.actor()).await?;
        }
        cases::update(&mut transaction, &[&standing]).await?;
        let mut heads = dossier::heads(&mut transaction, &ids).await?;
        say(&mut transaction, &mut heads, drafts).await?;
        transaction.commit().await
    };
    stored.await.map_err(broken)?;
    core.platform.wake.outbox();
    found::after(core, CaseId(plan.root)).await;
    Ok(Changed::of(from, &standing))
}

/// Parts a case from the one it waits on; it stands where it stood.
pub(crate) async fn unmerge(
    core: &Core,
    file: &File,
    caller: &Claims,
    read_version: i64,
) -> Result<Changed, Problem> {
    let mut hand = Hand::take(core, file).await?;
    let waits = merging::primary_of(hand.connection(), file.case_id.0).await.map_err(broken)?;
    let own = waits.as_ref().map_or(Own::Registered, |waits| waits.own);
    let (life, effect) =
        intake_rules::decide(hand.standing.life, Command::Unmerge { own }).map_err(refused)?;
    let (Some(_), Some(waits)) = (effect, waits) else { return Ok(hand.same()) };
    hand.fits(read_version)?;
    hand.standing.life = life;
    merging::end(hand.connection(), &[file.case_id.0], core.now(), "unmerged").await.map_err(broken)?;
    let draft = hand.draft(caller, CaseUnmerged { from: CaseId(waits.primary_id) });
    let changed = hand.done(vec![draft]).await?;
    found::after(core, CaseId(waits.primary_id)).await;
    Ok(changed)
}

/// Writes down that a case which was taken back waits no longer.
pub(crate) async fn leave(hand: &mut Hand<'_>, now: Timestamp) -> Result<(), sqlx::Error> {
    let case = hand.standing.case_id;
    merging::end(hand.connection(), &[case], now, "withdrawn").await
}

/// Parts everything that waits on a case which will not be answered; nobody is left without an answer.
pub(crate) async fn free(
    core: &Core,
    file: &File,
    caller: &Claims,
    hand: &mut Hand<'_>,
) -> Result<(Vec<Standing>, Vec<Draft>), Problem> {
    let waiting = merging::waiting_on(hand.connection(), &[file.case_id.0]).await.map_err(broken)?;
    if waiting.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let ids: Vec<Uuid> = waiting.iter().map(|case| case.case_id).collect();
    let mut locked = std::mem::take(&mut hand.waiting);
    // Whoever was merged in the moment before the lock.
    let late: Vec<Uuid> =
        ids.iter().copied().filter(|id| locked.iter().all(|standing| standing.case_id != *id)).collect();
    if !late.is_empty() {
        locked.extend(cases::lock(hand.connection(), &late).await.map_err(broken)?);
    }
    locked.retain(|standing| ids.contains(&standing.case_id));
    let mut drafts = Vec::with_capacity(ids.len());
    for standing in &mut locked {
        let Some(waits) = waiting.iter().find(|waits| waits.case_id == standing.case_id) else { continue };
        if let Ok((life, Some(_))) = intake_rules::decide(standing.life, Command::Unmerge { own: waits.own })
        {
            standing.life = life;
            standing.version += 1;
            let region: RegionCode = waits.region.clone();
            let told = hand.draft(caller, CaseUnmerged { from: file.case_id });
            drafts.push(Draft { aggregate: standing.case_id, region, ..told });
        }
    }
    merging::end(hand.connection(), &ids, core.now(), "unmerged").await.map_err(broken)?;
    Ok((locked, drafts))
}

fn cannot(why: CannotMerge) -> Problem {
    match why {
        CannotMerge::Itself => {
            field("into", "不能并入自身或者并入本件的诉求", "a case cannot wait on itself")
        }
        CannotMerge::Elsewhere => Problem::conflict(
            "该诉求已并入另一件诉求，请先解除并单。",
            "The case waits on another one; part it first.",
        ),
    }
}

fn field(name: &str, zh: &str, en: &str) -> Problem {
    Problem::unprocessable(vec![FieldError::new(name, zh, en)])
}
