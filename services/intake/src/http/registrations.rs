//! GET /cases/{number}/registrations: the three registrations (收文、流程、办结) as a view of the dossier.

use axum::extract::State;
use identity::{Action, may};
use intake_rules::{Register, register_of};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use crate::{
    app::Desk,
    http::{access, fault},
    store::dossier,
};

/// The three registers of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Registrations {
    number: String,
    /// 收文登记、流程登记、办结登记, in this order.
    registers: Vec<RegisterView>,
}

/// One register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisterView {
    register: &'static str,
    zh: &'static str,
    en: &'static str,
    lines: Vec<Line>,
}

/// One line of a register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Line {
    /// Its place in the dossier.
    seq: i32,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    kind: String,
    actor: String,
    #[schema(value_type = Object)]
    detail: Box<RawValue>,
}

/// Reads the three registers. Every entry of the dossier that the reader may see stands in exactly one.
#[utoipa::path(get, path = "/cases/{number}/registrations", tag = "cases",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "three registers", body = Registrations),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn registrations(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Registrations>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::ReadDossier)?;
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        dossier::of_case(&mut connection, file.case_id).await
    };
    let entries: Result<_, sqlx::Error> = read.await;
    let entries = entries.map_err(|error| fault(error.into()))?;
    let mut registers: Vec<RegisterView> = Register::ALL
        .into_iter()
        .map(|of| RegisterView { register: of.as_str(), zh: of.zh(), en: of.en(), lines: Vec::new() })
        .collect();
    for entry in entries.into_iter().filter(|entry| access::shows(&claims, entry)) {
        let of = register_of(&entry.what.kind).as_str();
        let detail = RawValue::from_string(entry.what.detail).map_err(anyhow::Error::from)?;
        let line = Line {
            seq: entry.seq,
            at: entry.what.happened_at,
            kind: entry.what.kind,
            actor: entry.what.actor,
            detail,
        };
        if let Some(register) = registers.iter_mut().find(|register| register.register == of) {
            register.lines.push(line);
        }
    }
    Ok(Json(Registrations { number: file.number.to_string(), registers }))
}
