//! `POST /cases/{case_id}/rating`: 评价, by the citizen or by an operator on the telephone.

use axum::extract::State;
use evaluation_rules::{Grade, Rating, Reason, Solved};
use identity::Action;
use ids::CaseId;
use serde::{Deserialize, Serialize};
use text::valid::Invalid;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, FieldError, Gate, IfMatch, Json, Later, Path, Problem};

use crate::{Parts, app::rate};

/// What the citizen says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    /// 是否解决: `yes`, `partly`, `no`. Stands apart from the grade.
    #[schema(value_type = String, example = "partly")]
    solved: Solved,
    /// 满意度: `very-good`, `good`, `fair`, `poor`, `very-poor`.
    #[schema(value_type = String, example = "good")]
    grade: Grade,
    /// In the citizen's own words; kept, never passed on in events.
    comment: Option<String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Taken {
    /// The round that was rated.
    round: i32,
    /// 重办: the case goes round again.
    reopened: bool,
    /// Why: `unsatisfied` or `unsolved`.
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
}

/// 评价 rate the answer
///
/// Once a round. The same rating again gives the same answer; another one for the same round is refused (409). A rating
/// that the policy pack calls unsatisfied, or `solved = no`, sends the case round again while the pack has rounds left.
#[utoipa::path(
    post, path = "/cases/{case_id}/rating", operation_id = "rate_case", request_body = Given,
    params(("case_id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "ETag of the fact, if it matters")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Taken), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn rate(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    IfMatch(read): IfMatch,
    given: Later<Given>,
) -> Result<([(axum::http::HeaderName, axum::http::HeaderValue); 1], Json<Taken>), Problem> {
    let gate = Gate::any(&claims, [Action::Rate { case: CaseId(case) }]);
    let given = given.read_by(&gate)?;
    let comment =
        given.comment.map(|comment| cleaned(&comment, parts.config.comment_max_chars)).transpose()?;
    let rating = Rating { solved: given.solved, grade: given.grade };
    let outcome =
        rate::run(&parts, &claims, CaseId(case), rating, comment.flatten().as_deref(), read).await?;
    let taken = Taken { round: outcome.round, reopened: outcome.again.is_some(), reason: outcome.again };
    Ok(([web::etag(outcome.version)], Json(taken)))
}

fn cleaned(comment: &str, most: usize) -> Result<Option<String>, Problem> {
    let wrong = |zh: String, en: String| Problem::unprocessable(vec![FieldError::new("comment", zh, en)]);
    match text::valid::body(comment, most) {
        Ok(comment) => Ok(Some(comment)),
        Err(Invalid::Empty) => Ok(None),
        Err(error @ Invalid::TooLong { max, actual }) => {
            Err(wrong(format!("共 {actual} 字，最多 {max} 字"), error.to_string()))
        }
        Err(error @ (Invalid::Control { .. } | Invalid::Lines)) => {
            Err(wrong("含有不可见的控制字符".to_owned(), error.to_string()))
        }
    }
}
