//! What may go wrong in the front half, done with SQL: owners, returns, seals, merges, dossiers, doors, files, grounds.

use crate::breaks::Break;

/// What, how, and by which invariant it must be named.
const BREAKS: [(&str, &str, &str); 41] = [
    ("a contact is gone", "DELETE FROM intake.contact WHERE case_id IS NULL", "I1"),
    (
        "a session was never set",
        "UPDATE intake.outbox_event SET kind = 'reception.held' WHERE kind = 'reception.scheduled'",
        "I1",
    ),
    (
        "a hand is left from a round that is over",
        "UPDATE routing.case_route SET round = 2 WHERE case_id =
           (SELECT min(case_id::text)::uuid FROM routing.case_route WHERE state = 'dispatched')",
        "I9",
    ),
    (
        "intake shows another unit than routing",
        "UPDATE intake.case_file SET unit = 'elsewhere' WHERE case_id =
           (SELECT min(case_id::text)::uuid FROM intake.case_file WHERE state = 'dispatched')",
        "I9",
    ),
    (
        "what was passed down leads",
        "UPDATE routing.assignment SET parent = gen_random_uuid() WHERE id =
           (SELECT min(id::text)::uuid FROM routing.assignment WHERE state = 'dispatched')",
        "I9",
    ),
    (
        "nobody asked for a return",
        "DELETE FROM routing.assignment_return WHERE decided_at IS NULL",
        "I10",
    ),
    (
        "a return was never decided",
        "UPDATE routing.assignment_return SET decided_at = NULL, agreed = NULL WHERE NOT agreed",
        "I10",
    ),
    (
        "the answer to a return was never told",
        "UPDATE routing.outbox_event SET kind = 'assignment.progressed' WHERE kind = 'assignment.return_refused'",
        "I10",
    ),
    (
        "a dispute has no end",
        "INSERT INTO routing.dispute (case_id, round, assignment_id, opened_at)
           SELECT case_id, round, id, now() FROM routing.assignment WHERE state = 'dispatched' LIMIT 1",
        "I10",
    ),
    (
        "an answered case has no lead that answered",
        "UPDATE routing.assignment SET state = 'withdrawn' WHERE state = 'answered'",
        "I9",
    ),
    (
        "the title of a sealed case is readable",
        "UPDATE intake.case_file SET title = '明文' WHERE confidential",
        "I11",
    ),
    (
        "the words of a sealed case are readable",
        "UPDATE intake.case_matter SET body = '明文' WHERE case_id IN
           (SELECT case_id FROM intake.case_file WHERE confidential)",
        "I11",
    ),
    (
        "a sealed case can be found by likeness",
        "INSERT INTO intake.case_likeness SELECT case_id, '{1}' FROM intake.case_file WHERE confidential",
        "I11",
    ),
    (
        "the words of a sealed case were told",
        r#"UPDATE intake.outbox_event SET payload = convert_to(jsonb_set(convert_from(payload, 'UTF8')::jsonb,
             '{wording}', '{"title": "a", "text": "b"}')::text, 'UTF8')
           WHERE kind = 'case.accepted' AND (convert_from(payload, 'UTF8')::jsonb ->> 'confidential')::boolean"#,
        "I11",
    ),
    (
        "the answer of a sealed case is public",
        "INSERT INTO intake.publication (publication_id, case_id, state, kind, region, received_on, original_answer,
             from_routing, title, question, answer, pack_id, pack_version)
           SELECT gen_random_uuid(), case_id, 'released', kind, region, '2026-01-05', '', true, '', '', '', pack_id,
             pack_version FROM intake.case_file WHERE confidential",
        "I11",
    ),
    ("routing knows the title of a sealed case", "UPDATE routing.case_route SET title = '明文' WHERE confidential", "I11"),
    (
        "what was said of a sealed return is readable",
        "UPDATE routing.case_route SET confidential = true, title = NULL WHERE case_id IN
           (SELECT case_id FROM routing.assignment WHERE state = 'returning')",
        "I11",
    ),
    (
        "a reply to a sealed case is readable",
        "UPDATE routing.case_route SET confidential = true, title = NULL WHERE state = 'closed' AND case_id IN
           (SELECT case_id FROM routing.assignment WHERE state = 'answered')",
        "I11",
    ),
    ("a case waits on none", "UPDATE intake.case_merge SET primary_id = gen_random_uuid()", "I12"),
    ("a merging is gone", "DELETE FROM intake.case_merge", "I12"),
    ("what a merged case was is lost", "UPDATE intake.case_merge SET own_state = 'registered'", "I12"),
    ("a merging ended nowhere", "UPDATE intake.case_merge SET ended_how = 'closed'", "I12"),
    (
        "a merging was never told",
        "UPDATE intake.outbox_event SET kind = 'case.linked' WHERE kind = 'case.merged'",
        "I12",
    ),
    (
        "an entry of a dossier was changed",
        "UPDATE intake.dossier_entry SET actor = 'system' WHERE kind = 'case.flagged'",
        "I13",
    ),
    ("an entry of a dossier is gone", "DELETE FROM intake.dossier_entry WHERE kind = 'case.accepted'", "I13"),
    ("a place was given twice", "UPDATE intake.reception SET taken = taken + 1", "I14"),
    ("a place has lost its case", "UPDATE intake.reception_booking SET case_id = NULL", "I14"),
    ("a contact has lost its case", "UPDATE intake.contact SET case_id = NULL", "I14"),
    ("a call back was not written down", "UPDATE intake.contact SET attempts = 1 WHERE sort = 'enquiry'", "I14"),
    (
        "a hand-down was not reported back",
        "INSERT INTO intake.origin_body (code, zh, en, sort, channel, reports)
           VALUES ('province', '省', 'Province', 'superior', 'superior', true);
         INSERT INTO intake.case_entry (case_id, origin_body, origin_serial)
           SELECT case_id, 'province', 'SC-1' FROM intake.case_file WHERE state = 'closed' LIMIT 1
           ON CONFLICT (case_id) DO UPDATE SET origin_body = 'province', origin_serial = 'SC-1'",
        "I14",
    ),
    (
        "a report was never told",
        "INSERT INTO intake.origin_report (body, serial, case_id, round, outcome, unit, answered_at)
           SELECT 'province', 'SC-1', case_id, 1, 'solved', 'cg', now() FROM intake.case_file LIMIT 1",
        "I14",
    ),
    ("a file is not there", "UPDATE intake.attachment SET digest = sha256('other')", "I15"),
    ("a file is nobody's", "DELETE FROM intake.attachment", "I15"),
    ("a flag has no grounds", "UPDATE intake.case_flag SET ground = ''", "I16"),
    (
        "a flag was never told",
        "UPDATE intake.outbox_event SET kind = 'case.attached' WHERE kind = 'case.flagged'",
        "I16",
    ),
    (
        "a case is charged twice",
        "DROP INDEX routing.charge_one;
         INSERT INTO routing.charge SELECT (c).* FROM (SELECT jsonb_populate_record(charge, jsonb_build_object(
           'id', gen_random_uuid())) AS c FROM routing.charge) one",
        "I16",
    ),
    ("the hands of a sealed case differ", "UPDATE routing.case_seal SET hands = '{}'", "I16"),
    ("the hands of a sealed case differ for limits", "UPDATE deadline_scheduler.case_seal SET hands = '{}'", "I16"),
    ("the accused of a sealed case differ for figures", "UPDATE evaluation.case_seal SET barred = '{}'", "I16"),
    ("the line of the accused differs for notices", "UPDATE notification.case_seal SET line = barred", "I16"),
    ("a service has forgotten a sealed case", "DELETE FROM notification.case_seal", "I16"),
];
/// Every pack has its time for a return.
const PACKS: [&str; 4] = ["hotline-004", "hotline-sichuan-2025", "mailbox-002", "petition-2022"];

/// Those of some invariants.
pub(crate) fn breaks(of: &[&str]) -> Vec<Break> {
    let mut all: Vec<Break> =
        BREAKS.iter().map(|(what, statement, id)| (*what, (*statement).to_owned(), *id)).collect();
    // Told as a pause, what is no pause has no end.
    let pause = "UPDATE routing.outbox_event SET kind = 'case.paused' WHERE kind = 'case.charged'";
    all.push(("a pause has no end", pause.to_owned(), "I16"));
    let lifted = "UPDATE routing.charge SET state = 'lifted'";
    all.push(("a charge ended at no time", lifted.to_owned(), "I16"));
    all.extend(PACKS.map(|pack| {
        let late = format!(
            "UPDATE routing.case_route SET pack = '{pack}' WHERE case_id IN
               (SELECT case_id FROM routing.assignment WHERE state = 'returning');
             UPDATE routing.assignment_return SET asked_at = '2025-03-03T02:00:00Z' WHERE decided_at IS NULL"
        );
        ("a return lies too long under a pack", late, "I10")
    }));
    all.extend(readable());
    all.retain(|(_, _, id)| of.contains(id));
    all
}

/// Each side table that holds words about a case, with a row about the sealed one that can be read.
fn readable() -> Vec<Break> {
    let limits = |table: &str, columns: &str, values: &str| {
        format!(
            "INSERT INTO deadline_scheduler.{table} (case_id, {columns}) SELECT case_id, {values}
             FROM deadline_scheduler.case_seal LIMIT 1"
        )
    };
    let secrecy = "INSERT INTO intake.case_secrecy (case_id, at, actor, grounds)
        SELECT case_id, now(), 'keeper', '明文' FROM intake.case_file WHERE confidential";
    let log = r#"INSERT INTO intake.publication (publication_id, case_id, state, kind, region, received_on, original_answer,
             from_routing, title, question, answer, pack_id, pack_version)
           SELECT gen_random_uuid(), case_id, 'draft', kind, region, '2026-01-05', '', true, '', '', '', pack_id, pack_version
           FROM intake.case_file WHERE NOT confidential LIMIT 1;
         INSERT INTO intake.publication_log SELECT publication_id, 1, now(), 'reviewer', 'edited', '{"was": {}, "is": {}}'
           FROM intake.publication"#;
    let charge = "UPDATE routing.case_route SET confidential = true, title = NULL WHERE case_id IN
        (SELECT case_id FROM routing.charge)";
    let rating = "INSERT INTO evaluation.rating (case_id, round, solved, grade, comment, rated_at, rated_by)
        SELECT case_id, 1, 'yes', 'good', '明文', now(), 'citizen' FROM evaluation.case_seal";
    let asked = limits(
        "extension",
        "extension_id, clock_id, amount, reason, grounds, asked_by, asked_at, state, version",
        "gen_random_uuid(), gen_random_uuid(), 1, 'investigation', '明文', 'officer', now(), 'asked', 1",
    );
    let why = limits(
        "explanation",
        "clock_id, limit_at, reason, body, written_by, written_at",
        "gen_random_uuid(), now(), 'objective', '明文', 'officer', now()",
    );
    let order = limits(
        "supervision",
        "order_id, form, region, grounds, demand, state, requested_by, requested_at, version",
        "gen_random_uuid(), 'notice', '511600', 'overdue', '明文', 'proposed', 'supervisor', now(), 1",
    );
    [
        ("the grounds of a secrecy are readable", secrecy.to_owned()),
        ("an edit of a public answer is readable", log.to_owned()),
        ("the reason of a charge on a sealed case is readable", charge.to_owned()),
        ("a citizen's comment on a sealed case is readable", rating.to_owned()),
        ("the grounds of a request for more time are readable", asked),
        ("an explanation about a sealed case is readable", why),
        ("an order about a sealed case is readable", order),
    ]
    .map(|(what, statement)| (what, statement, "I11"))
    .into()
}
