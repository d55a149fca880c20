//! Hands named: the newest list holds, and no unit of a barred line keeps the case or is shown as a candidate.

use contracts::{Event, petition::CaseLineDrawn, record::CaseHandsNamed};
use ids::CaseId;
use routing_rules::sealed::lines;
use runtime::Draft;

use crate::{
    app::{accept::because, desk::Desk, sealed::may_hold},
    directory::Snapshot,
    store::seals::Seal,
};

/// Takes the case from a barred unit; it waits for a dispatcher again.
pub(crate) fn named(desk: &mut Desk, directory: &Snapshot, event: &Event, body: &CaseHandsNamed) -> Seal {
    let case = CaseId(event.aggregate);
    let seal = Seal { hands: body.hands.clone(), barred: body.barred.clone() };
    desk.leave(case, |unit| !may_hold(unit, Some(&seal), directory), &because(event));
    seal
}

/// The line of those who were barred, as the tree of units stands.
pub(crate) fn line(directory: &Snapshot, body: &CaseHandsNamed) -> CaseLineDrawn {
    let line = lines(&body.barred, &directory.parents()).into_iter().collect();
    CaseLineDrawn { barred: body.barred.clone(), line }
}

/// Tells the others whom the accused keep out; where nobody is accused there is nothing to tell.
pub(crate) fn told(event: &Event, drawn: CaseLineDrawn) -> Option<Draft> {
    (!drawn.barred.is_empty()).then(|| Draft {
        aggregate: event.aggregate,
        region: event.region.clone(),
        time: event.time,
        actor: "system".to_owned(),
        causation: Some(event.id),
        historic: event.historic,
        trace: None,
        body: drawn.into(),
    })
}
