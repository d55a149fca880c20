//! The audit can fail: each invariant is broken on purpose, with SQL, and is named for it, alone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use huiyin::{CATALOGUE, Suite, audit::audit, settings_for_tests, settled};
use identity::Role;
use runtime::{Clock, Settings};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

const EXPIRED: &str = r#"{"clock":"6f1cf5a2-7a37-4c0f-9d0e-3a5c5a6f0001","due_at":"2020-01-01T00:00:00Z"}"#;
const TOO_EARLY: &str = r#"{"clock":"6f1cf5a2-7a37-4c0f-9d0e-3a5c5a6f0001","due_at":"2999-01-01T00:00:00Z"}"#;

/// What is broken, the statement that breaks it, and the invariant that must say so.
fn breaks() -> Vec<(&'static str, String, &'static str)> {
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

/// A few cases, live and brought in, settled; then nothing runs any more but the servers.
async fn settled_world() -> (testkit::Database, Settings) {
    let held = testkit::database("audit").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings_for_tests(&held.url, &held.servers.nats_url, folder.path()).unwrap();
    let suite = Suite::start(settings, Clock::default()).await.unwrap();
    let operator = suite.client(Role::Operator).unwrap();
    for at in 0..3 {
        let text = format!("第{at}处路灯不亮,请派人修理。");
        let body = json!({"kind": "complaint", "region": "511600", "title": "路灯不亮", "text": text, "channel": "phone",
                          "party": {"phone": format!("0826-000000{at}")}});
        let _: Value = operator.post("/api/intake/cases", &body).await.unwrap();
    }
    let rows: Vec<Value> = (0..3)
        .map(|at| {
            json!({"source": "old", "external_id": format!("{at}"), "kind": "complaint", "title": "路面破损",
                   "text": "路面破损,请修补。", "region": "511600", "unit": "511600-zj", "mode": "forwarding",
                   "channel": "mailbox", "received_at": "2020-05-06T02:00:00Z", "answered": false})
        })
        .collect();
    let importer = suite.client(Role::Importer).unwrap();
    let body = json!({"pack": "mailbox-002", "rows": rows});
    let _: Value = importer.post("/api/intake/imports", &body).await.unwrap();
    let mut quiet = 0;
    while quiet < 5 {
        let still = settled(CATALOGUE, &suite.settings).await.unwrap();
        quiet = if still.pending + still.unheard == 0 { quiet + 1 } else { 0 };
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let settings = suite.settings.clone();
    assert!(suite.stop().await.unwrap());
    (held, settings)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invariant_that_is_broken_is_named() {
    let (held, mut settings) = settled_world().await;
    let (server, whole) = held.url.rsplit_once('/').unwrap();
    let whole_report = audit(&settings, Duration::from_secs(20)).await.unwrap();
    assert!(whole_report.holds() && whole_report.is_quiet(), "{}", whole_report.table());
    assert!(whole_report.invariants.iter().all(|finding| finding.checked > 0), "{}", whole_report.table());

    let mut maker = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let mut missed = Vec::new();
    for (at, (what, statement, id)) in breaks().into_iter().enumerate() {
        let close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        sqlx::query(close).bind(whole).execute(&mut maker).await.unwrap();
        let copy = format!("CREATE DATABASE broken_{at} TEMPLATE \"{whole}\" STRATEGY file_copy");
        sqlx::query(AssertSqlSafe(copy)).execute(&mut maker).await.unwrap();
        settings.database.url = format!("{server}/broken_{at}");
        let mut connection = PgConnection::connect(&settings.database.url).await.unwrap();
        let done = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await;
        done.unwrap_or_else(|error| panic!("{what}: {error}"));
        connection.close().await.unwrap();
        let report = audit(&settings, Duration::ZERO).await.unwrap();
        if report.broken() != [id] {
            missed.push(format!("{what}: {:?}, not {id}\n{}", report.broken(), report.table()));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}
