//! PUT /receptions/{id}/bookings/{number}: who came, what was advised, and what of the checklist was done (五个一).

use axum::{extract::State, http::StatusCode};
use identity::{Action, may};
use intake_rules::{BookingCommand, BookingState, SessionState, decide_booking};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Later, Path, Problem};

use crate::{
    app::{Desk, sealed},
    http::{
        fault,
        given::Given,
        receptions::{begin, commit, no_such_booking, open, rules, state},
    },
    store::bookings,
};

/// What happened at one place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attendance {
    attended: bool,
    /// What the leader, or the lawyer, advised.
    advice: Option<String>,
    /// Points of the pack's checklist that were done.
    #[serde(default)]
    ones: Vec<String>,
}

/// Writes down what happened at one place of a session that is open or was held.
#[utoipa::path(put, path = "/receptions/{id}/bookings/{number}", tag = "receptions", request_body = Attendance,
    params(("id" = String, Path, description = "session"), ("number" = i32, Path, description = "number of the place")),
    responses((status = 204, description = "written"), (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 409, body = Problem), (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn attend(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((id, number)): Path<(String, i32)>,
    what: Later<Attendance>,
) -> Result<StatusCode, Problem> {
    may(&claims, &Action::ManageReception)?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let session = open(&mut transaction, &claims, &id).await?;
    let ones: Vec<&str> = rules(core, &session)?.ones.iter().map(|one| one.code.as_str()).collect();
    let mut given = Given::default();
    let what = what.read()?;
    let advice = given.maybe_text("advice", what.advice.as_deref(), 5000);
    what.ones.iter().for_each(|one| given.word("ones", one, &ones));
    given.once("ones", what.ones.iter().map(String::as_str));
    given.check()?;
    match state(&session)? {
        SessionState::Open | SessionState::Held => {}
        SessionState::Scheduled | SessionState::Published | SessionState::Cancelled => {
            return Err(Problem::conflict(
                "接待尚未开始或已取消。",
                "The session has not begun, or was cancelled.",
            ));
        }
    }
    let row = bookings::of_session(&mut transaction, session.session_id, Some(number)).await;
    let mut row = row.map_err(|error| fault(error.into()))?.pop().ok_or_else(no_such_booking)?;
    let before =
        BookingState::read(&row.state).ok_or_else(|| anyhow::anyhow!("a booking's state is unknown"))?;
    let command = if what.attended { BookingCommand::Attend } else { BookingCommand::Miss };
    let after = decide_booking(before, command).map_err(|_| {
        Problem::conflict(
            "该预约已取消，或已记为到场。",
            "The booking was cancelled, or is written down as attended.",
        )
    })?;
    after.as_str().clone_into(&mut row.state);
    // The words stay with the sealed case that came of the place.
    let kept = |text: String| match row.case_id.filter(|_| sealed::plain(row.matter.clone()).is_none()) {
        Some(case) => sealed::seal_text(&core.vault, case, &text),
        None => text,
    };
    row.advice = advice.map(kept).or(row.advice);
    row.ones = what.ones;
    bookings::update(&mut transaction, session.session_id, &row)
        .await
        .map_err(|error| fault(error.into()))?;
    commit(core, transaction).await?;
    Ok(StatusCode::NO_CONTENT)
}
