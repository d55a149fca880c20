//! GET /receptions/{id}/bookings: who comes to a session; names and telephones only for who may, and never without a trace.

use axum::extract::State;
use identity::{Action, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use crate::{
    app::{Desk, sealed},
    http::{
        fault,
        receptions::{begin, booker, commit, open, rules},
    },
    store::{bookings, receptions},
};

/// Places of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Bookings {
    bookings: Vec<BookingFile>,
}

/// One place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingFile {
    number: i32,
    state: String,
    matter: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    /// Points of the checklist that were done (五个一).
    done: Vec<String>,
    /// Points that are still owed.
    owed: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<String>,
}

/// Lists the places of a session. Opening names and telephones is written down first.
#[utoipa::path(get, path = "/receptions/{id}/bookings", tag = "receptions",
    params(("id" = String, Path, description = "session")),
    responses((status = 200, body = Bookings), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn bookings(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
) -> Result<Json<Bookings>, Problem> {
    may(&claims, &Action::ManageReception)?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let session = open(&mut transaction, &claims, &id).await?;
    let ones: Vec<&str> = rules(core, &session)?.ones.iter().map(|one| one.code.as_str()).collect();
    let rows = bookings::of_session(&mut transaction, session.session_id, None).await;
    let rows = rows.map_err(|error| fault(error.into()))?;
    let named = may(&claims, &Action::ReadParty).is_ok() && !rows.is_empty();
    if named {
        let look = receptions::look(&mut transaction, session.session_id, core.now(), &claims.actor()).await;
        look.map_err(|error| fault(error.into()))?;
    }
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let who = named.then(|| booker(core, session.session_id, row.number, &row.contact)).transpose()?;
        let (name, phone) = who.map_or((None, None), |who| (who.name, Some(who.phone)));
        let owed = ones.iter().filter(|one| !row.ones.iter().any(|done| done == *one));
        shown.push(BookingFile {
            owed: owed.map(|one| (*one).to_owned()).collect(),
            number: row.number,
            state: row.state,
            // Of a sealed case that came of it nothing is shown here, nor that there is one.
            case_id: row
                .case_id
                .filter(|_| sealed::plain(row.matter.clone()).is_some())
                .map(|case| case.to_string()),
            matter: sealed::plain(row.matter).unwrap_or_default(),
            name,
            phone,
            advice: row.advice.and_then(sealed::plain),
            done: row.ones,
        });
    }
    commit(core, transaction).await?;
    Ok(Json(Bookings { bookings: shown }))
}
