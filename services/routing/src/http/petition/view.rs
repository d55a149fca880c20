//! What callers see and send of petitions.

use axum::response::{IntoResponse as _, Response};
use identity::Claims;
use ids::CaseId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Problem, etag};

use crate::{
    app::petition::{Act, Paper, run},
    http::{Desk, inputs::Inputs, outcome::problem},
    store::petitions::{Document, Petition},
};

/// A petition after its handling.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PetitionView {
    /// The case.
    case_id: Uuid,
    /// A lane code of the pack.
    lane: String,
    /// `handling`, `opinion-served`, `review-asked`, `reviewing`, `review-served`, `reexamination-asked`, `reexamining`,
    /// `remanded`, `terminated`.
    state: &'static str,
    /// The state as Chinese readers see it.
    state_label: &'static str,
    /// The round of handling.
    round: i32,
    /// Extensions in the present stage.
    extensions: i32,
    /// A hearing is open.
    hearing: bool,
    /// The termination that lies with its approver.
    proposed: Option<String>,
    /// The unit whose opinion stands.
    handled_by: Option<String>,
    /// The organ that holds the newest request.
    organ: Option<String>,
    /// When the newest request came in.
    #[schema(value_type = Option<String>, format = Date)]
    asked_on: Option<Date>,
    /// When the newest opinion was served.
    #[schema(value_type = Option<String>, format = Date)]
    served_on: Option<Date>,
    /// Last day for asking the next stage.
    #[schema(value_type = Option<String>, format = Date)]
    ask_by: Option<Date>,
    /// Last day for the opinion asked for.
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// The version for `If-Match`; 0 before anything is written.
    version: i64,
}

impl From<&Petition> for PetitionView {
    fn from(row: &Petition) -> Self {
        Self {
            case_id: row.case.0,
            lane: row.code.clone(),
            state: row.lane.state.as_str(),
            state_label: row.lane.state.zh(),
            round: row.lane.round,
            extensions: row.lane.extensions,
            hearing: row.lane.hearing,
            proposed: row.proposed.clone(),
            handled_by: row.handled_by.as_ref().map(ToString::to_string),
            organ: row.organ.as_ref().map(ToString::to_string),
            asked_on: row.asked_on,
            served_on: row.served_on,
            ask_by: row.ask_by,
            due_on: row.due_on,
            version: row.version,
        }
    }
}

/// A document in the list of a petition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = petition::DocumentView)]
pub(crate) struct DocumentView {
    /// Its place; `GET …/documents/{seq}` prints it.
    seq: i32,
    /// A form code.
    form: String,
    /// 文号.
    serial: String,
    /// Who issued it.
    organ: String,
    /// `handling`, `review`, `reexamination`.
    stage: &'static str,
    /// The round of handling.
    round: i32,
    /// What an opinion comes to.
    result: Option<String>,
    /// Day of issue.
    #[schema(value_type = String, format = Date)]
    issued_on: Date,
    /// Day of service.
    #[schema(value_type = String, format = Date)]
    served_on: Date,
    /// Way of service.
    service: String,
    /// Who wrote it.
    actor: String,
    /// When.
    at: String,
}

impl From<&Document> for DocumentView {
    fn from(row: &Document) -> Self {
        Self {
            seq: row.seq,
            form: row.form.clone(),
            serial: row.serial.clone(),
            organ: row.organ.clone(),
            stage: row.stage.as_str(),
            round: row.round,
            result: row.result.clone(),
            issued_on: row.issued_on,
            served_on: row.served_on,
            service: row.service.clone(),
            actor: row.actor.clone(),
            at: row.at.to_string(),
        }
    }
}

/// A formal opinion, as it was served.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaperRequest {
    /// 文号.
    serial: String,
    /// The outcome of the answer, or a result code of the pack for 复查 and 复核.
    result: String,
    /// 投诉请求.
    request: String,
    /// 事实和理由.
    facts: String,
    /// 处理意见.
    opinion: String,
    /// 法律法规依据.
    legal_basis: String,
    /// Day of issue.
    #[schema(value_type = String, format = Date)]
    issued_on: Date,
    /// Day of service (送达).
    #[schema(value_type = String, format = Date)]
    served_on: Date,
    /// Way of service, a code of the pack.
    service: String,
    /// 送达回证: what proves it.
    proof: Option<String>,
}

impl PaperRequest {
    /// Cleans what was typed.
    pub(super) fn read(self) -> Result<Paper, Problem> {
        let mut inputs = Inputs::default();
        let paper = Paper {
            serial: inputs.line("serial", &self.serial, 100),
            result: inputs.code("result", &self.result),
            request: inputs.text("request", &self.request),
            facts: inputs.text("facts", &self.facts),
            opinion: inputs.text("opinion", &self.opinion),
            legal_basis: inputs.text("legal_basis", &self.legal_basis),
            issued_on: self.issued_on,
            served_on: self.served_on,
            service: inputs.code("service", &self.service),
            proof: inputs.optional_line("proof", self.proof.as_deref(), 200),
        };
        inputs.check()?;
        Ok(paper)
    }
}

/// Does an act and answers the petition afterwards with its `ETag`.
pub(super) async fn done(
    desk: &Desk,
    claims: &Claims,
    case: CaseId,
    version: i64,
    act: &Act,
) -> Result<Response, Problem> {
    let petition = run(&desk.app, claims, case, version, act).await?.map_err(problem)?;
    Ok(([etag(petition.version)], Json(PetitionView::from(&petition))).into_response())
}
