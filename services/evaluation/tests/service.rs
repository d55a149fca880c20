//! The service as a process on private servers: facts from events in any order, figures, ratings, follow-ups.

use std::{collections::BTreeMap, path::Path};

use contracts::{
    Body, StoredEvent,
    assignment::AssignmentDispatched,
    case::{CaseAccepted, CaseAnswered, CaseClosed, CaseWithdrawn, PackRef},
    clock::{ClockOpened, Running},
    words::{Channel, Kind, Mode, Outcome, Part, Urgency},
};
use evaluation::{Config, Evaluation};
use evaluation_rules::{Cell, Due, Fact, Heard, Method, Registration, row};
use identity::{Claims, Keys, Role};
use ids::{AssignmentId, CaseId, CaseNumber, ClockId, EventId, RegionCode};
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, date},
};
use runtime::{Clock, PolicyFiles, Service as _, Settings, apply_once};
use serde_json::{Value, json};

const SECRET: &str = "a secret of the test that is long enough";

/// 2026-06-15 10:00 in Shanghai, a Monday.
fn now() -> Timestamp {
    "2026-06-15T02:00:00Z".parse().unwrap()
}

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(calendar::zone()).unwrap().timestamp()
}

struct Desk {
    base: String,
    db: pg::Database,
    policy: PolicyFiles,
    keys: Keys,
    http: reqwest::Client,
    running: runtime::Running,
    _servers: testkit::Database,
}

impl Desk {
    async fn new() -> Self {
        Self::sweeping(3600).await
    }

    async fn sweeping(seconds: u64) -> Self {
        let servers = testkit::database("evaluation").await.unwrap();
        let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy");
        let overrides = [
            ("database.url", servers.url.clone()),
            ("nats.url", servers.servers.nats_url.clone()),
            ("http.listen", "127.0.0.1:0".to_owned()),
            ("security.secret", SECRET.to_owned()),
            ("policy.folder", packs.display().to_string()),
            ("evaluation.sweep_seconds", seconds.to_string()),
        ];
        let settings = Settings::read(None, &overrides).unwrap();
        let catalogue = [runtime::entry::<Evaluation>()];
        runtime::migrate(&catalogue, &settings).await.unwrap();
        runtime::migrate_streams(&catalogue, &settings).await.unwrap();
        let running = runtime::start(&catalogue, &settings, Clock::fixed(now())).await.unwrap();
        let db = pg::Settings {
            url: servers.url.clone(),
            schema: Evaluation::SCHEMA.to_owned(),
            max_connections: 4,
        };
        Self {
            base: format!("http://{}/api/evaluation", running.address()),
            db: pg::Database::open(&db).unwrap(),
            policy: PolicyFiles::read(&packs).unwrap(),
            keys: Keys::from_secret(&secrecy::SecretString::from(SECRET)),
            http: reqwest::Client::new(),
            running,
            _servers: servers,
        }
    }

    async fn hear(&self, batch: &[StoredEvent]) {
        let config = Config { comment_max_chars: 100, sweep_seconds: 1 };
        let consumer =
            evaluation::consumer(config, self.db.clone(), Clock::fixed(now()), &self.policy).unwrap();
        apply_once(&self.db, "evaluation", &consumer, batch, true).await.unwrap();
    }

    fn staff(&self, role: Role, region: Option<&str>) -> String {
        let claims = Claims {
            sub: uuid::Uuid::from_u128(7),
            role,
            roles: vec![role],
            unit: None,
            region: region.map(|code| code.parse().unwrap()),
            case: None,
            exp: now().as_second() + 600,
        };
        self.keys.sign(&claims)
    }

    fn citizen(&self, case: CaseId) -> String {
        self.keys.sign(&Claims::citizen(case, now().as_second() + 600))
    }

    async fn get(&self, path: &str, token: &str) -> (u16, Option<String>, Value) {
        let answer = self.http.get(format!("{}{path}", self.base)).bearer_auth(token).send().await.unwrap();
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        (answer.status().as_u16(), link, answer.json().await.unwrap())
    }

    async fn post(&self, path: &str, token: &str, body: Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn said(&self, case: CaseId) -> Vec<Body> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT kind, payload FROM outbox_event WHERE aggregate_id = $1 ORDER BY version")
                .bind(case.0)
                .fetch_all(&self.db.pool)
                .await
                .unwrap();
        rows.iter().map(|(kind, payload)| Body::from_json(kind, payload).unwrap()).collect()
    }

    async fn kinds(&self, case: CaseId) -> Vec<&'static str> {
        self.said(case).await.iter().map(Body::kind).collect()
    }
}

/// One case as three services tell it; `None` for what has not happened.
#[derive(Clone)]
struct Tale {
    case: CaseId,
    serial: i64,
    region: &'static str,
    kind: Kind,
    received: Date,
    due: Date,
    answered: Option<Date>,
    withdrawn: bool,
    historic: bool,
}

const UNITS: [&str; 2] = ["water", "city-management"];

impl Tale {
    fn new(serial: i64, received: Date, due: Date, answered: Option<Date>) -> Self {
        let case = CaseId::derived(&serial.to_string());
        let (region, kind) = ("511602", Kind::Complaint);
        Self { case, serial, region, kind, received, due, answered, withdrawn: false, historic: false }
    }

    fn unit(&self) -> &'static str {
        UNITS[usize::try_from(self.serial).unwrap() % 2]
    }

    fn registration(&self) -> CaseAccepted {
        let region: RegionCode = self.region.parse().unwrap();
        CaseAccepted {
            number: CaseNumber::new(self.received, &region, self.serial),
            kind: self.kind,
            subject: None,
            channel: Channel::Mailbox,
            region,
            urgency: Urgency::Ordinary,
            received_at: noon(self.received),
            pack: pack(),
            confidential: false,
            multi_unit: false,
            wording: None,
            unit_hint: None,
            mode_hint: None,
            reachable: Vec::new(),
        }
    }

    /// What each source says, in its order.
    fn told(&self) -> [Vec<StoredEvent>; 3] {
        let mut intake: Vec<Body> = vec![self.registration().into()];
        let unit: ids::UnitCode = self.unit().parse().unwrap();
        let assignment = AssignmentId::derived(self.unit());
        let dispatched = AssignmentDispatched {
            assignment,
            unit: unit.clone(),
            mode: Mode::Forwarding,
            part: Part::Lead,
            round: 1,
            decided_by: "person".to_owned(),
            pack: pack(),
        };
        let mut routing: Vec<Body> = vec![dispatched.into()];
        if let Some(day) = self.answered {
            let outcome = Outcome::Explained;
            let answered_at = noon(day);
            routing
                .push(CaseAnswered { unit, outcome, mode: Mode::Forwarding, round: 1, answered_at }.into());
            intake.push(CaseClosed { outcome, round: 1 }.into());
        }
        if self.withdrawn {
            intake.push(CaseWithdrawn {}.into());
        }
        let clock = |name: &str, due_day: Date| Running {
            clock: ClockId::derived(name),
            name: name.to_owned(),
            assignment: None,
            unit: None,
            started_at: noon(self.received),
            due_at: calendar::end_of_day(due_day),
            due_day,
            provisional: false,
        };
        let clocks = vec![clock("handle", self.due), clock("accept", self.received)];
        let opened = ClockOpened { clocks, pack: pack(), round: 1 };
        [intake, routing, vec![opened.into()]].map(|bodies| self.events(bodies))
    }

    fn events(&self, bodies: Vec<Body>) -> Vec<StoredEvent> {
        let event = |(index, body): (usize, Body)| StoredEvent {
            id: EventId::derived(&format!("{}:{}:{index}", self.case, body.owner())),
            source: body.owner().to_owned(),
            aggregate: self.case.0,
            version: i64::try_from(index).unwrap() + 1,
            kind: body.kind().to_owned(),
            region: self.region.to_owned(),
            time: noon(self.received),
            actor: "system".to_owned(),
            causation: None,
            trace: None,
            historic: self.historic,
            payload: String::from_utf8(body.to_json()).unwrap(),
        };
        bodies.into_iter().enumerate().map(event).collect()
    }

    /// The fact that the events come to, told to the rules without any service between.
    fn fact(&self) -> Fact {
        let pack = evaluation_rules::PackRef { id: "mailbox-002".into(), version: 1 };
        let accepted = self.registration();
        let mut fact = Fact::of(self.case);
        fact.hear(Heard::Accepted(Registration {
            number: accepted.number,
            pack: pack.clone(),
            region: accepted.region,
            kind: self.kind.as_str().parse().unwrap(),
            channel: "mailbox".into(),
            received_at: accepted.received_at,
            historic: self.historic,
        }));
        fact.hear(Heard::LimitSet { due: Due { day: self.due, provisional: false }, round: 1, pack });
        if let Some(day) = self.answered {
            let (unit, outcome) = (self.unit().parse().unwrap(), "explained".to_owned());
            fact.hear(Heard::Answered { unit, outcome, round: 1, at: noon(day), historic: self.historic });
            fact.hear(Heard::Closed { round: 1 });
        }
        if self.withdrawn {
            fact.hear(Heard::Withdrawn);
        }
        fact
    }
}

fn pack() -> PackRef {
    PackRef { id: "mailbox-002".to_owned(), version: 1 }
}

/// Draws numbers from a seed; the same ones each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn tales(count: i64) -> Vec<Tale> {
    let mut draw = Draw(7);
    let kinds = [Kind::Complaint, Kind::Help, Kind::Consultation];
    (0..count)
        .map(|serial| {
            let received = date(2026, 1, 1) + i64::try_from(draw.below(160)).unwrap().days();
            let due = received + i64::try_from(3 + draw.below(20)).unwrap().days();
            let answered = received + i64::try_from(draw.below(30)).unwrap().days();
            Tale {
                kind: kinds[draw.below(3)],
                region: ["511602", "511603", "512002"][draw.below(3)],
                withdrawn: draw.below(10) == 0,
                historic: draw.below(4) == 0,
                ..Tale::new(serial, received, due, (draw.below(5) > 0).then_some(answered))
            }
        })
        .collect()
}

/// Mixes the sources of all cases; each source stays in its order, batches are of any size.
fn mixed(tales: &[Tale], seed: u64) -> Vec<Vec<StoredEvent>> {
    let mut draw = Draw(seed);
    let mut queues: Vec<_> = tales.iter().flat_map(Tale::told).map(Vec::into_iter).collect();
    let mut stream = Vec::new();
    while !queues.is_empty() {
        let index = draw.below(queues.len());
        match queues[index].next() {
            Some(event) => stream.push(event),
            None => drop(queues.swap_remove(index)),
        }
    }
    let mut batches = Vec::new();
    while !stream.is_empty() {
        let rest = stream.split_off((1 + draw.below(100)).min(stream.len()));
        batches.push(std::mem::replace(&mut stream, rest));
    }
    batches
}

async fn snapshot(desk: &Desk) -> BTreeMap<uuid::Uuid, (Value, i64)> {
    let rows: Vec<(uuid::Uuid, Value, i64)> = sqlx::query_as(
        "SELECT case_id, to_jsonb(case_fact) - 'version' - 'followup_round',
                (SELECT count(*) FROM outbox_event WHERE aggregate_id = case_id) FROM case_fact",
    )
    .fetch_all(&desk.db.pool)
    .await
    .unwrap();
    rows.into_iter().map(|(case, fact, said)| (case, (fact, said))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_of_the_sources_ends_in_the_same_facts_and_the_figures_are_those_of_the_rules() {
    let tales = tales(300);
    let mut seen = Vec::new();
    for seed in [1, 2] {
        let desk = Desk::new().await;
        for batch in mixed(&tales, seed) {
            desk.hear(&batch).await;
            // What comes again changes nothing.
            desk.hear(&batch).await;
        }
        seen.push(snapshot(&desk).await);
        if seed == 2 {
            check_figures(&desk, &tales).await;
        }
        assert!(desk.running.stop().await);
    }
    assert_eq!(seen[0].len(), tales.len());
    for tale in &tales {
        let asked = tale.answered.is_some() && !tale.historic;
        for seen in &seen {
            let said = &seen[&tale.case.0].1;
            // Whether somebody asks about a case that was withdrawn hangs on which was heard first; else once.
            assert!(tale.withdrawn || *said == i64::from(asked), "{said} {asked}");
        }
        assert_eq!(seen[0][&tale.case.0].0, seen[1][&tale.case.0].0);
    }
}

async fn check_figures(desk: &Desk, tales: &[Tale]) {
    let token = desk.staff(Role::Supervisor, None);
    let as_of = date(2026, 5, 1);
    let expect = |keep: &dyn Fn(&Tale) -> bool| {
        let cells = tales
            .iter()
            .filter(|tale| keep(tale))
            .filter_map(|tale| Cell::of(&tale.fact(), as_of, calendar::shipped()));
        serde_json::to_value(row(cells, Method::Linear)).unwrap()
    };
    let figures = async |query: &str| {
        let path = format!("/indicators?policy=mailbox-002&as_of={as_of}{query}");
        let (status, _, table) = desk.get(&path, &token).await;
        assert_eq!(status, 200, "{table}");
        table["rows"].as_array().unwrap().clone()
    };
    let all = figures("").await;
    assert_eq!(all, [expect(&|_| true)]);
    assert!(all[0]["overdue"].as_u64().unwrap() > 0 && all[0]["rate"].as_f64().unwrap() < 1.0);
    let spring = figures("&from=2026-02-01&to=2026-03-31&region=511600&kind=help&unit=water").await;
    let within = date(2026, 2, 1)..=date(2026, 3, 31);
    let keep = |tale: &Tale| {
        within.contains(&tale.received)
            && tale.region.starts_with("5116")
            && tale.kind == Kind::Help
            && tale.unit() == "water"
    };
    assert_eq!(spring, [expect(&keep)]);
    let by_kind = figures("&group_by=kind").await;
    assert_eq!(by_kind.len(), 3);
    assert_eq!(by_kind[0]["group"], "complaint");
    assert_eq!(by_kind[0]["cases"], expect(&|tale| tale.kind == Kind::Complaint)["cases"]);
    assert_eq!(figures("&group_by=month").await[0]["group"], "2026-01");
    assert_eq!(figures("&from=2030-01-01").await[0]["rate"], Value::Null);
    for bad in ["?policy=nobody", "", "?policy=mailbox-002&from=2026-13-01", "?policy=mailbox-002&region=5"] {
        assert_eq!(desk.get(&format!("/indicators{bad}"), &token).await.0, 400, "{bad}");
    }
    let citizen = desk.citizen(tales[0].case);
    assert_eq!(desk.get("/indicators?policy=mailbox-002", &citizen).await.0, 403);
}

fn answered(serial: i64) -> Tale {
    Tale::new(serial, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_rates_once_a_round_and_an_unsatisfied_case_goes_round_again() {
    let desk = Desk::new().await;
    let (tale, waiting) = (answered(1), Tale::new(2, date(2026, 6, 8), date(2026, 6, 15), None));
    let events: Vec<StoredEvent> = [&tale, &waiting].iter().flat_map(|tale| tale.told()).flatten().collect();
    desk.hear(&events).await;
    assert_eq!(desk.kinds(tale.case).await, ["followup.opened"]);

    let (path, own) = (format!("/cases/{}/rating", tale.case), desk.citizen(tale.case));
    let poor = json!({"solved": "no", "grade": "poor", "comment": "路灯还是不亮，请再看一看。"});
    assert_eq!(desk.post(&path, &desk.citizen(waiting.case), poor.clone()).await.0, 403);
    let elsewhere = desk.staff(Role::Operator, Some("512000"));
    assert_eq!(desk.post(&path, &elsewhere, poor.clone()).await.0, 403);
    let unanswered = format!("/cases/{}/rating", waiting.case);
    assert_eq!(desk.post(&unanswered, &desk.citizen(waiting.case), poor.clone()).await.0, 409);
    let nobody = CaseId::derived("nobody");
    let path_of_nobody = format!("/cases/{nobody}/rating");
    assert_eq!(desk.post(&path_of_nobody, &desk.citizen(nobody), poor.clone()).await.0, 404);
    let (status, problem) = desk.post(&path, &own, json!({"solved": "no", "grade": "awful"})).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("grade")));
    let long = json!({"solved": "no", "grade": "poor", "comment": "长".repeat(1001)});
    assert_eq!(desk.post(&path, &own, long).await.0, 422);

    let (status, taken) = desk.post(&path, &own, poor.clone()).await;
    assert_eq!((status, &taken), (200, &json!({"round": 1, "reopened": true, "reason": "unsatisfied"})));
    assert_eq!(desk.post(&path, &own, poor).await.1, taken, "the same again gives the same answer");
    let kinds = ["followup.opened", "case.rated", "followup.completed", "case.reopened"];
    assert_eq!(desk.kinds(tale.case).await, kinds);
    let said =
        serde_json::to_string(&desk.said(tale.case).await.iter().map(Body::to_json).collect::<Vec<_>>());
    assert!(!said.unwrap().contains("路灯"));
    let (_, _, fact) = desk.get(&format!("/cases/{}/fact", tale.case), &own).await;
    assert_eq!((&fact["state"], &fact["round"], &fact["in_time"]), (&json!("open"), &json!(2), &json!(true)));
    assert_eq!((&fact["workdays"], &fact["grade"]), (&json!(4), &json!("poor")));

    // The second round is answered and asked about; no round is left after it.
    let again = CaseAnswered {
        unit: "water".parse().unwrap(),
        outcome: Outcome::Supported,
        mode: Mode::Forwarding,
        round: 2,
        answered_at: now(),
    };
    let mut second = tale.events(vec![again.into()]);
    second[0].version = 3;
    second[0].id = EventId::fresh();
    desk.hear(&second).await;
    assert_eq!(desk.kinds(tale.case).await.last(), Some(&"followup.opened"));
    let reopen = format!("/cases/{}/reopen", tale.case);
    let supervisor = desk.staff(Role::Supervisor, None);
    assert_eq!(desk.post(&reopen, &supervisor, json!({"reason": "new-facts"})).await.0, 409);
    let (status, taken) = desk.post(&path, &own, json!({"solved": "yes", "grade": "very-good"})).await;
    assert_eq!((status, &taken["reopened"], &taken["round"]), (200, &json!(false), &json!(2)));
    assert_eq!(desk.post(&path, &own, json!({"solved": "no", "grade": "poor"})).await.0, 409);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_work_the_follow_ups() {
    let desk = Desk::new().await;
    let tales: Vec<Tale> = (1..=5).map(answered).collect();
    let events: Vec<StoredEvent> = tales.iter().flat_map(Tale::told).flatten().collect();
    desk.hear(&events).await;
    let operator = desk.staff(Role::Operator, Some("511600"));
    let (status, link, first) = desk.get("/followups?limit=3", &operator).await;
    assert_eq!((status, first.as_array().unwrap().len()), (200, 3), "{first}");
    let after = link.unwrap().split("after=").nth(1).unwrap().split('>').next().unwrap().to_owned();
    let (_, link, second) = desk.get(&format!("/followups?limit=3&after={after}"), &operator).await;
    assert_eq!((second.as_array().unwrap().len(), link), (2, None));
    let other = desk.staff(Role::Operator, Some("512000"));
    assert_eq!(desk.get("/followups", &other).await.2, json!([]));
    assert_eq!(desk.get("/followups", &desk.citizen(tales[0].case)).await.0, 403);
    assert_eq!(desk.get("/followups?state=lost", &operator).await.0, 400);

    let complete = format!("/followups/{}/complete", first[0]["id"].as_str().unwrap());
    for _ in 0..2 {
        let (status, task) = desk.post(&complete, &operator, json!({"result": "unreachable"})).await;
        assert_eq!(
            (status, &task["state"], &task["result"]),
            (200, &json!("completed"), &json!("unreachable"))
        );
    }
    assert_eq!(desk.post(&complete, &operator, json!({"result": "declined"})).await.0, 409);
    assert_eq!(desk.post(&complete, &other, json!({"result": "unreachable"})).await.0, 403);
    assert_eq!(desk.post(&complete, &operator, json!({"result": "rated"})).await.0, 422);
    let done: CaseId = first[0]["case_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(desk.kinds(done).await, ["followup.opened", "followup.completed"]);

    let reopened: CaseId = second[0]["case_id"].as_str().unwrap().parse().unwrap();
    let path = format!("/cases/{reopened}/reopen");
    let supervisor = desk.staff(Role::Supervisor, None);
    let (status, answer) = desk.post(&path, &supervisor, json!({"reason": "unsolved"})).await;
    assert_eq!((status, answer), (200, json!({"round": 2})));
    assert_eq!(desk.post(&path, &supervisor, json!({"reason": "unsolved"})).await.0, 409);
    let kinds = ["followup.opened", "followup.completed", "case.reopened"];
    assert_eq!(desk.kinds(reopened).await, kinds);
    assert_eq!(desk.get("/followups?state=completed", &operator).await.2.as_array().unwrap().len(), 2);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn time_ends_a_follow_up_that_nobody_answers() {
    let desk = Desk::sweeping(1).await;
    // Long ago by the database's clock, which alone decides.
    let tale = Tale::new(1, date(2025, 6, 9), date(2025, 6, 16), Some(date(2025, 6, 12)));
    desk.hear(&tale.told().concat()).await;
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while desk.kinds(tale.case).await.len() < 2 && std::time::Instant::now() < patience {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let said = desk.said(tale.case).await;
    let [Body::FollowUpOpened(opened), Body::FollowUpCompleted(completed)] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!((opened.followup, completed.result.as_str()), (completed.followup, "unreachable"));
    let happened: jiff_sqlx::Timestamp =
        sqlx::query_scalar("SELECT happened_at FROM outbox_event WHERE kind = 'followup.completed'")
            .fetch_one(&desk.db.pool)
            .await
            .unwrap();
    assert_eq!(happened.to_jiff(), calendar::end_of_day(date(2025, 6, 19)));
    assert!(desk.running.stop().await);
}
