//! Who may look into what routing keeps of a case beside its way: staff who may read the case, and units that have or had it.

use identity::{Action, Claims, Denied, Role, may};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{App, refusal::Refusal, sealed as seals};
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

/// Whether a sealed case exists for the caller at all; asks nothing of cases that are not sealed.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the caller.
pub(crate) async fn sealed(
    app: &App,
    connection: &mut PgConnection,
    claims: &Claims,
    route: &CaseRoute,
) -> Result<Result<(), Refusal>, sqlx::Error> {
    if !route.confidential {
        return Ok(Ok(()));
    }
    let known = seals::seals_of(&mut *connection, std::iter::once(route)).await?;
    let directory = app.directory.current(connection).await?;
    let sees = seals::sees(claims, route, known.get(&route.case), &directory);
    Ok(if sees { Ok(()) } else { Err(Refusal::NotFound) })
}

/// A text as it is kept: sealed where the case is.
pub(crate) fn seal(app: &App, route: &CaseRoute, place: Uuid, text: &str) -> String {
    if route.confidential { app.vault.seal(place, text) } else { text.to_owned() }
}
