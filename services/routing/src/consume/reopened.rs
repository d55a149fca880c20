//! 重办: a case goes round again, to the same lead unit.

use contracts::{Event, case::CaseReopened};
use ids::{CaseId, UnitCode};

use crate::{
    app::{
        accept::because,
        desk::{Desk, Target},
    },
    store::cases::RouteState,
};

/// Begins the new round; an older round heard late changes nothing.
pub(crate) fn reopen(
    desk: &mut Desk,
    event: &Event,
    body: &CaseReopened,
    may_hold: impl Fn(&UnitCode) -> bool,
) {
    let case = CaseId(event.aggregate);
    if desk.route(case).is_none_or(|route| route.round >= body.round) {
        return;
    }
    let last = desk.lead(case).map(|lead| (lead.unit.clone(), lead.mode));
    desk.withdraw(case);
    desk.change(case, |route| {
        route.round = body.round;
        route.state = RouteState::Waiting;
    });
    // A case that never had a unit goes on waiting for a dispatcher.
    if let Some((unit, mode)) = last.filter(|(unit, _)| may_hold(unit)) {
        let to = Target { unit, co_units: Vec::new(), mode, decided_by: "reopened", designated: false };
        desk.dispatch(case, &to, &because(event));
    }
}
