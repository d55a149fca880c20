//! `GET /api/notification/inbox/stream`: what comes into an inbox, as it comes (server-sent events).

use std::{convert::Infallible, time::Duration};

use anyhow::Context as _;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::{Stream, StreamExt as _, stream};
use jiff::Timestamp;
use sqlx::PgPool;
use web::{Caller, Page, Problem, Query};

use super::{
    Desk, Notice,
    inbox::{self, Asked},
    slice,
};
use crate::store::reading::{self, Arrived, Kept, Slice};

const HEARTBEAT: Duration = Duration::from_secs(8);
/// How much is read at once; the rest follows at once.
const MOST: i64 = 200;

/// 收件箱推送 an inbox as it fills; `Last-Event-ID` goes on where a broken line stopped, without one it begins now
#[utoipa::path(
    get, path = "/inbox/stream", operation_id = "stream_inbox",
    params(Asked, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was read")),
    security(("bearer" = [])),
    responses(
        (status = 200, content_type = "text/event-stream", description = "Events `notice` with a notice as JSON, until the reader goes"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn stream(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let unread = asked.unread;
    let whose = inbox::whose(&claims, asked.unit, asked.of)?;
    let page = Page { limit: 1, after: None };
    let slice = Slice { limit: MOST, ..slice(&page, &claims)? };
    let pool = desk.core.platform.db.pool.clone();
    let place = match headers.get("last-event-id") {
        Some(id) => id.to_str().ok().and_then(inbox::place).ok_or_else(|| {
            Problem::bad_request("Last-Event-ID", "续传位置无效", "not an id of this stream")
        })?,
        None => {
            let mut connection = pool.acquire().await.context("opening a stream")?;
            // Behind everything of the transactions that are over.
            (
                reading::now(&mut connection).await.context("opening a stream")?,
                Timestamp::MAX,
                uuid::Uuid::max(),
            )
        }
    };
    let pause = Duration::try_from(desk.core.config.stream).context("the pause of streams")?;
    let reader = Reader { pool, whose, slice, place, pause };
    let stop = desk.stop.clone();
    // Who has read nothing yet can still go on from where the line was opened.
    let opened = Event::default().event("opened").id(inbox::place_text(place)).data("{}");
    let events = stream::unfold(reader, |mut reader| async move {
        let rows = reader.next().await;
        Some((rows, reader))
    })
    .flat_map(stream::iter)
    .filter(move |kept| {
        let wanted = !unread || kept.opened_at.is_none();
        async move { wanted }
    })
    .map(event);
    let events = stream::once(async move { opened })
        .chain(events)
        .map(Ok)
        .take_until(async move { stop.cancelled().await });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("alive")))
}

struct Reader {
    pool: PgPool,
    whose: (String, String),
    slice: Slice,
    place: Arrived,
    pause: Duration,
}

impl Reader {
    /// Waits for what comes next. A fault of the database is waited out: the reader's place is kept.
    async fn next(&mut self) -> Vec<Kept> {
        loop {
            let rows = async {
                let mut connection = self.pool.acquire().await?;
                let whose = (self.whose.0.as_str(), self.whose.1.as_str());
                reading::arriving(&mut connection, whose, self.place, &self.slice).await
            };
            match rows.await {
                Ok(rows) if !rows.is_empty() => {
                    if let Some(last) = rows.last() {
                        self.place = (last.arrived, last.created_at, last.id.0);
                    }
                    return rows;
                }
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "a stream waits"),
            }
            tokio::time::sleep(self.pause).await;
        }
    }
}

fn event(kept: Kept) -> Event {
    let id = inbox::cursor(&kept);
    let body = serde_json::to_string(&Notice::from(kept)).expect("a notice is plain JSON");
    Event::default().event("notice").id(id).data(body)
}
