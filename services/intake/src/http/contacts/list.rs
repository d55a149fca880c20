//! GET /contacts and GET /contacts/due: contacts page by page, and the calls back that are owed, the oldest duty first.

use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Response},
};
use identity::{Action, Claims, may};
use ids::RegionCode;
use intake_rules::{ContactState, Sort};
use jiff::Timestamp;
use pg::SqlTimestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Page, Problem, Query, next_link};

use crate::{
    app::Desk,
    http::{
        fault,
        list::{place, without_after},
    },
    store::contacts::{self, ContactFilter, ContactLine},
};

/// What a list is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactsAsked {
    /// The kind.
    kind: Option<String>,
    /// The state.
    state: Option<String>,
    /// A region code; all that lies in the region is found.
    region: Option<String>,
}

/// One contact in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactSummary {
    contact: String,
    kind: String,
    state: String,
    channel: String,
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    attempts: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<String>,
    version: i64,
}

/// A page of contacts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactPage {
    contacts: Vec<ContactSummary>,
}

/// Who may look at contacts.
pub(crate) fn may_see(claims: &Claims) -> Result<(), Problem> {
    let any = [Action::RecordContact, Action::ReviewContact, Action::Audit];
    if any.iter().any(|action| may(claims, action).is_ok()) {
        return Ok(());
    }
    Ok(may(claims, &Action::RecordContact)?)
}

/// Lists contacts, the newest first.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(ContactsAsked, Page),
    responses((status = 200, body = ContactPage, headers(("Link" = String))), (status = 400, body = Problem),
              (status = 403, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn list_contacts(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    OriginalUri(address): OriginalUri,
    Query(asked): Query<ContactsAsked>,
    page: Page,
) -> Result<Response, Problem> {
    answer(&desk, &claims, &address, &asked, &page, false).await
}

/// Lists the calls back that are owed, the one that is due first at the top.
#[utoipa::path(get, path = "/contacts/due", tag = "contacts", params(ContactsAsked, Page),
    responses((status = 200, body = ContactPage, headers(("Link" = String))), (status = 400, body = Problem),
              (status = 403, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn due(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    OriginalUri(address): OriginalUri,
    Query(asked): Query<ContactsAsked>,
    page: Page,
) -> Result<Response, Problem> {
    answer(&desk, &claims, &address, &asked, &page, true).await
}

async fn answer(
    desk: &Desk,
    claims: &Claims,
    address: &axum::http::Uri,
    asked: &ContactsAsked,
    page: &Page,
    due: bool,
) -> Result<Response, Problem> {
    may_see(claims)?;
    let word =
        |field: &'static str| move || Problem::bad_request(field, "没有这个值", "there is no such word");
    let sort = asked.kind.as_deref().map(|kind| Sort::read(kind).ok_or_else(word("kind"))).transpose()?;
    let state = asked
        .state
        .as_deref()
        .map(|state| ContactState::read(state).ok_or_else(word("state")))
        .transpose()?;
    let region = asked.region.as_deref().map(str::parse::<RegionCode>).transpose();
    let region = region.map_err(|_| word("region")())?;
    let filter = ContactFilter {
        sort: sort.map(Sort::as_str),
        state: state.map(ContactState::as_str),
        regions: region.iter().chain(&claims.region).map(|region| region.stem().to_owned()).collect(),
        after: page.after.as_ref().map(|cursor| place(cursor.as_str())).transpose()?,
        due,
    };
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        contacts::page(&mut connection, &filter, i64::from(page.limit) + 1).await
    };
    let mut lines = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let more = lines.len() > page.limit as usize;
    lines.truncate(page.limit as usize);
    let next = lines.last().filter(|_| more).map(|line| {
        let cursor = format!("{},{}", line.place.to_jiff().as_microsecond(), line.contact_id);
        next_link(&without_after(address), &cursor)
    });
    let body = Json(ContactPage { contacts: lines.into_iter().map(ContactSummary::from).collect() });
    Ok(match next {
        Some(link) => ([(header::LINK, link)], body).into_response(),
        None => body.into_response(),
    })
}

impl From<ContactLine> for ContactSummary {
    fn from(line: ContactLine) -> Self {
        Self {
            contact: line.contact_id.to_string(),
            kind: line.sort,
            state: line.state,
            channel: line.channel,
            region: line.region,
            line: line.line,
            at: line.at.to_jiff(),
            due_at: line.due_at.map(SqlTimestamp::to_jiff),
            attempts: line.attempts,
            case_id: line.case_id.map(|case| case.to_string()),
            version: line.version,
        }
    }
}
