//! GET /daily: by mailbox, what came in before today and nobody has read or decided (日收日清).

use axum::extract::State;
use identity::{Action, may};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use crate::{
    app::Desk,
    http::{alike::bounds, broken},
    store::notices,
};

/// What is left from before today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Daily {
    #[schema(value_type = String, format = Date)]
    today: Date,
    /// Nothing is left.
    clear: bool,
    mailboxes: Vec<Mailbox>,
}

/// One mailbox, or a channel without one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = daily::Mailbox)]
pub(crate) struct Mailbox {
    channel: String,
    /// The unit whose mailbox it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// Nobody of the desk has looked at them, and no unit has them.
    unread: i64,
    /// Nobody has decided acceptance.
    undecided: i64,
    /// Number of the oldest of them.
    oldest: String,
}

/// Shows what is left from before today.
#[utoipa::path(get, path = "/daily", tag = "acceptance",
    responses((status = 200, description = "by mailbox", body = Daily),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn daily(State(desk): State<Desk>, Caller(claims): Caller) -> Result<Json<Daily>, Problem> {
    may(&claims, &Action::ListCases)?;
    let core = &desk.core;
    let today = core.today();
    let Some(region) = bounds(&claims) else {
        return Ok(Json(Daily { today, clear: true, mailboxes: Vec::new() }));
    };
    let start = today.to_zoned(core.zone.clone()).map_err(anyhow::Error::from)?.timestamp();
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    let secret = may(&claims, &Action::ReadSealed).is_ok();
    let left = notices::left(&mut connection, start, region.as_deref(), secret).await.map_err(broken)?;
    Ok(Json(Daily {
        today,
        clear: left.is_empty(),
        mailboxes: left
            .into_iter()
            .map(|left| Mailbox {
                channel: left.channel,
                unit: left.mailbox,
                unread: left.unread,
                undecided: left.undecided,
                oldest: left.oldest,
            })
            .collect(),
    }))
}
