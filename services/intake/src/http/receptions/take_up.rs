//! POST /receptions/{id}/bookings/{number}/case: the matter of a person who was received becomes a case.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::words::Channel;
use identity::{Action, may};
use ids::SessionId;
use intake_rules::{BookingCommand, BookingState, SessionState, decide_booking};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem};

use crate::{
    app::{
        Desk,
        prepare::{From, Message, prepare},
        sealed,
    },
    http::{
        channels::made,
        fault,
        receptions::{begin, booker, commit, no_such_booking, open, state},
    },
    store::{
        bookings, cases,
        entries::{self, Entry},
        receptions,
    },
};

/// The case that was taken up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenUp {
    case_id: String,
    number: String,
    /// For the citizen; told with the first answer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    query_code: Option<String>,
}

/// Takes a matter up as a case of the session; one place makes one case. Name and telephone are those of the booking where
/// the message has none.
#[utoipa::path(post, path = "/receptions/{id}/bookings/{number}/case", tag = "receptions", request_body = Message,
    params(("id" = String, Path, description = "session"), ("number" = i32, Path, description = "number of the place")),
    responses((status = 201, body = TakenUp), (status = 200, description = "it was taken up before", body = TakenUp),
              (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn take_up(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((id, place)): Path<(String, i32)>,
    message: Later<Message>,
) -> Result<Response, Problem> {
    may(&claims, &Action::ManageReception)?;
    may(&claims, &Action::RegisterCase)?;
    let core = &desk.core;
    let gone = || {
        Problem::conflict(
            "接待尚未开始，或该预约已取消。",
            "The session has not begun, or the booking was cancelled.",
        )
    };
    let mut transaction = begin(core).await?;
    let session = open(&mut transaction, &claims, &id).await?;
    let row = bookings::of_session(&mut transaction, session.session_id, Some(place)).await;
    let row = row.map_err(|error| fault(error.into()))?.pop().ok_or_else(no_such_booking)?;
    match state(&session)? {
        SessionState::Open | SessionState::Held => {}
        SessionState::Scheduled | SessionState::Published | SessionState::Cancelled => return Err(gone()),
    }
    let attend =
        |word: &str| BookingState::read(word).map(|state| decide_booking(state, BookingCommand::Attend));
    let Some(Ok(_)) = attend(&row.state) else { return Err(gone()) };
    let mut message = message.read()?;
    if message.party.is_empty() {
        let who = booker(core, session.session_id, place, &row.contact)?;
        (message.party.name, message.party.phone) = (who.name, Some(who.phone));
    }
    let at = SessionId(session.session_id);
    let before =
        entries::by_booking(&mut transaction, at, place).await.map_err(|error| fault(error.into()))?;
    // The lock is not held over the registration: that has a transaction of its own, shared with others.
    commit(core, transaction).await?;
    let (case, number, query_code) = match before {
        Some((case, number, _)) => (case, number, None),
        None => {
            let channel = if session.live { Channel::Live } else { Channel::Reception };
            let key = Some(format!("session/{at}/{place}"));
            let mut ready = prepare(core, message, From { actor: claims.actor(), channel, key }).await?;
            if let Some((key, digest)) = &mut ready.key {
                "receptions/case".clone_into(&mut key.0);
                digest.clear();
            }
            ready.entry = Some(Entry { session: Some((at, place)), ..Entry::default() });
            let (answer, repeated) = made(desk.register(ready).await)?;
            (answer.case_id.0, answer.number.to_string(), (!repeated).then_some(answer.query_code))
        }
    };
    let mut transaction = begin(core).await?;
    let mut session = open(&mut transaction, &claims, &id).await?;
    let row = bookings::of_session(&mut transaction, session.session_id, Some(place)).await;
    let mut row = row.map_err(|error| fault(error.into()))?.pop().ok_or_else(no_such_booking)?;
    if row.case_id.is_none() {
        row.case_id = Some(case);
        BookingState::Attended.as_str().clone_into(&mut row.state);
        session.cases += 1;
        let write = async {
            if cases::is_sealed(&mut transaction, case).await? {
                let seal = |text: &String| sealed::seal_text(&core.vault, case, text);
                row.matter = sealed::seal_text(&core.vault, case, &row.matter);
                row.advice = row.advice.as_ref().map(seal);
            }
            bookings::update(&mut transaction, session.session_id, &row).await?;
            receptions::update(&mut transaction, &session, core.now()).await
        };
        write.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    }
    commit(core, transaction).await?;
    let status = if query_code.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(TakenUp { case_id: case.to_string(), number, query_code })).into_response())
}
