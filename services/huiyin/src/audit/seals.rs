//! I11: of a sealed case no text stands outside the vault: not in tables, not in what was said, not in public.

use super::{Books, Finding, Report, words};

/// What is no column of words: keys of likeness, public answers, what was told, what the dossier holds.
const INTAKE: [&str; 6] = [
    "SELECT f.case_id, 'likeness of a sealed case' FROM case_file f JOIN case_likeness USING (case_id)
     WHERE $1 >= 0 AND f.confidential",
    "SELECT f.case_id, 'public answer of a sealed case, ' || p.state FROM case_file f JOIN publication p USING (case_id)
     WHERE $1 >= 0 AND f.confidential",
    "SELECT f.case_id, 'public answer of a case that is ' || f.state FROM case_file f JOIN publication p USING (case_id)
     WHERE $1 >= 0 AND p.state = 'released' AND f.state NOT IN ('closed', 'reopened', 'dispatched')",
    "SELECT p.case_id, 'words before and after an edit of a public answer can be read' FROM publication_log l
     JOIN publication p USING (publication_id) WHERE $1 >= 0 AND l.detail ?| ARRAY['was', 'is']",
    "SELECT aggregate_id, 'wording of a sealed case was told' FROM (
        SELECT aggregate_id, convert_from(payload, 'UTF8')::json AS body FROM outbox_event
        WHERE $1 >= 0 AND kind = 'case.accepted') told
     WHERE (body ->> 'confidential')::boolean AND body ->> 'wording' IS NOT NULL",
    "SELECT d.case_id, 'wording in a dossier' FROM dossier_entry d
     WHERE $1 >= 0 AND d.kind = 'case.accepted' AND d.detail ->> 'wording' IS NOT NULL",
];
/// Prints are keys of words; those of a petition are sealed whatever the case is.
const ROUTING: [&str; 2] = [
    "SELECT case_id, 'print of a sealed case' FROM case_route
     WHERE $1 >= 0 AND confidential AND (case_id IN (SELECT case_id FROM reply_print)
        OR case_id IN (SELECT case_id FROM question_print))",
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
    for (service, counted, beside) in [
        ("intake", "SELECT count(*) FROM case_file WHERE confidential", &INTAKE[..]),
        ("routing", "SELECT count(*) FROM case_route WHERE confidential", &ROUTING[..]),
        ("deadline-scheduler", "SELECT count(*) FROM case_seal", &[][..]),
        ("evaluation", "SELECT count(*) FROM case_seal", &[][..]),
        ("notification", "SELECT count(*) FROM case_seal", &[][..]),
    ] {
        let own = words::all().filter(|table| table.service == service);
        let own = own.flat_map(|table| table.words.iter().map(|(_, statement)| *statement));
        let statements: Vec<&'static str> = beside.iter().copied().chain(own).collect();
        books.ask(service, counted, &statements, &mut finding).await?;
    }
    report.invariants.push(finding);
    Ok(())
}
