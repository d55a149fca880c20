//! GET /cases/{number}/attachments: what was handed in.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use super::{AttachmentView, shown};
use crate::{
    app::Desk,
    http::{access, fault},
    store::attachments,
};

/// The attachments of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttachmentList {
    /// Oldest first.
    attachments: Vec<AttachmentView>,
}

/// Lists the attachments of a case that the caller may see.
#[utoipa::path(get, path = "/cases/{number}/attachments", tag = "attachments",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "all of them", body = AttachmentList),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<AttachmentList>, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        attachments::of_case(&mut connection, file.case_id).await
    };
    let rows = read.await.map_err(|error| fault(error.into()))?;
    let attachments: anyhow::Result<_> = rows.into_iter().map(|row| shown(core, row)).collect();
    Ok(Json(AttachmentList { attachments: attachments? }))
}
