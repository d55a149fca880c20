//! `POST /assignments/{id}/reply` 回复.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::AssignmentId;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem, own_unit};

use super::{Desk, inputs::Inputs, outcome::transition, views::AssignmentView};
use crate::app::transition::{Act, Deferral, OfficialDocument, ReplyDraft};

/// A reply; which fields are owed is the policy pack's word.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyRequest {
    /// 公开答复内容: what the citizen reads.
    public_text: String,
    /// 办理情况: stays inside.
    internal_text: Option<String>,
    /// 处理结果: an outcome code of the pack.
    outcome: Option<String>,
    /// 事实和理由.
    reasons: Option<String>,
    /// 法律依据.
    legal_basis: Option<String>,
    /// 主要经办人, as a function label.
    handler: Option<String>,
    /// 办结时间.
    #[schema(value_type = Option<String>, format = Date)]
    completed_on: Option<Date>,
    /// The day on which the citizen was met.
    #[schema(value_type = Option<String>, format = Date)]
    met_on: Option<Date>,
    /// Suitable for publication; the pack says what holds without a word.
    public: Option<bool>,
    /// 成因: a code of `reports.cause` of the pack; counted in the analysis once the citizen has the answer.
    cause: Option<String>,
    /// 整改: a code of `reports.remedy` of the pack.
    remedy: Option<String>,
    /// 公文: serial number and signature, where the reply is an official document.
    document: Option<DocumentBody>,
    /// 暂不能解决: why, and when it is looked at again; owed with such an outcome.
    deferral: Option<DeferralBody>,
    /// Why a finding of the softer kind is to be let pass (promise only, blame, copied text); it is kept.
    override_reason: Option<String>,
}

/// The fields of an official document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentBody {
    /// 文号.
    serial: Option<String>,
    /// 签发, as a function label.
    signed_by: Option<String>,
    /// The day of issue.
    #[schema(value_type = Option<String>, format = Date)]
    issued_on: Option<Date>,
}

/// A wish to be kept on the long-term register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeferralBody {
    /// Why it cannot be solved now.
    reason: String,
    /// The day to look again.
    #[schema(value_type = String, format = Date)]
    review_on: Date,
}

/// 回复: 转送 it answers the citizen; 交办 it goes to the centre for review.
#[utoipa::path(post, path = "/assignments/{id}/reply", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment"), ("If-Match" = String, Header, description = "version read")),
    request_body = ReplyRequest,
    responses((status = 200, body = AssignmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ReplyRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let draft = ReplyDraft {
        public_text: inputs.optional("public_text", Some(&request.public_text)).unwrap_or_default(),
        internal_text: inputs.optional("internal_text", request.internal_text.as_deref()),
        outcome: request.outcome.as_deref().map(|code| inputs.code("outcome", code)),
        reasons: inputs.optional("reasons", request.reasons.as_deref()),
        legal_basis: inputs.optional("legal_basis", request.legal_basis.as_deref()),
        handler: inputs.optional_line("handler", request.handler.as_deref(), 100),
        completed_on: request.completed_on,
        met_on: request.met_on,
        public: request.public,
        cause: request.cause.as_deref().map(|code| inputs.code("cause", code)),
        remedy: request.remedy.as_deref().map(|code| inputs.code("remedy", code)),
        document: request.document.map(|document| OfficialDocument {
            serial: inputs.optional_line("document.serial", document.serial.as_deref(), 60),
            signed_by: inputs.optional_line("document.signed_by", document.signed_by.as_deref(), 100),
            issued_on: document.issued_on,
        }),
        deferral: request.deferral.map(|wish| Deferral {
            reason: inputs.text("deferral.reason", &wish.reason),
            review_on: wish.review_on,
        }),
        override_reason: inputs.optional("override_reason", request.override_reason.as_deref()),
    };
    gate.first(inputs.check())?;
    transition(&desk, claims, AssignmentId(id), version, Act::Reply(Box::new(draft))).await
}
