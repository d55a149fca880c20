//! Hands named: the newest list holds, and no unit of a barred line keeps the case or is shown as a candidate.

use contracts::{Event, record::CaseHandsNamed};
use ids::CaseId;

use crate::{
    app::{accept::because, desk::Desk, sealed::may_hold},
    directory::Snapshot,
    store::{cases::RouteState, seals::Seal},
};

/// Takes the case from a barred unit; it waits for a dispatcher again.
pub(crate) fn named(desk: &mut Desk, directory: &Snapshot, event: &Event, body: &CaseHandsNamed) -> Seal {
    let case = CaseId(event.aggregate);
    let seal = Seal { hands: body.hands.clone(), barred: body.barred.clone() };
    desk.bar(case, |unit| !may_hold(unit, Some(&seal), directory), &because(event));
    let led = desk.lead(case).is_some_and(|lead| !lead.state.ended());
    desk.change(case, |route| {
        route.candidates.retain(|candidate| may_hold(&candidate.unit, Some(&seal), directory));
        if route.state == RouteState::Dispatched && !led {
            route.state = RouteState::Waiting;
        }
    });
    seal
}
