//! A batch of events becomes facts: load the cases it touches, add each event, store, open the follow-ups that are due.

use std::collections::BTreeMap;

use contracts::{Body, Event};
use evaluation_rules::{Fact, Heard, Reason, follow_up_due, remanded};
use ids::{CaseId, FollowUpId};
use runtime::{ApplyError, Draft};
use sqlx::PgConnection;

use super::{causes, findings::Seen, heard, known, marks, stages, tallies};
use crate::{
    NAME, Parts,
    app::reopen,
    publish::{Circumstance, Said},
    store::{
        facts::{self, Stored},
        followups::{self, FollowUp},
    },
};

pub(super) async fn apply(
    parts: &Parts,
    transaction: &mut PgConnection,
    batch: &[Event],
) -> Result<(), ApplyError> {
    runtime::seals::keep(&mut *transaction, batch).await?;
    tallies::apply(&mut *transaction, batch).await?;
    causes::apply(&mut *transaction, batch).await?;
    let mut news = Vec::with_capacity(batch.len());
    for event in batch {
        let dated = heard(event, &parts.packs)?;
        for heard in dated.into_iter().chain(marks::heard(&event.body)).chain(stages::heard(event)) {
            news.push((CaseId(event.aggregate), event, Some(heard)));
        }
        if goes_round(&event.body) {
            news.push((CaseId(event.aggregate), event, None));
        }
    }
    if news.is_empty() {
        return Ok(());
    }
    let mut known_facts: BTreeMap<CaseId, Stored> =
        news.iter().map(|(case, _, _)| (*case, Stored::new(*case))).collect();
    for stored in facts::load(transaction, known_facts.keys().copied()).await? {
        known_facts.insert(stored.fact.case, stored);
    }
    let (mut tasks, mut drafts, mut seen) = (Vec::new(), Vec::new(), Seen::default());
    let mut looked = None;
    for (case, event, heard) in news {
        let stored = known_facts.get_mut(&case).expect("every case of the batch was laid out above");
        let Some(heard) = heard else {
            // What asks about the round that may end here is found there, though it was opened in this batch.
            followups::insert(transaction, &std::mem::take(&mut tasks)).await?;
            drafts.extend(sent_round(parts, transaction, &mut stored.fact, event).await?);
            continue;
        };
        let again = match heard {
            Heard::Remanded { round } => remanded(&stored.fact, round),
            _ => None,
        };
        stored.fact.hear(heard);
        // An event may say several things of a case and is looked at once.
        if looked.replace(event.id) != Some(event.id) {
            let rules = stored.fact.pack.as_ref().and_then(|pack| parts.packs.find(pack));
            if let (Body::CaseAnswered(body), Some(rules)) = (&event.body, rules) {
                stored.fact.answered_at_level(body.round, rules.counting.is_lowest(body.level.as_deref()));
            }
            seen.add(rules.and_then(|rules| rules.findings.as_ref()), &stored.fact, event);
        }
        if again.is_some() {
            let by = Circumstance {
                case,
                region: event.region.clone(),
                time: event.time,
                actor: "system".to_owned(),
                cause: Some(event.id),
            };
            followups::insert(transaction, &std::mem::take(&mut tasks)).await?;
            let said = |round| Said::Remanded { round };
            drafts.extend(reopen::round(transaction, &mut stored.fact, &by, said).await?);
        }
        if let Some((task, draft)) = open_follow_up(parts, &mut stored.fact, event)? {
            tasks.push(task);
            drafts.push(draft);
        }
    }
    let all: Vec<Stored> = known_facts.into_values().collect();
    if !facts::save(transaction, &all, &parts.calendars.now()).await? {
        return Err(ApplyError::Later(anyhow::anyhow!("another worker was first")));
    }
    followups::insert(transaction, &tasks).await?;
    drafts.extend(seen.keep(transaction).await?);
    if !drafts.is_empty() {
        runtime::emit(transaction, NAME, drafts).await?;
    }
    Ok(())
}

/// Whether an event may send an ended case round again without anybody's dissatisfaction.
const fn goes_round(body: &Body) -> bool {
    match body {
        Body::CaseRenewed(_) => true,
        Body::CaseUndeferred(undeferred) => matches!(undeferred.again, Some(true)),
        _ => false,
    }
}

/// New facts always do; what was on the long-term register does where the pack says so.
async fn sent_round(
    parts: &Parts,
    transaction: &mut PgConnection,
    fact: &mut Fact,
    event: &Event,
) -> Result<Vec<Draft>, ApplyError> {
    let Body::CaseUndeferred(_) = event.body else {
        let said = |round| Said::Reopened { round, reason: Reason::NewFacts };
        return Ok(reopen::again(transaction, fact, event, said).await?);
    };
    let Some(pack) = &fact.pack else { return Ok(Vec::new()) };
    if !known(parts.packs.find(pack), pack)?.redo.deferred {
        return Ok(Vec::new());
    }
    Ok(reopen::again(transaction, fact, event, |round| Said::TakenUp { round }).await?)
}

fn open_follow_up(
    parts: &Parts,
    fact: &mut Fact,
    event: &Event,
) -> Result<Option<(FollowUp, Draft)>, ApplyError> {
    let (Some(pack), Some(region), Some(number)) = (&fact.pack, &fact.region, &fact.number) else {
        return Ok(None);
    };
    let rules = known(parts.packs.find(pack), pack)?;
    let rule = &rules.follow_up;
    if !follow_up_due(fact, rule, &rules.rating) {
        return Ok(None);
    }
    let round = fact.round;
    let opened_at = fact.last_answered_at.unwrap_or(event.time);
    let calendars = parts.calendars.now();
    let closes_at =
        rule.closes_after.and_then(|limit| calendars.of(region.as_str()).due(opened_at, limit).ok());
    let task = FollowUp {
        id: FollowUpId::derived(&format!("{}:{round}:followup", fact.case)),
        case: fact.case,
        round,
        number: number.clone(),
        region: region.clone(),
        opened_at,
        closes_at: closes_at.map(|due| due.at),
    };
    let circumstance = Circumstance {
        case: fact.case,
        region: region.clone(),
        time: opened_at,
        actor: "system".to_owned(),
        cause: Some(event.id),
    };
    let draft = circumstance.says(Said::FollowUpOpened { followup: task.id, round });
    fact.followup_round = round;
    Ok(Some((task, draft)))
}
