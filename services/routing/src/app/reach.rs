//! Who may look into what routing keeps of a case beside its way: staff who may read the case, and units that have or had it.

use identity::{Action, Claims, Denied, Role, may};

use crate::store::{assignments::Assignment, cases::CaseRoute};

/// Whether staff may read the working papers of a case; a citizen's token never does.
///
/// # Errors
/// [`Denied`] in both languages.
pub(crate) fn papers<'a>(
    claims: &Claims,
    route: &CaseRoute,
    hands: impl IntoIterator<Item = &'a Assignment>,
) -> Result<(), Denied> {
    if !claims.has(Role::Agency) {
        may(claims, &Action::ListCases)?;
    }
    let own = hands.into_iter().find(|hand| claims.unit.as_ref() == Some(&hand.unit));
    let unit = own.map(|hand| hand.unit.clone());
    may(claims, &Action::ReadCase { case: route.case, unit, region: Some(route.region.clone()) })
}
