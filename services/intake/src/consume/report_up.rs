//! 回告: when a matter that was handed down is answered, the report to the body that handed it down is written.

use std::collections::HashMap;

use contracts::{Body, Event, record::CaseReportedUp};
use runtime::{Draft, emit};
use sqlx::PgConnection;

use crate::store::{
    dossier::Happening,
    reports::{self, Answered},
};

/// Writes the reports that a batch owes. A batch without answers costs nothing, one with answers a single statement.
pub(crate) async fn report_up(
    transaction: &mut PgConnection,
    heard: &[(&Event, usize)],
) -> Result<Vec<Happening>, sqlx::Error> {
    let mut causes = HashMap::new();
    let mut answers: Vec<Answered> = Vec::new();
    for (event, _) in heard {
        let Body::CaseAnswered(answer) = &event.body else { continue };
        if event.historic || causes.insert((event.aggregate, answer.round), *event).is_some() {
            continue;
        }
        answers.push(Answered {
            case_id: event.aggregate,
            round: answer.round,
            outcome: answer.outcome.as_str(),
            unit: answer.unit.as_str(),
            answered_at: answer.answered_at,
        });
    }
    if answers.is_empty() {
        return Ok(Vec::new());
    }
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
