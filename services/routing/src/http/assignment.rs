//! `GET /assignments/{id}`.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use contracts::words::Part;
use identity::{Action, Claims, may};
use ids::{AssignmentId, UnitCode};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem, etag};

use super::{
    Desk,
    outcome::{fault, missing, refuse},
    views::{AssignmentView, CaseView},
};
use crate::store::{
    assignments::{self, Assignment},
    cases, lists,
    prints::{self, Extra},
    records::{self, Reply},
};

/// A hand-over with its case and its newest reply.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignmentDetail {
    /// The hand-over.
    assignment: AssignmentView,
    /// Its case.
    case: CaseView,
    /// What people call the unit.
    unit_name: String,
    /// The newest reply, if there is one.
    reply: Option<ReplyView>,
}

/// A reply as staff see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyView {
    /// 1 for the first.
    attempt: i32,
    /// 公开答复内容.
    public_text: String,
    /// 办理情况.
    internal_text: Option<String>,
    /// An outcome code of the pack.
    outcome: String,
    /// 事实和理由.
    reasons: Option<String>,
    /// 法律依据.
    legal_basis: Option<String>,
    /// 主要经办人, as a function label.
    handler: Option<String>,
    /// 办结时间.
    completed_on: Option<String>,
    /// 成因, by a code of the pack.
    cause: Option<String>,
    /// 整改, by a code of the pack.
    remedy: Option<String>,
    /// `given`, `under-review`, `released`, `rejected`.
    state: &'static str,
    /// Why it was sent back.
    reject_reason: Option<String>,
    /// When it was given.
    at: String,
    /// 文号、签发, where it went out as an official document.
    document: Option<DocumentView>,
    /// What the checks found in it and let pass.
    found: Vec<String>,
    /// Why it was let pass.
    override_reason: Option<String>,
}

/// 文号、签发人、签发日期.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentView {
    /// 文号.
    serial: Option<String>,
    /// 签发人, as a function label.
    signed_by: Option<String>,
    /// 签发日期.
    issued_on: Option<String>,
}

impl ReplyView {
    fn of(reply: Reply, extra: Option<Extra>) -> Self {
        let (serial, signed_by, issued_on, found, override_reason) = extra
            .map(|extra| (extra.serial, extra.signed_by, extra.issued_on, extra.found, extra.override_reason))
            .unwrap_or_default();
        let issued_on = issued_on.map(|day| day.to_string());
        let any = serial.is_some() || signed_by.is_some() || issued_on.is_some();
        Self {
            attempt: reply.attempt,
            public_text: reply.public_text,
            internal_text: reply.internal_text,
            outcome: reply.outcome,
            reasons: reply.reasons,
            legal_basis: reply.legal_basis,
            handler: reply.handler,
            completed_on: reply.completed_on.map(|day| day.to_string()),
            cause: reply.cause,
            remedy: reply.remedy,
            state: reply.state,
            reject_reason: reply.reject_reason,
            at: reply.at.to_string(),
            document: any.then_some(DocumentView { serial, signed_by, issued_on }),
            found,
            override_reason,
        }
    }
}

/// One hand-over, with the version for `If-Match` as `ETag`.
#[utoipa::path(get, path = "/assignments/{id}", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment")),
    responses((status = 200, body = AssignmentDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let id = AssignmentId(id);
    let row = assignments::get(&mut connection, id).await.map_err(fault)?.ok_or_else(missing)?;
    let case = cases::get(&mut connection, row.case).await.map_err(fault)?.ok_or_else(missing)?;
    // The internal record is for staff: a citizen's token reads the answer instead.
    let unit = seen_as(&mut connection, &claims, &row).await.map_err(fault)?;
    let here = Action::ReadCase { case: row.case, unit: Some(unit), region: Some(case.region.clone()) };
    let staff = may(&claims, &Action::ListCases).or_else(|denied| match claims.role {
        identity::Role::Agency => Ok(()),
        _ => Err(denied),
    });
    let may = staff.and_then(|()| may(&claims, &here));
    refuse(&desk.app, &mut connection, &claims, &case, may, "assignment").await?;
    let due = lists::due_of(&mut connection, row.case.0).await.map_err(fault)?;
    let replies = records::newest_replies(&mut connection, &[id]).await.map_err(fault)?;
    let vault = &desk.app.vault;
    let reply = replies.into_iter().next().map(|reply| vault.open_reply(reply)).transpose()?;
    let extra = match &reply {
        Some(reply) => prints::extra_of(&mut connection, id, reply.attempt).await.map_err(fault)?,
        None => None,
    };
    let extra = extra.map(|extra| vault.open_extra(extra)).transpose()?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let detail = AssignmentDetail {
        assignment: AssignmentView::of(&row),
        case: CaseView::of(&case, due, &directory),
        unit_name: directory.name_of(&row.unit),
        reply: reply.map(|reply| ReplyView::of(reply, extra)),
    };
    Ok(([etag(row.version)], Json(detail)).into_response())
}

/// As which unit the caller looks at a hand-over: a co-unit's part is handed to the lead, and what was passed down goes
/// up to the unit that did, so both may read it.
async fn seen_as(
    connection: &mut PgConnection,
    claims: &Claims,
    row: &Assignment,
) -> Result<UnitCode, sqlx::Error> {
    let Some(own) = claims.unit.as_ref().filter(|own| **own != row.unit) else { return Ok(row.unit.clone()) };
    let hands = assignments::of_cases(connection, &[row.case.0]).await?;
    let mut above = hands.iter().filter(|hand| match row.parent {
        Some(parent) => hand.id == parent,
        None => row.part == Part::Co && hand.part == Part::Lead && hand.round == row.round,
    });
    let seen = above.any(|hand| hand.unit == *own);
    Ok(if seen { own.clone() } else { row.unit.clone() })
}
