//! Sealed cases (检举控告): seen by named hands and the keeper only, never by the accused unit's line, each look written down.

use std::collections::HashMap;

use contracts::petition::CaseLooked;
use identity::{Action, Claims, may};
use ids::{AccountId, CaseId, UnitCode};
use routing_rules::sealed::{barred, line};
use runtime::Draft;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{App, desk::Desk, refusal::Refusal};
use crate::{
    directory::Snapshot,
    store::{
        cases::CaseRoute,
        seals::{self, Seal},
    },
};

/// What of sealed cases a list may show.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// The reader's account.
    pub(crate) account: Uuid,
    /// The reader keeps sealed cases.
    pub(crate) keeper: bool,
    /// The line of the reader's unit: a case that bars one of these is not shown.
    pub(crate) line: Vec<String>,
}

impl Sight {
    /// The sight of a caller.
    pub(crate) fn of(claims: &Claims, directory: &Snapshot) -> Self {
        let own = claims.unit.as_ref().map(|unit| line(unit, &directory.parents())).unwrap_or_default();
        Self {
            account: claims.sub,
            keeper: may(claims, &Action::ReadSealed).is_ok(),
            line: own.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Says whether a caller may see a case at all.
pub(crate) fn sees(claims: &Claims, route: &CaseRoute, seal: Option<&Seal>, directory: &Snapshot) -> bool {
    if !route.confidential || claims.case == Some(route.case) {
        return true;
    }
    let here = claims.region.as_ref().is_none_or(|bound| bound.contains(&route.region));
    if here && may(claims, &Action::ReadSealed).is_ok() {
        return true;
    }
    seal.is_some_and(|seal| {
        let accused =
            claims.unit.as_ref().is_some_and(|unit| barred(unit, &seal.barred, &directory.parents()));
        seal.hands.contains(&AccountId(claims.sub)) && !accused
    })
}

/// Says whether a case may lie with a unit.
pub(crate) fn may_hold(unit: &UnitCode, seal: Option<&Seal>, directory: &Snapshot) -> bool {
    seal.is_none_or(|seal| !barred(unit, &seal.barred, &directory.parents()))
}

/// Lets a case go to a unit, or says why not.
///
/// # Errors
/// The unit lies in a barred line.
pub(crate) fn may_go_to(unit: &UnitCode, seal: Option<&Seal>, directory: &Snapshot) -> Result<(), Refusal> {
    if may_hold(unit, seal, directory) {
        return Ok(());
    }
    let zh = format!("{unit} 属于被检举控告单位或其上下级，不得办理");
    Err(Refusal::field("unit", zh, format!("{unit} lies in the line of an accused unit")))
}

/// Reads the seals of those cases that are sealed; asks nothing where none is.
pub(crate) async fn seals_of<'a>(
    connection: &mut PgConnection,
    routes: impl Iterator<Item = &'a CaseRoute>,
) -> Result<HashMap<CaseId, Seal>, sqlx::Error> {
    let sealed: Vec<Uuid> = routes.filter(|route| route.confidential).map(|route| route.case.0).collect();
    seals::of_cases(connection, &sealed).await
}

/// Says whether a case on the desk is none for this caller; asks nothing where none is sealed.
pub(crate) async fn hides(
    app: &App,
    connection: &mut PgConnection,
    claims: &Claims,
    desk: &Desk,
) -> Result<bool, sqlx::Error> {
    if !desk.routes().any(|route| route.confidential) {
        return Ok(false);
    }
    let seals = seals_of(&mut *connection, desk.routes()).await?;
    let directory = app.directory.current(connection).await?;
    Ok(desk.routes().any(|route| !sees(claims, route, seals.get(&route.case), &directory)))
}

/// Lets a caller look at a case or says that there is none; a look into a sealed one is written into the dossier first.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the caller.
pub(crate) async fn look(
    app: &App,
    connection: &mut PgConnection,
    claims: &Claims,
    route: &CaseRoute,
    what: &str,
) -> Result<Result<(), Refusal>, sqlx::Error> {
    if !route.confidential {
        return Ok(Ok(()));
    }
    let seals = seals_of(&mut *connection, std::iter::once(route)).await?;
    let directory = app.directory.current(&mut *connection).await?;
    if !sees(claims, route, seals.get(&route.case), &directory) {
        return Ok(Err(Refusal::NotFound));
    }
    let looked = Draft {
        aggregate: route.case.0,
        region: route.region.clone(),
        time: app.clock.now(),
        actor: claims.actor(),
        causation: None,
        historic: false,
        trace: None,
        body: CaseLooked { what: what.to_owned() }.into(),
    };
    let mut transaction = sqlx::Connection::begin(connection).await?;
    runtime::emit(&mut transaction, crate::NAME, vec![looked]).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(Ok(()))
}
