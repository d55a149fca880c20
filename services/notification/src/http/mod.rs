//! The table of routes, and the form in which every list shows a notice.

mod case_notices;
mod inbox;
mod opened;
mod spool;

use axum::http::{HeaderMap, header};
use identity::{Claims, Scope};
use ids::{CaseId, NoticeId};
use jiff::Timestamp;
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Json, Page, Problem, next_link};

use crate::store::reading::{Kept, Place, Slice};

/// The service's interface, below `/api/notification`.
pub(crate) fn routes(pool: PgPool) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(case_notices::list))
        .routes(routes!(inbox::list))
        .routes(routes!(opened::open))
        .routes(routes!(spool::list))
        .with_state(pool)
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
    /// `citizen`, `unit`, `centre`, `supervisor`, `leader`.
    #[schema(example = "unit")]
    audience: String,
    /// The code of the unit; for other audiences the audience again.
    recipient: String,
    /// The template's name in the pack.
    #[schema(example = "clock.warned/unit")]
    template: String,
    /// `inbox` or `spool`.
    channel: String,
    /// What a spooled text is: `sms` or `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    medium: Option<String>,
    /// The heading.
    title: Text,
    /// The text.
    body: Text,
    /// `queued`, `retrying`, `sent`, `failed`.
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
