//! GET /cases/{number}/dossier: everything that happened to a case (全程留痕), with the proof that nothing was changed.

use std::fmt::Write as _;

use axum::extract::State;
use identity::{Action, may};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use crate::{
    app::{Desk, chain},
    http::{access, fault},
    store::dossier,
};

/// The dossier of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dossier {
    case_id: String,
    number: String,
    /// Every hash follows from the one before, those of entries that are not shown to the reader included.
    whole: bool,
    entries: Vec<Entry>,
}

/// One step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entry {
    seq: i32,
    event_id: String,
    /// The service that said it.
    source: String,
    kind: String,
    #[schema(value_type = String, format = DateTime)]
    happened_at: Timestamp,
    /// Who did it; never a name.
    actor: String,
    #[schema(value_type = Object)]
    detail: Box<RawValue>,
    /// SHA-256 in hexadecimal digits.
    hash: String,
}

/// Reads the dossier of a case.
#[utoipa::path(get, path = "/cases/{number}/dossier", tag = "cases",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "every step", body = Dossier),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn dossier(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Dossier>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::ReadDossier)?;
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        dossier::of_case(&mut connection, file.case_id).await
    };
    let entries = read.await.map_err(|error| fault(error.into()))?;
    let whole = chain::is_whole(&entries);
    let entries = entries.into_iter().filter(|entry| access::shows(&claims, entry));
    let entries: Result<Vec<Entry>, serde_json::Error> = entries.map(shown).collect();
    Ok(Json(Dossier {
        case_id: file.case_id.to_string(),
        number: file.number.to_string(),
        whole,
        entries: entries.map_err(anyhow::Error::from)?,
    }))
}

fn shown(entry: dossier::Entry) -> Result<Entry, serde_json::Error> {
    let hash = entry.hash.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok(Entry {
        seq: entry.seq,
        event_id: entry.what.event_id.to_string(),
        source: entry.what.source,
        kind: entry.what.kind,
        happened_at: entry.what.happened_at,
        actor: entry.what.actor,
        detail: RawValue::from_string(entry.what.detail)?,
        hash,
    })
}
