//! What is heard, against a real database: repeated, out of order between sources, many at once.

use contracts::{
    StoredEvent,
    assignment::AssignmentDispatched,
    case::{CaseAnswered, CaseReopened, PackRef},
    clock::{ClockOpened, Running},
    words::{Mode, Outcome, Part},
};
use ids::{AssignmentId, CaseId, CaseNumber, ClockId, EventId};
use jiff::Timestamp;
use runtime::apply_once;

use super::*;
use crate::{
    app::chain,
    store::{cases::NewCase, find, merging},
};

struct House {
    db: pg::Database,
    _servers: testkit::Database,
}

async fn house() -> House {
    let servers = testkit::database("hearing").await.unwrap();
    let settings = pg::Settings { url: servers.url.clone(), schema: "intake".into(), max_connections: 4 };
    let db = pg::Database::open(&settings).unwrap();
    db.migrate(&crate::MIGRATIONS).await.unwrap();
    House { db, _servers: servers }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn number(serial: i64) -> CaseNumber {
    CaseNumber::new("2026-03-02".parse().unwrap(), &"511602".parse().unwrap(), serial)
}

fn pack() -> PackRef {
    PackRef { id: "mailbox-002".into(), version: 1 }
}

async fn open_case(house: &House, serial: i64) -> CaseId {
    let case = NewCase {
        case_id: CaseId::fresh(),
        kind: "complaint",
        subject: None,
        channel: "portal",
        region: "511602".into(),
        urgency: "ordinary",
        state: intake_rules::State::Accepted,
        pack: pack(),
        confidential: false,
        historic: false,
        multi_unit: false,
        title: "路灯".into(),
        body: "路灯不亮".into(),
        received_at: at("2026-03-02T01:00:00Z"),
        phone_index: None,
        party: None,
        query_code_hash: None,
        source_key: None,
        unit_hint: None,
        mode_hint: None,
    };
    let mut connection = house.db.pool.acquire().await.unwrap();
    cases::insert(&mut connection, &[(&case, &number(serial))]).await.unwrap();
    case.case_id
}

fn event(source: &str, case: CaseId, version: i64, body: Body) -> StoredEvent {
    StoredEvent {
        id: EventId::fresh(),
        source: source.into(),
        aggregate: case.0,
        version,
        kind: body.kind().into(),
        region: "511602".into(),
        time: at("2026-03-03T01:00:00.123456789Z"),
        actor: "system".into(),
        causation: None,
        trace: None,
        historic: false,
        payload: String::from_utf8(body.to_json()).unwrap(),
    }
}

fn dispatched(round: i32, unit: &str) -> Body {
    AssignmentDispatched {
        assignment: AssignmentId::fresh(),
        unit: unit.parse().unwrap(),
        mode: Mode::Forwarding,
        part: Part::Lead,
        round,
        decided_by: "catalogue".into(),
        pack: pack(),
        parent: None,
    }
    .into()
}

fn answered(round: i32) -> Body {
    CaseAnswered {
        unit: "housing".parse().unwrap(),
        outcome: Outcome::Explained,
        mode: Mode::Forwarding,
        round,
        answered_at: at("2026-03-03T01:00:00Z"),
        level: None,
        cause: None,
        remedy: None,
    }
    .into()
}

async fn file(house: &House, serial: i64) -> find::File {
    let mut connection = house.db.pool.acquire().await.unwrap();
    find::by_number(&mut connection, &number(serial)).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_case_is_dispatched_clocked_answered_and_closed_once() {
    let house = house().await;
    let (one, two) = (open_case(&house, 1).await, open_case(&house, 2).await);
    let due_at = at("2026-03-09T16:00:00Z");
    let clock = Running {
        clock: ClockId::fresh(),
        name: "handle".into(),
        assignment: None,
        unit: None,
        started_at: at("2026-03-02T01:00:00Z"),
        due_at,
        due_day: "2026-03-09".parse().unwrap(),
        provisional: false,
    };
    let opened = ClockOpened { clocks: vec![clock], pack: pack(), round: 1, mended: false };
    let batch = vec![
        event("routing", one, 1, dispatched(1, "housing")),
        event("routing", two, 1, dispatched(1, "water")),
        event("deadline-scheduler", one, 1, opened.into()),
        event("routing", one, 2, answered(1)),
        // Nobody's case: a calendar, for instance.
        event("deadline-scheduler", CaseId::fresh(), 1, CaseReopened { round: 2, reason: "x".into() }.into()),
    ];
    let heard = apply_once(&house.db, "intake", &Hearing, &batch, true).await.unwrap();
    assert_eq!((heard.applied, heard.repeats), (5, 0));
    let heard = apply_once(&house.db, "intake", &Hearing, &batch, true).await.unwrap();
    assert_eq!((heard.applied, heard.repeats), (0, 5));

    let first = file(&house, 1).await;
    assert_eq!((first.state.as_str(), first.due_at), ("closed", Some(due_at)));
    assert_eq!(first.unit.unwrap().as_str(), "housing");
    assert_eq!(file(&house, 2).await.state.as_str(), "dispatched");
    let mut connection = house.db.pool.acquire().await.unwrap();
    let said: Vec<(String, Uuid)> =
        sqlx::query_as("SELECT kind, causation FROM outbox_event").fetch_all(&mut *connection).await.unwrap();
    assert_eq!(said, [("case.closed".to_owned(), batch[3].id.0)]);

    let had = async |unit: &str| {
        let mut connection = house.db.pool.acquire().await.unwrap();
        dossier::had(&mut connection, one, &unit.parse().unwrap()).await.unwrap()
    };
    assert!(had("housing").await && !had("water").await);

    let entries = dossier::of_case(&mut connection, one).await.unwrap();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry.what.kind.as_str()).collect();
    assert_eq!(kinds, ["assignment.dispatched", "clock.opened", "case.answered", "case.closed"]);
    assert!(chain::is_whole(&entries));
    let mut forged = entries.clone();
    forged[1].what.actor = "officer:nobody".into();
    assert!(!chain::is_whole(&forged) && !chain::is_whole(&entries[1..]));
}

#[tokio::test]
async fn a_reopening_heard_before_its_cause_loses_nothing() {
    let house = house().await;
    let case = open_case(&house, 1).await;
    let reopened = event("evaluation", case, 1, CaseReopened { round: 2, reason: "unsolved".into() }.into());
    apply_once(&house.db, "intake", &Hearing, &[reopened], true).await.unwrap();
    for (version, body) in [(1, dispatched(1, "housing")), (2, answered(1)), (3, dispatched(2, "water"))] {
        apply_once(&house.db, "intake", &Hearing, &[event("routing", case, version, body)], true)
            .await
            .unwrap();
    }
    let now = file(&house, 1).await;
    assert_eq!((now.state.as_str(), now.round, now.unit.unwrap().as_str()), ("dispatched", 2, "water"));
    let mut connection = house.db.pool.acquire().await.unwrap();
    let closed: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox_event WHERE kind = 'case.closed'")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(closed, 1);
    let entries = dossier::of_case(&mut connection, case).await.unwrap();
    assert!(entries.len() == 5 && chain::is_whole(&entries));
}

#[tokio::test]
async fn whoever_waits_is_answered_and_closed_with_the_case_waited_on() {
    let house = house().await;
    let (root, one, two) =
        (open_case(&house, 1).await, open_case(&house, 2).await, open_case(&house, 3).await);
    let mut connection = house.db.pool.acquire().await.unwrap();
    for case in [one, two] {
        let now = at("2026-03-02T02:00:00Z");
        let accepted = intake_rules::State::Accepted;
        merging::begin(&mut connection, case.0, root.0, accepted, now, "operator:x").await.unwrap();
    }
    sqlx::query("UPDATE case_file SET state = 'merged' WHERE case_id = ANY($1)")
        .bind([one.0, two.0])
        .execute(&mut *connection)
        .await
        .unwrap();
    // The unit of the first had answered before it heard of the merge: told by itself, and not once more.
    let early = event("routing", one, 1, answered(1));
    let batch =
        vec![event("routing", root, 1, dispatched(1, "housing")), event("routing", root, 2, answered(1))];
    apply_once(&house.db, "intake", &Hearing, &[early], true).await.unwrap();
    // Who handed a waiting case down is told of the answer that it was closed with.
    let door = crate::store::entries::Entry {
        origin: Some(("province".into(), "SC-9".into())),
        ..crate::store::entries::Entry::default()
    };
    crate::store::entries::insert(&mut connection, &[(two, &door)]).await.unwrap();
    sqlx::query(
        "INSERT INTO origin_body (code, zh, en, sort, channel, reports)
         VALUES ('province', '省', 'Province', 'superior', 'superior', true)",
    )
    .execute(&mut *connection)
    .await
    .unwrap();
    for _ in 0..2 {
        apply_once(&house.db, "intake", &Hearing, &batch, true).await.unwrap();
    }
    for serial in [1, 2, 3] {
        assert_eq!(file(&house, serial).await.state.as_str(), "closed");
    }
    let said: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT aggregate_id, payload FROM outbox_event WHERE kind = 'case.closed'")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
    assert_eq!(said.len(), 3);
    let into = |case: CaseId| {
        let (_, body) = said.iter().find(|(aggregate, _)| *aggregate == case.0).unwrap();
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        body["merged_into"].as_str().map(str::to_owned)
    };
    assert_eq!((into(root), into(one), into(two)), (None, None, Some(root.to_string())));
    let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM case_merge WHERE ended_at IS NULL")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(waiting, 0);
    let entries = dossier::of_case(&mut connection, two).await.unwrap();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry.what.kind.as_str()).collect();
    assert_eq!(kinds, ["case.closed", "case.reported_up"]);
    assert!(chain::is_whole(&entries));
}

#[tokio::test]
async fn a_matter_ended_for_good_is_noted_once() {
    let house = house().await;
    let case = open_case(&house, 1).await;
    let ended = || contracts::petition::CaseTerminated { termination: "reexamined".into() }.into();
    let batch = vec![event("routing", case, 1, ended()), event("routing", case, 2, ended())];
    apply_once(&house.db, "intake", &Hearing, &batch, true).await.unwrap();
    let noted: Vec<String> =
        sqlx::query_scalar("SELECT termination FROM case_termination WHERE case_id = $1")
            .bind(case.0)
            .fetch_all(&house.db.pool)
            .await
            .unwrap();
    assert_eq!(noted, ["reexamined"]);
}

#[tokio::test]
async fn a_hand_down_is_reported_back_once_for_each_answer() {
    let house = house().await;
    let (down, ours) = (open_case(&house, 1).await, open_case(&house, 2).await);
    let mut connection = house.db.pool.acquire().await.unwrap();
    let door = crate::store::entries::Entry {
        origin: Some(("province".into(), "SC-1".into())),
        ..crate::store::entries::Entry::default()
    };
    crate::store::entries::insert(&mut connection, &[(down, &door)]).await.unwrap();
    sqlx::query(
        "INSERT INTO origin_body (code, zh, en, sort, channel, reports)
         VALUES ('province', '省', 'Province', 'superior', 'superior', true)",
    )
    .execute(&mut *connection)
    .await
    .unwrap();
    let batch = vec![
        event("routing", down, 1, dispatched(1, "housing")),
        event("routing", down, 2, answered(1)),
        event("routing", ours, 1, answered(1)),
    ];
    for _ in 0..2 {
        apply_once(&house.db, "intake", &Hearing, &batch, true).await.unwrap();
    }
    // The same answer said again, as another event; and the answer of the next round.
    let more = vec![event("routing", down, 3, answered(1)), event("routing", down, 4, answered(2))];
    apply_once(&house.db, "intake", &Hearing, &more, true).await.unwrap();
    let open = crate::store::reports::open(&mut connection, "province", 0, 10).await.unwrap();
    let told: Vec<(&str, i32)> = open.iter().map(|row| (row.serial.as_str(), row.round)).collect();
    assert_eq!(told, [("SC-1", 1), ("SC-1", 2)]);
    let said: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox_event WHERE kind = 'case.reported_up'")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(said, 2);
    let now = at("2026-03-04T01:00:00Z");
    for acknowledged in [true, true] {
        let done = crate::store::reports::acknowledge(&mut connection, "province", "SC-1", 1, now).await;
        assert_eq!(done.unwrap(), acknowledged);
    }
    let left = crate::store::reports::open(&mut connection, "province", 0, 10).await.unwrap();
    assert_eq!(left.len(), 1);
    let entries = dossier::of_case(&mut connection, down).await.unwrap();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry.what.kind.as_str()).collect();
    assert!(kinds.contains(&"case.reported_up") && chain::is_whole(&entries), "{kinds:?}");
}
