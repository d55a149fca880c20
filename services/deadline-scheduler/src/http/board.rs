//! `GET /clocks`: the open limits of a unit, the most urgent first.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, header},
};
use identity::{Action, Scope, may};
use ids::{RegionCode, UnitCode};
use jiff::Timestamp;
use pg::Database;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Caller, Cursor, Json, Page, Problem, Query, next_link};

use super::view::ClockView;
use crate::store::board::{Wanted, page};

/// Which clocks are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Code of the unit; an officer's own unit when missing.
    unit: Option<String>,
    /// `running` or `overdue`; both when missing.
    state: Option<String>,
}

/// Lists the open limits of a unit, the most urgent first.
#[utoipa::path(get, path = "/clocks", tag = "clocks", params(Filter, Page), security(("bearer" = [])),
    responses((status = 200, body = [ClockView]), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 403, body = Problem)))]
pub(super) async fn board(
    State(db): State<Database>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    asked: Page,
) -> Result<(HeaderMap, Json<Vec<ClockView>>), Problem> {
    may(&claims, &Action::ListCases)?;
    let unit = filter.unit.or_else(|| claims.unit.as_ref().map(ToString::to_string));
    let unit: UnitCode = unit
        .and_then(|unit| unit.parse().ok())
        .ok_or_else(|| Problem::bad_request("unit", "应为单位代码", "must be the code of a unit"))?;
    let region_prefix = match claims.scope() {
        Scope::All => String::new(),
        Scope::Region(region) => prefix(&region),
        Scope::Unit(own) if own == unit => String::new(),
        Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => {
            return Ok((HeaderMap::new(), Json(Vec::new())));
        }
    };
    let overdue = match filter.state.as_deref() {
        None => None,
        Some("running") => Some(false),
        Some("overdue") => Some(true),
        Some(_) => {
            return Err(Problem::bad_request(
                "state",
                "应为 running 或 overdue",
                "must be running or overdue",
            ));
        }
    };
    let after = asked.after.as_ref().map(place).transpose()?;
    let limit = i64::from(asked.limit);
    let wanted = Wanted {
        unit: unit.as_str(),
        region_prefix: &region_prefix,
        overdue,
        after,
        limit: limit + 1,
        reader: (claims.sub, claims.unit.as_ref().map(UnitCode::as_str)),
    };
    let mut connection = db.pool.acquire().await.context("reading the board")?;
    let mut clocks = page(&mut connection, &wanted).await.context("reading the board")?;
    drop(connection);
    let now = db.now().await.context("asking the time")?;

    let mut headers = HeaderMap::new();
    let size = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    if clocks.len() > size {
        clocks.truncate(size);
        if let Some(last) = clocks.last() {
            let state = filter.state.map_or_else(String::new, |state| format!("&state={state}"));
            let path = format!("/api/deadline-scheduler/clocks?unit={unit}{state}&limit={limit}");
            headers.insert(header::LINK, next_link(&path, &format!("{},{}", last.due_at, last.id)));
        }
    }
    Ok((headers, Json(clocks.into_iter().map(|clock| ClockView::at(clock, now)).collect())))
}

/// Where the page before ended.
pub(super) fn place(cursor: &Cursor) -> Result<(Timestamp, Uuid), Problem> {
    cursor
        .as_str()
        .split_once(',')
        .and_then(|(due_at, clock)| Some((due_at.parse().ok()?, clock.parse().ok()?)))
        .ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}

/// Leaves a page of rows that were read one too many, and says where the next begins if there is one.
pub(super) fn cut<T>(
    rows: &mut Vec<T>,
    asked: &Page,
    path: &str,
    last: impl Fn(&T) -> (Timestamp, Uuid),
) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let size = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    if rows.len() > size {
        rows.truncate(size);
        if let Some((at, id)) = rows.last().map(last) {
            let path = format!("/api/deadline-scheduler/{path}?limit={}", asked.limit);
            headers.insert(header::LINK, next_link(&path, &format!("{at},{id}")));
        }
    }
    headers
}

/// The leading digits that every region within this one has: whole pairs of zeros at the end stand for "all of it".
pub(super) fn prefix(region: &RegionCode) -> String {
    let code = region.as_str();
    let pairs = code.as_bytes().chunks(2).rev().take_while(|pair| *pair == b"00").count();
    code[..code.len() - 2 * pairs].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regions_prefix_is_that_of_all_within_it() {
        for (code, expected) in
            [("510000", "51"), ("511600", "5116"), ("511000", "5110"), ("511602", "511602")]
        {
            assert_eq!(prefix(&code.parse().unwrap()), expected);
        }
    }
}
