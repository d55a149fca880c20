//! Reception days of leaders and live answering (领导接待日、在线接听), one machine for both.

mod attend;
mod book;
mod bookings;
mod cancel_booking;
mod feed;
mod figures;
mod list;
mod minutes;
mod missing;
mod move_on;
mod published;
mod reschedule;
mod schedule;
mod take_up;
mod tell;

use identity::Claims;
use ids::{CaseId, RegionCode, SessionId};
use intake_rules::{Receptions, SessionState};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::Problem;

use crate::{
    app::{Core, Desk},
    http::{fault, given::within},
    store::receptions::{self, SessionRow},
};

/// The routes of this part.
pub(crate) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(schedule::schedule, list::list_sessions))
        .routes(routes!(published::published))
        .routes(routes!(feed::feed))
        .routes(routes!(missing::missing_sessions))
        .routes(routes!(figures::session_figures))
        .routes(routes!(list::get_session))
        .routes(routes!(move_on::publish))
        .routes(routes!(move_on::open_session))
        .routes(routes!(move_on::hold))
        .routes(routes!(move_on::cancel))
        .routes(routes!(reschedule::move_session))
        .routes(routes!(minutes::minutes))
        .routes(routes!(book::book, bookings::bookings))
        .routes(routes!(cancel_booking::cancel_booking))
        .routes(routes!(attend::attend))
        .routes(routes!(take_up::take_up))
}

/// A session, as staff see it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct SessionFile {
    session: String,
    /// 在线接听 instead of a room.
    live: bool,
    state: String,
    state_zh: String,
    rank: String,
    /// Offices of those who receive, never names.
    leaders: Vec<String>,
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    remit: String,
    place: String,
    #[schema(value_type = String, format = Date)]
    day: Date,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    capacity: i32,
    taken: i32,
    cases: i32,
    /// Published with less notice than the pack asks for.
    late: bool,
    /// Why it was cancelled or moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Functions of those who took part, such as 律师.
    participants: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    pack: String,
    pack_version: i32,
    version: i64,
}

fn shown(row: SessionRow) -> Result<SessionFile, Problem> {
    let state = state(&row)?;
    Ok(SessionFile {
        session: row.session_id.to_string(),
        live: row.live,
        state: row.state,
        state_zh: state.zh().to_owned(),
        rank: row.rank,
        leaders: row.leaders,
        region: row.region,
        unit: row.unit,
        remit: row.remit,
        place: row.place,
        day: row.day.to_jiff(),
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        capacity: row.capacity,
        taken: row.taken,
        cases: row.cases,
        late: row.late,
        reason: row.reason,
        participants: row.participants,
        summary: row.summary,
        pack: row.pack_id,
        pack_version: row.pack_version,
        version: row.version,
    })
}

fn state(row: &SessionRow) -> anyhow::Result<SessionState> {
    SessionState::read(&row.state).ok_or_else(|| anyhow::anyhow!("reception.state is unknown"))
}

/// Locks a session, whoever asks.
async fn lock(transaction: &mut PgConnection, id: &str) -> Result<SessionRow, Problem> {
    let id: Uuid = id.parse().map_err(|_| no_such_session())?;
    let row = receptions::lock(transaction, id).await.map_err(|error| fault(error.into()))?;
    row.ok_or_else(no_such_session)
}

/// Locks a session that the caller's region holds.
async fn open(transaction: &mut PgConnection, claims: &Claims, id: &str) -> Result<SessionRow, Problem> {
    let row = lock(transaction, id).await?;
    let region: RegionCode = row.region.parse().map_err(anyhow::Error::from)?;
    if within(claims, &region) { Ok(row) } else { Err(no_such_session()) }
}

async fn begin(core: &Core) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, Problem> {
    core.platform.db.pool.begin().await.map_err(|error| fault(error.into()))
}

async fn commit(core: &Core, transaction: sqlx::Transaction<'static, sqlx::Postgres>) -> Result<(), Problem> {
    transaction.commit().await.map_err(|error| fault(error.into()))?;
    core.platform.wake.outbox();
    Ok(())
}

/// The rules of the pack that a session was scheduled under.
fn rules<'a>(core: &'a Core, row: &SessionRow) -> anyhow::Result<&'a Receptions> {
    let known = core.packs.of_case(&row.pack_id)?;
    known.pack.receptions.as_ref().ok_or_else(|| anyhow::anyhow!("the pack of a session has no receptions"))
}

/// What seals and codes of one place are bound to.
fn bound(session: Uuid, number: i32) -> CaseId {
    CaseId(SessionId::derived(&format!("{session}:{number}")).0)
}

/// Who booked, as it is sealed.
#[derive(Serialize, Deserialize)]
struct Booker {
    name: Option<String>,
    phone: String,
}

fn booker(core: &Core, session: Uuid, number: i32, sealed: &[u8]) -> anyhow::Result<Booker> {
    let plain = core.vault.open(bound(session, number).0.as_bytes(), sealed);
    let plain = plain.ok_or_else(|| anyhow::anyhow!("a booking does not open with this key"))?;
    Ok(serde_json::from_slice(&plain)?)
}

fn no_such_session() -> Problem {
    Problem::not_found("没有这场接待。", "There is no such session.")
}

fn no_such_booking() -> Problem {
    Problem::not_found("没有这个预约，或查询码不正确。", "There is no such booking, or the code is wrong.")
}
