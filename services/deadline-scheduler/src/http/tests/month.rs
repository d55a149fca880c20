//! A month of a hotline city under `hotline-004` in fast time: the database's own clock is moved from day to day, alarms fire,
//! rungs come due, a leader approves what the ladder proposes. What is said of the matter that nobody handles is the tale that
//! evaluation's month is told (`tests/golden/hotline-month.json`).

use std::str::FromStr as _;

use contracts::{
    assignment::AssignmentContacted,
    case::{CaseAccepted, CaseAnswered, PackRef},
    words::{Channel, Kind, Mode, Outcome, Urgency},
};
use ids::CaseNumber;
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, date},
};
use pg::ToSqlx as _;
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;

const TALE: &str = include_str!("../../../tests/golden/hotline-month.json");

/// The time in the city.
fn at(day: Date, hour: i8) -> Timestamp {
    day.at(hour, 0, 0, 0).to_zoned(calendar::zone()).unwrap().timestamp()
}

/// A desk whose database says what time it is: its own `now()` and `clock_timestamp()` are found before those of the server.
async fn in_time(start: Timestamp) -> Desk {
    let mut desk = Desk::new().await;
    for statement in [
        "CREATE TABLE told_time (at timestamptz NOT NULL)",
        "INSERT INTO told_time VALUES ('epoch')",
        "CREATE FUNCTION now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM told_time'",
        "CREATE FUNCTION clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS 'SELECT at FROM told_time'",
    ] {
        sqlx::query(statement).execute(&desk.db.pool).await.unwrap();
    }
    let path = format!("{},pg_catalog", DeadlineScheduler::SCHEMA);
    let options = PgConnectOptions::from_str(&desk._servers.url).unwrap();
    desk.db.pool =
        PgPoolOptions::new().max_connections(4).connect_lazy_with(options.options([("search_path", path)]));
    let desk = desk.restarted(told::packs(), runtime::Changed::Refuse).await.unwrap();
    desk.is_now(start).await;
    assert_eq!(desk.db.now().await.unwrap(), start);
    desk
}

impl Desk {
    async fn is_now(&self, at: Timestamp) {
        sqlx::query("UPDATE told_time SET at = $1").bind(at.to_sqlx()).execute(&self.db.pool).await.unwrap();
    }

    /// A call is taken in, accepted and handed over at once, as it is said by intake and routing.
    async fn called(&self, urgency: Urgency, at: Timestamp) -> CaseId {
        let (case, region) = (CaseId::fresh(), "511602".parse().unwrap());
        let pack = PackRef { id: "hotline-004".to_owned(), version: 1 };
        let accepted = CaseAccepted {
            number: CaseNumber::new(calendar::day_of(at), &region, 7),
            kind: Kind::Complaint,
            subject: None,
            channel: Channel::Phone,
            region,
            urgency,
            received_at: at,
            pack: pack.clone(),
            confidential: false,
            multi_unit: false,
            wording: None,
            unit_hint: None,
            mode_hint: None,
            reachable: Vec::new(),
            class: None,
            fast: None,
        };
        self.hear(case, 1, at, accepted.into()).await;
        let dispatched = told::dispatch(case, pack);
        let assignment = dispatched.assignment;
        self.hear(case, 1, at, dispatched.into()).await;
        let contacted =
            AssignmentContacted { assignment, unit: "water-bureau".parse().unwrap(), reached: true };
        self.hear(case, 2, at, contacted.into()).await;
        case
    }

    async fn answered(&self, case: CaseId, at: Timestamp) {
        let answered = CaseAnswered {
            unit: "water-bureau".parse().unwrap(),
            outcome: Outcome::Explained,
            mode: Mode::Assignment,
            round: 1,
            answered_at: at,
            level: None,
            cause: None,
            remedy: None,
        };
        self.hear(case, 3, at, answered.into()).await;
    }

    /// A leader lets out whatever the ladder proposed of a case; gives how many.
    async fn approved(&self, case: CaseId) -> usize {
        let leader = staff(Role::Leader, None);
        let orders = self.get(&format!("/cases/{case}/supervision"), Some(&leader)).await.2;
        let mut proposed: Vec<&Value> =
            orders.as_array().unwrap().iter().filter(|order| order["state"] == "proposed").collect();
        proposed.sort_by_key(|order| order["form"].to_string());
        for order in &proposed {
            let acts = format!("/supervision/{}/acts", order["order"].as_str().unwrap());
            let version = order["version"].as_i64();
            let (status, said) = self.post(&acts, &leader, version, json!({"act": "approve"})).await;
            assert_eq!(status, StatusCode::OK, "{said}");
        }
        proposed.len()
    }

    /// What was said of breaches and steps: the day in the city, the kind, and what it is about.
    async fn tale(&self, case: CaseId) -> Vec<Value> {
        let rows: Vec<(String, pg::SqlTimestamp, Vec<u8>)> = sqlx::query_as(
            "SELECT kind, happened_at, payload FROM outbox_event WHERE aggregate_id = $1
             AND kind IN ('clock.expired', 'supervision.escalated', 'supervision.ordered') ORDER BY seq",
        )
        .bind(case.0)
        .fetch_all(&self.db.pool)
        .await
        .unwrap();
        let row = |(kind, at, payload): (String, pg::SqlTimestamp, Vec<u8>)| {
            let body: Value = serde_json::from_slice(&payload).unwrap();
            let mut told = json!({"day": calendar::day_of(at.to_jiff()), "kind": kind});
            for field in ["name", "limit", "step", "rank", "proposed", "form", "answer_by"] {
                if !body[field].is_null() {
                    told[field] = body[field].clone();
                }
            }
            told
        };
        rows.into_iter().map(row).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_climbs_every_rung_of_the_matter_that_is_dragged_on_and_of_no_other() {
    let (first, end) = (date(2026, 3, 2), date(2026, 3, 31));
    let desk = in_time(at(first, 9)).await;
    let dragged = desk.called(Urgency::ExtraUrgent, at(first, 9)).await;
    let late = desk.called(Urgency::ExtraUrgent, at(first, 10)).await;
    let mut others: Vec<(CaseId, Date)> = Vec::new();
    let mut day = first;
    let (mut approvals, mut explained) = (0, false);
    while day <= end {
        // Alarms of the night, then the office's day.
        desk.is_now(at(day, 0)).await;
        desk.turn().await;
        desk.is_now(at(day, 11)).await;
        if day.day() % 3 == 0 && day.day() < 24 {
            others.push((
                desk.called(Urgency::Ordinary, at(day, 11)).await,
                day + i64::from(day.day() % 7).days(),
            ));
        }
        for (case, _) in others.iter().filter(|(_, answered)| *answered == day) {
            desk.answered(*case, at(day, 11)).await;
        }
        let (owed, _, _) = desk.clock(late, "handle").await;
        if day == date(2026, 3, 4) {
            let path = format!("/cases/{late}/clocks/{owed}/explanation");
            let why = json!({"reason": "investigation", "text": "需现场核实"});
            let unit = staff(Role::Officer, Some("water-bureau"));
            assert_eq!(desk.post(&path, &unit, None, why).await.0, StatusCode::NO_CONTENT);
            explained = true;
        }
        desk.turn().await;
        approvals += desk.approved(dragged).await;
        day = day.tomorrow().unwrap();
    }
    assert!(explained && others.len() == 7);
    let tale = desk.tale(dragged).await;
    let wanted: Vec<Value> = serde_json::from_str(TALE).unwrap();
    assert_eq!(tale, wanted, "{}", serde_json::to_string(&tale).unwrap());

    let steps = |tale: &[Value], proposed: bool| -> Vec<String> {
        let told =
            tale.iter().filter(|told| told["kind"] == "supervision.escalated" && told["limit"] == "handle");
        let told = told.filter(|told| told["rank"] != 0 && (told["proposed"] == true) == proposed);
        told.map(|told| told["step"].as_str().unwrap().to_owned()).collect()
    };
    let pack = desk.live.now();
    let pack = pack.packs.find("hotline-004", 1).unwrap();
    let ladder = pack.ladder(deadline_scheduler_rules::ClockName::Handle).unwrap();
    let all: Vec<String> = ladder.rungs.iter().map(|rung| rung.step.as_str().to_owned()).collect();
    assert_eq!(steps(&tale, false), all, "every rung of the pack, each done once, in its order");
    assert_eq!(steps(&tale, true), all[3..], "those that want a person were proposed before");
    assert_eq!(approvals, all.len() - 3);
    let other = desk.tale(late).await;
    assert!(
        !steps(&other, true).contains(&"criticise".to_owned()),
        "who explains is not criticised for silence"
    );
    assert_eq!(steps(&other, false), all[..3], "and nobody approved what was proposed of it");
    for (case, _) in others {
        let mut told = desk.tale(case).await;
        // A yellow card comes before the limit: it warns of a breach and is none.
        told.retain(|told| told["rank"] != 0);
        assert_eq!(told, [json!(null); 0], "what is answered in time is nobody's breach");
    }
}
