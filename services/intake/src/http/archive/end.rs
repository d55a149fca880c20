//! POST /cases/{number}/archive/destruction: one hand proposes the end of a file, another agrees (销毁).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use text::valid;
use utoipa::ToSchema;
use web::{Caller, FieldError, IfMatch, Json, Later, Path, Problem, etag};

use super::KeepingView;
use crate::{
    app::{
        Desk,
        archive::{Deed, perform},
    },
    http::{access, knowledge::input::wrong},
};

/// One step towards the end of a file, or back.
#[derive(Deserialize, ToSchema)]
#[schema(as = archive::Step)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// `propose`, `agree` or `keep`.
    step: String,
    /// Of a proposal: why it need not be kept.
    grounds: Option<String>,
}

/// Takes one step. A file whose time is not over has no end; the same account cannot take both steps.
#[utoipa::path(post, path = "/cases/{number}/archive/destruction", tag = "archive", request_body = Step,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = KeepingView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "its time is not over, or the same hand", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn end(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    step: Later<Step>,
) -> Result<Response, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    let mut errors = Vec::new();
    let step = step.read()?;
    let deed = match step.step.as_str() {
        "propose" => {
            let words = step.grounds.unwrap_or_default();
            let grounds =
                valid::body(&words, 1000).unwrap_or_else(|error| wrong("grounds", error, &mut errors));
            Deed::Propose { grounds }
        }
        "agree" => Deed::Agree,
        "keep" => Deed::Keep,
        _ => {
            let reason = ("应为 propose、agree 或 keep", "must be propose, agree or keep");
            return Err(Problem::unprocessable(vec![FieldError::new("step", reason.0, reason.1)]));
        }
    };
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    let after = perform(&desk.core, &claims, &file, version.require()?, deed).await?;
    let tag = etag(after.version);
    Ok(([tag], Json(KeepingView::of(&desk.core, file.number.to_string(), after)?)).into_response())
}
