//! `POST` and `GET /opinions`: 舆情线索 from media, network, commentators and the public.

use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
};
use calendar::day_of;
use evaluation_rules::{OpinionState, Severity, Source};
use ids::RegionCode;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, FieldError, IdempotencyKey, Json, Later, Page, Problem, Query};

use super::{exclude::words, paging};
use crate::{
    Parts,
    app::opinion::{self, Saying},
    store::opinions::{self, Kept},
    vault::Vault,
};

/// What was said outside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = opinions::Given)]
pub(crate) struct Given {
    /// The policy pack under which it is watched.
    policy: String,
    /// `media` 新闻媒体, `network` 网络, `commentator` 评论员, `public` 群众社会监督, `mediation` 政务调处.
    #[schema(value_type = String)]
    source: Source,
    /// `ordinary` 一般, `serious` 较重, `grave` 重大: told at once.
    #[schema(value_type = String)]
    severity: Severity,
    /// Subject code of the tenant's own tree.
    subject: String,
    #[schema(value_type = String)]
    region: RegionCode,
    /// Where it can be read in public (http, https).
    link: Option<String>,
    /// The gist; kept sealed, never in an event.
    words: String,
    /// The day on which it was said.
    #[schema(value_type = String, format = Date)]
    heard_on: Date,
}

/// One opinion.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Opinion {
    id: Uuid,
    policy: String,
    source: String,
    severity: String,
    /// `heard`, `following`, `cased`, `dismissed`.
    state: String,
    subject: String,
    region: String,
    link: Option<String>,
    words: Option<String>,
    #[schema(value_type = String, format = Date)]
    heard_on: Date,
    /// The case that was made of it.
    case_id: Option<Uuid>,
    /// Why it was dismissed.
    remark: Option<String>,
    /// The channel under which a case of it is registered.
    channel: &'static str,
    version: i64,
    recorded_by: String,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

impl Opinion {
    pub(super) fn of(kept: Kept, vault: &Vault) -> Self {
        let media = kept.source == Source::Media.as_str();
        Self {
            words: vault.open(kept.id, &kept.words),
            remark: kept.remark.and_then(|remark| vault.open(kept.id, &remark)),
            id: kept.id,
            policy: kept.pack_id,
            source: kept.source,
            severity: kept.severity,
            state: kept.state,
            subject: kept.subject,
            region: kept.region,
            link: kept.link,
            heard_on: kept.heard_on.to_jiff(),
            case_id: kept.case_id,
            channel: if media { "media" } else { "forum" },
            version: kept.version,
            recorded_by: kept.recorded_by,
            recorded_at: kept.recorded_at.to_jiff(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `heard`, `following`, `cased`, `dismissed`; all when missing.
    #[param(value_type = Option<String>)]
    state: Option<OpinionState>,
    /// `media`, `network`, `commentator`, `public`, `mediation`; all when missing.
    #[param(value_type = Option<String>)]
    source: Option<Source>,
}

/// 登记舆情 write an opinion down
///
/// Opinions of a week feed the early warnings and the analysis of the pack; a grave one is told at once.
#[utoipa::path(
    post, path = "/opinions", operation_id = "record_opinion", request_body = Given,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses(
        (status = 201, body = Opinion, headers(("ETag" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn record(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    IdempotencyKey(key): IdempotencyKey,
    given: Later<Given>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1], Json<Opinion>), Problem> {
    opinion::allowed(&claims)?;
    let given = given.read()?;
    let saying = checked(&parts, &claims, given)?;
    let key = key.unwrap_or_else(|| Uuid::now_v7().to_string());
    let kept = opinion::record(&parts, &vault, &claims, &saying, &key).await?;
    Ok((StatusCode::CREATED, [web::etag(kept.version)], Json(Opinion::of(kept, &vault))))
}

fn checked(parts: &Parts, claims: &identity::Claims, given: Given) -> Result<Saying, Problem> {
    let mut wrong = Vec::new();
    if parts.packs.newest(&given.policy).is_none() {
        wrong.push(FieldError::new("policy", "没有该规则包", "there is no such policy pack"));
    }
    let code = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if !(1..=64).contains(&given.subject.len()) || !given.subject.chars().all(code) {
        wrong.push(FieldError::new("subject", "须为主题编码", "must be a subject code"));
    }
    if claims.region.as_ref().is_some_and(|bound| !bound.contains(&given.region)) {
        wrong.push(FieldError::new("region", "不在您的区划内", "does not lie within your region"));
    }
    let web = |link: &String| {
        (link.starts_with("https://") || link.starts_with("http://"))
            && link.len() <= 500
            && link.chars().all(|c| !c.is_control() && !c.is_whitespace())
    };
    if given.link.as_ref().is_some_and(|link| !web(link)) {
        wrong.push(FieldError::new(
            "link",
            "须为不超过 500 字符的网址",
            "must be an address (http, https) of at most 500 characters",
        ));
    }
    if given.heard_on > day_of(parts.clock.now()) {
        wrong.push(FieldError::new("heard_on", "晚于今天", "lies in the future"));
    }
    if !wrong.is_empty() {
        return Err(Problem::unprocessable(wrong));
    }
    let Given { policy, source, severity, subject, region, link, heard_on, words: said } = given;
    Ok(Saying { words: words("words", &said)?, policy, source, severity, subject, region, link, heard_on })
}

/// 舆情线索 opinions, oldest first
#[utoipa::path(
    get, path = "/opinions", operation_id = "list_opinions", params(Filter, Page), security(("bearer" = [])),
    responses(
        (status = 200, body = [Opinion], headers(("Link" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Extension(vault): Extension<Arc<Vault>>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<(HeaderMap, Json<Vec<Opinion>>), Problem> {
    opinion::allowed(&claims)?;
    let (state, source) = (filter.state.map(OpinionState::as_str), filter.source.map(Source::as_str));
    let region = claims.region.as_ref().map_or("", RegionCode::stem);
    let after = paging::after(&page)?;
    let mut db = parts.db.pool.acquire().await.context("listing opinions")?;
    let most = paging::most(&page);
    let rows =
        opinions::list(&mut db, region, state, source, after, most).await.context("listing opinions")?;
    let (headers, mut rows) =
        paging::cut(&page, rows, "opinions", &[("state", state), ("source", source)], |row| {
            (row.recorded_at.to_jiff(), row.id)
        });
    hide_sealed(&mut db, &claims, &mut rows).await.context("listing opinions")?;
    Ok((headers, Json(rows.into_iter().map(|kept| Opinion::of(kept, &vault)).collect())))
}

/// A case that was sealed since is named to those only whom the seal names.
async fn hide_sealed(
    db: &mut sqlx::PgConnection,
    claims: &identity::Claims,
    rows: &mut [Kept],
) -> Result<(), sqlx::Error> {
    let cases: Vec<Uuid> = rows.iter().filter_map(|row| row.case_id).collect();
    let sealed = runtime::seals::among(db, &cases).await?;
    for row in rows {
        if let Some(case) = row.case_id.filter(|case| sealed.contains(case)) {
            let region = row.region.parse().ok();
            let seen = runtime::seals::sees(db, claims, case, region.as_ref()).await?;
            row.case_id = row.case_id.filter(|_| seen);
        }
    }
    Ok(())
}
