//! I10: no return (退单) is without an answer, none lies longer than its pack allows, and every dispute has an end.

use std::collections::HashMap;

use anyhow::Context as _;
use calendar::Limit;
use pg::SqlTimestamp;
use routing_rules::pack::RoutingPack;
use runtime::{Clock, PolicyFiles, Settings};
use uuid::Uuid;

use super::{Books, Finding, Report};

const COUNTED: &str = "SELECT (SELECT count(*) FROM assignment_return) + (SELECT count(*) FROM dispute)";
const NOT_ASKED: &str =
    "SELECT a.id, 'returning with ' || count(r.asked_at) || ' open requests' FROM assignment a
    LEFT JOIN assignment_return r ON r.assignment_id = a.id AND r.decided_at IS NULL
    WHERE $1 >= 0 AND a.state = 'returning' GROUP BY a.id HAVING count(r.asked_at) <> 1";
/// A matter that was taken back, or a unit that ended, leaves nothing to decide.
const NOT_DECIDED: &str = "SELECT a.id, 'a return of ' || a.unit || ' was never decided; it is ' || a.state
    FROM assignment_return r JOIN assignment a ON a.id = r.assignment_id
    WHERE $1 >= 0 AND r.decided_at IS NULL AND a.state NOT IN ('returning', 'withdrawn')
      AND NOT EXISTS (SELECT FROM dispatch_way w JOIN assignment heir ON heir.id = w.assignment_id
                      WHERE w.way = 'succession' AND heir.case_id = a.case_id)";
/// What was said of a return is followed by its answer, unless it lies with the centre or the matter was taken back.
const NOT_TOLD: &str = "WITH told AS (
        SELECT (convert_from(payload, 'UTF8')::json ->> 'assignment')::uuid AS id,
               count(*) FILTER (WHERE kind = 'assignment.returned') AS asked,
               count(*) FILTER (WHERE kind <> 'assignment.returned') AS answered
        FROM outbox_event
        WHERE kind IN ('assignment.returned', 'assignment.redirected', 'assignment.return_refused') GROUP BY 1)
    SELECT told.id, 'returned ' || asked || ' times, answered ' || answered || ' times'
    FROM told LEFT JOIN assignment a USING (id)
    WHERE $1 >= 0 AND asked > answered + CASE WHEN a.state IN ('returning', 'withdrawn') THEN 1 ELSE 0 END";
const QUARRELS: &str = "SELECT d.case_id, 'a dispute has no end, though the hand-over is ' || a.state
    FROM dispute d JOIN assignment a ON a.id = d.assignment_id
    WHERE $1 >= 0 AND d.settled_at IS NULL AND a.state NOT IN ('returning', 'withdrawn')
      AND NOT EXISTS (SELECT FROM dispatch_way w JOIN assignment heir ON heir.id = w.assignment_id
                      WHERE w.way = 'succession' AND heir.case_id = a.case_id)";
const SETTLED: &str = "SELECT case_id, 'a dispute was settled without a word' FROM dispute
    WHERE $1 >= 0 AND settled_at IS NOT NULL AND (settled_by IS NULL OR to_unit IS NULL OR actor IS NULL)";

/// Hand-over, region, pack, when the unit asked.
type Waiting = (Uuid, String, String, SqlTimestamp);

pub(super) async fn check(books: &Books, settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let mut finding = Finding::new(
        "I10",
        "退单均在期限内答复,争议均有结论",
        "each return is answered within its limit; each dispute ends",
    );
    let all = [NOT_ASKED, NOT_DECIDED, NOT_TOLD, QUARRELS, SETTLED];
    books.ask("routing", COUNTED, &all, &mut finding).await?;
    let waiting: Vec<Waiting> = sqlx::query_as(
        "SELECT a.id, r.region, r.pack, w.asked_at FROM assignment a JOIN case_route r USING (case_id)
         JOIN assignment_return w ON w.assignment_id = a.id AND w.decided_at IS NULL WHERE a.state = 'returning'",
    )
    .fetch_all(books.pool("routing"))
    .await?;
    if !waiting.is_empty() {
        let windows = windows(settings)?;
        let mut notices = books.pool("deadline-scheduler").acquire().await?;
        let calendars = runtime::calendars::in_force(&mut notices).await?;
        let now = Clock::default().now();
        for (id, region, pack, asked_at) in waiting {
            let Some(window) = windows.get(&pack) else { continue };
            // Beyond the days that the calendar covers no window can be judged over.
            let due = calendars.of(&region).due(asked_at.to_jiff(), *window);
            if due.is_ok_and(|due| now >= due.at) {
                finding.broken(id, format_args!("a return lies undecided beyond the time of {pack}"));
            }
        }
    }
    report.invariants.push(finding);
    Ok(())
}

/// How long a return may wait for its answer: what the pack gives the centre, or gave the unit where an older one says no more.
fn windows(settings: &Settings) -> anyhow::Result<HashMap<String, Limit>> {
    let mut windows = HashMap::new();
    for pack in PolicyFiles::read(&settings.policy.folder)?.packs() {
        let Some(section) = pack.section("routing") else { continue };
        let rules: RoutingPack =
            toml::from_str(section).with_context(|| format!("{}/routing.toml", pack.id))?;
        if let Some(window) = rules.returns.decide_within.or(rules.returns.window) {
            windows.insert(pack.id.clone(), window);
        }
    }
    Ok(windows)
}
