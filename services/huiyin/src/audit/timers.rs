//! I6: no alarm is overdue, none was given early or twice, and every open limit has its alarm before or behind it.

use deadline_scheduler_rules::ClockName;
use futures::StreamExt as _;
use uuid::Uuid;

use super::{Books, Finding, Report};

/// How late an alarm may be through a change of the worker that fires it, in seconds.
const BOUND: f64 = 15.0;

const OVERDUE: &str = "SELECT clock_id, 'alarm not given in time' FROM timer
    WHERE due_at < now() - make_interval(secs => $1)";
const EARLY: &str = "SELECT aggregate_id, kind || ' given early' FROM outbox_event
    WHERE $1 > 0 AND kind IN ('clock.expired', 'clock.warned') AND recorded_at
        < (convert_from(payload, 'UTF8')::json ->> CASE kind WHEN 'clock.expired' THEN 'due_at' ELSE 'scheduled_for' END)::timestamptz";
const TWICE: &str = "SELECT clock_id, what || ' given ' || count(*) || ' times' FROM (
        SELECT (body ->> 'clock')::uuid AS clock_id, kind AS what, coalesce(body ->> 'scheduled_for', body ->> 'due_at') AS at
        FROM (SELECT kind, convert_from(payload, 'UTF8')::json AS body FROM outbox_event
              WHERE $1 > 0 AND kind IN ('clock.expired', 'clock.warned')) given) alarm
    GROUP BY clock_id, what, at HAVING count(*) > 1";
// A right of the citizen lapses without a word when its day is over: nothing was owed.
const UNARMED: &str = "SELECT c.clock_id, 'open without an alarm' FROM clock c
    LEFT JOIN timer t ON t.clock_id = c.clock_id AND t.what = 0
    LEFT JOIN (SELECT DISTINCT (convert_from(payload, 'UTF8')::json ->> 'clock')::uuid AS clock_id
               FROM outbox_event WHERE $1 > 0 AND kind = 'clock.expired') told ON told.clock_id = c.clock_id
    WHERE c.state = 0 AND NOT c.held AND t.clock_id IS NULL AND told.clock_id IS NULL
        AND NOT (c.name = ANY ($2) AND c.due_at <= now())";

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I6",
        "时限提醒不迟、不早、不重、不漏",
        "no alarm is overdue, early, doubled or missing",
    );
    let pool = books.pool("deadline-scheduler");
    let (checked,): (i64,) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM clock) + (SELECT count(*) FROM timer)
              + (SELECT count(*) FROM outbox_event WHERE kind IN ('clock.expired', 'clock.warned'))",
    )
    .fetch_one(pool)
    .await?;
    finding.looked_at(checked.unsigned_abs());
    let rights: Vec<&str> =
        ClockName::ALL.iter().filter(|name| name.is_right()).map(|name| name.as_str()).collect();
    let query = |statement| sqlx::query_as::<_, (Uuid, String)>(statement).bind(BOUND);
    for query in [query(OVERDUE), query(EARLY), query(TWICE), query(UNARMED).bind(rights)] {
        let mut rows = query.fetch(pool);
        while let Some((id, what)) = rows.next().await.transpose()? {
            finding.broken(id, what);
        }
    }
    report.invariants.push(finding);
    Ok(())
}
