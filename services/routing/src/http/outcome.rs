//! From what an operation answers to what the caller sees.

use axum::response::{IntoResponse as _, Response};
use ids::AssignmentId;
use sqlx::PgConnection;
use web::{FieldError, Json, Problem, etag};

use super::{Desk, views::AssignmentView};
use crate::{
    app::{
        App, PATIENCE,
        refusal::Refusal,
        sealed::look,
        transition::{Act, Request},
    },
    store::{assignments::Assignment, cases::CaseRoute},
};

/// Hands an act to the group commit and answers with the assignment afterwards and its `ETag`.
pub(crate) async fn transition(
    desk: &Desk,
    claims: identity::Claims,
    assignment: AssignmentId,
    version: i64,
    act: Act,
) -> Result<Response, Problem> {
    let trace = telemetry::current_traceparent();
    let request = Request { assignment, claims, version, trace, act };
    let answer = desk.transitions.call(request, PATIENCE).await.ok_or_else(Problem::unavailable)?;
    Ok(answered(&answer.map_err(problem)?))
}

fn answered(assignment: &Assignment) -> Response {
    ([etag(assignment.version)], Json(AssignmentView::of(assignment))).into_response()
}

/// Refuses who may not read a case, and lets the others look; who may not know that a sealed case is there learns nothing.
pub(crate) async fn refuse(
    app: &App,
    connection: &mut PgConnection,
    claims: &identity::Claims,
    route: &CaseRoute,
    may: Result<(), identity::Denied>,
    what: &str,
) -> Result<(), Problem> {
    if let Err(denied) = may {
        return Err(if route.confidential { missing() } else { denied.into() });
    }
    look(app, connection, claims, route, what).await.map_err(fault)?.map_err(problem)
}

/// The problem of a refusal.
pub(crate) fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotFound => missing(),
        Refusal::Denied(denied) => Problem::forbidden(denied),
        Refusal::Stale => Problem::precondition_failed(),
        Refusal::Refused(refused) => Problem::conflict(refused.zh(), refused.en()),
        Refusal::Petition(refused) => Problem::conflict(refused.zh(), refused.en()),
        Refusal::Conflict { zh, en } => Problem::conflict(zh, en),
        Refusal::Flawed(flaws) => Problem::unprocessable(
            flaws.into_iter().map(|flaw| FieldError::new(flaw.field, flaw.zh, flaw.en)).collect(),
        ),
        Refusal::Unavailable => Problem::unavailable(),
    }
}

/// 404 of a case or assignment.
pub(crate) fn missing() -> Problem {
    Problem::not_found("没有这一诉求或派单记录。", "There is no such case or assignment.")
}

/// A fault of the database: logged where the problem is made.
pub(crate) fn fault(error: sqlx::Error) -> Problem {
    if pg::worth_another_try(&error) { Problem::unavailable() } else { anyhow::Error::from(error).into() }
}
