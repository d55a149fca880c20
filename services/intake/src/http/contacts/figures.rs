//! GET /contacts/figures: contacts by day, kind and channel, with the surges that were expected.

use axum::extract::State;
use identity::{Action, may};
use ids::RegionCode;
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use crate::{
    app::Desk,
    http::fault,
    store::{
        contacts,
        registers::{self, SURGES, Surge},
    },
};

/// Days of one request at most.
const MOST_DAYS: i64 = 366;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// From this day.
    #[param(value_type = String, format = Date)]
    pub(crate) from: Date,
    /// To this day, that one too.
    #[param(value_type = String, format = Date)]
    pub(crate) to: Date,
    /// A region code; all that lies in the region is counted.
    pub(crate) region: Option<String>,
}

impl Period {
    /// The first digits of the regions asked for, after checking the days; nothing where the caller may see none of them.
    pub(crate) fn stem(&self, bound: Option<&RegionCode>) -> Result<Option<String>, Problem> {
        if self.from > self.to || self.from.saturating_add(MOST_DAYS.days()) < self.to {
            return Err(Problem::bad_request(
                "to",
                format!("不得早于 from，且最多 {MOST_DAYS} 天"),
                format!("must not lie before `from`, and at most {MOST_DAYS} days after it"),
            ));
        }
        let asked = self.region.as_deref().map(str::parse::<RegionCode>).transpose();
        let asked = asked.map_err(|_| {
            Problem::bad_request("region", "应为 6、9 或 12 位行政区划代码", "must have 6, 9 or 12 digits")
        })?;
        Ok(match (bound, asked) {
            (None, None) => Some(String::new()),
            (Some(only), None) => Some(only.stem().to_owned()),
            (None, Some(asked)) => Some(asked.stem().to_owned()),
            (Some(bound), Some(asked)) if bound.contains(&asked) => Some(asked.stem().to_owned()),
            (Some(_), Some(_)) => None,
        })
    }
}

/// Figures of contacts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactFigures {
    /// By day, kind and channel; what there was none of is not listed.
    counts: Vec<ContactCount>,
    /// Surges that touch the period.
    surges: Vec<Surge>,
}

/// One figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactCount {
    #[schema(value_type = String, format = Date)]
    day: Date,
    kind: String,
    channel: String,
    contacts: i64,
    /// How many of them became cases.
    cases: i64,
    /// How many times the usual was expected on this day, where a surge was.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<f64>,
}

/// Counts contacts.
#[utoipa::path(get, path = "/contacts/figures", tag = "contacts", params(Period),
    responses((status = 200, body = ContactFigures), (status = 400, body = Problem), (status = 403, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn figures(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(period): Query<Period>,
) -> Result<Json<ContactFigures>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let Some(stem) = period.stem(claims.region.as_ref())? else {
        return Ok(Json(ContactFigures { counts: Vec::new(), surges: Vec::new() }));
    };
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        let counts = contacts::figures(&mut connection, period.from, period.to, &stem).await?;
        Ok((counts, registers::all::<Surge>(&mut connection, &SURGES).await?))
    };
    let (counts, mut surges) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    surges.retain(|surge| surge.first_day <= period.to && surge.last_day >= period.from);
    let counts = counts.into_iter().map(|count| {
        let day = count.day.to_jiff();
        let expected = surges
            .iter()
            .filter(|surge| (surge.first_day..=surge.last_day).contains(&day))
            .map(|surge| surge.factor)
            .reduce(f64::max);
        ContactCount {
            day,
            kind: count.sort,
            channel: count.channel,
            contacts: count.contacts,
            cases: count.cases,
            expected,
        }
    });
    Ok(Json(ContactFigures { counts: counts.collect(), surges }))
}
