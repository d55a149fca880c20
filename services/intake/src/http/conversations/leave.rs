//! POST /listenings/{id}/end: who listens, or another of the supervision office, ends a listening.

use axum::extract::State;
use identity::{Action, may};
use ids::RegionCode;
use intake_rules::Heard;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use super::{Listened, listened, no_such_listening, no_switch, switch_away, switch_refused};
use crate::{
    app::{Desk, listening},
    http::{broken, fault, given::within},
    store::listenings,
};

/// Ends a listening. Ended twice it is ended once; where the switch does not do it, it is told again until it does.
#[utoipa::path(post, path = "/listenings/{id}/end", tag = "listening",
    params(("id" = String, Path, description = "listening")),
    responses((status = 200, body = Listened), (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 409, description = "no switch is connected", body = Problem),
              (status = 502, description = "the switch refused", body = Problem),
              (status = 503, description = "the switch does not answer", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn leave(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
) -> Result<Json<Listened>, Problem> {
    may(&claims, &Action::ListenIn)?;
    let core = &desk.core;
    let id: Uuid = id.parse().map_err(|_| no_such_listening())?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        listenings::lock(&mut connection, id).await
    };
    let row = read.await.map_err(broken)?.ok_or_else(no_such_listening)?;
    let region: RegionCode = row.region.parse().map_err(anyhow::Error::from)?;
    if !within(&claims, &region) {
        return Err(no_such_listening());
    }
    let row = if listening::state(&row)?.may_hear() {
        let switch = core.switch.as_ref().ok_or_else(no_switch)?;
        let (row, heard) = listening::leave(core, switch, id, "listener").await.map_err(fault)?;
        match heard {
            Heard::Taken => row,
            Heard::Refused => return Err(switch_refused()),
            Heard::Away => return Err(switch_away()),
        }
    } else {
        row
    };
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    let tries = listenings::tries(&mut connection, &[id]).await.map_err(broken)?;
    Ok(Json(listened(row, &tries)?))
}
