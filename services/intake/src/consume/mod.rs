//! What intake hears: everything about a case, for the dossier; and where the case stands by what others report.

mod public;
mod report_up;
mod waiting;

use std::collections::{BTreeSet, HashMap};

use contracts::{Body, Event};
use futures::future::BoxFuture;
use intake_rules::{Command, Effect, decide};
use runtime::{ApplyError, Consumer, Draft, emit};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    publish,
    store::{
        cases::{self, Standing},
        dossier::{self, Happening},
        hands,
    },
};

/// Whose events are heard.
pub(crate) const SOURCES: &[&str] = &["routing", "deadline-scheduler", "notification", "evaluation"];

/// The consumer.
pub(crate) struct Hearing;

impl Consumer for Hearing {
    fn sources(&self) -> &'static [&'static str] {
        SOURCES
    }

    fn apply<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        batch: &'a [Event],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(apply(transaction, batch))
    }
}

/// Applies a batch: one statement a table, whatever its size.
async fn apply(transaction: &mut PgConnection, batch: &[Event]) -> Result<(), ApplyError> {
    runtime::calendars::keep(&mut *transaction, batch).await?;
    let mut about: BTreeSet<Uuid> = batch.iter().map(|event| event.aggregate).collect();
    let answered: Vec<Uuid> = answered(batch);
    // What waits on a case is answered with it; it is locked in the same order, and asked again once nobody can add to it.
    about.extend(waiting::on(transaction, &answered).await?.iter().map(|waits| waits.case_id));
    let about: Vec<Uuid> = about.into_iter().collect();
    let mut before = cases::lock(transaction, &about).await?;
    let waiting = waiting::on(transaction, &answered).await?;
    before.extend(waiting::lock_late(transaction, &waiting, &about).await?);
    let mut standings: HashMap<Uuid, Standing> =
        before.iter().map(|standing| (standing.case_id, standing.clone())).collect();

    let mut public = public::of_reopened(transaction, batch).await?;
    let mut taken = Vec::new();
    let mut drafts: Vec<Draft> = Vec::new();
    // Each event with how many drafts of ours follow it; what is not about a case (a calendar) has no dossier.
    let mut heard: Vec<(&Event, usize)> = Vec::with_capacity(batch.len());
    for event in as_said(batch) {
        let Some(standing) = standings.get_mut(&event.aggregate) else { continue };
        let spoken = drafts.len();
        drafts.extend(hear(standing, event));
        drafts.extend(public::take_back(&mut public, &mut taken, standing, event));
        drafts.extend(waiting::close(&mut standings, &waiting, event));
        heard.push((event, drafts.len() - spoken));
    }
    let changed: Vec<&Standing> =
        before.iter().filter_map(|old| standings.get(&old.case_id).filter(|new| *new != old)).collect();
    cases::update(transaction, &changed).await?;
    waiting::end(transaction, &before, &standings, batch).await?;
    waiting::terminate(transaction, batch, &standings).await?;
    public::end(transaction, &taken).await?;
    hands::draw(transaction, batch).await?;

    let answers = report_up::answers(&heard, &drafts);
    let mut said = emit(transaction, "intake", drafts).await?.into_iter();
    let reported = report_up::report_up(transaction, answers).await?;
    let mut happenings: Vec<Happening> = Vec::with_capacity(heard.len());
    for (event, follow) in heard {
        happenings.push(event.into());
        happenings.extend(said.by_ref().take(follow).map(|event| Happening::from(&event)));
    }
    happenings.extend(reported);
    let touched: Vec<Uuid> = before.iter().map(|standing| standing.case_id).collect();
    let mut heads = dossier::heads(transaction, &touched).await?;
    dossier::append(transaction, &mut heads, &happenings).await?;
    Ok(())
}

/// The cases of a batch that were answered.
fn answered(batch: &[Event]) -> Vec<Uuid> {
    let answered = batch.iter().filter(|event| matches!(event.body, Body::CaseAnswered(_)));
    answered.map(|event| event.aggregate).collect()
}

/// The order in which things were said, as far as ids (UUID version 7) tell; each source's own order is kept in any case.
fn as_said(batch: &[Event]) -> Vec<&Event> {
    let mut newest = HashMap::<(&str, Uuid), Uuid>::new();
    let mut ordered: Vec<(Uuid, &Event)> = Vec::with_capacity(batch.len());
    for event in batch {
        let key = newest.entry((event.source.as_str(), event.aggregate)).or_insert(event.id.0);
        *key = event.id.0.max(*key);
        ordered.push((*key, event));
    }
    ordered.sort_by_key(|(key, _)| *key);
    ordered.into_iter().map(|(_, event)| event).collect()
}

/// Takes note of one event; a closure is told in answer.
fn hear(standing: &mut Standing, event: &Event) -> Option<Draft> {
    match &event.body {
        Body::AssignmentDispatched(dispatch) => {
            let lead = dispatch.part == contracts::words::Part::Lead;
            report(standing, Command::Dispatch { round: dispatch.round });
            if lead
                && dispatch.round >= standing.life.round
                && standing.unit.as_deref() != Some(dispatch.unit.as_str())
            {
                standing.unit = Some(dispatch.unit.to_string());
                standing.version += 1;
            }
            None
        }
        Body::CaseAnswered(answer) => match report(standing, Command::Answer { round: answer.round })? {
            Effect::TellClosed { round } => Some(publish::closed(event, answer, round)),
            Effect::TellAccepted
            | Effect::TellDeclined
            | Effect::TellInvalid
            | Effect::TellWithdrawn
            | Effect::TellSupplemented
            | Effect::TellMerged
            | Effect::TellUnmerged
            | Effect::TellRenewed => None,
        },
        Body::CaseReopened(reopened) => {
            report(standing, Command::Reopen { round: reopened.round });
            None
        }
        Body::ClockOpened(opened) => {
            if let Some(due) = opened.clocks.iter().rfind(|clock| clock.name == "handle") {
                standing.due_at = Some(crate::app::kept(due.due_at));
            }
            None
        }
        Body::CaseRegistered(_)
        | Body::CaseAccepted(_)
        | Body::CaseDeclined(_)
        | Body::CaseSupplemented(_)
        | Body::CaseWithdrawn(_)
        | Body::CaseClosed(_)
        | Body::CaseHistoryEnded(_)
        | Body::ContactRecorded(_)
        | Body::ContactCalledBack(_)
        | Body::CaseClassified(_)
        | Body::CaseMerged(_)
        | Body::CaseUnmerged(_)
        | Body::CaseLinked(_)
        | Body::CaseRenewed(_)
        | Body::CaseFlagged(_)
        | Body::CaseFlagLifted(_)
        | Body::CaseMaterialsRequested(_)
        | Body::CaseMaterialsReceived(_)
        | Body::CaseNoticeIssued(_)
        | Body::CaseHandsNamed(_)
        | Body::CaseResultSealed(_)
        | Body::CaseResultUnsealed(_)
        | Body::CaseHandedOver(_)
        | Body::CaseReportedUp(_)
        | Body::CaseAttached(_)
        | Body::CasePublished(_)
        | Body::CaseUnpublished(_)
        | Body::CaseArchived(_)
        | Body::ReceptionScheduled(_)
        | Body::ReceptionHeld(_)
        | Body::ReceptionPublished(_)
        | Body::ReceptionCancelled(_)
        | Body::ReceptionMoved(_)
        | Body::BookingChanged(_)
        | Body::DisclosureProgressed(_)
        | Body::CaseFound(_)
        | Body::CaseRiskMarked(_)
        | Body::CaseRiskLifted(_)
        | Body::CaseCallHeld(_)
        | Body::AssignmentProgressed(_)
        | Body::AssignmentDisputed(_)
        | Body::AssignmentSettled(_)
        | Body::CasePaused(_)
        | Body::CaseResumed(_)
        | Body::CaseDeferred(_)
        | Body::CaseUndeferred(_)
        | Body::InstructionIssued(_)
        | Body::InstructionReported(_)
        | Body::CaseCharged(_)
        | Body::CaseDischarged(_)
        | Body::OpinionIssued(_)
        | Body::ReviewRequested(_)
        | Body::ReviewRefused(_)
        | Body::CaseTerminated(_)
        | Body::UnitDescribed(_)
        | Body::CaseCopied(_)
        | Body::ReviewAccepted(_)
        | Body::OpinionExtended(_)
        | Body::CaseRemanded(_)
        | Body::CaseLooked(_)
        | Body::CaseLineDrawn(_)
        | Body::FindingRaised(_)
        | Body::ExclusionDecided(_)
        | Body::AlertRaised(_)
        | Body::ReportPublished(_)
        | Body::AssignmentSigned(_)
        | Body::AssignmentContacted(_)
        | Body::AssignmentReturned(_)
        | Body::AssignmentRedirected(_)
        | Body::AssignmentReturnRefused(_)
        | Body::AssignmentReplied(_)
        | Body::AssignmentReplyRejected(_)
        | Body::ClockWarned(_)
        | Body::ClockExpired(_)
        | Body::ClockMet(_)
        | Body::ClockPaused(_)
        | Body::ClockResumed(_)
        | Body::ClockExtended(_)
        | Body::ClockExplained(_)
        | Body::ClockRecomputed(_)
        | Body::SupervisionOrdered(_)
        | Body::SupervisionAnswered(_)
        | Body::SupervisionEscalated(_)
        | Body::SupervisionLifted(_)
        | Body::CalendarPublished(_)
        | Body::NoticeSent(_)
        | Body::NoticeFailed(_)
        | Body::NoticeOpened(_)
        | Body::SubscriptionMade(_)
        | Body::SubscriptionSuspended(_)
        | Body::SubscriptionResumed(_)
        | Body::SubscriptionEnded(_)
        | Body::FollowUpOpened(_)
        | Body::FollowUpCompleted(_)
        | Body::CaseRated(_) => None,
    }
}

/// Reports are never refused; see the table of states.
fn report(standing: &mut Standing, command: Command) -> Option<Effect> {
    let (life, effect) = decide(standing.life, command).ok()?;
    if life != standing.life {
        standing.life = life;
        standing.version += 1;
    }
    effect
}

#[cfg(test)]
mod tests;
