//! 并单: a case that waits on another one needs no hands; parted, it goes back to the unit that had it.

use contracts::Event;
use ids::CaseId;

use crate::{
    app::{
        accept::because,
        desk::{Desk, Target},
    },
    store::cases::RouteState,
};

/// Takes the case out of all hands. What was answered in the meantime stays answered.
pub(crate) fn merge(desk: &mut Desk, event: &Event) {
    let case = CaseId(event.aggregate);
    let open = |state| matches!(state, RouteState::Waiting | RouteState::Dispatched);
    if desk.route(case).is_some_and(|route| open(route.state)) {
        desk.part_from(case, &because(event));
        desk.change(case, |route| route.state = RouteState::Closed);
    }
}

/// Gives the case back to the unit that had it, in the same round; one that had none waits for a dispatcher.
pub(crate) fn part(desk: &mut Desk, event: &Event) {
    let case = CaseId(event.aggregate);
    if desk.route(case).is_none_or(|route| route.state != RouteState::Closed) {
        return;
    }
    let last = desk.lead(case).map(|lead| (lead.unit.clone(), lead.mode));
    desk.change(case, |route| route.state = RouteState::Waiting);
    if let Some((unit, mode)) = last {
        let to = Target { unit, co_units: Vec::new(), mode, decided_by: "unmerged", designated: false };
        desk.dispatch(case, &to, &because(event));
    }
}
