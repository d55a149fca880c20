//! A case got another subject than at its acceptance: duty lists and the catalogue go by it from here on.

use contracts::record::CaseClassified;
use ids::CaseId;

use crate::{app::desk::Desk, store::sides::Subject};

/// Takes the new word; a case that is not here has nothing to change.
pub(crate) fn classify(desk: &mut Desk, case: CaseId, body: &CaseClassified) {
    if let Some(subject) = body.subject.clone().filter(|_| desk.route(case).is_some()) {
        desk.sides.subjects.push(Subject { case, subject });
    }
}
