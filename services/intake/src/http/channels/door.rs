//! GET /cases/{number}/door: by which door a case came in.

use axum::extract::State;
use web::{Caller, Json, Path, Problem};

use crate::{
    app::Desk,
    http::{access, fault},
    store::entries::{self, EntryRow},
};

/// Shows line, mailbox, topic, session, contact or another body's number of a case, where it came by one.
#[utoipa::path(get, path = "/cases/{number}/door", tag = "channels",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, body = EntryRow), (status = 403, body = Problem),
              (status = 404, description = "no such case, or no door written down", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn door(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<EntryRow>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        entries::of_case(&mut connection, file.case_id).await
    };
    let door = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    door.map(Json)
        .ok_or_else(|| Problem::not_found("该诉求未登记来源入口。", "No door is written down for this case."))
}
