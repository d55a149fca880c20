//! `POST` and `GET /cases/{case_id}/coordination` 紧急求助协调: the centre calls the unit at once and keeps after it.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use contracts::words::Urgency;
use identity::{Action, may};
use ids::{CaseId, UnitCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IdempotencyKey, Json, Later, Path, Problem};

use super::{
    Desk,
    inputs::Inputs,
    outcome::{fault, missing, refuse},
};
use crate::{
    app::reach,
    store::{
        cases,
        coordination::{self, Call},
    },
    vault::Vault,
};

/// A call to a unit about an urgent case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallRequest {
    /// Whom.
    #[schema(value_type = String)]
    unit: UnitCode,
    /// Whether somebody answered.
    reached: bool,
    /// What was agreed; stays inside.
    note: Option<String>,
}

/// A call as it was written down.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallView {
    /// Its id.
    id: Uuid,
    /// Whom.
    unit: String,
    /// Whether somebody answered.
    reached: bool,
    /// What was agreed.
    note: Option<String>,
    /// Who called.
    actor: String,
    /// When.
    at: String,
}

/// The calls about a case, and whom to call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallList {
    /// Oldest first.
    calls: Vec<CallView>,
    /// Units of the place that are on duty round the clock.
    on_duty: Vec<String>,
}

impl CallView {
    fn of(call: Call, vault: &Vault) -> anyhow::Result<Self> {
        Ok(Self {
            id: call.id,
            unit: call.unit.to_string(),
            reached: call.reached,
            note: vault.open_some(call.id, call.note.as_deref())?,
            actor: call.actor,
            at: call.at.to_string(),
        })
    }
}

/// Writes down whom the centre called about an urgent case. Cases that are not urgent go the plain way.
#[utoipa::path(post, path = "/cases/{case_id}/coordination", tag = "cases", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")), request_body = CallRequest,
    responses((status = 201, body = CallView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
    request: Later<CallRequest>,
) -> Result<Response, Problem> {
    may(&claims, &Action::RecordContact).or_else(|_| may(&claims, &Action::Supervise))?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let here = Action::ReadCase { case, unit: None, region: Some(route.region.clone()) };
    refuse(&desk.app, &mut connection, &claims, &route, may(&claims, &here), "coordination").await?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let mut inputs = Inputs::default();
    let request = request.read()?;
    let note = inputs.optional("note", request.note.as_deref());
    if !directory.catalogue.knows(&request.unit) {
        let unit = &request.unit;
        inputs.wrong("unit", format!("没有在用单位 {unit}"), format!("no active unit {unit}"));
    }
    inputs.check()?;
    if route.urgency == Urgency::Ordinary {
        return Err(Problem::conflict(
            "该诉求不属于急事，请按流程派单。",
            "the case is not urgent; dispatch it",
        ));
    }
    let id = match &key.0 {
        Some(key) => Uuid::new_v5(&case.0, format!("{}:{key}", claims.actor()).as_bytes()),
        None => Uuid::now_v7(),
    };
    let call = Call {
        id,
        case,
        unit: request.unit,
        at: desk.app.clock.now(),
        reached: request.reached,
        note: note.map(|note| reach::seal(&desk.app, &route, id, &note)),
        actor: claims.actor(),
    };
    coordination::insert(&mut connection, &call).await.map_err(fault)?;
    Ok((StatusCode::CREATED, Json(CallView::of(call, &desk.app.vault)?)).into_response())
}

/// Reads the calls about a case and who is on duty there round the clock.
#[utoipa::path(get, path = "/cases/{case_id}/coordination", tag = "cases", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = CallList), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<CallList>, Problem> {
    may(&claims, &Action::ListCases)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let here = Action::ReadCase { case, unit: None, region: Some(route.region.clone()) };
    refuse(&desk.app, &mut connection, &claims, &route, may(&claims, &here), "coordination").await?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let calls = coordination::of_case(&mut connection, case).await.map_err(fault)?;
    let here = directory.units.values().filter(|unit| unit.active && unit.duty24h);
    let mut on_duty: Vec<String> =
        here.filter(|unit| unit.region.contains(&route.region)).map(|unit| unit.code.to_string()).collect();
    on_duty.sort();
    let calls = calls.into_iter().map(|call| CallView::of(call, &desk.app.vault));
    Ok(Json(CallList { calls: calls.collect::<anyhow::Result<_>>()?, on_duty }))
}
