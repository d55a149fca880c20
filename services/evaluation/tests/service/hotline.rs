//! A month of a hotline city under `hotline-004` in fast time: one matter is dragged on until every rung of the pack's ladder is
//! climbed, the rest goes as it should, and the month's bulletin says so.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use contracts::{
    Body, StoredEvent,
    assignment::AssignmentDispatched,
    case::{CaseAccepted, CaseAnswered, CaseClosed, PackRef},
    clock::{ClockExpired, ClockOpened, Running},
    supervision::{SupervisionEscalated, SupervisionOrdered},
    words::{Channel, Mode, Outcome, Part},
};
use identity::Role;
use ids::{AssignmentId, ClockId, OrderId};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde_json::Value;

use crate::{
    desk::{Desk, noon},
    tale::{Draw, Tale},
};

/// What a month of deadline-scheduler says under this pack: its own test holds it to be so.
const TALE: &str = include_str!("../../../deadline-scheduler/tests/golden/hotline-month.json");
const LADDER: &str = include_str!("../../../../deploy/policy/hotline-004/deadlines.toml");

type Told = (Date, StoredEvent);

/// The rungs of the ladder that begins with the limit of handling: step and working days after the limit.
fn rungs() -> Vec<(String, u32)> {
    let pack: toml::Value = toml::from_str(LADDER).unwrap();
    let ladders = pack["ladder"].as_array().unwrap();
    let handle = ladders.iter().find(|ladder| ladder["clocks"][0].as_str() == Some("handle")).unwrap();
    let rung = |rung: &toml::Value| {
        let days = rung["after"]["amount"].as_integer().unwrap();
        (rung["step"].as_str().unwrap().to_owned(), u32::try_from(days).unwrap())
    };
    handle["rung"].as_array().unwrap().iter().map(rung).collect()
}

fn pack() -> PackRef {
    PackRef { id: "hotline-004".to_owned(), version: 1 }
}

/// The events of one source, each told on its day; a source's own order is that of its days.
fn source(tale: &Tale, mut said: Vec<(Date, Body)>) -> Vec<Told> {
    said.sort_by_key(|(day, _)| *day);
    let (days, bodies): (Vec<Date>, Vec<Body>) = said.into_iter().unzip();
    let timed = |(day, mut event): (Date, StoredEvent)| {
        event.time = noon(day);
        (day, event)
    };
    days.into_iter().zip(tale.events(bodies)).map(timed).collect()
}

/// A matter that is received, handed over, and answered on a day.
fn matter(tale: &Tale, answered: Date, ladder: Vec<(Date, Body)>) -> Vec<Told> {
    let unit: ids::UnitCode = tale.unit().parse().unwrap();
    let accepted = CaseAccepted {
        pack: pack(),
        channel: Channel::Phone,
        subject: Some("water".into()),
        ..tale.registration()
    };
    let closed = CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None, unit: None };
    let dispatched = AssignmentDispatched {
        assignment: AssignmentId::derived(&tale.case.to_string()),
        unit: unit.clone(),
        mode: Mode::Assignment,
        part: Part::Lead,
        round: 1,
        decided_by: "person".to_owned(),
        pack: pack(),
        parent: None,
    };
    let answer = CaseAnswered {
        unit,
        outcome: Outcome::Explained,
        mode: Mode::Assignment,
        round: 1,
        answered_at: noon(answered),
        level: None,
        cause: None,
        remedy: None,
    };
    let handle = Running {
        clock: ClockId::derived(&tale.case.to_string()),
        name: "handle".to_owned(),
        assignment: None,
        unit: None,
        started_at: noon(tale.received),
        due_at: calendar::end_of_day(tale.due),
        due_day: tale.due,
        provisional: false,
    };
    let opened = ClockOpened { clocks: vec![handle], pack: pack(), round: 1, mended: false };
    let clocks = [(tale.received, opened.into())].into_iter().chain(ladder).collect();
    [
        source(tale, vec![(tale.received, accepted.into()), (answered, closed.into())]),
        source(tale, vec![(tale.received, dispatched.into()), (answered, answer.into())]),
        source(tale, clocks),
    ]
    .concat()
}

/// What deadline-scheduler says of a matter that nobody handles, word for word as its own month says it, day by day.
fn climbed(tale: &Tale) -> Vec<(Date, Body)> {
    let unit = tale.unit().parse::<ids::UnitCode>().unwrap();
    let clock = |name: &str| ClockId::derived(&format!("{}{name}", tale.case));
    let told: Vec<Value> = serde_json::from_str(TALE).unwrap();
    let body = |(place, told): (usize, &Value)| -> (Date, Body) {
        let day: Date = told["day"].as_str().unwrap().parse().unwrap();
        let word = |field: &str| told[field].as_str().unwrap_or_default().to_owned();
        let body = match told["kind"].as_str().unwrap() {
            "clock.expired" => ClockExpired {
                clock: clock(&word("name")),
                name: word("name"),
                unit: Some(unit.clone()),
                due_at: noon(day),
                lateness_ms: 0,
            }
            .into(),
            "supervision.escalated" => SupervisionEscalated {
                clock: clock(&word("limit")),
                limit: word("limit"),
                unit: Some(unit.clone()),
                step: word("step"),
                rank: serde_json::from_value(told["rank"].clone()).unwrap(),
                due_at: calendar::end_of_day(tale.due),
                proposed: told["proposed"] == true,
            }
            .into(),
            "supervision.ordered" => SupervisionOrdered {
                order: OrderId::derived(&format!("{}{place}", tale.case)),
                form: word("form"),
                clock: Some(clock("handle")),
                unit: Some(unit.clone()),
                grounds: "late".into(),
                issuer: "leader".into(),
                answer_by: told["answer_by"].as_str().map(|day| day.parse().unwrap()),
            }
            .into(),
            other => panic!("{other} is not told of in this tale"),
        };
        (day, body)
    };
    told.iter().enumerate().map(body).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rung_is_climbed_and_the_bulletin_of_the_month_says_so() {
    let (first, end) = (date(2026, 3, 1), date(2026, 3, 31));
    let mut draw = Draw(4);
    let mut told: Vec<Told> = Vec::new();
    let cases = 60;
    for serial in 1..=cases {
        let received = first + i64::try_from(draw.below(24)).unwrap().days();
        let tale = Tale::new(serial, received, received + 7.days(), None);
        told.extend(matter(&tale, received + i64::try_from(draw.below(8)).unwrap().days(), Vec::new()));
    }
    let dragged = Tale::new(cases + 1, date(2026, 3, 2), date(2026, 3, 2), None);
    told.extend(matter(&dragged, end, climbed(&dragged)));
    let desk = Desk::at(1, noon(first)).await;
    let mut day = first;
    while day <= end {
        let mut today: Vec<StoredEvent> =
            told.iter().filter(|(of, _)| *of == day).map(|(_, event)| event.clone()).collect();
        if draw.below(2) == 0 {
            today.sort_by(|a, b| b.source.cmp(&a.source));
        }
        desk.clock.set(noon(day));
        // What is told late comes with the next day's, and comes again.
        desk.hear(&today).await;
        desk.hear(&today).await;
        day = day.tomorrow().unwrap();
    }
    desk.clock.set(noon(date(2026, 4, 1)));
    assert!(told.iter().all(|(day, _)| *day <= end), "the month holds all of it");

    let said = desk.said(dragged.case).await;
    let found: Vec<&str> = said
        .iter()
        .filter_map(|body| match body {
            Body::FindingRaised(found) => Some(found.defect.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        found,
        ["no-officer", "unanswered-supervision"],
        "nobody signed for it, and no order was answered"
    );
    let leader = desk.staff(Role::Leader, None);
    let path = format!("/figures?policy=hotline-004&from={first}&to={end}&as_of={end}");
    let table = desk.get(&path, &leader).await.2;
    let figure = |code: &str| {
        let figures = table["rows"][0]["figures"].as_array().unwrap();
        let one = figures.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{code}"));
        (one["numerator"].as_i64().unwrap(), one["denominator"].as_i64())
    };
    assert_eq!(figure("received"), (cases + 1, None));
    assert_eq!(figure("in_time_rate"), (cases, Some(cases + 1)));
    assert_eq!(figure("inspection_rate"), (1, Some(1)), "what was late was inspected");
    assert_eq!(figure("supervision_answered_rate"), (0, Some(1)));

    let patience = Instant::now() + Duration::from_secs(30);
    let bulletin = loop {
        let listed = desk.get("/reports?series=bulletin", &leader).await.2;
        if let Some(id) = listed[0]["id"].as_str() {
            break desk.get(&format!("/reports/{id}"), &leader).await.2;
        }
        assert!(Instant::now() < patience, "no bulletin came");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!((&bulletin["from"], &bulletin["to"]), (&first.to_string().into(), &end.to_string().into()));
    let tables = bulletin["tables"].as_array().unwrap();
    let rows = |code: &str| -> Vec<Vec<Value>> {
        let table = tables.iter().find(|table| table["code"] == code).unwrap();
        let cells = |row: &Value| row.as_array().unwrap().iter().map(|cell| cell["value"].clone()).collect();
        table["rows"].as_array().unwrap().iter().map(cells).collect()
    };
    let steps: BTreeSet<String> = rungs().into_iter().map(|(step, _)| step).collect();
    let climbed: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT step FROM escalation").fetch_all(&desk.db.pool).await.unwrap();
    assert_eq!(climbed.into_iter().map(|(step,)| step).collect::<BTreeSet<_>>(), steps);
    assert_eq!(rows("escalation").len(), steps.len(), "every rung of the pack");
    assert!(rows("escalation").iter().all(|row| row[1] == 1), "each once, however often it was heard");
    assert_eq!(rows("finding").len(), 2);
    assert_eq!(rows("units").len(), 2);
    assert!(desk.running.stop().await);
}
