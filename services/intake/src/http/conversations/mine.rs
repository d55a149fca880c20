//! GET /listenings/mine: what an operator is shown of the listenings to their own conversations, when the pack says.

use axum::extract::State;
use identity::{Action, may};
use intake_rules::ListenState;
use jiff::{SignedDuration, Timestamp};
use pg::SqlTimestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Problem, Query};

use crate::{
    app::{Desk, listening},
    http::broken,
    store::listenings::{self, Asked, Row},
};

/// Rows that are shown at most; all are counted up to it.
const MOST: i64 = 1000;

/// Since when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// From this instant; thirty days ago when missing.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
}

/// A listening as its operator is shown it: not who listened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = conversations::Overheard)]
pub(crate) struct Overheard {
    conversation: Uuid,
    ground: String,
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

/// What was listened to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = conversations::Mine)]
pub(crate) struct Mine {
    /// How many conversations were listened to.
    conversations: usize,
    listenings: Vec<Overheard>,
}

/// Shows an operator the listenings to their own conversations: at once or once they have ended, as the pack says.
#[utoipa::path(get, path = "/listenings/mine", tag = "listening", params(Since),
    responses((status = 200, body = Mine), (status = 400, body = Problem), (status = 403, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn mine(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(since): Query<Since>,
) -> Result<Json<Mine>, Problem> {
    may(&claims, &Action::RecordContact)?;
    let core = &desk.core;
    let operator = claims.actor();
    let from = since.from.unwrap_or_else(|| core.now() - SignedDuration::from_hours(30 * 24));
    let asked = Asked { stem: "", operator: Some(&operator), from: Some(from), to: None, after: None };
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        listenings::page(&mut connection, &asked, MOST).await
    };
    let mut shown = Vec::new();
    for row in read.await.map_err(broken)? {
        let rules = core.packs.get(&row.pack_id).and_then(|known| known.pack.listening.as_ref());
        let ended = listening::state(&row)? == ListenState::Ended;
        // Of a pack that is gone everything is shown: nothing is held back without a rule.
        if rules.is_none_or(|rules| rules.shows(ended)) {
            shown.extend(overheard(row));
        }
    }
    let mut heard: Vec<Uuid> = shown.iter().map(|row: &Overheard| row.conversation).collect();
    heard.sort_unstable();
    heard.dedup();
    Ok(Json(Mine { conversations: heard.len(), listenings: shown }))
}

fn overheard(row: Row) -> Option<Overheard> {
    Some(Overheard {
        conversation: row.conversation_id,
        ground: row.ground,
        joined_at: row.joined_at?.to_jiff(),
        ended_at: row.ended_at.map(SqlTimestamp::to_jiff),
    })
}
