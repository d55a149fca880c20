//! `/spot-checks/{id}/cases`: what was drawn, each look written down before anything is shown, and what the office found.

use std::sync::Arc;

use anyhow::Context as _;
use axum::{Extension, extract::State, http::StatusCode};
use identity::{Action, Claims, may};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Later, Path, Problem};

use super::{exclude::words, spot_checks::allowed};
use crate::{
    Parts,
    store::spots::{self, Drawn},
    vault::Vault,
};

/// One case of a drawing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entry {
    case_id: Uuid,
    number: Option<String>,
    unit: Option<String>,
    county: Option<String>,
    /// `good`, `flawed`, `bad`; null: not judged yet.
    verdict: Option<String>,
    /// In words; only for those who draw.
    remark: Option<String>,
    judged_by: Option<String>,
    /// How often it was looked at.
    looks: i64,
}

/// How somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    /// 查阅: the dossier.
    Read,
    /// 监听: the recording of a call.
    Listened,
}

/// What somebody is about to do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Looking {
    #[schema(inline)]
    way: Way,
}

/// Where it can be read; the reading is recorded there as well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Door {
    number: Option<String>,
    /// The whole trail of the case.
    dossier: Option<String>,
    /// Its files; recordings of calls are among them.
    attachments: Option<String>,
    /// How it counts.
    fact: String,
}

/// What the office found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Found {
    #[schema(inline)]
    verdict: Verdict,
    /// In words; kept sealed.
    remark: Option<String>,
}

/// How it was handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = spot_cases::Verdict)]
pub(crate) enum Verdict {
    /// 规范.
    Good,
    /// 有瑕疵.
    Flawed,
    /// 不规范.
    Bad,
}

/// One look.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Look {
    case_id: Uuid,
    /// `read`, `listened`.
    way: String,
    looked_by: String,
    #[schema(value_type = String, format = DateTime)]
    looked_at: Timestamp,
}

async fn own(db: &mut PgConnection, claims: &Claims, id: Uuid) -> Result<Drawn, Problem> {
    let drawn = spots::read(db, id).await.context("reading a drawing")?;
    let bound = claims.region.as_ref().map_or("", ids::RegionCode::stem);
    drawn
        .filter(|drawn| drawn.region.starts_with(bound))
        .ok_or_else(|| Problem::not_found("没有该抽查。", "There is no such drawing."))
}

fn missing() -> Problem {
    Problem::not_found("该件不在抽查之列。", "The case is not in the drawing.")
}

/// 抽查件 the cases of a drawing
#[utoipa::path(
    get, path = "/spot-checks/{id}/cases", operation_id = "spot_cases", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = [Entry]), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(crate) async fn cases(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<Entry>>, Problem> {
    allowed(&claims)?;
    let mut db = parts.db.pool.acquire().await.context("reading a drawing")?;
    own(&mut db, &claims, id).await?;
    let entry = |entry: spots::Entry| Entry {
        remark: entry.remark.and_then(|remark| vault.open(entry.case_id, &remark)),
        case_id: entry.case_id,
        number: entry.number,
        unit: entry.unit,
        county: entry.county,
        verdict: entry.verdict,
        judged_by: entry.judged_by,
        looks: entry.looks,
    };
    let entries = spots::entries(&mut db, id).await.context("reading a drawing")?;
    Ok(Json(entries.into_iter().map(entry).collect()))
}

/// 查阅、监听 look at a drawn case
///
/// The look is written down first; the answer says where the case can be read. Nothing can be changed there by it.
#[utoipa::path(
    post, path = "/spot-checks/{id}/cases/{case_id}/looks", operation_id = "look_at_spot_case", request_body = Looking,
    params(("id" = Uuid, Path), ("case_id" = Uuid, Path)), security(("bearer" = [])),
    responses(
        (status = 201, body = Door), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(crate) async fn look(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path((id, case)): Path<(Uuid, Uuid)>,
    looking: Later<Looking>,
) -> Result<(StatusCode, Json<Door>), Problem> {
    allowed(&claims)?;
    let looking = looking.read()?;
    let way = match looking.way {
        Way::Read => "read",
        Way::Listened => "listened",
    };
    let mut transaction = parts.db.pool.begin().await.context("looking")?;
    own(&mut transaction, &claims, id).await?;
    let at = parts.clock.now();
    if !spots::look(&mut transaction, (id, case), way, &claims.actor(), at).await.context("looking")? {
        return Err(missing());
    }
    let entries = spots::entries(&mut transaction, id).await.context("looking")?;
    let entry = entries.into_iter().find(|entry| entry.case_id == case).ok_or_else(missing)?;
    transaction.commit().await.context("looking")?;
    let at = |what: &str| entry.number.as_ref().map(|number| format!("/api/intake/cases/{number}/{what}"));
    let door = Door {
        dossier: at("dossier"),
        attachments: at("attachments"),
        fact: format!("/api/evaluation/cases/{case}/fact"),
        number: entry.number,
    };
    Ok((StatusCode::CREATED, Json(door)))
}

/// 抽查结论 judge a drawn case
///
/// By somebody who looked at it; a later verdict replaces an earlier one.
#[utoipa::path(
    put, path = "/spot-checks/{id}/cases/{case_id}/verdict", operation_id = "judge_spot_case", request_body = Found,
    params(("id" = Uuid, Path), ("case_id" = Uuid, Path)), security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn judge(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    Path((id, case)): Path<(Uuid, Uuid)>,
    found: Later<Found>,
) -> Result<StatusCode, Problem> {
    allowed(&claims)?;
    let found = found.read()?;
    let remark = found.remark.map(|text| words("remark", &text)).transpose()?;
    let verdict = match found.verdict {
        Verdict::Good => "good",
        Verdict::Flawed => "flawed",
        Verdict::Bad => "bad",
    };
    let sealed = remark.map(|remark| vault.seal(case, &remark));
    let mut transaction = parts.db.pool.begin().await.context("judging")?;
    own(&mut transaction, &claims, id).await?;
    let entries = spots::entries(&mut transaction, id).await.context("judging")?;
    if !entries.iter().any(|entry| entry.case_id == case) {
        return Err(missing());
    }
    let (by, at) = (claims.actor(), parts.clock.now());
    let kept = spots::judge(&mut transaction, (id, case), (verdict, sealed.as_deref()), &by, at).await;
    if !kept.context("judging")? {
        return Err(Problem::conflict("须先查阅或监听。", "Look at it first."));
    }
    transaction.commit().await.context("judging")?;
    Ok(StatusCode::NO_CONTENT)
}

/// 查阅监听记录 every look of a drawing, oldest first
///
/// Looks at a case that was sealed since are the auditor's to read.
#[utoipa::path(
    get, path = "/spot-checks/{id}/looks", operation_id = "spot_looks", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = [Look]), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(crate) async fn looks(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Vec<Look>>, Problem> {
    let audits = || may(&claims, &Action::Audit).and_then(|()| may(&claims, &Action::ListCases));
    allowed(&claims).or_else(|_| audits())?;
    let mut db = parts.db.pool.acquire().await.context("reading looks")?;
    own(&mut db, &claims, id).await?;
    let all = claims.has(identity::Role::Auditor);
    let look = |look: spots::Look| Look {
        case_id: look.case_id,
        way: look.way,
        looked_by: look.looked_by,
        looked_at: look.looked_at.to_jiff(),
    };
    Ok(Json(spots::looks(&mut db, id, all).await.context("reading looks")?.into_iter().map(look).collect()))
}
