//! GET /listenings: who listened to whom, when and why, with every request to the switch.

use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Page, Problem, Query, next_link};

use super::{Listened, listened};
use crate::{
    app::Desk,
    http::{
        broken,
        list::{place, prefix, without_after},
    },
    store::listenings::{self, Asked},
};

/// What the list is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Role and account of an operator.
    operator: Option<String>,
    /// From this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// A page of listenings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = conversations::ListeningPage)]
pub(crate) struct ListeningPage {
    listenings: Vec<Listened>,
}

/// Lists listenings, the newest first, for the supervision office and for who audits it.
#[utoipa::path(get, path = "/listenings", tag = "listening", params(Which, Page),
    responses((status = 200, body = ListeningPage, headers(("Link" = String))), (status = 400, body = Problem),
              (status = 403, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    OriginalUri(address): OriginalUri,
    Query(which): Query<Which>,
    page: Page,
) -> Result<Response, Problem> {
    if may(&claims, &Action::Audit).is_err() {
        may(&claims, &Action::ListenIn)?;
    }
    let stem = claims.region.as_ref().map(|region| prefix(region.as_str())).unwrap_or_default();
    let asked = Asked {
        stem: &stem,
        operator: which.operator.as_deref(),
        from: which.from,
        to: which.to,
        after: page.after.as_ref().map(|cursor| place(cursor.as_str())).transpose()?,
    };
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        let mut rows = listenings::page(&mut connection, &asked, i64::from(page.limit) + 1).await?;
        let more = rows.len() > page.limit as usize;
        rows.truncate(page.limit as usize);
        let ids: Vec<_> = rows.iter().map(|row| row.listening_id).collect();
        let tries = listenings::tries(&mut connection, &ids).await?;
        Ok((rows, more, tries))
    };
    let (rows, more, tries) = read.await.map_err(broken)?;
    let next = rows.last().filter(|_| more).map(|row| {
        let cursor = format!("{},{}", row.asked_at.to_jiff().as_microsecond(), row.listening_id);
        next_link(&without_after(&address), &cursor)
    });
    let rows = rows.into_iter().map(|row| listened(row, &tries)).collect::<Result<_, _>>()?;
    let body = Json(ListeningPage { listenings: rows });
    Ok(match next {
        Some(link) => ([(header::LINK, link)], body).into_response(),
        None => body.into_response(),
    })
}
