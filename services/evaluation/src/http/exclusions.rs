//! `GET /exclusions`: 考核申诉与剔除, oldest first.

use anyhow::Context as _;
use axum::{extract::State, http::HeaderMap};
use identity::{Action, Scope, may};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Page, Problem, Query};

use super::paging;
use crate::{
    Parts,
    store::exclusions::{self, Kept},
};

/// Which of them.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Standing {
    /// To be decided.
    #[default]
    Asked,
    /// 剔除.
    Granted,
    /// Not granted.
    Refused,
    /// Counts again.
    Revoked,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `asked` (when missing), `granted`, `refused`, `revoked`.
    #[serde(default)]
    #[param(inline)]
    state: Standing,
}

/// One exclusion.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Exclusion {
    id: Uuid,
    case_id: Uuid,
    /// Code of an indicator, or `*`.
    indicator: String,
    unit: String,
    reason: String,
    grounds: String,
    evidence: Vec<String>,
    state: String,
    /// The pack and version it was asked under.
    policy: String,
    policy_version: i32,
    asked_by: String,
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
    decided_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    /// The words of who decided or revoked.
    decision: Option<String>,
    /// As in the ETag.
    version: i64,
    /// Every step, the first one first: what was taken back still shows who had granted it.
    steps: Vec<Step>,
}

/// One step of an exclusion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = exclusions::Step)]
pub(crate) struct Step {
    state: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The words of who decided or revoked.
    words: Option<String>,
}

impl Exclusion {
    /// # Errors
    /// A text does not open with the installation's key.
    pub(super) fn of(parts: &Parts, kept: Kept) -> anyhow::Result<Self> {
        let place = kept.id;
        let step = |step: exclusions::Step| -> anyhow::Result<Step> {
            let words = parts.texts.open_some(place, step.words.as_deref())?;
            Ok(Step { state: step.state, by: step.said_by, at: step.said_at.to_jiff(), words })
        };
        Ok(Self {
            id: kept.id,
            case_id: kept.case_id,
            indicator: kept.indicator,
            unit: kept.unit,
            reason: kept.reason,
            grounds: parts.texts.open(place, &kept.grounds)?,
            evidence: kept.evidence,
            state: kept.state,
            policy: kept.pack_id,
            policy_version: kept.pack_version,
            asked_by: kept.asked_by,
            asked_at: kept.asked_at.to_jiff(),
            decided_by: kept.decided_by,
            decided_at: kept.decided_at.map(jiff_sqlx::Timestamp::to_jiff),
            decision: parts.texts.open_some(place, kept.decision.as_deref())?,
            version: kept.version,
            steps: kept.steps.into_iter().map(step).collect::<anyhow::Result<_>>()?,
        })
    }
}

/// 申诉与剔除 exclusions of a state
#[utoipa::path(
    get, path = "/exclusions", operation_id = "list_exclusions", params(Filter, Page), security(("bearer" = [])),
    responses(
        (status = 200, body = [Exclusion], headers(("Link" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<(HeaderMap, Json<Vec<Exclusion>>), Problem> {
    may(&claims, &Action::ReadReports)?;
    let state = match filter.state {
        Standing::Asked => "asked",
        Standing::Granted => "granted",
        Standing::Refused => "refused",
        Standing::Revoked => "revoked",
    };
    let unit = match claims.scope() {
        Scope::All | Scope::Region(_) => None,
        Scope::Unit(unit) => Some(unit),
        Scope::Case(_) | Scope::Nothing => return Ok((HeaderMap::new(), Json(Vec::new()))),
    };
    let region = claims.region.as_ref().map_or("", ids::RegionCode::stem);
    let after = paging::after(&page)?;
    let mut db = parts.db.pool.acquire().await.context("listing exclusions")?;
    let limit = paging::most(&page);
    let rows = exclusions::list(&mut db, state, unit.as_ref(), region, after, limit).await;
    let rows = rows.context("listing exclusions")?;
    let (headers, rows) = paging::cut(&page, rows, "exclusions", &[("state", Some(state))], |row| {
        (row.asked_at.to_jiff(), row.id)
    });
    let rows = exclusions::with_steps(&mut db, rows).await.context("listing exclusions")?;
    let shown = rows.into_iter().map(|row| Exclusion::of(&parts, row));
    Ok((headers, Json(shown.collect::<anyhow::Result<_>>()?)))
}
