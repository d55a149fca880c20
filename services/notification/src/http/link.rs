//! `GET /api/notification/o/{link}`: the link of a mail was followed, so the mail was opened.

use anyhow::Context as _;
use axum::{extract::State, response::Redirect};
use notification_rules::lifecycle::Command;
use uuid::Uuid;
use web::{Path, Problem};

use super::Desk;
use crate::{
    app::{carry, open_link},
    store::parcels,
};

/// 打开链接 marks a mail as opened and leads on to where the case is followed; says nothing of the case
#[utoipa::path(
    get, path = "/o/{link}", operation_id = "open_link",
    params(("link" = String, Path, description = "From the mail")),
    responses((status = 303, description = "To the page on which cases are followed"), (status = 404, body = Problem))
)]
pub(crate) async fn open(State(desk): State<Desk>, Path(link): Path<String>) -> Result<Redirect, Problem> {
    let core = &desk.core;
    let unknown = || Problem::not_found("链接无效。", "This link leads nowhere.");
    let id: Uuid = open_link::read(core, &link).ok_or_else(unknown)?;
    let mut transaction = core.platform.db.pool.begin().await.context("opening a link")?;
    if let Some(mut parcel) = parcels::lock(&mut transaction, id).await.context("opening a link")? {
        carry::apply(core, &mut transaction, &mut parcel, &Command::Open).await.context("opening a link")?;
    }
    transaction.commit().await.context("opening a link")?;
    core.platform.wake.outbox();
    Ok(Redirect::to(&core.config.track_url))
}
