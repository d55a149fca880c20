//! GET /cases/{number}: one case; who told it only for roles that may know, and never without a trace.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Path, Problem, Query, etag};

use crate::{
    app::{Desk, party::Party, read_party::read_party, sealed},
    http::{access, fault},
    store::{find::File, notices, supplements},
};

/// How much is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// `false` leaves out who told it, and the entry in the dossier that reading it makes.
    party: Option<bool>,
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Case {
    case_id: String,
    number: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    channel: String,
    region: String,
    urgency: String,
    state: String,
    state_zh: &'static str,
    state_en: &'static str,
    round: i32,
    pack: String,
    pack_version: i32,
    confidential: bool,
    historic: bool,
    multi_unit: bool,
    title: String,
    text: String,
    supplements: Vec<Supplement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// Why it was declined: a reason code of the pack.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// The first instant that is too late, where a limit runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    version: i64,
    /// Who told it, for roles that may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<Party>,
}

/// What was added later.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Supplement {
    #[schema(value_type = String, format = DateTime)]
    said_at: Timestamp,
    text: String,
}

/// Reads one case. Reading who told it is written into the dossier.
#[utoipa::path(get, path = "/cases/{number}", tag = "cases",
    params(("number" = String, Path, description = "case number"), Asked),
    responses((status = 200, description = "the case", body = Case, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn get_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    let wanted = asked.party.unwrap_or(true) && may(&claims, &Action::ReadParty).is_ok();
    let party = match wanted {
        true => Some(read_party(&desk.core, &file, &claims).await.map_err(fault)?),
        false => None,
    };
    if file.unit.is_none() && may(&claims, &Action::DecideAcceptance).is_ok() {
        seen(&desk, &file, &claims.actor()).await.map_err(|error| fault(error.into()))?;
    }
    let added = async {
        if file.supplements == 0 {
            return Ok(Vec::new());
        }
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        supplements::of_case(&mut connection, file.case_id).await
    };
    let added = added.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let open = |(said_at, text): (Timestamp, String)| {
        let text = sealed::open_text(&desk.core.vault, file.case_id, &text)?;
        Ok(Supplement { said_at, text })
    };
    let added: anyhow::Result<Vec<_>> = added.into_iter().map(open).collect();
    let added = added?;
    let tag = etag(file.version);
    let case = Case {
        case_id: file.case_id.to_string(),
        number: file.number.to_string(),
        kind: file.kind,
        subject: file.subject,
        channel: file.channel,
        region: file.region.to_string(),
        urgency: file.urgency,
        state: file.state.as_str().to_owned(),
        state_zh: file.state.zh(),
        state_en: file.state.en(),
        round: file.round,
        pack: file.pack.id,
        pack_version: file.pack.version,
        confidential: file.confidential,
        historic: file.historic,
        multi_unit: file.multi_unit,
        title: file.title,
        text: file.body,
        supplements: added,
        unit: file.unit.map(|unit| unit.to_string()),
        reason: file.reason,
        received_at: file.received_at,
        due_at: file.due_at,
        version: file.version,
        party: party.filter(|party| !party.is_empty()),
    };
    Ok(([tag], Json(case)).into_response())
}

/// 日收日清: writes down that somebody of the desk has looked at a case that no unit has yet.
async fn seen(desk: &Desk, file: &File, actor: &str) -> Result<(), sqlx::Error> {
    let mut connection = desk.core.platform.db.pool.acquire().await?;
    notices::seen(&mut connection, file.case_id.0, desk.core.now(), actor).await
}
