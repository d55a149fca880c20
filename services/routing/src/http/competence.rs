//! `GET /competence`: who is competent for what, down to the person.

use axum::extract::State;
use identity::{Action, may};
use ids::RegionCode;
use routing_rules::{Urgency, dispatch};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use super::{
    Desk,
    outcome::fault,
    unit::{Link, chain},
};

/// The matter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Matter {
    /// Where.
    region: String,
    /// A subject code.
    subject: Option<String>,
    /// What the message wants.
    kind: Option<String>,
    /// A few words of it.
    words: Option<String>,
}

/// Who may be competent, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Competence {
    /// By the catalogue that holds.
    units: Vec<Competent>,
}

/// A unit that may be competent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Competent {
    /// Its code.
    unit: String,
    /// What people call it.
    unit_name: String,
    /// 协办.
    co_units: Vec<String>,
    /// How sure, in thousandths.
    confidence: u16,
    /// `subject`, `keyword`, `kind` or `region`.
    ground: String,
    /// What the catalogue names as the basis.
    basis: String,
    /// On duty round the clock.
    duty24h: bool,
    /// Who answers, from the unit up.
    chain: Vec<Link>,
}

/// Looks a matter up in the catalogue: unit, leader in charge, handling officer, and those above.
#[utoipa::path(get, path = "/competence", tag = "directory", security(("bearer" = [])), params(Matter),
    responses((status = 200, body = Competence), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(matter): Query<Matter>,
) -> Result<Json<Competence>, Problem> {
    may(&claims, &Action::ListCases)?;
    let region: RegionCode = matter
        .region
        .parse()
        .map_err(|_| Problem::bad_request("region", "不是行政区划代码", "not a region code"))?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let facts = dispatch::Facts {
        region: &region,
        kind: matter.kind.as_deref().unwrap_or_default(),
        subject: matter.subject.as_deref(),
        title: matter.words.as_deref().unwrap_or_default(),
        text: "",
        unit_hint: None,
        mode_hint: None,
        urgency: Urgency::Ordinary,
        confidential: false,
        multi_unit: true,
    };
    let found = dispatch::rank(&desk.app.config.weights, &directory.catalogue, &facts);
    let view = |found: dispatch::Candidate| Competent {
        unit_name: directory.name_of(&found.unit),
        duty24h: directory.units.get(&found.unit).is_some_and(|unit| unit.duty24h),
        chain: chain(&directory, &found.unit),
        unit: found.unit.to_string(),
        co_units: found.co_units.iter().map(ToString::to_string).collect(),
        confidence: found.confidence.0,
        ground: found.ground,
        basis: found.basis,
    };
    Ok(Json(Competence { units: found.into_iter().map(view).collect() }))
}
