//! `GET /units/findings`: what is wrong with the tree of units, for an office to work off.

use std::collections::BTreeMap;

use axum::extract::State;
use identity::{Action, Scope, may};
use routing_rules::findings;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use super::{Desk, outcome::fault};

/// What is wrong with the units.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingList {
    /// By unit.
    findings: Vec<FindingView>,
}

/// One thing that has to be put right.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingView {
    /// The unit's code.
    unit: String,
    /// What people call it.
    unit_name: String,
    /// `no-leader`, `no-handler`, `unknown-parent`, `ended-parent`, `circle`, `no-successor`, `ended-successor`,
    /// `not-round-the-clock`.
    finding: &'static str,
    /// In Chinese.
    zh: &'static str,
    /// In English.
    en: &'static str,
}

/// Lists units without a leader or a handling officer, lost parents and successors, utilities that sleep.
#[utoipa::path(get, path = "/units/findings", tag = "directory", security(("bearer" = [])),
    responses((status = 200, body = FindingList), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<FindingList>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let mut found = findings::find(directory.catalogue.tree(), &desk.app.packs.round_the_clock());
    // A region's people see their region, an officer the own unit.
    found.retain(|(code, _)| match (claims.scope(), directory.units.get(code)) {
        (Scope::Region(region), Some(unit)) => region.contains(&unit.region),
        (Scope::Unit(own), Some(_)) => own == *code,
        (Scope::All | Scope::Nothing | Scope::Case(_), Some(_)) => true,
        (_, None) => false,
    });
    let names: BTreeMap<_, _> =
        found.iter().map(|(code, _)| (code.clone(), directory.name_of(code))).collect();
    let view = |(code, flaw): (ids::UnitCode, findings::Flaw)| FindingView {
        unit_name: names[&code].clone(),
        unit: code.to_string(),
        finding: flaw.as_str(),
        zh: flaw.zh(),
        en: flaw.en(),
    };
    Ok(Json(FindingList { findings: found.into_iter().map(view).collect() }))
}
