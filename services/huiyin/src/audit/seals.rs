//! I11: of a sealed case no text stands outside the vault: not in tables, not in what was said, not in public.

use super::{Books, Finding, Report};

/// A sealed text begins with the vault's mark, which nobody can type.
const INTAKE: [&str; 8] = [
    "SELECT f.case_id, 'title of a sealed case' FROM case_file f WHERE $1 >= 0 AND f.confidential AND f.title <> ''",
    "SELECT f.case_id, 'text of a sealed case' FROM case_file f JOIN case_matter m USING (case_id)
     WHERE $1 >= 0 AND f.confidential AND NOT starts_with(m.body, chr(1))",
    "SELECT f.case_id, 'supplement of a sealed case' FROM case_file f JOIN case_supplement s USING (case_id)
     WHERE $1 >= 0 AND f.confidential AND NOT starts_with(s.body, chr(1))",
    "SELECT f.case_id, 'likeness of a sealed case' FROM case_file f JOIN case_likeness USING (case_id)
     WHERE $1 >= 0 AND f.confidential",
    "SELECT f.case_id, 'public answer of a sealed case, ' || p.state FROM case_file f JOIN publication p USING (case_id)
     WHERE $1 >= 0 AND f.confidential",
    "SELECT f.case_id, 'public answer of a case that is ' || f.state FROM case_file f JOIN publication p USING (case_id)
     WHERE $1 >= 0 AND p.state = 'released' AND f.state NOT IN ('closed', 'reopened', 'dispatched')",
    "SELECT aggregate_id, 'wording of a sealed case was told' FROM (
        SELECT aggregate_id, convert_from(payload, 'UTF8')::json AS body FROM outbox_event
        WHERE $1 >= 0 AND kind = 'case.accepted') told
     WHERE (body ->> 'confidential')::boolean AND body ->> 'wording' IS NOT NULL",
    "SELECT d.case_id, 'wording in a dossier' FROM dossier_entry d
     WHERE $1 >= 0 AND d.kind = 'case.accepted' AND d.detail ->> 'wording' IS NOT NULL",
];
const ROUTING: [&str; 10] = [
    "SELECT case_id, 'title of a sealed case' FROM case_route WHERE $1 >= 0 AND confidential AND title IS NOT NULL",
    "SELECT a.case_id, 'reply of a sealed case' FROM case_route c JOIN assignment a USING (case_id)
        JOIN reply r ON r.assignment_id = a.id CROSS JOIN LATERAL (VALUES (r.public_text), (r.internal_text), (r.reasons),
            (r.legal_basis), (r.handler)) AS t (words)
     WHERE $1 >= 0 AND c.confidential AND t.words <> '' AND NOT starts_with(t.words, chr(1))",
    "SELECT a.case_id, 'note of a call about a sealed case' FROM case_route c JOIN assignment a USING (case_id)
        JOIN contact n ON n.assignment_id = a.id WHERE $1 >= 0 AND c.confidential AND NOT starts_with(n.note, chr(1))",
    "SELECT a.case_id, 'return of a sealed case' FROM case_route c JOIN assignment a USING (case_id)
        JOIN assignment_return r ON r.assignment_id = a.id
     WHERE $1 >= 0 AND c.confidential AND NOT starts_with(r.explanation, chr(1))",
    "SELECT s.case_id, 'step of a sealed case' FROM case_route c JOIN handling_step s USING (case_id)
        CROSS JOIN LATERAL (SELECT w.value FROM (VALUES (s.record), (s.closing)) AS r (record),
            LATERAL jsonb_each_text(r.record) AS w
            WHERE w.key IN ('note', 'legal_basis', 'facts', 'place', 'result', 'hardship')) t
     WHERE $1 >= 0 AND c.confidential AND t.value <> '' AND NOT starts_with(t.value, chr(1))",
    "SELECT case_id, 'instruction on a sealed case' FROM case_route JOIN instruction USING (case_id)
     WHERE $1 >= 0 AND confidential",
    "SELECT case_id, 'print of a sealed case' FROM case_route
     WHERE $1 >= 0 AND confidential AND (case_id IN (SELECT case_id FROM reply_print)
        OR case_id IN (SELECT case_id FROM question_print))",
    "SELECT case_id, 'register of a sealed case' FROM case_route JOIN register USING (case_id)
     WHERE $1 >= 0 AND confidential AND NOT starts_with(register.reason, chr(1))",
    "SELECT case_id, 'quarrel or call about a sealed case' FROM case_route JOIN (
        SELECT case_id, conclusion FROM dispute UNION ALL SELECT case_id, conclusion FROM conference
        UNION ALL SELECT case_id, note FROM coordination) AS text (case_id, words) USING (case_id)
     WHERE $1 >= 0 AND confidential AND words <> '' AND NOT starts_with(words, chr(1))",
    "SELECT case_id, 'text of a petition' FROM (
        SELECT case_id, contents FROM petition_document UNION ALL SELECT case_id, grounds FROM petition_request
        UNION ALL SELECT case_id, evidence FROM petition_termination) AS text (case_id, words)
     WHERE $1 >= 0 AND words <> '' AND NOT starts_with(words, chr(1))",
];

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I11",
        "密件文字只存于密库,不外传、不公开",
        "no text of a sealed case stands outside the vault, was told or is public",
    );
    books.ask("intake", "SELECT count(*) FROM case_file WHERE confidential", &INTAKE, &mut finding).await?;
    books
        .ask("routing", "SELECT count(*) FROM case_route WHERE confidential", &ROUTING, &mut finding)
        .await?;
    report.invariants.push(finding);
    Ok(())
}
