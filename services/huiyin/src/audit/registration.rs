//! I1: every case was registered once and says what became of its acceptance; nothing is said of cases that are not.

use futures::StreamExt as _;
use uuid::Uuid;

use super::{Books, Finding, Report};

/// State of the row if there is one; how often registered, accepted, declined, withdrawn, merged were said.
type Row = (Uuid, Option<String>, i64, i64, i64, i64, i64);
/// What a history is about that is no case, whether it is there, and how often it was begun.
type Other = (Uuid, bool, i64);

/// What became a case is told once more, with the case.
const OTHERS: [&str; 2] = [
    "WITH told AS (
        SELECT aggregate_id AS id, count(*) FILTER (WHERE kind = 'contact.recorded'
            AND convert_from(payload, 'UTF8')::json ->> 'case' IS NULL) AS begun
        FROM outbox_event WHERE starts_with(kind, 'contact.') GROUP BY 1)
     SELECT coalesce(contact_id, id), contact_id IS NOT NULL, coalesce(begun, 0)
     FROM contact FULL JOIN told ON id = contact_id",
    "WITH told AS (
        SELECT aggregate_id AS id, count(*) FILTER (WHERE kind = 'reception.scheduled') AS begun
        FROM outbox_event WHERE starts_with(kind, 'reception.') GROUP BY 1)
     SELECT coalesce(session_id, id), session_id IS NOT NULL, coalesce(begun, 0)
     FROM reception FULL JOIN told ON id = session_id",
];

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
                   count(*) FILTER (WHERE kind = 'case.withdrawn') AS withdrawn,
                   count(*) FILTER (WHERE kind = 'case.merged') AS merged
            FROM outbox_event WHERE kind !~ '^(contact|reception|booking|disclosure)[.]' GROUP BY aggregate_id)
         SELECT coalesce(f.case_id, told.case_id), f.state, coalesce(told.registered, 0), coalesce(told.accepted, 0),
                coalesce(told.declined, 0), coalesce(told.withdrawn, 0), coalesce(told.merged, 0)
         FROM case_file f FULL JOIN told ON told.case_id = f.case_id",
    )
    .fetch(books.pool("intake"));
    while let Some((case, state, registered, accepted, declined, withdrawn, merged)) =
        rows.next().await.transpose()?
    {
        finding.looked_at(1);
        let Some(state) = state else {
            finding.broken(case, "events without a case");
            continue;
        };
        let (is_fine, wanted) = match state.as_str() {
            "registered" => (accepted + declined + withdrawn == 0, "no decision"),
            "declined" | "invalid" => (declined == 1 && accepted <= 1, "one case.declined"),
            "withdrawn" => (withdrawn == 1 && accepted <= 1, "one case.withdrawn"),
            // Merged before its acceptance it waits on a case that was accepted, and is closed with it.
            "merged" | "closed" if merged > 0 => (accepted <= 1 && declined + withdrawn == 0, "no refusal"),
            _ => (accepted == 1 && declined + withdrawn == 0, "one case.accepted"),
        };
        if registered != 1 {
            finding.broken(case, format_args!("case.registered said {registered} times"));
        } else if !is_fine {
            finding.broken(case, format_args!("{state} needs {wanted}"));
        }
    }
    drop(rows);
    for statement in OTHERS {
        let mut rows = sqlx::query_as::<_, Other>(statement).fetch(books.pool("intake"));
        while let Some((id, is_there, begun)) = rows.next().await.transpose()? {
            finding.looked_at(1);
            if !is_there {
                finding.broken(id, "events without a contact or session");
            } else if begun != 1 {
                finding.broken(id, format_args!("begun {begun} times"));
            }
        }
    }
    report.invariants.push(finding);
    Ok(())
}
