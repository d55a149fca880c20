//! GET /receptions/published.atom: the coming sessions as a feed that anybody may subscribe to (接待安排订阅).

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use ids::RegionCode;
use web::{Problem, Query};

use super::published::Where;
use crate::{
    app::Desk,
    http::fault,
    store::receptions::{self, SessionFilter, SessionRow},
};

/// Most entries of a feed; the schedule itself has all of them.
const MOST: i64 = 100;

/// Tells the sessions that were published, from today on, moved and cancelled ones with what became of them.
#[utoipa::path(get, path = "/receptions/published.atom", tag = "receptions", params(Where), security(()),
    responses((status = 200, description = "Atom (RFC 4287)", content_type = "application/atom+xml", body = String),
              (status = 400, body = Problem)))]
pub(crate) async fn feed(State(desk): State<Desk>, Query(asked): Query<Where>) -> Result<Response, Problem> {
    let core = &desk.core;
    let region = asked.region.as_deref().map(str::parse::<RegionCode>).transpose();
    let region = region.map_err(|_| {
        Problem::bad_request("region", "应为 6、9 或 12 位行政区划代码", "must have 6, 9 or 12 digits")
    })?;
    let filter = SessionFilter {
        states: vec!["published", "open", "cancelled"],
        public: true,
        regions: region.iter().map(|region| region.stem().to_owned()).collect(),
        from: Some(core.today()),
        ..SessionFilter::default()
    };
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        receptions::page(&mut connection, &filter, MOST).await
    };
    let rows = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    Ok((kind, atom(region.as_ref(), &rows, core.now())).into_response())
}

fn atom(region: Option<&RegionCode>, rows: &[SessionRow], now: jiff::Timestamp) -> String {
    let place = region.map_or("all", RegionCode::as_str);
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\n\
         <id>urn:huiyin:receptions:{place}</id>\n<title>领导接待日安排</title>\n<author><name>回音</name></author>\n\
         <updated>{now:.0}</updated>\n"
    );
    for row in rows {
        let (state, title) = match row.state.as_str() {
            "cancelled" => ("（取消）", "已取消"),
            _ if row.reason.is_some() => ("（改期）", "已改期"),
            _ => ("", "接待安排"),
        };
        let (starts, ends) = (row.starts_at.to_jiff(), row.ends_at.to_jiff());
        let at = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
        let _ = write!(
            feed,
            "<entry>\n<id>urn:huiyin:reception:{}:{}</id>\n<title>{}{state} {}</title>\n<updated>{starts:.0}</updated>\n\
             <category term=\"{title}\"/>\n<summary>{}-{}，{}：{}。{}</summary>\n</entry>\n",
            row.session_id,
            row.version,
            row.day.to_jiff(),
            escaped(&row.leaders.join("、")),
            at(starts).strftime("%H:%M"),
            at(ends).strftime("%H:%M"),
            escaped(&row.place),
            escaped(&row.remit),
            row.reason.as_deref().map(escaped).unwrap_or_default(),
        );
    }
    feed.push_str("</feed>\n");
    feed
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_is_text_in_the_feed() {
        assert_eq!(escaped("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
        let empty = atom(None, &[], jiff::Timestamp::UNIX_EPOCH);
        assert!(empty.contains("<updated>1970-01-01T00:00:00Z</updated>"), "{empty}");
    }
}
