//! POST /receptions/{id}/bookings/{number}/cancel: who has the code gives the place back.

use axum::{extract::State, http::StatusCode};
use intake_rules::{BookingCommand, BookingState, SessionState, decide_booking};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Json, Origin, Path, Problem};

use crate::{
    app::{Desk, codes::Asker},
    http::{
        broken, fault,
        receptions::{begin, bound, commit, lock, no_such_booking, state},
    },
    store::{bookings, receptions},
};

/// The code that was told with the booking.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookingCode {
    code: String,
}

/// Gives a place back; the next one may book it.
#[utoipa::path(post, path = "/receptions/{id}/bookings/{number}/cancel", tag = "receptions", request_body = BookingCode,
    params(("id" = String, Path, description = "session"), ("number" = i32, Path, description = "number of the place")),
    responses((status = 204, description = "given back"), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 429, body = Problem)), security(()))]
pub(crate) async fn cancel_booking(
    State(desk): State<Desk>,
    origin: Origin,
    Path((id, number)): Path<(String, i32)>,
    Json(BookingCode { code }): Json<BookingCode>,
) -> Result<StatusCode, Problem> {
    let core = &desk.core;
    let asker = Asker::of(core, origin.behind(core.config.trusted_proxies), &format!("{id}:{number}"));
    let mut transaction = begin(core).await?;
    asker.may_try(core, &mut transaction).await?;
    let mut session = lock(&mut transaction, &id).await?;
    let own = bookings::of_session(&mut transaction, session.session_id, Some(number)).await;
    let own = own.map_err(broken)?.pop();
    let hash = own.as_ref().map_or(&[0; 32][..], |row| &row.code_hash);
    let fits = core.vault.code_fits(bound(session.session_id, number), &code, hash);
    let Some(mut row) = own.filter(|_| fits) else {
        asker.was_wrong(core, &mut transaction).await.map_err(broken)?;
        commit(core, transaction).await?;
        return Err(no_such_booking());
    };
    let before =
        BookingState::read(&row.state).ok_or_else(|| anyhow::anyhow!("a booking's state is unknown"))?;
    let over = || {
        Problem::conflict(
            "接待已结束或已到场，不能取消。",
            "The session is over, or you came; it cannot be undone.",
        )
    };
    let after = decide_booking(before, BookingCommand::Cancel).map_err(|_| over())?;
    if after != before {
        match state(&session)? {
            SessionState::Published | SessionState::Open => {}
            SessionState::Scheduled | SessionState::Held | SessionState::Cancelled => return Err(over()),
        }
        after.as_str().clone_into(&mut row.state);
        session.taken -= 1;
        let write = async {
            bookings::update(&mut transaction, session.session_id, &row).await?;
            receptions::update(&mut transaction, &session, core.now()).await
        };
        write.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    }
    commit(core, transaction).await?;
    Ok(StatusCode::NO_CONTENT)
}
