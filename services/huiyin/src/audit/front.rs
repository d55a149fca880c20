//! I14: places, contacts and hand-downs at the front: counted rightly, leading to their cases and back, reported up.

use super::{Books, Finding, Report};

const COUNTED: &str = "SELECT (SELECT count(*) FROM reception) + (SELECT count(*) FROM contact)
    + (SELECT count(*) FROM case_entry)";
const PLACES: &str = "SELECT r.session_id, r.taken || ' places of ' || r.capacity || ' taken, ' || b.taken
        || ' bookings stand; ' || r.cases || ' cases, ' || b.cases || ' bookings with one'
    FROM reception r CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state <> 'cancelled') AS taken, count(case_id) AS cases,
               coalesce(max(number), 0) AS newest
        FROM reception_booking b WHERE b.session_id = r.session_id) b
    WHERE $1 >= 0 AND (r.taken <> b.taken OR r.taken > r.capacity OR r.last_number < b.newest OR r.cases <> b.cases)";
/// The two ways are written one after the other: what is young may be on its way.
const BOOKINGS: &str = "SELECT coalesce(e.case_id, b.case_id), 'a case and its place at a session do not know each other'
    FROM (SELECT e.*, f.received_at FROM case_entry e JOIN case_file f USING (case_id) WHERE e.session_id IS NOT NULL) e
    FULL JOIN (SELECT * FROM reception_booking WHERE case_id IS NOT NULL) b
        ON b.session_id = e.session_id AND b.number = e.booking AND b.case_id = e.case_id
    WHERE b.case_id IS NULL AND e.received_at <= now() - make_interval(secs => $1) OR e.case_id IS NULL";
const CONTACTS: &str = "SELECT coalesce(e.case_id, c.contact_id), 'a case and its contact do not know each other'
    FROM (SELECT e.*, f.received_at FROM case_entry e JOIN case_file f USING (case_id) WHERE e.contact_id IS NOT NULL) e
    FULL JOIN (SELECT * FROM contact WHERE case_id IS NOT NULL) c
        ON c.contact_id = e.contact_id AND c.case_id = e.case_id
    WHERE c.case_id IS NULL AND e.received_at <= now() - make_interval(secs => $1) OR e.case_id IS NULL";
const BECAME: &str =
    "SELECT contact_id, state || ', but ' || CASE WHEN case_id IS NULL THEN 'no case' ELSE 'a case' END
    FROM contact WHERE $1 >= 0 AND (state = 'case') <> (case_id IS NOT NULL)";
const ATTEMPTS: &str =
    "SELECT c.contact_id, c.attempts || ' calls back, ' || count(a.number) || ' written down'
    FROM contact c LEFT JOIN contact_attempt a USING (contact_id) WHERE $1 >= 0
    GROUP BY c.contact_id, c.attempts HAVING c.attempts <> count(a.number)";
/// Every round of a hand-down that was answered, by its own answer or that of the case it was merged into.
const REPORTS: &str =
    "SELECT e.case_id, 'answered in round ' || t.round || ', not reported to ' || e.origin_body
    FROM (SELECT aggregate_id AS case_id, (convert_from(payload, 'UTF8')::json ->> 'round')::int AS round
          FROM outbox_event WHERE kind = 'case.closed' AND NOT historic) t
    JOIN case_entry e USING (case_id) JOIN origin_body b ON b.code = e.origin_body AND b.reports
    LEFT JOIN origin_report r ON r.case_id = t.case_id AND r.round = t.round
    WHERE $1 >= 0 AND r.case_id IS NULL";
const REPORTED: &str = "SELECT r.case_id, r.reports || ' reports, told ' || coalesce(t.told, 0) || ' times'
    FROM (SELECT case_id, count(*) AS reports FROM origin_report GROUP BY 1) r
    LEFT JOIN (SELECT aggregate_id AS case_id, count(*) AS told FROM outbox_event WHERE kind = 'case.reported_up'
               GROUP BY 1) t USING (case_id)
    WHERE $1 >= 0 AND r.reports <> coalesce(t.told, 0)";

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I14",
        "预约不超额,来电与件互指,上级交办均有回告",
        "no session is overbooked, contacts and cases know each other, hand-downs are reported",
    );
    let all = [PLACES, BOOKINGS, CONTACTS, BECAME, ATTEMPTS, REPORTS, REPORTED];
    books.ask("intake", COUNTED, &all, &mut finding).await?;
    report.invariants.push(finding);
    Ok(())
}
