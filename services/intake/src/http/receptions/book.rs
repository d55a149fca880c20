//! POST /receptions/{id}/bookings: a person takes a place at a session and is told its number and code (预约).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{Action, Claims, may};
use intake_rules::{NoPlace, place};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use web::{IdempotencyKey, Json, MaybeCaller, Path, Problem};

use crate::{
    app::{
        Desk,
        once::{once, scope},
    },
    http::{
        fault,
        given::Given,
        receptions::{Booker, begin, bound, commit, lock, state},
    },
    store::{
        bookings::{self, NewBooking},
        receptions,
    },
    vault,
};

/// Who comes, and about what.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookingWish {
    name: Option<String>,
    phone: String,
    /// In a few words.
    matter: String,
}

/// The place.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Booked {
    session: String,
    /// The telephone had a place at this session already: that one, whose code was told then.
    repeated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i32>,
    /// Gives the place back. Told here and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// Books a place at a published session; while it runs, staff books for who comes without.
#[utoipa::path(post, path = "/receptions/{id}/bookings", tag = "receptions", request_body = BookingWish,
    params(("id" = String, Path, description = "session"),
           ("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body books once")),
    responses((status = 201, body = Booked), (status = 200, description = "had a place already", body = Booked),
              (status = 404, body = Problem), (status = 409, description = "closed or full", body = Problem),
              (status = 422, body = Problem)), security((), ("bearer" = [])))]
pub(crate) async fn book(
    State(desk): State<Desk>,
    MaybeCaller(caller): MaybeCaller,
    Path(id): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
    Json(wish): Json<BookingWish>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let digest = Sha256::digest(serde_json::to_vec(&wish).map_err(anyhow::Error::from)?).to_vec();
    let by_staff = caller.as_ref().is_some_and(|claims| may(claims, &Action::ManageReception).is_ok());
    let actor = caller.as_ref().map_or_else(|| "citizen".to_owned(), Claims::actor);
    let mut given = Given::default();
    given.phone("phone", &wish.phone);
    let matter = given.text("matter", &wish.matter, 500);
    let name = wish.name.as_deref().filter(|name| !name.trim().is_empty());
    let name = name.map(|name| given.line("name", name, 100));
    given.check()?;
    let phone_index =
        core.vault.phone_index(&wish.phone).ok_or_else(|| anyhow::anyhow!("a telephone without digits"))?;

    let mut transaction = begin(core).await?;
    let mut row = lock(&mut transaction, &id).await?;
    let stage = state(&row)?;
    let place_before = bookings::place_of(&mut transaction, row.session_id, &phone_index).await;
    if let Some(number) = place_before.map_err(|error| fault(error.into()))? {
        let session = row.session_id.to_string();
        let before = Booked { session, repeated: true, number: Some(number), code: None };
        let key = key.map(|key| (scope(&format!("bookings/{}", row.session_id), &actor, &digest), key));
        let before = once(core, &mut transaction, key, &digest, &before).await?.unwrap_or(before);
        let status = if before.repeated { StatusCode::OK } else { StatusCode::CREATED };
        return Ok((status, Json(before)).into_response());
    }
    if !by_staff && row.day.to_jiff() < core.today() {
        return Err(no_place(NoPlace::Closed));
    }
    place(stage, i64::from(row.taken), row.capacity, by_staff).map_err(no_place)?;
    row.taken += 1;
    row.last_number += 1;
    let number = row.last_number;
    let code = vault::fresh_code();
    let own = bound(row.session_id, number);
    let plain = serde_json::to_vec(&Booker { name, phone: wish.phone }).map_err(anyhow::Error::from)?;
    let new = NewBooking {
        session: row.session_id,
        number,
        contact: core.vault.seal(own.0.as_bytes(), &plain),
        phone_index,
        code_hash: core.vault.code_hash(own, &code),
        matter,
        at: core.now(),
        actor: actor.clone(),
    };
    let answer = Booked {
        session: row.session_id.to_string(),
        repeated: false,
        number: Some(number),
        code: Some(code),
    };
    let write = async {
        receptions::update(&mut transaction, &row, core.now()).await?;
        bookings::insert(&mut transaction, &new).await
    };
    if !write.await.map_err(|error: sqlx::Error| fault(error.into()))? {
        // Cannot be while the session is locked; better no place than two.
        return Err(Problem::unavailable());
    }
    let key = key.map(|key| (scope(&format!("bookings/{}", row.session_id), &actor, &digest), key));
    if let Some(before) = once(core, &mut transaction, key, &digest, &answer).await? {
        return Ok((StatusCode::CREATED, Json(before)).into_response());
    }
    commit(core, transaction).await?;
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

fn no_place(reason: NoPlace) -> Problem {
    match reason {
        NoPlace::Closed => {
            Problem::conflict("该场接待不在预约时间内。", "The session takes no bookings now.")
        }
        NoPlace::Full => Problem::conflict("该场接待已约满。", "Every place of the session is taken."),
    }
}
