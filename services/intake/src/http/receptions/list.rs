//! GET /receptions and GET /receptions/{id}: sessions as staff see them, in the order of days.

use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Response},
};
use identity::{Action, Claims, may};
use ids::RegionCode;
use intake_rules::SessionState;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Page, Path, Problem, Query, etag, next_link};

use crate::{
    app::Desk,
    http::{
        fault,
        list::{place, without_after},
        receptions::{SessionFile, begin, commit, open, shown},
    },
    store::receptions::{self, SessionFilter},
};

/// What a list is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionsAsked {
    /// `scheduled`, `published`, `open`, `held`, `cancelled`.
    state: Option<String>,
    /// Live answering only, or receptions only.
    live: Option<bool>,
    /// A region code; all that lies in the region is found.
    region: Option<String>,
    /// From this day.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// To this day.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionPage {
    sessions: Vec<SessionFile>,
}

fn may_look(claims: &Claims) -> Result<(), Problem> {
    if may(claims, &Action::ReadReports).is_ok() {
        return Ok(());
    }
    Ok(may(claims, &Action::ManageReception)?)
}

/// Lists sessions.
#[utoipa::path(get, path = "/receptions", tag = "receptions", params(SessionsAsked, Page),
    responses((status = 200, body = SessionPage, headers(("Link" = String))), (status = 400, body = Problem),
              (status = 403, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn list_sessions(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    OriginalUri(address): OriginalUri,
    Query(asked): Query<SessionsAsked>,
    page: Page,
) -> Result<Response, Problem> {
    may_look(&claims)?;
    let word =
        |field: &'static str| move || Problem::bad_request(field, "没有这个值", "there is no such word");
    let state = asked.state.as_deref().map(|state| SessionState::read(state).ok_or_else(word("state")));
    let region = asked.region.as_deref().map(str::parse::<RegionCode>).transpose();
    let region = region.map_err(|_| word("region")())?;
    let filter = SessionFilter {
        states: state.transpose()?.map(SessionState::as_str).into_iter().collect(),
        live: asked.live,
        public: false,
        regions: region.iter().chain(&claims.region).map(|region| region.stem().to_owned()).collect(),
        from: asked.from,
        to: asked.to,
        after: page.after.as_ref().map(|cursor| place(cursor.as_str())).transpose()?,
    };
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        receptions::page(&mut connection, &filter, i64::from(page.limit) + 1).await
    };
    let mut rows = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let next = rows.last().filter(|_| more).map(|row| {
        let cursor = format!("{},{}", row.starts_at.to_jiff().as_microsecond(), row.session_id);
        next_link(&without_after(&address), &cursor)
    });
    let sessions: Result<Vec<SessionFile>, Problem> = rows.into_iter().map(shown).collect();
    let body = Json(SessionPage { sessions: sessions? });
    Ok(match next {
        Some(link) => ([(header::LINK, link)], body).into_response(),
        None => body.into_response(),
    })
}

/// Reads one session.
#[utoipa::path(get, path = "/receptions/{id}", tag = "receptions", params(("id" = String, Path, description = "session")),
    responses((status = 200, body = SessionFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn get_session(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    may_look(&claims)?;
    let mut transaction = begin(&desk.core).await?;
    let row = open(&mut transaction, &claims, &id).await?;
    commit(&desk.core, transaction).await?;
    Ok(([etag(row.version)], Json(shown(row)?)).into_response())
}
