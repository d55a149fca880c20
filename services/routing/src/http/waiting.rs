//! `GET /waiting`: the dispatcher's list.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use contracts::words::Urgency;
use identity::{Action, Scope, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Page, Problem, next_link};

use super::{Desk, outcome::fault, views::CaseView};
use crate::{
    app::sealed::Sight,
    store::{
        lists::Place,
        waiting::{self, Rank},
    },
};

/// Cases that wait for a dispatcher: the most urgent first, then the longest waiting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingList {
    /// With candidates and the version for `If-Match`.
    cases: Vec<CaseView>,
}

/// Lists the cases that wait for a dispatcher.
#[utoipa::path(get, path = "/waiting", tag = "cases", security(("bearer" = [])), params(Page),
    responses((status = 200, body = WaitingList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    page: Page,
) -> Result<Response, Problem> {
    may(&claims, &Action::Dispatch).or_else(|_| may(&claims, &Action::NameHands))?;
    let prefix = match claims.scope() {
        Scope::Region(region) => routing_rules::catalogue::significant(&region).to_owned(),
        Scope::All | Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => String::new(),
    };
    let after = place(&page)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let limit = i64::from(page.limit);
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let sight = Sight::of(&claims, &directory);
    let mut rows = waiting::list(&mut connection, &prefix, &sight, after, limit + 1).await.map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|(row, _)| {
        let place = Place { at: row.accepted_at, id: row.case.0 };
        rank(row.urgency, place)
    });
    let cases = rows.iter().map(|(row, due)| CaseView::of(row, *due, &directory)).collect();
    let body = Json(WaitingList { cases });
    Ok(match last.filter(|_| more) {
        Some(last) => {
            let path = format!("/api/routing/waiting?limit={}", page.limit);
            ([(header::LINK, next_link(&path, &written(last)))], body).into_response()
        }
        None => body.into_response(),
    })
}

/// A place in a list that goes by urgency.
pub(super) fn rank(urgency: Urgency, place: Place) -> Rank {
    let urgency = match urgency {
        Urgency::ExtraUrgent => 0,
        Urgency::Urgent => 1,
        Urgency::Ordinary => 2,
    };
    Rank { urgency, place }
}

/// A place as a cursor carries it.
pub(super) fn written(rank: Rank) -> String {
    format!("{} {} {}", rank.urgency, rank.place.at, rank.place.id)
}

/// Where the page before ended, as [`written`] wrote it.
pub(super) fn place(page: &Page) -> Result<Option<Rank>, Problem> {
    let Some(cursor) = &page.after else { return Ok(None) };
    let mut parts = cursor.as_str().split(' ');
    let mut read = || {
        let urgency = parts.next()?.parse().ok()?;
        let place = Place { at: parts.next()?.parse().ok()?, id: parts.next()?.parse().ok()? };
        Some(Rank { urgency, place })
    };
    read().map(Some).ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}
