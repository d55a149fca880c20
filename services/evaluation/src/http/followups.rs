//! `GET /followups`: 回访任务, the task list of operators.

use anyhow::Context as _;
use axum::{extract::State, http::HeaderMap};
use evaluation_rules::FollowUpState;
use identity::{Action, may};
use ids::FollowUpId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Page, Problem, Query};

use super::paging;
use crate::{
    Parts,
    store::followups::{self, Kept},
};

/// Which of them.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Wanted {
    /// Still to be asked.
    #[default]
    Open,
    /// Asked.
    Completed,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `open` (when missing) or `completed`.
    #[serde(default)]
    #[param(inline)]
    state: Wanted,
}

/// One follow-up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Task {
    id: Uuid,
    case_id: Uuid,
    /// The number the citizen keeps.
    number: String,
    region: String,
    /// The round that is asked about.
    round: i32,
    /// `open` or `completed`.
    state: &'static str,
    /// `rated`, `unreachable`, `declined`.
    result: Option<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    /// An answer is waited for until then.
    #[schema(value_type = Option<String>, format = DateTime)]
    closes_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    completed_at: Option<Timestamp>,
}

impl From<Kept> for Task {
    fn from(kept: Kept) -> Self {
        let (state, result) = match kept.state {
            FollowUpState::Open => ("open", None),
            FollowUpState::Completed(result) => ("completed", Some(result.as_str())),
        };
        Self {
            id: kept.task.id.0,
            case_id: kept.task.case.0,
            number: kept.task.number.into(),
            region: kept.task.region.into(),
            round: kept.task.round,
            state,
            result,
            opened_at: kept.task.opened_at,
            closes_at: kept.task.closes_at,
            completed_at: kept.completed_at,
        }
    }
}

/// 回访任务 follow-ups, oldest first
#[utoipa::path(
    get, path = "/followups", operation_id = "list_followups", params(Filter, Page), security(("bearer" = [])),
    responses(
        (status = 200, body = [Task], headers(("Link" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<(HeaderMap, Json<Vec<Task>>), Problem> {
    may(&claims, &Action::FollowUp)?;
    let state = match filter.state {
        Wanted::Open => "open",
        Wanted::Completed => "completed",
    };
    let after = paging::after(&page)?.map(|(at, id)| (at, FollowUpId(id)));
    let stem = claims.region.as_ref().map_or("", ids::RegionCode::stem);
    let mut db = parts.db.pool.acquire().await.context("listing follow-ups")?;
    let reader = (claims.sub, claims.unit.as_ref().map(ids::UnitCode::as_str));
    let rows = followups::list(&mut db, state, stem, after, paging::most(&page), reader).await;
    let rows = rows.context("listing follow-ups")?;
    let (headers, rows) = paging::cut(&page, rows, "followups", &[("state", Some(state))], |row| {
        (row.task.opened_at, row.task.id.0)
    });
    Ok((headers, Json(rows.into_iter().map(Task::from).collect())))
}
