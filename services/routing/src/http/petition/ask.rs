//! `POST /petitions/{case_id}/request` 申请复查、复核.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::CaseId;
use jiff::civil::Date;
use routing_rules::petition::Stage;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem};

use super::view::{PetitionView, done};
use crate::{
    app::petition::Act,
    http::{Desk, inputs::Inputs},
};

/// The petitioner asks a higher organ.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskRequest {
    /// `review` 复查 or `reexamination` 复核.
    stage: String,
    /// When it came in; only who writes down a letter may name another day than today.
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
    /// What is asked, and why.
    grounds: String,
}

/// 申请复查、复核: in time it goes to the higher organ, late it is refused with its reason.
#[utoipa::path(post, path = "/petitions/{case_id}/request", operation_id = "petition_request", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = AskRequest,
    responses((status = 200, body = PetitionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<AskRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Supplement { case: CaseId(id) }]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let act = Act::Ask {
        stage: stage(&mut inputs, &request.stage),
        received_on: request.received_on,
        grounds: inputs.text("grounds", &request.grounds),
    };
    gate.first(inputs.check())?;
    done(&desk, &claims, CaseId(id), version, &act).await
}

fn stage(inputs: &mut Inputs, word: &str) -> Stage {
    match Stage::read(word) {
        Some(stage @ (Stage::Review | Stage::Reexamination)) => stage,
        Some(Stage::Handling) | None => {
            inputs.wrong(
                "stage",
                "应为 review（复查）或 reexamination（复核）",
                "must be review or reexamination",
            );
            Stage::Review
        }
    }
}
