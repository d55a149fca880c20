//! `POST /extensions/{id}/withdrawal` 撤回延期申请: the unit needs no more time, or asks for another amount.

use anyhow::Context as _;
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use deadline_scheduler_rules::Decision;
use identity::{Action, may};
use uuid::Uuid;
use web::{Caller, IfMatch, Json, Path, Problem, etag};

use super::{extension_list::ExtensionView, inputs::missing};
use crate::{
    app::{
        desk::Desk,
        extend::{decide, held},
    },
    store::extensions::put,
};

/// 撤回延期申请: takes back a request that waits; another may be made after it. Taken back twice is taken back once.
#[utoipa::path(post, path = "/extensions/{id}/withdrawal", tag = "extensions",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "version read")), security(("bearer" = [])),
    responses((status = 200, body = ExtensionView), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
              (status = 428, body = Problem)))]
pub(super) async fn extension_withdraw(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Result<Response, Problem> {
    let version = version.require()?;
    let (mut hand, mut row) = held(&desk, &claims, id).await?.ok_or_else(missing)?;
    let (index, _) = hand.clock(row.clock.0).ok_or_else(missing)?;
    let unit = hand.case.clocks[index].clock.unit.clone().ok_or_else(missing)?;
    may(&claims, &Action::Handle { unit })?;
    if row.state != "withdrawn" {
        if row.version != version {
            return Err(Problem::precondition_failed());
        }
        decide(&mut hand, &mut row, Decision::Withdraw, 0, None)?;
        put(&mut hand.transaction, &row).await.context("writing the withdrawal")?;
        desk.put(hand).await?;
    }
    Ok(([etag(row.version)], Json(ExtensionView::of(&desk, row)?)).into_response())
}
