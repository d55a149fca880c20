//! GET /receptions/figures: sessions that were held, matters taken up, and person-times of leaders, by region.

use axum::extract::State;
use identity::{Action, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem, Query};

use crate::{
    app::Desk,
    http::{contacts::figures::Period, fault},
    store::receptions,
};

/// Figures of receptions.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct SessionFigures {
    /// 领导接待日.
    receptions: SessionSum,
    /// 在线接听.
    live: SessionSum,
    /// The same by region.
    regions: Vec<SessionFigure>,
}

/// A sum.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub(crate) struct SessionSum {
    sessions: i64,
    /// Matters taken up.
    cases: i64,
    /// Leaders, each session counted (人次).
    person_times: i64,
    /// Published with too little notice.
    late: i64,
}

/// The figures of one region.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionFigure {
    region: String,
    live: bool,
    #[serde(flatten)]
    sum: SessionSum,
}

/// Counts sessions that were held.
#[utoipa::path(get, path = "/receptions/figures", tag = "receptions", params(Period),
    responses((status = 200, body = SessionFigures), (status = 400, body = Problem), (status = 403, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn session_figures(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(period): Query<Period>,
) -> Result<Json<SessionFigures>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let Some(stem) = period.stem(claims.region.as_ref())? else {
        return Ok(Json(SessionFigures::default()));
    };
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        receptions::figures(&mut connection, period.from, period.to, &stem).await
    };
    let mut figures = SessionFigures::default();
    for count in read.await.map_err(|error: sqlx::Error| fault(error.into()))? {
        let sum = SessionSum {
            sessions: count.sessions,
            cases: count.cases,
            person_times: count.person_times,
            late: count.late,
        };
        let whole = if count.live { &mut figures.live } else { &mut figures.receptions };
        whole.sessions += sum.sessions;
        whole.cases += sum.cases;
        whole.person_times += sum.person_times;
        whole.late += sum.late;
        figures.regions.push(SessionFigure { region: count.region, live: count.live, sum });
    }
    Ok(Json(figures))
}
