//! The service against a real PostgreSQL: everybody who waits is told once, whatever the order in which things are heard.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use contracts::{
    Body, StoredEvent,
    assignment::{AssignmentDispatched, AssignmentReplied, AssignmentReturned, AssignmentSigned},
    case::{
        CaseAccepted, CaseAnswered, CaseDeclined, CaseRegistered, CaseReopened, CaseSupplemented, PackRef,
    },
    clock::{ClockExpired, ClockOpened, ClockWarned, Running},
    followup::FollowUpOpened,
    words::{Channel, Kind, Mode, Outcome, Part, Urgency},
};
use identity::{Claims, Keys, Role};
use ids::{AssignmentId, CaseId, ClockId, EventId, FollowUpId, UnitCode};
use jiff::{SignedDuration, Timestamp, civil::date};
use notification::{Hearing, Notification, Packs, check_pack};
use pg::{Database, Settings};
use proptest::{
    prelude::{Just, Strategy as _},
    strategy::ValueTree as _,
    test_runner::TestRunner,
};
use runtime::{PolicyFiles, Service as _, apply_once};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy")
}

fn start() -> Timestamp {
    "2026-03-02T01:00:00Z".parse().expect("a timestamp")
}

/// What happens to a case, in the true order, with the numbering of each service.
struct Life {
    case: CaseId,
    historic: bool,
    events: Vec<StoredEvent>,
}

impl Life {
    fn new(case: &str, historic: bool) -> Self {
        Self { case: CaseId::derived(case), historic, events: Vec::new() }
    }

    fn say(&mut self, body: impl Into<Body>) -> &mut Self {
        let body = body.into();
        let version = self.events.iter().filter(|event| event.source == body.owner()).count() + 1;
        let minutes = i64::try_from(self.events.len()).expect("few");
        self.events.push(StoredEvent {
            id: EventId::derived(&format!("{}:{}:{version}", self.case, body.owner())),
            source: body.owner().to_owned(),
            aggregate: self.case.0,
            version: i64::try_from(version).expect("few"),
            kind: body.kind().to_owned(),
            region: "511602".to_owned(),
            time: start() + SignedDuration::from_mins(minutes),
            actor: "system".to_owned(),
            causation: None,
            trace: None,
            historic: self.historic,
            payload: String::from_utf8(body.to_json()).expect("JSON"),
        });
        self
    }

    fn of(&self, source: &str) -> Vec<StoredEvent> {
        self.events.iter().filter(|event| event.source == source).cloned().collect()
    }
}

fn pack() -> PackRef {
    PackRef { id: "mailbox-002".to_owned(), version: 1 }
}

fn registered() -> CaseRegistered {
    CaseRegistered {
        number: "260302511602000001".parse().expect("a number"),
        kind: Kind::Complaint,
        channel: Channel::Mailbox,
        region: "511602".parse().expect("a region"),
        urgency: Urgency::Ordinary,
        received_at: start(),
        pack: pack(),
        confidential: false,
    }
}

fn accepted() -> CaseAccepted {
    let CaseRegistered { number, kind, channel, region, urgency, received_at, pack, confidential } =
        registered();
    CaseAccepted {
        number,
        kind,
        subject: None,
        channel,
        region,
        urgency,
        received_at,
        pack,
        confidential,
        multi_unit: false,
        wording: None,
        unit_hint: None,
        mode_hint: None,
        reachable: vec!["sms".to_owned()],
    }
}

fn unit() -> UnitCode {
    "water".parse().expect("a unit")
}

fn due() -> Timestamp {
    "2026-03-29T16:00:00Z".parse().expect("a timestamp")
}

/// A whole case, from registration to a second round.
fn whole(case: &str, historic: bool) -> Life {
    let mut life = Life::new(case, historic);
    let (assignment, clock) = (AssignmentId::derived(case), ClockId::derived(case));
    let running = Running {
        clock,
        name: "handle".to_owned(),
        assignment: None,
        unit: None,
        started_at: start(),
        due_at: due(),
        due_day: date(2026, 3, 29),
        provisional: true,
    };
    life.say(registered())
        .say(accepted())
        .say(ClockOpened { clocks: vec![running], pack: pack(), round: 1 })
        .say(CaseSupplemented { count: 1 })
        .say(AssignmentDispatched {
            assignment,
            unit: unit(),
            mode: Mode::Assignment,
            part: Part::Lead,
            round: 1,
            decided_by: "person".to_owned(),
            pack: pack(),
        })
        .say(AssignmentReturned { assignment, unit: unit(), reason: "not-ours".to_owned() })
        .say(AssignmentSigned { assignment, unit: unit() })
        .say(ClockWarned {
            clock,
            name: "handle".to_owned(),
            unit: Some(unit()),
            due_at: due(),
            scheduled_for: start(),
            lateness_ms: 0,
        })
        .say(ClockExpired {
            clock,
            name: "handle".to_owned(),
            unit: Some(unit()),
            due_at: due(),
            lateness_ms: 0,
        })
        .say(AssignmentReplied { assignment, unit: unit(), outcome: Outcome::Supported, attempt: 1 })
        .say(CaseAnswered {
            unit: unit(),
            outcome: Outcome::Supported,
            mode: Mode::Assignment,
            round: 1,
            answered_at: start(),
        })
        .say(FollowUpOpened { followup: FollowUpId::derived(case), round: 1 })
        .say(CaseReopened { round: 2, reason: "unsatisfied".to_owned() });
    life
}

struct Desk {
    db: Database,
    hearing: Hearing,
    servers: testkit::Database,
}

type Told = (String, String, String, Option<String>, String, String, String, i32);

impl Desk {
    async fn new() -> Self {
        let servers = testkit::database("notices").await.expect("servers");
        let db = Database::open(&Settings {
            url: servers.url.clone(),
            schema: Notification::SCHEMA.to_owned(),
            max_connections: 4,
        })
        .expect("a pool");
        db.migrate(Notification::migrator()).await.expect("migrations");
        let packs = Packs::read(&PolicyFiles::read(&folder()).expect("packs")).expect("packs hold");
        Self { db, hearing: Hearing::new(Arc::new(packs), "https://example.test/"), servers }
    }

    async fn hear(&self, batch: &[StoredEvent]) {
        apply_once(&self.db, "notification", &self.hearing, batch, true).await.expect("applied");
    }

    async fn told(&self, case: CaseId) -> Vec<Told> {
        sqlx::query_as(
            "SELECT template, recipient, channel, medium, zh, en, state, attempts FROM notice WHERE case_id = $1
             ORDER BY created_at, template",
        )
        .bind(case.0)
        .fetch_all(&self.db.pool)
        .await
        .expect("rows")
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.db.pool).await.expect("a number")
    }

    async fn said(&self, case: CaseId) -> i64 {
        sqlx::query_scalar(
            "SELECT count(*) FROM outbox_event WHERE aggregate_id = $1 AND kind = 'notice.sent'",
        )
        .bind(case.0)
        .fetch_one(&self.db.pool)
        .await
        .expect("a number")
    }
}

#[tokio::test]
async fn whoever_waits_is_told_once() {
    let desk = Desk::new().await;
    let life = whole("plain", false);
    desk.hear(&life.events).await;
    desk.hear(&life.events).await;
    let told = desk.told(life.case).await;
    let find = |template: &str| {
        told.iter().find(|told| told.0 == template).unwrap_or_else(|| panic!("{template} in {told:#?}"))
    };
    let accepted = find("case.accepted/citizen");
    assert_eq!((accepted.2.as_str(), accepted.3.as_deref()), ("spool", Some("sms")));
    assert!(
        accepted.4.contains("2026年3月2日") && accepted.4.contains("260302511602000001"),
        "{}",
        accepted.4
    );
    assert!(accepted.5.contains("https://example.test/"));
    assert!(find("clock.opened/handle/citizen").4.contains("办理期限为2026年3月29日（暂定）"));
    assert!(find("clock.warned/unit").5.contains("handling is due by 2026-03-29 (provisional)"));
    // Nobody had the case when it was supplemented: the first unit that got it is told.
    for template in
        ["case.supplemented/unit", "assignment.dispatched/unit", "clock.expired/unit", "case.reopened/unit"]
    {
        assert_eq!(find(template).1, "water", "{template}");
    }
    assert_eq!(find("assignment.returned/centre").1, "centre");
    assert!(find("case.reopened/citizen").4.contains("第2次"));
    assert!(told.iter().all(|told| told.6 == "sent" && told.7 == 1));
    assert!(told.iter().all(|told| !told.4.contains('{') && !told.4.contains('—')), "{told:#?}");
    assert_eq!(desk.said(life.case).await, i64::try_from(told.len()).unwrap());
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 0);
    let odd = "SELECT count(*) FROM outbox_event WHERE historic OR causation IS NULL OR region <> '511602'";
    assert_eq!(desk.count(odd).await, 0);
}

#[tokio::test]
async fn any_order_of_sources_and_any_cut_into_batches_tells_the_same() {
    let desk = Desk::new().await;
    let plain = whole("true order", false);
    desk.hear(&plain.events).await;
    let expected = desk.told(plain.case).await;
    assert_eq!(expected.len(), 13);
    let sources = ["intake", "routing", "deadline-scheduler", "evaluation"];
    let mut runner = TestRunner::deterministic();
    for round in 0..12 {
        let life = whole(&format!("round {round}"), false);
        // Which source speaks next: within a source the order stays.
        let turns: Vec<String> = life.events.iter().map(|event| event.source.clone()).collect();
        let turns = Just(turns).prop_shuffle().new_tree(&mut runner).unwrap().current();
        let mut queues: BTreeMap<&str, Vec<StoredEvent>> =
            sources.iter().map(|source| (*source, life.of(source).into_iter().rev().collect())).collect();
        let mixed: Vec<StoredEvent> =
            turns.iter().map(|turn| queues.get_mut(turn.as_str()).unwrap().pop().unwrap()).collect();
        for batch in mixed.chunks(1 + round % 5) {
            desk.hear(batch).await;
            desk.hear(batch).await;
        }
        let order: Vec<&str> = mixed.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(desk.told(life.case).await, expected, "{order:?}");
        assert_eq!(desk.said(life.case).await, 13, "{order:?}");
    }
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 0);
    assert_eq!(desk.count("SELECT count(*) FROM case_card WHERE waiting").await, 0);
}

#[tokio::test]
async fn a_history_owes_nobody_but_what_comes_after_it_does() {
    let desk = Desk::new().await;
    let mut life = whole("old", true);
    desk.hear(&life.events).await;
    assert!(desk.told(life.case).await.is_empty());
    assert_eq!(desk.count("SELECT count(*) FROM outbox_event").await, 0);
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 0);
    life.historic = false;
    let heard = life.events.len();
    life.say(CaseReopened { round: 3, reason: "new-facts".to_owned() });
    desk.hear(&life.events[heard..]).await;
    let told = desk.told(life.case).await;
    assert_eq!(told.iter().map(|told| told.1.as_str()).collect::<Vec<_>>(), ["citizen", "water"]);
}

#[tokio::test]
async fn a_decline_says_why_and_where_to_turn() {
    let desk = Desk::new().await;
    let mut life = Life::new("declined", false);
    life.say(registered()).say(CaseDeclined { reason: "statutory_route".to_owned() });
    desk.hear(&life.events).await;
    let told = desk.told(life.case).await;
    assert_eq!(told.len(), 1);
    // Nothing is known of a way to the citizen; the inbox of the case is.
    assert_eq!(told[0].2, "inbox");
    assert!(told[0].4.contains("法定途径") && told[0].4.contains("人民法院"), "{}", told[0].4);
}

#[tokio::test]
async fn a_case_under_a_missing_pack_is_laid_before_a_person() {
    let desk = Desk::new().await;
    let mut life = Life::new("elsewhere", false);
    let mut body = registered();
    body.pack.id = "no-such-pack".to_owned();
    life.say(body).say(CaseSupplemented { count: 1 });
    let outcome = apply_once(&desk.db, "notification", &desk.hearing, &life.events, true).await;
    assert!(matches!(outcome, Err(runtime::ApplyError::Poison { .. })));
}

#[test]
fn the_packs_shipped_hold_and_a_bad_one_is_told_everything() {
    for pack in std::fs::read_dir(folder()).unwrap() {
        let file = pack.unwrap().path().join("notices.toml");
        if let Ok(text) = std::fs::read_to_string(&file) {
            assert_eq!(check_pack(&text), Vec::<String>::new(), "{}", file.display());
        }
    }
    let bad = "
        [[notice]]
        event = \"case.accepted\"
        audience = \"citizen\"
        channels = [\"inbox\"]
        variables = [\"name\"]
        title = { zh = \"标题\", en = \"Title\" }
        body = { zh = \"{name}\", en = \"{phone}\" }
        [[notice]]
        event = \"case.accepted\"
        colour = \"red\"
        [other]
    ";
    let mistakes = check_pack(bad).join("\n");
    for part in ["\"name\" is no variable", "\"phone\" is no variable", "notice 2: ", "other: not a key"] {
        assert!(mistakes.contains(part), "{part} in\n{mistakes}");
    }
    assert_eq!(check_pack("not toml").len(), 1);
}

struct Door {
    base: String,
    keys: Keys,
    http: reqwest::Client,
}

impl Door {
    fn token(&self, role: Role, unit: Option<&str>, region: Option<&str>, case: Option<CaseId>) -> String {
        self.keys.sign(&Claims {
            sub: case.unwrap_or(CaseId::derived("account")).0,
            role,
            roles: vec![role],
            unit: unit.map(|unit| unit.parse().expect("a unit")),
            region: region.map(|region| region.parse().expect("a region")),
            case,
            exp: 4_000_000_000,
        })
    }

    async fn get(&self, token: &str, path: &str) -> (u16, Vec<serde_json::Value>, Option<String>) {
        let answer =
            self.http.get(format!("{}{path}", self.base)).bearer_auth(token).send().await.expect("an answer");
        let link = answer.headers().get("link").map(|link| link.to_str().expect("ASCII").to_owned());
        let next = link.and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
        let status = answer.status().as_u16();
        let body: serde_json::Value = answer.json().await.expect("JSON");
        (status, body.as_array().cloned().unwrap_or_default(), next)
    }

    async fn open(&self, token: &str, id: &str) -> u16 {
        let address = format!("{}/api/notification/notices/{id}/opened", self.base);
        self.http.post(address).bearer_auth(token).send().await.expect("an answer").status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_their_own() {
    let desk = Desk::new().await;
    let secret = "a secret of this test, long enough for it".to_owned();
    let settings = runtime::Settings::read(
        None,
        &[
            ("http.listen", "127.0.0.1:0".to_owned()),
            ("database.url", desk.servers.url.clone()),
            ("nats.url", desk.servers.servers.nats_url.clone()),
            ("security.secret", secret.clone()),
            ("policy.folder", folder().display().to_string()),
        ],
    )
    .unwrap();
    let catalogue = [runtime::entry::<Notification>()];
    runtime::migrate(&catalogue, &settings).await.unwrap();
    runtime::migrate_streams(&catalogue, &settings).await.unwrap();
    let running = runtime::start(&catalogue, &settings, runtime::Clock::default()).await.unwrap();
    let door = Door {
        base: format!("http://{}", running.address()),
        keys: Keys::from_secret(&secret.into()),
        http: reqwest::Client::new(),
    };
    let life = whole("read", false);
    desk.hear(&life.events).await;
    let of_case = format!("/api/notification/cases/{}/notices", life.case);

    let citizen = door.token(Role::Citizen, None, None, Some(life.case));
    let (status, own, _) = door.get(&citizen, &of_case).await;
    assert_eq!((status, own.len()), (200, 5));
    assert!(own.iter().all(|notice| notice["audience"] == "citizen"));
    let other = door.token(Role::Citizen, None, None, Some(CaseId::derived("other")));
    assert_eq!(door.get(&other, &of_case).await.0, 403);

    let operator = door.token(Role::Operator, None, Some("511600"), None);
    let (_, first, next) = door.get(&operator, &format!("{of_case}?limit=9")).await;
    let (_, second, last) = door.get(&operator, &next.unwrap()).await;
    assert_eq!((first.len(), second.len(), last), (9, 4, None));
    let elsewhere = door.token(Role::Operator, None, Some("440100"), None);
    assert!(door.get(&elsewhere, &of_case).await.1.is_empty());

    let officer = door.token(Role::Officer, Some("water"), None, None);
    let (_, inbox, _) = door.get(&officer, "/api/notification/inbox").await;
    assert_eq!(inbox.len(), 5);
    assert!(inbox[0]["created_at"].as_str() > inbox[4]["created_at"].as_str());
    assert_eq!(door.get(&officer, "/api/notification/inbox?unit=roads").await.0, 403);
    assert_eq!(door.get(&officer, "/api/notification/inbox?of=centre").await.0, 403);
    assert_eq!(door.get(&officer, &of_case).await.0, 403);
    let id = inbox[0]["id"].as_str().unwrap();
    assert_eq!(door.open(&citizen, id).await, 403);
    assert_eq!(door.open(&officer, id).await, 204);
    assert_eq!(door.open(&officer, id).await, 204);
    assert_eq!(door.get(&officer, "/api/notification/inbox?unread=true").await.1.len(), 4);
    assert_eq!(door.open(&citizen, own[0]["id"].as_str().unwrap()).await, 204);
    assert_eq!(door.open(&other, own[1]["id"].as_str().unwrap()).await, 404);

    assert_eq!(door.get(&operator, "/api/notification/inbox").await.1.len(), 3);
    assert_eq!(door.get(&operator, "/api/notification/inbox?of=leader").await.0, 403);
    let auditor = door.token(Role::Auditor, None, None, None);
    let (_, spool, next) = door.get(&auditor, "/api/notification/spool?limit=3").await;
    assert!(spool.iter().all(|notice| notice["medium"] == "sms"));
    assert_eq!(door.get(&auditor, &next.unwrap()).await.1.len(), 1);
    assert_eq!(door.get(&operator, "/api/notification/spool").await.0, 403);
    assert!(running.stop().await);
}
