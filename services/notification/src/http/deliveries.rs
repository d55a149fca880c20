//! `GET /api/notification/deliveries`: messages that were given up, and how many stand where.

use std::collections::HashSet;

use anyhow::Context as _;
use axum::extract::State;
use identity::{Action, Claims, may};
use ids::{CaseId, RegionCode};
use jiff::Timestamp;
use notification_rules::lifecycle::State as Stands;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Problem};

use crate::store::parcels::{self, Parcel, state_word};

/// A message to one recipient on one way.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Delivery {
    /// Its id; also what the carrier was given against doubles.
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// `sms`, `email`, `wechat`, `wecom`.
    way: String,
    /// The case, of a digest the first one; for those who read notices, a sealed one for those whom it names.
    #[schema(value_type = Option<String>, format = Uuid)]
    case_id: Option<CaseId>,
    /// As in notices.
    audience: String,
    /// As in notices.
    recipient: String,
    /// The notices it brings.
    #[schema(value_type = Vec<String>)]
    notices: Vec<Uuid>,
    /// `waiting`, `sending`, `brought`, `failed`, `given_up`, `opened`.
    state: String,
    /// How often it was tried.
    attempts: u32,
    /// Code of the last refusal.
    reason: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
}

impl From<Parcel> for Delivery {
    fn from(parcel: Parcel) -> Self {
        let (attempts, reason) = match &parcel.state {
            Stands::Waiting { attempts, .. }
            | Stands::Sending { attempts, .. }
            | Stands::Brought { attempts, .. }
            | Stands::Opened { attempts, .. } => (*attempts, None),
            Stands::Failed { attempts, reason, .. } | Stands::GivenUp { attempts, reason } => {
                (*attempts, Some(reason.clone()))
            }
        };
        Self {
            id: parcel.id,
            way: parcel.way.to_string(),
            case_id: Some(CaseId(parcel.case)),
            audience: parcel.audience,
            recipient: parcel.recipient,
            notices: parcel.notices,
            state: state_word(&parcel.state).to_owned(),
            attempts,
            reason,
            made_at: parcel.made_at,
        }
    }
}

/// 未送达 messages that were given up in the caller's region, oldest first: 500 at most
///
/// The administrator learns whom a message did not reach and why, not of which case it spoke.
#[utoipa::path(
    get, path = "/deliveries/given-up", operation_id = "list_given_up", security(("bearer" = [])),
    responses((status = 200, body = Vec<Delivery>), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(crate) async fn list(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
) -> Result<Json<Vec<Delivery>>, Problem> {
    may(&claims, &Action::Audit)?;
    let mut connection = pool.acquire().await.context("listing what was given up")?;
    let region = claims.region.as_ref().map_or("", RegionCode::stem);
    let rows = parcels::given_up(&mut connection, region, 500).await.context("listing what was given up")?;
    let hidden = unseen(&mut connection, &claims, &rows).await.context("listing what was given up")?;
    let view = |parcel: Parcel| {
        let seen = !hidden.contains(&parcel.case);
        let mut shown = Delivery::from(parcel);
        shown.case_id = shown.case_id.filter(|_| seen);
        shown
    };
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// The cases that the reader is not told.
async fn unseen(
    connection: &mut PgConnection,
    claims: &Claims,
    rows: &[Parcel],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let cases: Vec<Uuid> = rows.iter().map(|parcel| parcel.case).collect();
    if may(claims, &Action::ReadNotices).is_err() {
        return Ok(cases.into_iter().collect());
    }
    let mut hidden = runtime::seals::among(connection, &cases).await?;
    for case in hidden.clone() {
        if runtime::seals::sees(connection, claims, case, None).await? {
            hidden.remove(&case);
        }
    }
    Ok(hidden)
}

/// How many messages stand where.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Count {
    /// `sms`, `email`, `wechat`, `wecom`.
    way: String,
    /// As in deliveries.
    state: String,
    /// How many.
    messages: i64,
    /// When the first of them is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
}

/// 发送统计 how many messages stand where, by way
#[utoipa::path(
    get, path = "/deliveries", operation_id = "count_deliveries", security(("bearer" = [])),
    responses((status = 200, body = Vec<Count>), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(crate) async fn counts(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
) -> Result<Json<Vec<Count>>, Problem> {
    may(&claims, &Action::Audit)?;
    let mut connection = pool.acquire().await.context("counting messages")?;
    let rows = parcels::counts(&mut connection).await.context("counting messages")?;
    let count = |(way, state, messages, next): (String, String, i64, Option<pg::SqlTimestamp>)| Count {
        way,
        state,
        messages,
        next_at: next.map(pg::SqlTimestamp::to_jiff),
    };
    Ok(Json(rows.into_iter().map(count).collect()))
}
