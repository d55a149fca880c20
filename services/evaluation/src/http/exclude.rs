//! `POST /cases/{case_id}/exclusions`: 考核申诉, a unit asks that a case not count.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
};
use identity::Action;
use ids::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, FieldError, Gate, IdempotencyKey, Json, Later, Path, Problem, own_unit};

use super::exclusions::Exclusion;
use crate::{
    Parts,
    app::exclude::{self, Wish},
};

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Appeal {
    /// Code of an indicator of the pack, or `*` for all.
    indicator: String,
    /// A reason code of the pack (`exclusion.reason`).
    reason: String,
    /// 申诉理由, in words; never in an event.
    grounds: String,
    /// Digests of attachments or references; at least one.
    evidence: Vec<String>,
}

const GROUNDS: usize = 2000;
const EVIDENCE: usize = 20;

/// 考核申诉 ask for an exclusion
#[utoipa::path(
    post, path = "/cases/{case_id}/exclusions", operation_id = "ask_exclusion", request_body = Appeal,
    params(("case_id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses(
        (status = 201, body = Exclusion), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn exclude(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    IdempotencyKey(key): IdempotencyKey,
    appeal: Later<Appeal>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1], Json<Exclusion>), Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }, Action::Supervise]);
    let appeal = appeal.read_by(&gate)?;
    let grounds = words("grounds", &appeal.grounds)?;
    let fits = |one: &String| (1..=200).contains(&one.len()) && one.chars().all(|c| c.is_ascii_graphic());
    if !(1..=EVIDENCE).contains(&appeal.evidence.len()) || !appeal.evidence.iter().all(fits) {
        return Err(Problem::unprocessable(vec![FieldError::new(
            "evidence",
            "须附 1 至 20 项佐证，每项为不超过 200 个可见 ASCII 字符的编号或摘要",
            "give 1 to 20 references or digests, each of at most 200 visible ASCII characters",
        )]));
    }
    let key = key.unwrap_or_else(|| Uuid::now_v7().to_string());
    let wish =
        Wish { indicator: appeal.indicator, reason: appeal.reason, grounds, evidence: appeal.evidence };
    let kept = exclude::ask(&parts, &claims, CaseId(case), &wish, &key).await?;
    Ok((StatusCode::CREATED, [web::etag(kept.version)], Json(Exclusion::of(&parts, kept)?)))
}

/// Cleans a text that must be given.
pub(super) fn words(field: &'static str, given: &str) -> Result<String, Problem> {
    text::valid::body(given, GROUNDS).map_err(|error| {
        Problem::unprocessable(vec![FieldError::new(
            field,
            format!("须填写，最多 {GROUNDS} 字，且不含控制字符"),
            error.to_string(),
        )])
    })
}
