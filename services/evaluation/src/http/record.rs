//! `PUT` and `GET /followups/{id}/record`: what came of a call beside the rating.

use std::sync::Arc;

use anyhow::Context as _;
use axum::{Extension, extract::State, http::StatusCode};
use identity::Action;
use ids::FollowUpId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, Json, Later, Path, Problem};

use super::exclude::words;
use crate::{
    Parts,
    app::attempt,
    store::attempts::{self, Record},
    vault::Vault,
};

/// How the unit met the citizen.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Contact {
    /// 热情.
    Courteous,
    /// 一般.
    Plain,
    /// 冷漠.
    Cold,
    /// 蛮横、生硬.
    Rough,
    /// 未联系.
    None,
}

/// 诉求发展动态.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Development {
    /// 已息诉.
    Settled,
    /// 趋缓.
    Easing,
    /// 无变化.
    Unchanged,
    /// 加剧.
    Growing,
}

/// What the citizen says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    #[schema(inline)]
    contact: Contact,
    #[schema(inline)]
    development: Development,
    /// 意见和建议, in the citizen's own words; kept sealed.
    opinions: Option<String>,
}

/// What was written down.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Kept {
    contact: String,
    development: String,
    opinions: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
    recorded_by: String,
}

/// 记录回访 write down what came of a call
#[utoipa::path(
    put, path = "/followups/{id}/record", operation_id = "record_followup", request_body = Said,
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn record(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    said: Later<Said>,
) -> Result<StatusCode, Problem> {
    let gate = Gate::any(&claims, [Action::FollowUp]);
    let said = said.read_by(&gate)?;
    let opinions = said.opinions.map(|text| words("opinions", &text)).transpose()?;
    let mut transaction = parts.db.pool.begin().await.context("recording")?;
    let kept = attempt::own(&mut transaction, &claims, FollowUpId(id)).await?;
    let record = Record {
        contact: word(said.contact),
        development: word(said.development),
        opinions: opinions.map(|opinions| vault.seal(id, &opinions)),
        recorded_at: parts.clock.now().to_sqlx(),
        recorded_by: claims.actor(),
    };
    attempts::record(&mut transaction, FollowUpId(id), &record).await.context("recording")?;
    attempts::mark(&mut transaction, kept.task.case).await.context("recording")?;
    transaction.commit().await.context("recording")?;
    Ok(StatusCode::NO_CONTENT)
}

/// 回访记录 what came of a call
#[utoipa::path(
    get, path = "/followups/{id}/record", operation_id = "followup_record",
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses(
        (status = 200, body = Kept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(crate) async fn recorded(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Kept>, Problem> {
    let mut transaction = parts.db.pool.begin().await.context("reading a record")?;
    attempt::own(&mut transaction, &claims, FollowUpId(id)).await?;
    let found = attempts::read(&mut transaction, FollowUpId(id)).await.context("reading a record")?;
    let record =
        found.ok_or_else(|| Problem::not_found("尚无回访记录。", "Nothing was written down yet."))?;
    Ok(Json(Kept {
        contact: record.contact,
        development: record.development,
        opinions: record.opinions.and_then(|sealed| vault.open(id, &sealed)),
        recorded_at: record.recorded_at.to_jiff(),
        recorded_by: record.recorded_by,
    }))
}

fn word(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
