//! GET /conversations: the supervision office sees which conversations go on.

use axum::extract::State;
use identity::{Action, may};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Problem};

use crate::{
    app::{Desk, listening},
    http::{broken, list::prefix},
    store::conversations::{self, Conversation},
};

/// More than any centre has seats.
const MOST: i64 = 1000;

/// A conversation that goes on. Nothing in it says who called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = conversations::GoingOn)]
pub(crate) struct GoingOn {
    conversation: Uuid,
    /// `call`, `three-party`, `live`.
    sort: String,
    /// Role and account of who answers.
    operator: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    region: String,
    #[schema(value_type = String, format = DateTime)]
    began_at: Timestamp,
    seconds: i64,
    /// It is for named hands only, and the reader has their right.
    secret: bool,
}

/// The conversations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = conversations::AllGoingOn)]
pub(crate) struct AllGoingOn {
    conversations: Vec<GoingOn>,
}

/// Lists the conversations that go on, the longest first. One that is for named hands only is shown to them alone.
#[utoipa::path(get, path = "/conversations", tag = "listening",
    responses((status = 200, body = AllGoingOn), (status = 403, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn going_on(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<AllGoingOn>, Problem> {
    may(&claims, &Action::ListenIn)?;
    let core = &desk.core;
    let stem = claims.region.as_ref().map(|region| prefix(region.as_str())).unwrap_or_default();
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let mut shown = Vec::new();
        for row in conversations::going_on(&mut connection, &stem, MOST).await? {
            if listening::knows(&mut connection, &claims, &row).await? {
                shown.push(row);
            }
        }
        Ok(shown)
    };
    let now = core.now();
    let line = |row: Conversation| {
        let (began_at, secret) = (row.began_at.to_jiff(), listening::is_secret(&row));
        GoingOn {
            conversation: row.conversation_id,
            sort: row.sort,
            operator: row.operator,
            line: row.line,
            region: row.region,
            began_at,
            seconds: now.duration_since(began_at).as_secs().max(0),
            secret,
        }
    };
    let rows: Vec<Conversation> = read.await.map_err(broken)?;
    Ok(Json(AllGoingOn { conversations: rows.into_iter().map(line).collect() }))
}
