//! GET /cases: lists and searches cases, newest receipt first.

use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Response},
};
use contracts::words::Kind;
use identity::{Action, Claims, Scope, may};
use ids::{CaseNumber, UnitCode};
use intake_rules::State as Stage;
use jiff::Timestamp;
use pg::SqlTimestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Page, Problem, Query, next_link};

use crate::{
    app::Desk,
    http::fault,
    store::list::{self, Filter, Line, Sight},
};

/// What a list is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The whole case number.
    number: Option<String>,
    /// A telephone number of who told the matter, however it is written.
    phone: Option<String>,
    /// `registered`, `accepted`, `dispatched`, `closed`, `declined`, `withdrawn`, `reopened`,
    /// `merged`.
    state: Option<String>,
    /// A region code; all that lies in the region is found.
    region: Option<String>,
    /// The unit that has the case.
    unit: Option<String>,
    /// The kind.
    kind: Option<String>,
}

/// One case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Summary {
    case_id: String,
    number: String,
    kind: String,
    channel: String,
    region: String,
    urgency: String,
    state: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    confidential: bool,
    historic: bool,
    round: i32,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    version: i64,
}

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cases {
    /// Newest receipt first.
    cases: Vec<Summary>,
}

/// Lists cases; the `Link` header leads to the next page.
#[utoipa::path(get, path = "/cases", tag = "cases", params(Asked, Page),
    responses((status = 200, description = "a page", body = Cases, headers(("Link" = String))),
              (status = 400, description = "a parameter is wrong", body = Problem),
              (status = 401, description = "not signed in", body = Problem),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    OriginalUri(address): OriginalUri,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Problem> {
    may(&claims, &Action::ListCases)?;
    if asked.phone.is_some() {
        // Finding cases by a number says whose they are.
        may(&claims, &Action::ReadParty)?;
    }
    let mut filter = narrow(&desk, &asked)?;
    match claims.scope() {
        Scope::All => {}
        Scope::Region(region) => filter.regions.push(prefix(region.as_str())),
        Scope::Unit(unit) => filter.only_unit = Some(unit),
        Scope::Case(_) | Scope::Nothing => return Ok(Json(Cases { cases: Vec::new() }).into_response()),
    }
    filter.sight = sight(&claims);
    filter.after = page.after.as_ref().map(|cursor| place(cursor.as_str())).transpose()?;
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        list::page(&mut connection, &filter, i64::from(page.limit) + 1).await
    };
    let mut lines = read.await.map_err(|error| fault(error.into()))?;
    let more = lines.len() > page.limit as usize;
    lines.truncate(page.limit as usize);
    let next = lines.last().filter(|_| more).map(|line| {
        let cursor = format!("{},{}", line.received_at.to_jiff().as_microsecond(), line.case_id);
        next_link(&without_after(&address), &cursor)
    });
    let body = Json(Cases { cases: lines.into_iter().map(Summary::from).collect() });
    Ok(match next {
        Some(link) => ([(header::LINK, link)], body).into_response(),
        None => body.into_response(),
    })
}

/// The sealed cases that a caller finds in a list: all of the region as their keeper, else those that name the caller.
pub(crate) fn sight(claims: &Claims) -> Sight {
    match may(claims, &Action::ReadSealed) {
        Ok(()) => Sight::All,
        Err(_) => Sight::Named { account: claims.sub, unit: claims.unit.clone() },
    }
}

fn narrow(desk: &Desk, asked: &Asked) -> Result<Filter, Problem> {
    let state = match asked.state.as_deref() {
        None => None,
        Some(word) => Some(
            Stage::read(word)
                .map(Stage::as_str)
                .ok_or_else(|| Problem::bad_request("state", "没有这个状态", "there is no such state"))?,
        ),
    };
    let kind = asked.kind.as_deref().map(str::parse::<Kind>).transpose();
    let kind = kind.map_err(|_| Problem::bad_request("kind", "没有这个类型", "there is no such kind"))?;
    let mut regions = Vec::new();
    if let Some(code) = &asked.region {
        code.parse::<ids::RegionCode>().map_err(|_| {
            Problem::bad_request("region", "应为 6、9 或 12 位行政区划代码", "must have 6, 9 or 12 digits")
        })?;
        regions.push(prefix(code));
    }
    let phone_index = match asked.phone.as_deref() {
        None => None,
        Some(phone) => Some(
            desk.core
                .vault
                .phone_index(phone)
                .ok_or_else(|| Problem::bad_request("phone", "不是电话号码", "is not a telephone number"))?,
        ),
    };
    let number = asked.number.as_deref().map(str::parse::<CaseNumber>).transpose();
    let number =
        number.map_err(|_| Problem::bad_request("number", "不是完整的编号", "is not a whole case number"))?;
    let unit = asked.unit.as_deref().map(str::parse::<UnitCode>).transpose();
    let unit = unit.map_err(|_| Problem::bad_request("unit", "不是单位代码", "is not a unit code"))?;
    Ok(Filter {
        number,
        phone_index,
        state,
        kind: kind.map(Kind::as_str),
        unit,
        regions,
        ..Filter::default()
    })
}

/// The digits that every code within a region begins with; the same as `RegionCode::contains`.
pub(crate) fn prefix(code: &str) -> String {
    let own = code.trim_end_matches("00");
    code[..own.len() + own.len() % 2].to_owned()
}

pub(crate) fn place(cursor: &str) -> Result<(Timestamp, uuid::Uuid), Problem> {
    let read = || {
        let (micros, case) = cursor.split_once(',')?;
        Some((Timestamp::from_microsecond(micros.parse().ok()?).ok()?, case.parse().ok()?))
    };
    read().ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}

pub(crate) fn without_after(address: &axum::http::Uri) -> String {
    let kept: Vec<&str> = address
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("after="))
        .collect();
    if kept.is_empty() { address.path().to_owned() } else { format!("{}?{}", address.path(), kept.join("&")) }
}

impl From<Line> for Summary {
    fn from(line: Line) -> Self {
        Self {
            case_id: line.case_id.to_string(),
            number: line.number,
            kind: line.kind,
            channel: line.channel,
            region: line.region,
            urgency: line.urgency,
            state: line.state,
            title: line.title,
            unit: line.unit,
            confidential: line.confidential,
            historic: line.historic,
            round: line.round,
            received_at: line.received_at.to_jiff(),
            due_at: line.due_at.map(SqlTimestamp::to_jiff),
            version: line.version,
        }
    }
}
