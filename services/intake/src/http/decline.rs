//! POST /cases/{number}/decline: a person does not accept a case, with a reason of the pack (不予受理).

use axum::{extract::State, response::Response};
use identity::Action;
use intake_rules::{decline_reason, ending};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, FieldError, Gate, IfMatch, Later, Path, Problem};

use crate::{
    app::{
        Desk,
        change::{Changed, Wish},
    },
    http::transition::transition,
    store::find::File,
};

/// Why a case is not accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// A reason code of the case's pack.
    #[schema(example = "statutory_route")]
    reason: String,
}

/// Declines a case with a reason code of its pack; a reason that the pack calls invalid ends it as invalid (无效).
#[utoipa::path(post, path = "/cases/{number}/decline", tag = "cases", request_body = Reason,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "not a reason of the pack", body = Problem),
              (status = 428, description = "If-Match is missing", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn decline(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    sent: Later<Reason>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::DecideAcceptance]);
    let Reason { reason } = sent.read_by(&gate)?;
    let wish = |file: &File| {
        let known = desk.core.packs.of_case(&file.pack.id)?;
        let found = decline_reason(&known.pack, &reason).map_err(|_| {
            let codes: Vec<&str> = known.pack.decline.iter().map(|reason| reason.code.as_str()).collect();
            let codes = codes.join(", ");
            Problem::unprocessable(vec![FieldError::new(
                "reason",
                format!("应为以下之一：{codes}"),
                format!("must be one of: {codes}"),
            )])
        })?;
        Ok(Wish::Decline { reason, command: ending(found) })
    };
    transition(&desk, &claims, &number, &version, |_| Action::DecideAcceptance, wish).await
}
