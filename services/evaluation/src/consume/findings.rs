//! Which event shows a defect of handling, and whose: one exhaustive match. A batch costs one statement, and only when it shows any.

use std::collections::BTreeMap;

use contracts::{Body, Event, words::Part};
use evaluation_rules::{Defect, Fact, Findings, reaches};
use ids::{CaseId, UnitCode};
use runtime::Draft;
use sqlx::PgConnection;

use crate::{
    publish::{Circumstance, Said},
    store::findings::{self, Sighting},
};

/// The clock whose passing is a missing answer to a supervision order, as packs name it.
const SUPERVISION: &str = "supervision";
/// The clock whose passing means that nobody of the unit signed.
const SIGN: &str = "sign";

/// What one batch shows, by case, defect and unit.
#[derive(Default)]
pub(super) struct Seen(BTreeMap<(CaseId, Defect, Option<UnitCode>), Sighting>);

impl Seen {
    /// Adds what an event shows of a case, if its pack looks for that.
    pub(super) fn add(&mut self, rules: Option<&Findings>, fact: &Fact, event: &Event) {
        let Some(rules) = rules else { return };
        let Some((defect, unit)) = shown(&event.body, rules) else { return };
        let Some(least) = rules.least(defect) else { return };
        let key = (fact.case, defect, unit);
        let sighting = self.0.entry(key).or_insert_with(|| Sighting {
            times: 0,
            least,
            at: event.time,
            region: event.region.clone(),
            cause: event.id,
        });
        sighting.times += 1;
        sighting.at = sighting.at.max(event.time);
        sighting.cause = event.id;
    }

    /// Writes them down and says which are raised.
    pub(super) async fn keep(&self, db: &mut PgConnection) -> Result<Vec<Draft>, sqlx::Error> {
        if self.0.is_empty() {
            return Ok(Vec::new());
        }
        let kept = findings::add(db, &self.0).await?;
        let mut drafts = Vec::new();
        for ((case, defect, unit), sighting) in &self.0 {
            let unit_text = unit.as_ref().map_or("", UnitCode::as_str);
            let found = kept
                .iter()
                .find(|row| row.case == case.0 && row.defect == defect.as_str() && row.unit == unit_text);
            let Some(row) = found else { continue };
            if reaches(row.times - sighting.times, sighting.times, sighting.least) {
                let by = Circumstance {
                    case: *case,
                    region: sighting.region.clone(),
                    time: sighting.at,
                    actor: "system".to_owned(),
                    cause: Some(sighting.cause),
                };
                let said = Said::Found {
                    finding: ids::FindingId(row.id),
                    defect: *defect,
                    unit: unit.clone(),
                    times: row.times,
                };
                drafts.push(by.says(said));
            }
        }
        Ok(drafts)
    }
}

fn shown(body: &Body, rules: &Findings) -> Option<(Defect, Option<UnitCode>)> {
    match body {
        Body::AssignmentReplyRejected(body) if rules.fobs_off(&body.reason) => {
            Some((Defect::FobOff, Some(body.unit.clone())))
        }
        Body::AssignmentRedirected(_) => Some((Defect::RepeatedAssignment, None)),
        Body::AssignmentDispatched(body) if body.round > 1 && body.part == Part::Lead => {
            Some((Defect::RepeatedAssignment, None))
        }
        Body::CaseLinked(body) if body.link == "repeat" => {
            // Not the unit's: which one had it by then hangs on the order of the sources.
            Some((Defect::RepeatedComplaint, None))
        }
        Body::ClockExpired(body) if body.name == SUPERVISION => {
            Some((Defect::UnansweredSupervision, body.unit.clone()))
        }
        Body::ClockExpired(body) if body.name == SIGN => Some((Defect::NoOfficer, body.unit.clone())),
        Body::AssignmentReturnRefused(body) => Some((Defect::WrongReturn, Some(body.unit.clone()))),
        Body::CaseMaterialsRequested(body) if body.request > 1 => Some((Defect::SecondRequest, None)),
        _ => None,
    }
}
