//! `GET /backlog-candidates`: cases that the pack's entry rule puts on the register of 积案 and that nobody has put there.

use axum::extract::State;
use identity::{Action, may};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Problem};

use crate::{
    app::charges::{kind_of, meets},
    http::{Desk, common, outcome::fault},
    store::backlog,
};

/// One case that belongs on the register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Candidate {
    /// The case.
    case_id: Uuid,
    /// Its number.
    number: String,
    /// Where the matter lies.
    region: String,
    /// When it was received.
    received_at: String,
    /// In which round it is.
    round: i32,
}

/// Cases that belong on the register, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Candidates {
    /// At most five hundred are looked at.
    cases: Vec<Candidate>,
}

/// Lists open cases that are as old, or have gone round as often, as the pack's entry rule says.
#[utoipa::path(get, path = "/backlog-candidates", tag = "charges", security(("bearer" = [])),
    responses((status = 200, body = Candidates), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<Candidates>, Problem> {
    may(&claims, &Action::TakeCharge)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let rows = backlog::open(&mut connection, &common::prefix(&claims)).await.map_err(fault)?;
    let due = rows.iter().filter(|route| {
        // A pack without such a register has no candidates.
        kind_of(&desk.app, route, "backlog")
            .is_ok_and(|kind| kind.entry.is_some() && meets(&desk.app, kind, route))
    });
    let candidate = |route: &crate::store::cases::CaseRoute| Candidate {
        case_id: route.case.0,
        number: route.number.to_string(),
        region: route.region.to_string(),
        received_at: route.received_at.to_string(),
        round: route.round,
    };
    Ok(Json(Candidates { cases: due.map(candidate).collect() }))
}
