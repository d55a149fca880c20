//! `POST /api/notification/deliveries/{id}/replay`: a message that was given up is tried again.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use identity::{Action, may};
use notification_rules::lifecycle::{Command, State as Stands};
use uuid::Uuid;
use web::{Caller, Path, Problem};

use super::Desk;
use crate::{
    app::carry,
    store::{notices, parcels},
};

/// 重新发送 try a message again that was given up; its table of attempts begins anew
///
/// What is not urgent waits for an hour in which people may be disturbed.
#[utoipa::path(
    post, path = "/deliveries/{id}/replay", operation_id = "replay_delivery",
    params(("id" = String, Path, description = "The message", format = Uuid)), security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem),
    )
)]
pub(crate) async fn replay(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    may(&claims, &Action::Administer)?;
    let core = &desk.core;
    let mut transaction = core.platform.db.pool.begin().await.context("replaying a message")?;
    let found = parcels::lock(&mut transaction, id).await.context("replaying a message")?;
    let mut parcel =
        found.ok_or_else(|| Problem::not_found("没有这条信息。", "There is no such message."))?;
    if !matches!(parcel.state, Stands::GivenUp { .. } | Stands::Failed { .. }) {
        return Err(Problem::conflict("这条信息没有失败，无需重发。", "The message has not failed."));
    }
    let now = core.office.now();
    let ends_by = now.checked_add(core.office.patience.whole()).unwrap_or(now);
    let all = notices::queue_again(&mut transaction, &parcel.notices, ends_by);
    let all = all.await.context("replaying a message")?;
    let still_owed = if carry::is_citizens(&parcel) { all } else { parcel.later_ways.is_empty() };
    if matches!(parcel.state, Stands::GivenUp { .. }) && !still_owed {
        return Err(Problem::conflict(
            "信息内容已通过其他方式送达或正在发送。",
            "What it says was brought by another way, or is on it.",
        ));
    }
    carry::apply(core, &mut transaction, &mut parcel, &Command::Replay)
        .await
        .context("replaying a message")?;
    transaction.commit().await.context("replaying a message")?;
    Ok(StatusCode::NO_CONTENT)
}
