//! `PUT` and `GET /reports/{id}/words`: 原因分析与对策建议, written by a person beside the figures, version by version.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
};
use identity::{Action, may};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IfMatch, Json, Later, Path, Problem};

use super::exclude::words as cleaned;
use crate::{
    Parts,
    app::{reporting, sealed},
    store::{reports, words},
};

/// What is written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = report_words::Given)]
pub(crate) struct Given {
    /// 原因分析: why it is so. Of matters, never of a person who told one.
    causes: String,
    /// 对策建议: what is proposed.
    remedies: String,
}

/// The newest version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = report_words::Kept)]
pub(crate) struct Kept {
    /// From 1; 0: nobody wrote yet.
    version: i32,
    causes: String,
    remedies: String,
    written_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    written_at: Option<Timestamp>,
}

/// 撰写 write causes and remedies beside a draft
///
/// `If-Match` names the version that was read, `"0"` for the first. A released report takes no more words (409).
#[utoipa::path(
    put, path = "/reports/{id}/words", operation_id = "word_report", request_body = Given,
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("bearer" = [])),
    responses(
        (status = 204, headers(("ETag" = String))), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem), (status = 428, body = Problem),
    )
)]
pub(crate) async fn write(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    given: Later<Given>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1]), Problem> {
    may(&claims, &Action::Supervise)?;
    let read = i32::try_from(version.require()?).map_err(|_| Problem::precondition_failed())?;
    let given = given.read()?;
    let (causes, remedies) = (cleaned("causes", &given.causes)?, cleaned("remedies", &given.remedies)?);
    let version = reporting::word(&parts, &claims, id, (&causes, &remedies), read).await?;
    Ok((StatusCode::NO_CONTENT, [web::etag(i64::from(version))]))
}

/// 撰写内容 the words beside a report
#[utoipa::path(
    get, path = "/reports/{id}/words", operation_id = "report_words", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Kept, headers(("ETag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(crate) async fn read(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Kept>), Problem> {
    may(&claims, &Action::ReadReports)?;
    let mut db = parts.db.pool.acquire().await.context("reading words")?;
    let whole = reports::read(&mut db, id).await.context("reading words")?;
    let edits = may(&claims, &Action::Supervise).is_ok();
    let seen = |whole: &reports::Whole| {
        reporting::within(&claims, &whole.place) && (edits || whole.released_at.is_some())
    };
    whole.filter(seen).ok_or_else(|| Problem::not_found("没有该报告。", "There is no such report."))?;
    let kept = match words::newest(&mut db, id).await.context("reading words")? {
        None => Kept {
            version: 0,
            causes: String::new(),
            remedies: String::new(),
            written_by: None,
            written_at: None,
        },
        Some(mut words) => {
            let mut texts = [&mut words.causes, &mut words.remedies];
            sealed::leave_out(&mut db, &claims, &mut texts).await.context("reading words")?;
            Kept {
                version: words.version,
                causes: words.causes,
                remedies: words.remedies,
                written_by: Some(words.written_by),
                written_at: Some(words.written_at.to_jiff()),
            }
        }
    };
    Ok(([web::etag(i64::from(kept.version))], Json(kept)))
}
