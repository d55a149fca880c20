//! The table of routes, and the form in which every list shows a notice.

mod bindings;
mod bulletins;
mod case_notices;
mod deliveries;
mod feed;
mod inbox;
mod link;
mod opened;
mod points;
mod replay;
mod spool;
mod stream;
mod subscriptions;
mod wish;

use std::sync::Arc;

use axum::{
    extract::FromRef,
    http::{HeaderMap, header},
};
use identity::{Claims, Scope};
use ids::{CaseId, NoticeId};
use jiff::Timestamp;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Json, Page, Problem, next_link};

use crate::{
    app::Core,
    store::reading::{Kept, Place, Slice},
};

/// The service's interface, below `/api/notification`.
pub(crate) fn routes(desk: Desk) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(case_notices::list))
        .routes(routes!(inbox::list))
        .routes(routes!(stream::stream))
        .routes(routes!(opened::open))
        .routes(routes!(link::open))
        .routes(routes!(spool::list))
        .routes(routes!(wish::get, wish::put))
        .routes(routes!(points::list))
        .routes(routes!(points::put, points::remove))
        .routes(routes!(bindings::give))
        .routes(routes!(bindings::bind, bindings::part))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::counts))
        .routes(routes!(replay::replay))
        .routes(routes!(subscriptions::list, subscriptions::make))
        .routes(routes!(subscriptions::change))
        .routes(routes!(feed::read))
        .routes(routes!(bulletins::list, bulletins::draft))
        .routes(routes!(bulletins::one))
        .routes(routes!(bulletins::turn))
        .with_state(desk)
}

/// What endpoints work with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) core: Arc<Core>,
    /// Ends with the process, so that no open stream holds it up.
    pub(crate) stop: CancellationToken,
}

impl FromRef<Desk> for PgPool {
    fn from_ref(desk: &Desk) -> Self {
        desk.core.platform.db.pool.clone()
    }
}

/// A text in both languages.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Text {
    /// Chinese.
    zh: String,
    /// English.
    en: String,
}

/// What was told to whom.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Notice {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: NoticeId,
    /// The case.
    #[schema(value_type = String, format = Uuid)]
    case_id: CaseId,
    /// The number of the case.
    number: String,
    /// `citizen`, `unit`, `officer`, `centre`, `supervisor`, `leader`, `county`.
    #[schema(example = "unit")]
    audience: String,
    /// The code of the unit; for other audiences the audience again.
    recipient: String,
    /// The template's name in the pack.
    #[schema(example = "clock.warned/unit")]
    template: String,
    /// `inbox`, `spool` or `carrier`.
    channel: String,
    /// The way out: `sms`, `email`, `wechat`, `wecom`.
    #[serde(skip_serializing_if = "Option::is_none")]
    medium: Option<String>,
    /// The heading.
    title: Text,
    /// The text.
    body: Text,
    /// `queued`, `sent`, `failed`.
    state: String,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was brought.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    /// When it was first opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Timestamp>,
}

impl From<Kept> for Notice {
    fn from(kept: Kept) -> Self {
        let text = |(zh, en)| Text { zh, en };
        Self {
            id: kept.id,
            case_id: kept.case,
            number: kept.number,
            audience: kept.audience,
            recipient: kept.recipient,
            template: kept.template,
            channel: kept.channel,
            medium: kept.medium,
            title: text(kept.title),
            body: text(kept.body),
            state: kept.state,
            created_at: kept.created_at,
            sent_at: kept.sent_at,
            opened_at: kept.opened_at,
        }
    }
}

/// A page of notices, with the way to the next one.
pub(crate) type Listed = (HeaderMap, Json<Vec<Notice>>);

/// What the page asks for, within the reader's region; one row more, to learn whether there is a next page.
fn slice(page: &Page, claims: &Claims) -> Result<Slice, Problem> {
    let after = page.after.as_ref().map(|cursor| {
        place(cursor.as_str())
            .ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
    });
    let region = match claims.scope() {
        Scope::Region(region) => Some(region.stem().to_owned()),
        Scope::All | Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => None,
    };
    let reader = (claims.sub, claims.unit.as_ref().map(ToString::to_string));
    Ok(Slice { limit: i64::from(page.limit) + 1, after: after.transpose()?, region, reader })
}

fn place(cursor: &str) -> Option<Place> {
    let (micros, id) = cursor.split_once('.')?;
    Some((Timestamp::from_microsecond(micros.parse().ok()?).ok()?, id.parse().ok()?))
}

/// Writes a page; `address` is path and query without limit and cursor.
fn listed(mut rows: Vec<Kept>, page: &Page, address: &str) -> Listed {
    let mut headers = HeaderMap::new();
    let limit = page.limit as usize;
    if rows.len() > limit {
        rows.truncate(limit);
        if let Some(last) = rows.last() {
            let joint = if address.contains('?') { '&' } else { '?' };
            let cursor = format!("{}.{}", last.created_at.as_microsecond(), last.id);
            headers.insert(header::LINK, next_link(&format!("{address}{joint}limit={limit}"), &cursor));
        }
    }
    (headers, Json(rows.into_iter().map(Notice::from).collect()))
}
