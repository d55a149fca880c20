//! GET /receptions/missing: leaders who did not receive as often in a week as their rank owes.

use axum::extract::State;
use identity::{Action, may};
use ids::RegionCode;
use intake_rules::{Seat, missing, week_of};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use crate::{
    app::{Desk, prepare},
    http::{fault, given::within},
    store::receptions::{self, SeatRow},
};

/// Which week, where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WeekAsked {
    /// Any day of the week.
    #[param(value_type = String, format = Date)]
    week: Date,
    /// The region; all that lies in it is looked at.
    region: String,
    /// Policy pack; the installation's default when missing.
    pack: Option<String>,
}

/// Findings of a week.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingSessions {
    #[schema(value_type = String, format = Date)]
    monday: Date,
    #[schema(value_type = String, format = Date)]
    sunday: Date,
    missing: Vec<MissingSeat>,
    pack: String,
    pack_version: i32,
}

/// A seat at which leaders sat too seldom.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingSeat {
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    rank: String,
    owed: u32,
    had: u32,
}

/// Finds who received too seldom. A week that is over counts what was held, any other what is planned.
#[utoipa::path(get, path = "/receptions/missing", tag = "receptions", params(WeekAsked),
    responses((status = 200, body = MissingSessions), (status = 400, body = Problem), (status = 403, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn missing_sessions(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(asked): Query<WeekAsked>,
) -> Result<Json<MissingSessions>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let region: RegionCode = asked.region.parse().map_err(|_| {
        Problem::bad_request("region", "应为 6、9 或 12 位行政区划代码", "must have 6, 9 or 12 digits")
    })?;
    if !within(&claims, &region) {
        return Err(Problem::bad_request("region", "不在您的辖区内", "lies outside your region"));
    }
    let known = prepare::pack(&desk.core, asked.pack.as_deref())?;
    let ranks = known.pack.receptions.as_ref().map(|rules| rules.ranks.as_slice()).unwrap_or_default();
    let (monday, sunday) = week_of(asked.week);
    let over = sunday < desk.core.today();
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        let seats = receptions::seats(&mut connection, region.stem()).await?;
        let sat = receptions::sat(&mut connection, region.stem(), (monday, sunday), over).await?;
        Ok((seats, sat))
    };
    let (seats, sat) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let findings = missing(ranks, region.as_str(), &as_seats(&seats), &as_seats(&sat));
    let shown = findings.into_iter().map(|finding| MissingSeat {
        region: finding.seat.region.to_owned(),
        unit: finding.seat.unit.map(str::to_owned),
        rank: finding.seat.rank.to_owned(),
        owed: finding.owed,
        had: finding.had,
    });
    Ok(Json(MissingSessions {
        monday,
        sunday,
        missing: shown.collect(),
        pack: known.stamp.id.clone(),
        pack_version: known.stamp.version,
    }))
}

fn as_seats(rows: &[SeatRow]) -> Vec<Seat<'_>> {
    rows.iter().map(|(region, unit, rank)| Seat { region, unit: unit.as_deref(), rank }).collect()
}
