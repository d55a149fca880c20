//! The service against a real PostgreSQL: what is heard becomes clocks, what is due is said once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use contracts::{
    Body, StoredEvent,
    assignment::{AssignmentContacted, AssignmentDispatched},
    case::{CaseAccepted, CaseAnswered, CaseClosed, CaseHistoryEnded, CaseReopened, CaseWithdrawn, PackRef},
    words::{Channel, Kind, Mode, Outcome, Part, Urgency},
};
use deadline_scheduler::{DeadlineScheduler, Hearing, tasks::timers::fire_due};
use ids::{AssignmentId, CaseId, CaseNumber, EventId};
use jiff::{SignedDuration, Timestamp, civil::date};
use pg::{Database, Settings};
use runtime::{ApplyError, Clock, PolicyFiles, Service as _, Wake, apply_once};

struct Desk {
    db: Database,
    hearing: Hearing,
    case: CaseId,
    versions: BTreeMap<&'static str, i64>,
    historic: bool,
    pack: &'static str,
    _servers: testkit::Database,
}

const SHARDS: std::ops::Range<i16> = 0..64;

impl Desk {
    async fn new(pack: &'static str) -> Self {
        let servers = testkit::database("deadlines").await.unwrap();
        let settings = Settings {
            url: servers.url.clone(),
            schema: "deadline_scheduler".to_owned(),
            max_connections: 4,
        };
        let db = Database::open(&settings).unwrap();
        db.migrate(DeadlineScheduler::migrator()).await.unwrap();
        let texts = [
            ("mailbox-002", include_str!("../../../deploy/policy/mailbox-002/deadlines.toml")),
            ("petition-2022", include_str!("../../../deploy/policy/petition-2022/deadlines.toml")),
        ];
        let packs = texts.map(|(id, text)| {
            let head = format!("id = \"{id}\"\nversion = 1\nvalid_from = \"2011-01-01\"");
            BTreeMap::from([("pack".to_owned(), head), ("deadlines".to_owned(), text.to_owned())])
        });
        let policy = PolicyFiles::from_texts(packs.to_vec()).unwrap();
        let hearing = DeadlineScheduler::hearing_of(&policy, Wake::default(), Clock::default()).unwrap();
        let case = CaseId::fresh();
        Self { db, hearing, case, versions: BTreeMap::new(), historic: false, pack, _servers: servers }
    }

    fn event(&mut self, time: Timestamp, body: impl Into<Body>) -> StoredEvent {
        let body = body.into();
        let version = self.versions.entry(body.owner()).or_default();
        *version += 1;
        StoredEvent {
            id: EventId::fresh(),
            source: body.owner().to_owned(),
            aggregate: self.case.0,
            version: *version,
            kind: body.kind().to_owned(),
            region: "511602".to_owned(),
            time,
            actor: "system".to_owned(),
            causation: None,
            trace: None,
            historic: self.historic,
            payload: String::from_utf8(body.to_json()).unwrap(),
        }
    }

    async fn hear(&self, batch: &[StoredEvent]) -> Result<(), ApplyError> {
        apply_once(&self.db, "deadline-scheduler", &self.hearing, batch, true).await.map(|_| ())
    }

    async fn tell(&mut self, time: Timestamp, body: impl Into<Body>) {
        let event = self.event(time, body);
        self.hear(&[event]).await.unwrap();
    }

    fn accepted(&self, kind: Kind, received_at: Timestamp) -> CaseAccepted {
        let region: ids::RegionCode = "511602".parse().unwrap();
        CaseAccepted {
            number: CaseNumber::new(date(2026, 2, 13), &region, 7),
            kind,
            subject: None,
            channel: Channel::Mailbox,
            region,
            urgency: Urgency::Ordinary,
            received_at,
            pack: PackRef { id: self.pack.to_owned(), version: 1 },
            confidential: false,
            multi_unit: false,
            wording: None,
            unit_hint: None,
            mode_hint: None,
            reachable: Vec::new(),
            class: None,
            fast: None,
        }
    }

    fn dispatched(&self, unit: &str, part: Part) -> AssignmentDispatched {
        AssignmentDispatched {
            assignment: AssignmentId::derived(unit),
            unit: unit.parse().unwrap(),
            mode: Mode::Forwarding,
            part,
            round: 1,
            decided_by: "person".to_owned(),
            pack: PackRef { id: self.pack.to_owned(), version: 1 },
            parent: None,
        }
    }

    fn answered(&self, at: Timestamp) -> CaseAnswered {
        CaseAnswered {
            unit: "water".parse().unwrap(),
            outcome: Outcome::Explained,
            mode: Mode::Forwarding,
            round: 1,
            answered_at: at,
        }
    }

    async fn fire(&self) -> usize {
        fire_due(&self.db, &SHARDS.collect::<Vec<_>>(), 4000).await.unwrap()
    }

    async fn said(&self) -> Vec<Body> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT kind, payload FROM outbox_event ORDER BY seq")
                .fetch_all(&self.db.pool)
                .await
                .unwrap();
        rows.iter().map(|(kind, payload)| Body::from_json(kind, payload).unwrap()).collect()
    }

    async fn kinds(&self) -> Vec<&'static str> {
        self.said().await.iter().map(Body::kind).collect()
    }

    async fn armed(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM timer").fetch_one(&self.db.pool).await.unwrap()
    }

    async fn late(&self) -> Vec<bool> {
        let said = self.said().await;
        let met =
            said.iter().filter_map(|body| if let Body::ClockMet(met) = body { Some(met) } else { None });
        met.flat_map(|met| met.clocks.iter().map(|clock| clock.late)).collect()
    }
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_case_has_a_clock_and_an_answer_in_time_meets_it_also_when_heard_twice() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Consultation, now);
    let (opened, dispatched) = (desk.event(now, accepted), desk.dispatched("water", Part::Lead));
    let dispatched = desk.event(now, dispatched);
    let batch = [opened, dispatched];
    desk.hear(&batch).await.unwrap();
    desk.hear(&batch).await.unwrap();
    let said = desk.said().await;
    let [Body::ClockOpened(opened)] = said.as_slice() else { panic!("{said:?}") };
    let due = calendar::shipped().add_workdays(calendar::day_of(now), 5).unwrap();
    assert_eq!(opened.clocks[0].due_day, due.date);
    assert_eq!(opened.clocks[0].due_at, calendar::end_of_day(due.date));
    assert_eq!(desk.armed().await, 3);
    assert_eq!(desk.fire().await, 0);
    let unit: Option<String> =
        sqlx::query_scalar("SELECT unit FROM clock").fetch_one(&desk.db.pool).await.unwrap();
    assert_eq!(unit.as_deref(), Some("water"));

    let answered = desk.event(now + hours(1), desk.answered(now + hours(1)));
    desk.hear(std::slice::from_ref(&answered)).await.unwrap();
    desk.hear(&[answered]).await.unwrap();
    assert_eq!(desk.kinds().await, ["clock.opened", "clock.met"]);
    assert_eq!(desk.late().await, [false]);
    assert_eq!(desk.armed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_passed_is_said_once_and_an_answer_given_before_it_is_still_in_time() {
    let mut desk = Desk::new("mailbox-002").await;
    let received = desk.db.now().await.unwrap() - hours(24 * 60);
    let accepted = desk.accepted(Kind::Consultation, received);
    desk.tell(received, accepted).await;
    let (one, other) = tokio::join!(desk.fire(), desk.fire());
    assert_eq!(one + other, 3, "two warnings and the limit, whoever fires them");
    assert_eq!(desk.fire().await, 0);
    let kinds = desk.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| **kind == "clock.expired").count(), 1);
    assert_eq!(kinds.iter().filter(|kind| **kind == "clock.warned").count(), 2);
    let early = received + hours(2);
    let answered = desk.answered(early);
    desk.tell(early, answered).await;
    assert_eq!(desk.late().await, [false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_fires_nothing_until_it_has_been_told() {
    let mut desk = Desk::new("mailbox-002").await;
    desk.historic = true;
    let received = "2019-03-01T02:00:00Z".parse().unwrap();
    let accepted = desk.accepted(Kind::Complaint, received);
    desk.tell(received, accepted).await;
    assert_eq!((desk.armed().await, desk.fire().await), (0, 0));
    let late = received + hours(24 * 90);
    let (answered, told) = (desk.answered(late), desk.event(late, CaseHistoryEnded {}));
    desk.tell(late, answered).await;
    desk.hear(&[told]).await.unwrap();
    assert_eq!(desk.kinds().await, ["clock.opened", "clock.met"]);
    assert_eq!((desk.late().await, desk.armed().await), (vec![true], 0));

    // Another one was never answered: its limit, years past, is said as soon as the history has been told.
    desk.case = CaseId::fresh();
    desk.versions.clear();
    let accepted = desk.accepted(Kind::Complaint, received);
    desk.tell(received, accepted).await;
    desk.historic = false;
    let now = desk.db.now().await.unwrap();
    desk.tell(now, CaseHistoryEnded {}).await;
    assert_eq!(desk.fire().await, 1);
    let said = desk.said().await;
    let Some(Body::ClockExpired(expired)) = said.last() else { panic!("{said:?}") };
    assert_eq!(expired.due_at, calendar::end_of_day(date(2019, 3, 29)));
    assert!(expired.lateness_ms > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_unit_lengthens_the_limit_from_the_same_start() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Consultation, now);
    let (lead, co) = (desk.dispatched("water", Part::Lead), desk.dispatched("roads", Part::Co));
    desk.tell(now, accepted).await;
    desk.tell(now, lead).await;
    desk.tell(now, co).await;
    let said = desk.said().await;
    let [Body::ClockOpened(first), Body::ClockOpened(second)] = said.as_slice() else { panic!("{said:?}") };
    let days = |opened: &contracts::clock::ClockOpened| {
        calendar::shipped().workdays_between(calendar::day_of(now), opened.clocks[0].due_day).unwrap()
    };
    assert_eq!((days(first), days(second)), (5, 40));
    assert_eq!(first.clocks[0].clock, second.clocks[0].clock);
    assert_eq!(desk.armed().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_of_an_assignment_are_their_own_and_a_reopening_begins_anew() {
    let mut desk = Desk::new("petition-2022").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Help, now);
    let (lead, co) = (desk.dispatched("water", Part::Lead), desk.dispatched("roads", Part::Co));
    let batch = [desk.event(now, accepted), desk.event(now, lead), desk.event(now, co)];
    desk.hear(&batch).await.unwrap();
    let contacted = AssignmentContacted {
        assignment: AssignmentId::derived("roads"),
        unit: "roads".parse().unwrap(),
        reached: true,
    };
    let not_reached = AssignmentContacted { reached: false, ..contacted.clone() };
    desk.tell(now + hours(1), not_reached).await;
    assert_eq!(desk.late().await.len(), 0);
    desk.tell(now + hours(2), contacted).await;
    assert_eq!(desk.late().await, [false]);
    let answered = desk.answered(now + hours(3));
    desk.tell(now + hours(3), answered).await;
    let closed = CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None };
    desk.tell(now + hours(3), closed).await;
    assert_eq!(desk.armed().await, 0);
    desk.tell(now + hours(9), CaseReopened { round: 2, reason: "unsolved".to_owned() }).await;
    let open: Vec<(String, i32)> = sqlx::query_as("SELECT name, round FROM clock WHERE state = 0")
        .fetch_all(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(open, [("handle".to_owned(), 2)]);
    desk.tell(now + hours(10), CaseWithdrawn {}).await;
    assert_eq!(desk.armed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_before_its_case_waits() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Help, now);
    let answered = desk.event(now, desk.answered(now));
    let accepted = desk.event(now, accepted);
    let early = desk.hear(std::slice::from_ref(&answered)).await;
    assert!(matches!(early, Err(ApplyError::Later(_))), "{early:?}");
    desk.hear(&[accepted]).await.unwrap();
    desk.hear(&[answered]).await.unwrap();
    assert_eq!(desk.kinds().await, ["clock.opened", "clock.met"]);
}

#[tokio::test]
async fn an_old_case_that_is_reopened_today_has_limits_that_fire() {
    let mut desk = Desk::new("mailbox-002").await;
    desk.historic = true;
    let received = "2019-03-01T02:00:00Z".parse().unwrap();
    let accepted = desk.accepted(Kind::Complaint, received);
    desk.tell(received, accepted).await;
    let answered = desk.answered(received + hours(48));
    desk.tell(received + hours(48), answered).await;
    assert_eq!(desk.armed().await, 0);
    desk.historic = false;
    let now = desk.db.now().await.unwrap();
    desk.tell(now, CaseReopened { round: 2, reason: "unsolved".to_owned() }).await;
    assert!(desk.armed().await > 0);
    assert_eq!((desk.fire().await, desk.late().await), (0, vec![false]));
}
