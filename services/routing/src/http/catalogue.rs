//! `GET` and `PUT /catalogue` 派单目录.

use axum::extract::State;
use calendar::day_of;
use contracts::words::Kind;
use identity::{Action, may};
use ids::{RegionCode, UnitCode};
use jiff::civil::Date;
use routing_rules::catalogue::Entry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Json, Later, Problem};

use super::{Desk, inputs::Inputs, outcome::fault};
use crate::{
    directory::Snapshot,
    store::catalogue::{self, Change},
};

/// One line of the catalogue: what of which place belongs to whom.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryBody {
    /// The line's id, to name it in a proposal; what is sent in is not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<i64>,
    /// Where it holds, with all that lies within.
    #[schema(value_type = String)]
    pub(crate) region: RegionCode,
    /// Only messages of this kind.
    #[schema(value_type = Option<String>)]
    pub(crate) kind: Option<Kind>,
    /// A subject code, with all below it.
    pub(crate) subject: Option<String>,
    /// Words that point here.
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    /// 主办.
    #[schema(value_type = String)]
    pub(crate) unit: UnitCode,
    /// 协办.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(crate) co_units: Vec<UnitCode>,
    /// Law, 三定 or list that says so.
    #[serde(default)]
    pub(crate) basis: String,
}

impl EntryBody {
    /// A line as it is shown.
    pub(crate) fn of(id: i64, entry: Entry) -> Self {
        Self {
            id: Some(id),
            region: entry.region,
            kind: entry.kind.and_then(|kind| kind.parse().ok()),
            subject: entry.subject,
            keywords: entry.keywords,
            unit: entry.unit,
            co_units: entry.co_units,
            basis: entry.basis,
        }
    }

    /// Cleans it; what is wrong is noted under `place`, such as `entries[3]`.
    pub(crate) fn check(self, directory: &Snapshot, place: &str, inputs: &mut Inputs) -> Entry {
        let field = |name: &str| format!("{place}.{name}");
        for unit in std::iter::once(&self.unit).chain(&self.co_units) {
            if !directory.units.contains_key(unit) {
                inputs.wrong(&field("unit"), format!("没有单位 {unit}"), format!("no unit {unit}"));
            }
        }
        let words = self.keywords.iter();
        Entry {
            subject: inputs.optional_line(&field("subject"), self.subject.as_deref(), 64),
            keywords: words.map(|word| inputs.line(&field("keywords"), word, 40)).collect(),
            basis: inputs.optional_line(&field("basis"), Some(&self.basis), 500).unwrap_or_default(),
            region: self.region,
            kind: self.kind.map(|kind| kind.as_str().to_owned()),
            unit: self.unit,
            co_units: self.co_units,
        }
    }
}

/// The whole catalogue.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatalogueBody {
    /// The version: of what is read, or on which a change is made (then 409 when another one holds meanwhile).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    /// From which day on the lines hold; today where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    valid_from: Option<Date>,
    /// Why, for the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// In order; of two that fit equally well the first one counts.
    entries: Vec<EntryBody>,
}

/// The version that was made.
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
    let version = catalogue::current(&mut connection).await.map_err(fault)?;
    let lines = catalogue::lines(&mut connection).await.map_err(fault)?;
    let entries = lines.into_iter().map(|(id, entry)| EntryBody::of(id, entry)).collect();
    Ok(Json(CatalogueBody { version, valid_from: None, note: None, entries }))
}

/// Puts a catalogue in the place of the one that holds, at once or from a later day on; the old one stays as history.
#[utoipa::path(put, path = "/catalogue", tag = "directory", security(("bearer" = [])), request_body = CatalogueBody,
    responses((status = 200, body = Replaced), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    body: Later<CatalogueBody>,
) -> Result<Json<Replaced>, Problem> {
    may(&claims, &Action::ManageCatalogue)?;
    let mut inputs = Inputs::default();
    let mut transaction = desk.app.db.pool.begin().await.map_err(fault)?;
    catalogue::lock(&mut transaction).await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut transaction).await.map_err(fault)?;
    let current = catalogue::current(&mut transaction).await.map_err(fault)?;
    let body = body.read()?;
    if body.version.is_some() && body.version != current {
        return Err(Problem::conflict(
            "派单目录已被他人更新，请重新读取后再改。",
            "another version of the catalogue holds meanwhile; read it again",
        ));
    }
    if claims.region.is_some() {
        inputs.wrong(
            "entries",
            "整部目录由全域管理员更换，请提交调整建议",
            "bound to a region: make a proposal",
        );
    }
    let note = inputs.optional_line("note", body.note.as_deref(), 500);
    let mut entries = Vec::with_capacity(body.entries.len());
    for (at, entry) in body.entries.into_iter().enumerate() {
        entries.push(entry.check(&directory, &format!("entries[{at}]"), &mut inputs));
    }
    inputs.check()?;
    let (at, actor) = (desk.app.clock.now(), claims.actor());
    let today = day_of(at);
    let valid_from = body.valid_from.unwrap_or(today);
    let change = Change { actor: &actor, at, today, valid_from, note: note.as_deref(), proposal: None };
    let version = catalogue::replace(&mut transaction, &entries, &change).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(Json(Replaced { version }))
}
