//! Names, plan, progress and end of a charge: each needs the version that was read.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use identity::{Action, Claims};
use ids::AccountId;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IdempotencyKey, IfMatch, Json, Later, Path, Problem, etag};

use super::view::ChargeView;
use crate::{
    app::charges::{Act, act},
    http::{Desk, common, inputs::Inputs, outcome::problem},
};

/// Who fills a role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameRequest {
    /// What the person is (某镇党委书记); never a name.
    function: String,
    /// The account.
    account: Uuid,
}

/// A line of plan or progress.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryRequest {
    /// `plan` a step to be done, `progress`, `report` heard by the leader.
    kind: String,
    /// What.
    text: String,
    /// The day by which a step is to be done.
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<Date>,
}

/// How a charge ends.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = charges::EndRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndRequest {
    /// `true`: the matter is solved (销号); `false`: lifted for another reason.
    solved: bool,
    /// What it ended with.
    conclusion: String,
}

async fn changed(
    desk: &Desk,
    claims: &Claims,
    id: Uuid,
    version: i64,
    what: Act,
) -> Result<Response, Problem> {
    let book = act(&desk.app, claims, id, version, what).await?.map_err(problem)?;
    let view = ChargeView::of(&book, common::charge_kind(&desk.app, &book.charge), &desk.app.vault)?;
    Ok(([etag(book.charge.version)], Json(view)).into_response())
}

/// Names who fills a role of the ledger; whoever filled it before stays as history.
#[utoipa::path(put, path = "/charges/{id}/roles/{role}", tag = "charges", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "charge"), ("role" = String, Path, description = "role code of the pack"),
        ("If-Match" = String, Header, description = "version read")),
    request_body = NameRequest,
    responses((status = 200, body = ChargeView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn name(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((id, role)): Path<(Uuid, String)>,
    version: IfMatch,
    request: Later<NameRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::TakeCharge, Action::Inspect]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let role = inputs.code("role", &role);
    let request = request.read_by(&gate)?;
    let function = inputs.line("function", &request.function, 100);
    gate.first(inputs.check())?;
    let account = AccountId(request.account);
    changed(&desk, &claims, id, version, Act::Name { role, function, account }).await
}

/// Writes a step of the plan, progress, or a report heard down.
#[utoipa::path(post, path = "/charges/{id}/entries", tag = "charges", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "charge"), ("If-Match" = String, Header, description = "version read"),
        ("Idempotency-Key" = Option<String>, Header, description = "a repeat with it writes nothing")),
    request_body = EntryRequest,
    responses((status = 200, body = ChargeView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn note(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    IdempotencyKey(key): IdempotencyKey,
    request: Later<EntryRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::TakeCharge, Action::Inspect]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let kind = ["plan", "progress", "report"].into_iter().find(|kind| *kind == request.kind);
    if kind.is_none() {
        inputs.wrong("kind", "应为 plan、progress 或 report", "must be plan, progress or report");
    }
    if kind == Some("plan") && request.due.is_none() {
        inputs.wrong("due", "方案的步骤须有完成日期", "a step of the plan needs its day");
    }
    let text = inputs.text("text", &request.text);
    gate.first(inputs.check())?;
    let entry = common::creation("charge-entry", &claims, id, key.as_deref());
    let what = Act::Note { kind: kind.unwrap_or("progress"), text, due: request.due, entry };
    changed(&desk, &claims, id, version, what).await
}

/// Says that a step of the plan is done.
#[utoipa::path(post, path = "/charges/{id}/entries/{entry}/done", tag = "charges", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "charge"), ("entry" = Uuid, Path, description = "step of the plan"),
        ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = ChargeView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub(crate) async fn done(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((id, entry)): Path<(Uuid, Uuid)>,
    version: IfMatch,
) -> Result<Response, Problem> {
    changed(&desk, &claims, id, version.require()?, Act::Done { entry }).await
}

/// Ends a charge: solved only when every required role is filled and the plan is done.
#[utoipa::path(post, path = "/charges/{id}/end", tag = "charges", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "charge"), ("If-Match" = String, Header, description = "version read")),
    request_body = EndRequest,
    responses((status = 200, body = ChargeView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn end(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<EndRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::TakeCharge, Action::Inspect]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let conclusion = inputs.text("conclusion", &request.conclusion);
    gate.first(inputs.check())?;
    changed(&desk, &claims, id, version, Act::End { solved: request.solved, conclusion }).await
}
