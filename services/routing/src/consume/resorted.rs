//! A case was sorted otherwise than at its acceptance: kind, urgency and subject count from here on.

use contracts::record::CaseClassified;
use ids::CaseId;

use crate::{
    app::desk::Desk,
    store::sides::{Sorted, Subject},
};

/// Takes the new words; a case that is not here has nothing to change.
pub(crate) fn classify(desk: &mut Desk, case: CaseId, body: &CaseClassified) {
    let Some((kind, urgency)) = desk.route(case).map(|route| (route.kind, route.urgency)) else { return };
    if let Some(subject) = &body.subject {
        desk.sides.subjects.push(Subject { case, subject: subject.clone() });
    }
    if (kind, urgency) != (body.kind, body.urgency) {
        let (kind, urgency) = (body.kind, body.urgency);
        desk.change(case, |route| (route.kind, route.urgency) = (kind, urgency));
        desk.sides.sorted.push(Sorted { case, kind, urgency });
    }
}
