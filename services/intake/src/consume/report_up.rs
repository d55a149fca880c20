//! 回告: when a matter that was handed down is answered, the report to the body that handed it down is written.

use std::collections::{HashMap, HashSet};

use contracts::{Body, Event, record::CaseReportedUp};
use runtime::{Draft, emit};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::{
    dossier::Happening,
    reports::{self, Answered},
};

/// The answers of a batch that a report may be owed for: those that were heard, and those of cases that were answered with
/// the one they waited on.
pub(crate) fn answers<'a>(heard: &[(&'a Event, usize)], drafts: &[Draft]) -> Vec<(&'a Event, Answered<'a>)> {
    let mut seen = HashSet::new();
    let mut answers = Vec::new();
    let mut note = |case_id: Uuid, round: i32, event: &'a Event| {
        let Body::CaseAnswered(answer) = &event.body else { return };
        if event.historic || !seen.insert((case_id, round)) {
            return;
        }
        let (outcome, unit) = (answer.outcome.as_str(), answer.unit.as_str());
        answers.push((event, Answered { case_id, round, outcome, unit, answered_at: answer.answered_at }));
    };
    for (event, _) in heard {
        if let Body::CaseAnswered(answer) = &event.body {
            note(event.aggregate, answer.round, event);
        }
    }
    for draft in drafts {
        let Body::CaseClosed(closed) = &draft.body else { continue };
        let cause =
            heard.iter().find(|(event, _)| closed.merged_into.is_some() && Some(event.id) == draft.causation);
        if let Some((event, _)) = cause {
            note(draft.aggregate, closed.round, event);
        }
    }
    answers
}

/// Writes the reports that answers owe. A batch without answers costs nothing, one with answers a single statement.
pub(crate) async fn report_up(
    transaction: &mut PgConnection,
    answers: Vec<(&Event, Answered<'_>)>,
) -> Result<Vec<Happening>, sqlx::Error> {
    if answers.is_empty() {
        return Ok(Vec::new());
    }
    let (causes, answers): (Vec<&Event>, Vec<Answered>) = answers.into_iter().unzip();
    let causes: HashMap<(Uuid, i32), &Event> =
        answers.iter().zip(causes).map(|(answer, cause)| ((answer.case_id, answer.round), cause)).collect();
    let mut drafts = Vec::new();
    for owed in reports::write(transaction, &answers).await? {
        let Some(cause) = causes.get(&(owed.case_id, owed.round)) else { continue };
        drafts.push(Draft {
            aggregate: owed.case_id,
            region: cause.region.clone(),
            time: cause.time,
            actor: "system".to_owned(),
            causation: Some(cause.id),
            historic: false,
            trace: None,
            body: CaseReportedUp { to: owed.body, serial: owed.serial }.into(),
        });
    }
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(emit(transaction, "intake", drafts).await?.iter().map(Happening::from).collect())
}
