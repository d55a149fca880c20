//! `POST /cases/{case_id}/dispatch` 派单.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use identity::Action;
use ids::{CaseId, UnitCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem, etag};

use super::{
    Desk,
    inputs::Inputs,
    outcome::{fault, problem},
    views::CaseView,
};
use crate::app::{
    PATIENCE,
    dispatch::{Choice, Request, Way},
};

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
    /// `plain`, `self` 自办 (a unit of the centre) or `direct` 直派 (straight to a township; its district reads along).
    way: Option<String>,
    /// 抄送: units that read along.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    copies: Vec<UnitCode>,
    /// Why this unit, for the file.
    basis: Option<String>,
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
    request: Later<DispatchRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Dispatch]);
    let version = version.require()?;
    let request = request.read_by(&gate)?;
    let mode = request.mode.as_deref().map(str::parse).transpose().map_err(|_| {
        Problem::bad_request(
            "mode",
            "应为 forwarding（转送）或 assignment（交办）",
            "must be forwarding or assignment",
        )
    })?;
    let way = request.way.as_deref().map_or(Some(Way::default()), Way::read).ok_or_else(|| {
        let zh = "应为 plain（按职责）、self（自办）或 direct（直派）";
        Problem::bad_request("way", zh, "must be plain, self or direct")
    })?;
    let mut inputs = Inputs::default();
    let basis = inputs.optional_line("basis", request.basis.as_deref(), 500);
    gate.first(inputs.check())?;
    let others = |mut units: Vec<UnitCode>| {
        units.sort();
        units.dedup();
        units.retain(|unit| *unit != request.unit);
        units
    };
    let (co_units, copies) = (others(request.co_units), others(request.copies));
    let choice = Choice { unit: request.unit, mode, co_units, copies, way, basis };
    let trace = telemetry::current_traceparent();
    let request = Request { claims, case: CaseId(id), version, trace, choice };
    let answer = desk.dispatches.call(request, PATIENCE).await.ok_or_else(Problem::unavailable)?;
    let route = answer.map_err(problem)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    Ok(([etag(route.version)], Json(CaseView::of(&route, None, &directory))).into_response())
}
