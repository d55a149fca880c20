//! I8: nothing is left lying: outboxes and parked events have drained, no dead letter is open.

use uuid::Uuid;

use super::{Books, Finding, Report};

/// What each row is about, and whether it has lain for too long.
type Left = (Uuid, bool);

const PENDING: &str = "SELECT e.aggregate_id, p.recorded_at <= now() - make_interval(secs => $1)
    FROM outbox_pending p JOIN outbox_event e ON e.seq = p.seq AND e.recorded_at = p.recorded_at LIMIT 100000";
const PARKED: &str =
    "SELECT aggregate_id, parked_at <= now() - make_interval(secs => $1) FROM inbox_parked LIMIT 100000";
const BURIED: &str = "SELECT aggregate_id, $1 >= 0 FROM dead_letter WHERE state = 'open' LIMIT 100000";
const REFUSED: &str = "SELECT e.aggregate_id, $1 >= 0 FROM outbox_dead d
    JOIN outbox_event e ON e.seq = d.seq AND e.recorded_at = d.recorded_at LIMIT 100000";

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I8",
        "待发、暂存、死信均已清空",
        "outboxes and parked events have drained, and no dead letter is open",
    );
    for (entry, db) in &books.doors {
        for (what, statement) in [
            ("pending", PENDING),
            ("parked", PARKED),
            ("dead letter", BURIED),
            ("refused by the stream", REFUSED),
        ] {
            let rows: Vec<Left> = sqlx::query_as(statement).bind(books.young).fetch_all(&db.pool).await?;
            finding.looked_at(1);
            for (aggregate, too_long) in rows {
                match (too_long, what) {
                    (false, "pending") => report.lag.pending += 1,
                    (false, _) => report.lag.parked += 1,
                    (true, _) => finding.broken(aggregate, format_args!("{what} at {}", entry.name)),
                }
            }
        }
    }
    report.invariants.push(finding);
    Ok(())
}
