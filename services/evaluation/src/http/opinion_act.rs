//! `POST /opinions/{id}/follow`, `/case`, `/dismiss`: what is done with an opinion.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderName, HeaderValue},
};
use ids::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IfMatch, Json, Later, Path, Problem};

use super::{exclude::words, opinions::Opinion};
use crate::{
    Parts,
    app::opinion::{self, Act},
    vault::Vault,
};

/// The case that was registered of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cased {
    case_id: Uuid,
}

/// Why it is not pursued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dismissal {
    /// In words; kept sealed.
    reason: String,
}

type Answer = Result<([(HeaderName, HeaderValue); 1], Json<Opinion>), Problem>;

/// 跟踪 watch an opinion
#[utoipa::path(
    post, path = "/opinions/{id}/follow", operation_id = "follow_opinion",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("bearer" = [])),
    responses(
        (status = 200, body = Opinion), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 428, body = Problem),
    )
)]
pub(crate) async fn follow(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Answer {
    opinion::allowed(&claims)?;
    let kept = opinion::act(&parts, &vault, &claims, id, Act::Follow, version.require()?).await?;
    Ok(([web::etag(kept.version)], Json(Opinion::of(kept, &vault))))
}

/// 转办 name the case that was made of an opinion
///
/// The case is registered at intake (channel `media` or `forum`) and named here once counting has heard of it.
#[utoipa::path(
    post, path = "/opinions/{id}/case", operation_id = "case_of_opinion", request_body = Cased,
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("bearer" = [])),
    responses(
        (status = 200, body = Opinion), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 428, body = Problem),
    )
)]
pub(crate) async fn case(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    cased: Later<Cased>,
) -> Answer {
    opinion::allowed(&claims)?;
    let cased = cased.read()?;
    let act = Act::Case(CaseId(cased.case_id));
    let kept = opinion::act(&parts, &vault, &claims, id, act, version.require()?).await?;
    Ok(([web::etag(kept.version)], Json(Opinion::of(kept, &vault))))
}

/// 不予跟踪 dismiss an opinion
#[utoipa::path(
    post, path = "/opinions/{id}/dismiss", operation_id = "dismiss_opinion", request_body = Dismissal,
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("bearer" = [])),
    responses(
        (status = 200, body = Opinion), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem), (status = 428, body = Problem),
    )
)]
pub(crate) async fn dismiss(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    dismissal: Later<Dismissal>,
) -> Answer {
    opinion::allowed(&claims)?;
    let version = version.require()?;
    let dismissal = dismissal.read()?;
    let reason = words("reason", &dismissal.reason)?;
    let kept = opinion::act(&parts, &vault, &claims, id, Act::Dismiss(reason), version).await?;
    Ok(([web::etag(kept.version)], Json(Opinion::of(kept, &vault))))
}
