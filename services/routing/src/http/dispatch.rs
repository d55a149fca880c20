//! `POST /cases/{case_id}/dispatch` 派单.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use ids::{CaseId, UnitCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IfMatch, Json, Path, Problem, etag};

use super::{
    Desk,
    outcome::{fault, problem},
    views::CaseView,
};
use crate::app::dispatch::{Choice, run};

/// What the dispatcher chose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DispatchRequest {
    /// 主办.
    #[schema(value_type = String)]
    unit: UnitCode,
    /// `forwarding` or `assignment`; without it the pack decides.
    mode: Option<String>,
    /// 协办.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    co_units: Vec<UnitCode>,
}

/// 派单: hands a waiting case to a unit.
#[utoipa::path(post, path = "/cases/{case_id}/dispatch", tag = "cases", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = DispatchRequest,
    responses((status = 200, body = CaseView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(request): Json<DispatchRequest>,
) -> Result<Response, Problem> {
    let version = version.require()?;
    let mode = request.mode.as_deref().map(str::parse).transpose().map_err(|_| {
        Problem::bad_request(
            "mode",
            "应为 forwarding（转送）或 assignment（交办）",
            "must be forwarding or assignment",
        )
    })?;
    let mut co_units = request.co_units;
    co_units.sort();
    co_units.dedup();
    co_units.retain(|unit| *unit != request.unit);
    let choice = Choice { unit: request.unit, mode, co_units };
    let route = run(&desk.app, &claims, CaseId(id), version, &choice).await?.map_err(problem)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    Ok(([etag(route.version)], Json(CaseView::of(&route, None, &directory))).into_response())
}
