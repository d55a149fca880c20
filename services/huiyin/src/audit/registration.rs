//! I1: every case was registered once and says what became of its acceptance; nothing is said of cases that are not.

use futures::StreamExt as _;
use uuid::Uuid;

use super::{Books, Finding, Report};

/// State of the row if there is one; how often registered, accepted, declined, withdrawn were said.
type Row = (Uuid, Option<String>, i64, i64, i64, i64);

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I1",
        "每件均登记一次,受理结果与台账一致",
        "each case is registered exactly once, and accepted once unless declined",
    );
    let mut rows = sqlx::query_as::<_, Row>(
        "WITH told AS (
            SELECT aggregate_id AS case_id, count(*) FILTER (WHERE kind = 'case.registered') AS registered,
                   count(*) FILTER (WHERE kind = 'case.accepted') AS accepted,
                   count(*) FILTER (WHERE kind = 'case.declined') AS declined,
                   count(*) FILTER (WHERE kind = 'case.withdrawn') AS withdrawn
            FROM outbox_event WHERE kind !~ '^(contact|reception)[.]' GROUP BY aggregate_id)
         SELECT coalesce(f.case_id, told.case_id), f.state, coalesce(told.registered, 0), coalesce(told.accepted, 0),
                coalesce(told.declined, 0), coalesce(told.withdrawn, 0)
         FROM case_file f FULL JOIN told ON told.case_id = f.case_id",
    )
    .fetch(books.pool("intake"));
    while let Some((case, state, registered, accepted, declined, withdrawn)) =
        rows.next().await.transpose()?
    {
        finding.looked_at(1);
        let Some(state) = state else {
            finding.broken(case, "events without a case");
            continue;
        };
        let (is_fine, wanted) = match state.as_str() {
            "registered" => (accepted + declined + withdrawn == 0, "no decision"),
            "declined" => (declined == 1 && accepted <= 1, "one case.declined"),
            "withdrawn" => (withdrawn == 1 && accepted <= 1, "one case.withdrawn"),
            _ => (accepted == 1 && declined + withdrawn == 0, "one case.accepted"),
        };
        if registered != 1 {
            finding.broken(case, format_args!("case.registered said {registered} times"));
        } else if !is_fine {
            finding.broken(case, format_args!("{state} needs {wanted}"));
        }
    }
    report.invariants.push(finding);
    Ok(())
}
