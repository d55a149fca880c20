//! `GET` and `PUT /catalogue` 派单目录.

use axum::extract::State;
use contracts::words::Kind;
use identity::{Action, may};
use ids::{RegionCode, UnitCode};
use routing_rules::catalogue::Entry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use super::{Desk, inputs::Inputs, outcome::fault};
use crate::store::catalogue;

/// One line of the catalogue: what of which place belongs to whom.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryBody {
    /// Where it holds, with all that lies within.
    #[schema(value_type = String)]
    region: RegionCode,
    /// Only messages of this kind.
    #[schema(value_type = Option<String>)]
    kind: Option<Kind>,
    /// A subject code, with all below it.
    subject: Option<String>,
    /// Words that point here.
    #[serde(default)]
    keywords: Vec<String>,
    /// 主办.
    #[schema(value_type = String)]
    unit: UnitCode,
    /// 协办.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    co_units: Vec<UnitCode>,
    /// Law, 三定 or list that says so.
    #[serde(default)]
    basis: String,
}

/// The whole catalogue.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatalogueBody {
    /// In order; of two that fit equally well the first one counts.
    entries: Vec<EntryBody>,
}

/// The version that holds now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replaced {
    /// Grows by one with each change.
    version: i32,
}

/// Reads the catalogue that holds.
#[utoipa::path(get, path = "/catalogue", tag = "directory", security(("bearer" = [])),
    responses((status = 200, body = CatalogueBody), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<CatalogueBody>, Problem> {
    may(&claims, &Action::ListCases).or_else(|_| may(&claims, &Action::Administer))?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let entries = catalogue::active(&mut connection).await.map_err(fault)?;
    let body = |entry: Entry| EntryBody {
        region: entry.region,
        kind: entry.kind.and_then(|kind| kind.parse().ok()),
        subject: entry.subject,
        keywords: entry.keywords,
        unit: entry.unit,
        co_units: entry.co_units,
        basis: entry.basis,
    };
    Ok(Json(CatalogueBody { entries: entries.into_iter().map(body).collect() }))
}

/// Puts a catalogue in the place of the one that holds; the old one stays as history.
#[utoipa::path(put, path = "/catalogue", tag = "directory", security(("bearer" = [])), request_body = CatalogueBody,
    responses((status = 200, body = Replaced), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Json(body): Json<CatalogueBody>,
) -> Result<Json<Replaced>, Problem> {
    may(&claims, &Action::Administer)?;
    let mut inputs = Inputs::default();
    let mut transaction = desk.app.db.pool.begin().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut transaction).await.map_err(fault)?;
    let mut entries = Vec::with_capacity(body.entries.len());
    for (at, entry) in body.entries.into_iter().enumerate() {
        let field = |name: &str| format!("entries[{at}].{name}");
        for unit in std::iter::once(&entry.unit).chain(&entry.co_units) {
            if !directory.units.contains_key(unit) {
                inputs.wrong(&field("unit"), format!("没有单位 {unit}"), format!("no unit {unit}"));
            }
        }
        let words = entry.keywords.iter();
        entries.push(Entry {
            subject: inputs.optional_line(&field("subject"), entry.subject.as_deref(), 64),
            keywords: words.map(|word| inputs.line(&field("keywords"), word, 40)).collect(),
            basis: inputs.optional_line(&field("basis"), Some(&entry.basis), 500).unwrap_or_default(),
            region: entry.region,
            kind: entry.kind.map(|kind| kind.as_str().to_owned()),
            unit: entry.unit,
            co_units: entry.co_units,
        });
    }
    inputs.check()?;
    let version = catalogue::replace(&mut transaction, &entries).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(Json(Replaced { version }))
}
