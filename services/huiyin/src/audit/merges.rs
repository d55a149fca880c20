//! I12: every merging (并单) can be taken back and is whole: one open row to a root that will be answered, with what it was.

use super::{Books, Finding, Report};

const COUNTED: &str = "SELECT count(*) FROM case_merge";
const WAITS: &str = "SELECT f.case_id, f.state || ' with ' || count(m.merge_id) || ' open mergings'
    FROM case_file f LEFT JOIN case_merge m ON m.case_id = f.case_id AND m.ended_at IS NULL
    WHERE $1 >= 0 AND (f.state = 'merged' OR m.merge_id IS NOT NULL)
    GROUP BY f.case_id, f.state HAVING f.state <> 'merged' OR count(m.merge_id) <> 1";
const ROOTS: &str = "SELECT m.case_id, 'waits on a case that is ' || coalesce(r.state, 'not there')
    FROM case_merge m LEFT JOIN case_file r ON r.case_id = m.primary_id
    WHERE $1 >= 0 AND m.ended_at IS NULL
      AND coalesce(r.state, '') NOT IN ('registered', 'accepted', 'dispatched', 'reopened')";
const ENDED: &str = "SELECT case_id, 'ended without saying how' FROM case_merge
    WHERE $1 >= 0 AND (ended_at IS NULL) <> (ended_how IS NULL)";
/// Parted it would stand where it stood: before its acceptance if and only if it was not accepted.
const EARLIER: &str = "SELECT m.case_id, 'would go back to ' || m.own_state || ', which it was not'
    FROM case_merge m WHERE $1 >= 0 AND m.ended_at IS NULL
      AND (m.own_state = 'registered') = EXISTS (SELECT FROM outbox_event e
            WHERE e.aggregate_id = m.case_id AND e.kind = 'case.accepted')";
const TOLD: &str = "WITH told AS (
        SELECT aggregate_id AS id, count(*) FILTER (WHERE kind = 'case.merged') AS merged,
               count(*) FILTER (WHERE kind = 'case.unmerged') AS parted
        FROM outbox_event WHERE kind IN ('case.merged', 'case.unmerged') GROUP BY 1),
    kept AS (
        SELECT case_id AS id, count(*) AS merged, count(*) FILTER (WHERE ended_how = 'unmerged') AS parted
        FROM case_merge GROUP BY 1)
    SELECT id, 'merged ' || coalesce(kept.merged, 0) || ' times and parted ' || coalesce(kept.parted, 0) || ', told '
        || coalesce(told.merged, 0) || ' and ' || coalesce(told.parted, 0)
    FROM kept FULL JOIN told USING (id) WHERE $1 >= 0 AND (coalesce(kept.merged, 0), coalesce(kept.parted, 0))
        <> (coalesce(told.merged, 0), coalesce(told.parted, 0))";

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I12",
        "并单可解除、无链无环、无人漏答",
        "each merging can be taken back and waits on a case that will be answered",
    );
    books.ask("intake", COUNTED, &[WAITS, ROOTS, ENDED, EARLIER, TOLD], &mut finding).await?;
    report.invariants.push(finding);
    Ok(())
}
