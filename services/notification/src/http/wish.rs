//! `GET|PUT /api/notification/cases/{case_id}/wish`: how and when a citizen wishes to be told.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use identity::{Action, Claims, may};
use ids::CaseId;
use notification_rules::{guard, hours::Span, words::Way};
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem};

use crate::store::cards;

/// How and when a citizen wishes to be told. What is not named is as the office has it.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// These ways and no others, in this order: `sms`, `email`, `wechat`; an empty list: only what is read here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ways: Option<Vec<String>>,
    /// No message between these hours: `21:00-08:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "21:00-08:00")]
    quiet: Option<String>,
    /// No message but the answer.
    #[serde(default)]
    answer_only: bool,
}

/// 告知偏好 how the citizen of a case wishes to be told
#[utoipa::path(
    get, path = "/cases/{case_id}/wish", operation_id = "get_wish",
    params(("case_id" = String, Path, description = "The case", format = Uuid)), security(("bearer" = [])),
    responses(
        (status = 200, body = Wish), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(crate) async fn get(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
    Path(case): Path<CaseId>,
) -> Result<Json<Wish>, Problem> {
    allowed(&claims, case)?;
    let mut transaction = pool.begin().await.context("reading a wish")?;
    seen(&mut transaction, &claims, case).await?;
    let kept = cards::lock(&mut transaction, &[case.0]).await.context("reading a wish")?;
    let (_, kept) = kept.into_iter().next().ok_or_else(unknown)?;
    let wish = kept.card.guard.wish;
    Ok(Json(Wish {
        ways: wish.ways.map(|ways| ways.iter().map(Way::to_string).collect()),
        quiet: wish.quiet.map(|quiet| quiet.to_string()),
        answer_only: wish.answer_only,
    }))
}

/// 设置告知偏好 say how and when to be told; holds for what is told from now on
#[utoipa::path(
    put, path = "/cases/{case_id}/wish", operation_id = "put_wish", request_body = Wish,
    params(("case_id" = String, Path, description = "The case", format = Uuid)), security(("bearer" = [])),
    responses(
        (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 503, body = Problem),
    )
)]
pub(crate) async fn put(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
    Path(case): Path<CaseId>,
    wish: Later<Wish>,
) -> Result<StatusCode, Problem> {
    allowed(&claims, case)?;
    let wish = wish.read()?;
    let wish = read(&wish)?;
    let mut transaction = pool.begin().await.context("writing a wish")?;
    seen(&mut transaction, &claims, case).await?;
    let kept = cards::lock(&mut transaction, &[case.0]).await.context("writing a wish")?;
    let (_, mut kept) = kept.into_iter().next().ok_or_else(unknown)?;
    kept.card.guard.wish = wish;
    if !cards::save(&mut transaction, &[(case.0, &kept)]).await.context("writing a wish")? {
        return Err(Problem::unavailable());
    }
    transaction.commit().await.context("writing a wish")?;
    Ok(StatusCode::NO_CONTENT)
}

fn unknown() -> Problem {
    Problem::not_found("没有这个编号的诉求。", "There is no case with this number.")
}

/// The citizen of the case, or who follows up with citizens on the telephone.
fn allowed(claims: &Claims, case: CaseId) -> Result<(), Problem> {
    Ok(may(claims, &Action::Supplement { case })?)
}

/// A sealed case is not there for whoever is not named; the citizen of a case is.
async fn seen(connection: &mut PgConnection, claims: &Claims, case: CaseId) -> Result<(), Problem> {
    let seen = runtime::seals::sees(connection, claims, case.0, None).await.context("reading a seal")?;
    if seen { Ok(()) } else { Err(unknown()) }
}

fn read(wish: &Wish) -> Result<guard::Wish, Problem> {
    let way = |word: &String| {
        let way: Option<Way> =
            word.parse().ok().filter(|way| matches!(way, Way::Sms | Way::Email | Way::Wechat));
        way.ok_or_else(|| {
            Problem::bad_request("ways", "只能是 sms、email 或 wechat", "must be sms, email or wechat")
        })
    };
    let ways = wish.ways.as_ref().map(|ways| ways.iter().take(8).map(way).collect()).transpose()?;
    let quiet: Option<Span> = wish.quiet.as_ref().map(|quiet| quiet.parse()).transpose().map_err(|_| {
        Problem::bad_request(
            "quiet",
            "应为 21:00-08:00 这样的时段",
            "must be a span of a day such as 21:00-08:00",
        )
    })?;
    Ok(guard::Wish { ways, quiet, answer_only: wish.answer_only })
}
