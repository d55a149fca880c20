//! What may go wrong between the services, done with SQL: I1 to I8; and what an older version left, which is nothing wrong.

const EXPIRED: &str = r#"{"clock":"6f1cf5a2-7a37-4c0f-9d0e-3a5c5a6f0001","due_at":"2020-01-01T00:00:00Z"}"#;
const TOO_EARLY: &str = r#"{"clock":"6f1cf5a2-7a37-4c0f-9d0e-3a5c5a6f0001","due_at":"2999-01-01T00:00:00Z"}"#;

/// Nothing is wrong.
pub(crate) const HOLDS: &str = "";

/// Says each notice that was told by itself as the first version did, without a list around it.
const SAID_ALONE: &str = "DO $$ BEGIN
    UPDATE notification.outbox_event
    SET payload = convert_to((convert_from(payload, 'UTF8')::json -> 'notices' -> 0)::text, 'UTF8')
    WHERE kind = 'notice.sent' AND json_array_length(convert_from(payload, 'UTF8')::json -> 'notices') = 1;
    IF NOT FOUND THEN RAISE EXCEPTION 'no notice was told by itself'; END IF;
END $$;";

/// What is broken, the statement that breaks it, and the invariant that must say so; none must where nothing is wrong.
pub(crate) type Break = (&'static str, String, &'static str);

/// Breaks what holds between the services.
pub(crate) fn breaks() -> Vec<Break> {
    let plain = |what, statement: &str, id| (what, statement.to_owned(), id);
    let expired = |payload: &str| {
        format!(
            "UPDATE deadline_scheduler.outbox_event SET kind = 'clock.expired', payload = convert_to('{payload}', 'UTF8')"
        )
    };
    vec![
        plain(
            "a registration is not in the ledger",
            "UPDATE intake.outbox_event SET kind = 'case.supplemented' WHERE seq =
               (SELECT min(seq) FROM intake.outbox_event WHERE kind = 'case.registered')",
            "I1",
        ),
        plain(
            "a case was accepted twice",
            "UPDATE intake.outbox_event SET kind = 'case.accepted' WHERE kind = 'case.history_ended'",
            "I1",
        ),
        plain(
            "a head says more than the ledger",
            "UPDATE intake.outbox_head SET version = version + 1
             WHERE aggregate_id = (SELECT min(aggregate_id::text)::uuid FROM intake.outbox_head)",
            "I2",
        ),
        plain(
            "an event was never heard",
            "DELETE FROM evaluation.inbox_position WHERE source = 'routing' AND aggregate_id =
               (SELECT min(aggregate_id::text)::uuid FROM evaluation.inbox_position WHERE source = 'routing')",
            "I3",
        ),
        plain(
            "something was heard that was never said",
            "INSERT INTO routing.inbox_position VALUES ('intake', gen_random_uuid(), 1, 1)",
            "I3",
        ),
        plain(
            "events were applied in another order",
            "UPDATE routing.inbox_position SET chain = chain + 1 WHERE source = 'intake' AND aggregate_id =
               (SELECT min(aggregate_id::text)::uuid FROM routing.inbox_position WHERE source = 'intake')",
            "I4",
        ),
        plain(
            "a dispatched case has no lead",
            "UPDATE routing.assignment SET state = 'withdrawn'
             WHERE id = (SELECT min(id::text)::uuid FROM routing.assignment WHERE state = 'dispatched')",
            "I5",
        ),
        plain(
            "a hand-over was told twice",
            "UPDATE routing.outbox_event SET payload = (SELECT payload FROM routing.outbox_event
               WHERE kind = 'assignment.dispatched' ORDER BY seq LIMIT 1) WHERE kind = 'assignment.dispatched'",
            "I5",
        ),
        plain(
            "an alarm is overdue",
            "UPDATE deadline_scheduler.timer SET due_at = now() - interval '1 hour'
             WHERE what = 0 AND clock_id = (SELECT min(clock_id::text)::uuid FROM deadline_scheduler.timer)",
            "I6",
        ),
        plain("an alarm was lost", "DELETE FROM deadline_scheduler.timer WHERE what = 0", "I6"),
        (
            "an alarm was given early",
            format!(
                "{} WHERE seq = (SELECT min(seq) FROM deadline_scheduler.outbox_event)",
                expired(TOO_EARLY)
            ),
            "I6",
        ),
        ("an alarm was given twice", expired(EXPIRED), "I6"),
        plain(
            "a notice is doubled",
            "WITH twin AS (
               INSERT INTO notification.notice SELECT (n).* FROM (SELECT jsonb_populate_record(notice, jsonb_build_object(
                 'notice_id', '6f1cf5a2-7a37-4c0f-9d0e-3a5c5a6f0002')) AS n FROM notification.notice LIMIT 1) one
               RETURNING notice_id)
             UPDATE notification.outbox_event SET kind = 'notice.sent' WHERE seq IN (SELECT 0 FROM twin)",
            "I7",
        ),
        plain(
            "a notice is stuck",
            "UPDATE notification.notice SET state = 'queued', sent_at = NULL, next_at = NULL
             WHERE notice_id = (SELECT min(notice_id::text)::uuid FROM notification.notice)",
            "I7",
        ),
        plain("a ledger of the first version", SAID_ALONE, HOLDS),
        (
            "a notice of the first version was told twice, and another one never",
            format!(
                "{SAID_ALONE}
                 UPDATE notification.outbox_event e SET payload = (SELECT payload FROM notification.outbox_event
                   WHERE kind = 'notice.sent' AND starts_with(convert_from(payload, 'UTF8'), '{{\"notice\":')
                     AND seq <> e.seq LIMIT 1)
                 WHERE seq = (SELECT min(seq) FROM notification.outbox_event
                   WHERE kind = 'notice.sent' AND starts_with(convert_from(payload, 'UTF8'), '{{\"notice\":'))"
            ),
            "I7",
        ),
        plain(
            "a case is not counted",
            "DELETE FROM evaluation.case_fact
             WHERE case_id = (SELECT min(case_id::text)::uuid FROM evaluation.case_fact)",
            "I7",
        ),
        plain(
            "an event was never sent",
            "INSERT INTO intake.outbox_pending (shard, seq, recorded_at)
             SELECT shard, seq, recorded_at - interval '0' FROM intake.outbox_event LIMIT 1",
            "I8",
        ),
        plain(
            "an event waits for one that never comes",
            "INSERT INTO routing.inbox_parked VALUES ('intake', gen_random_uuid(), 7, '{}')",
            "I8",
        ),
        plain(
            "a dead letter is open",
            "INSERT INTO routing.dead_letter (source, aggregate_id, version, event, reason)
             VALUES ('intake', gen_random_uuid(), 1, '{}', 'poison')",
            "I8",
        ),
    ]
}
