//! Over the end of a month: each case is in one month's figure, and what is looked at later is what was seen then.

use std::collections::BTreeSet;

use contracts::{
    Body,
    case::{CaseAnswered, CaseWithdrawn},
    words::{Mode, Outcome},
};
use identity::Role;
use ids::{CaseId, EventId};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, noon, now},
    tale::Tale,
};

const JUNE: (Date, Date) = (date(2025, 6, 1), date(2025, 6, 30));
const JULY: (Date, Date) = (date(2025, 7, 1), date(2025, 7, 31));

/// Numerator, denominator and value of a figure of a period, as seen on a day.
async fn seen(desk: &Desk, code: &str, (from, to): (Date, Date), as_of: Date) -> (Value, Value, Value) {
    let token = desk.staff(Role::Leader, None);
    let path = format!("/figures?policy=mailbox-002&from={from}&to={to}&as_of={as_of}");
    let (status, _, table) = desk.get(&path, &token).await;
    assert_eq!(status, 200, "{table}");
    let figures = table["rows"][0]["figures"].as_array().unwrap();
    let one = figures.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{code}"));
    (one["numerator"].clone(), one["denominator"].clone(), one["value"].clone())
}

fn of(numerator: u32, denominator: u32) -> (Value, Value, Value) {
    let value = (denominator > 0).then(|| f64::from(numerator) / f64::from(denominator));
    (json!(numerator), json!(denominator), json!(value))
}

async fn listed(desk: &Desk, code: &str, (from, to): (Date, Date)) -> BTreeSet<CaseId> {
    let token = desk.staff(Role::Supervisor, None);
    let path = format!("/figures/{code}/cases?policy=mailbox-002&from={from}&to={to}&as_of={to}");
    let rows = desk.get(&path, &token).await.2;
    rows.as_array().unwrap().iter().map(|row| row["case_id"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_runs_over_the_end_of_a_month_counts_in_the_month_in_which_it_ends() {
    let desk = Desk::new().await;
    let day = |month, day| date(2025, month, day);
    let dropped = Tale::new(1, day(6, 25), day(7, 2), None);
    let last_day = Tale::new(2, day(6, 20), day(6, 30), None);
    let in_time = Tale::new(3, day(6, 20), day(6, 30), Some(day(6, 30)));
    let late = Tale::new(4, day(6, 24), day(7, 1), Some(day(7, 3)));
    for tale in [&dropped, &last_day, &in_time, &late] {
        desk.hear(&tale.told().concat()).await;
    }
    let rate = async |period: (Date, Date), as_of| seen(&desk, "in_time_rate", period, as_of).await;
    assert_eq!(rate(JUNE, JUNE.1).await, of(1, 2), "due on the last of June and not answered by its end");
    assert_eq!(rate(JULY, day(7, 1)).await, of(0, 1), "on the day after its limit");
    assert_eq!(rate(JULY, day(7, 2)).await, of(0, 2));
    assert_eq!(rate(JULY, JULY.1).await, of(0, 2), "received in June, due in July");
    assert_eq!(seen(&desk, "overdue_rate", JULY, JULY.1).await, of(1, 2));
    assert_eq!(seen(&desk, "closing_rate", JUNE, JUNE.1).await, of(1, 2));
    assert_eq!(seen(&desk, "feedback_rate", JULY, day(7, 2)).await, of(0, 2), "one is answered a day later");
    assert_eq!(seen(&desk, "once_rate", JULY, JULY.1).await, of(1, 1), "by the day of the answer");
    assert_eq!(seen(&desk, "received", JUNE, JUNE.1).await.0, json!(4), "by the day of receipt");
    assert_eq!(listed(&desk, "in_time_rate", JUNE).await, BTreeSet::from([last_day.case, in_time.case]));
    assert_eq!(listed(&desk, "in_time_rate", JULY).await, BTreeSet::from([dropped.case, late.case]));
    assert_eq!(listed(&desk, "reply_hours", JULY).await, BTreeSet::from([late.case]));

    let token = desk.staff(Role::Supervisor, None);
    let monthly =
        desk.get("/figures?policy=mailbox-002&from=2025-06-01&to=2025-07-31&group_by=month", &token).await.2;
    let at = |group: &str| {
        let row = monthly["rows"].as_array().unwrap().iter().find(|row| row["group"] == group).unwrap();
        let found = row["figures"].as_array().unwrap().iter().find(|one| one["code"] == "in_time_rate");
        found.unwrap()["denominator"].clone()
    };
    assert_eq!((at("2025-06"), at("2025-07")), (json!(2), json!(2)));
    let formulas = monthly["formulas"].as_array().unwrap();
    let by = |code: &str| formulas.iter().find(|one| one["code"] == code).unwrap()["by"].clone();
    assert_eq!((by("received"), by("in_time_rate")), (json!("received"), json!("due")));

    // Nothing came in in July, and yet both units have work that was due: the bulletin says so.
    let report =
        desk.get("/reports/preview?policy=mailbox-002&series=bulletin&day=2025-07-15", &token).await.2;
    let table = |code: &str| {
        let found = report["tables"].as_array().unwrap().iter().find(|table| table["code"] == code);
        found.unwrap()["rows"].as_array().unwrap().clone()
    };
    let row = table("figures").into_iter().find(|row| row[0]["value"] == "按时办结率").unwrap();
    assert_eq!((&row[1]["value"], &row[2]["value"]), (&json!(0), &json!(2)));
    assert_eq!(row[4]["value"], json!(0.5), "June beside it");
    assert_eq!(table("inspection").len(), 2);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rating_belongs_to_the_month_in_which_it_was_given() {
    let desk = Desk::new().await;
    let tale = Tale::new(1, date(2025, 6, 20), date(2025, 6, 30), Some(date(2025, 6, 27)));
    desk.hear(&tale.told().concat()).await;
    let (path, own) = (format!("/cases/{}/rating", tale.case), desk.citizen(tale.case));
    let rate = async |day: Date, solved: &str, grade: &str| {
        desk.clock.set(noon(day));
        let (status, said) = desk.post(&path, &own, json!({"solved": solved, "grade": grade})).await;
        assert_eq!(status, 200, "{said}");
    };
    rate(JUNE.1, "no", "poor").await;
    let again: Body = CaseAnswered {
        unit: tale.unit().parse().unwrap(),
        outcome: Outcome::Supported,
        mode: Mode::Forwarding,
        round: 2,
        answered_at: noon(date(2025, 7, 3)),
        level: None,
        cause: None,
        remedy: None,
    }
    .into();
    let mut second = tale.events(vec![again]);
    (second[0].version, second[0].id) = (3, EventId::fresh());
    desk.hear(&second).await;
    rate(date(2025, 7, 5), "yes", "very-good").await;
    desk.clock.set(now());
    for code in ["satisfaction_rate", "solved_rate"] {
        assert_eq!(seen(&desk, code, JUNE, JUNE.1).await, of(0, 1), "{code} as June saw it");
        assert_eq!(seen(&desk, code, JUNE, date(2025, 6, 29)).await, of(0, 0), "{code} the day before");
        assert_eq!(seen(&desk, code, JULY, JULY.1).await, of(1, 1), "{code} as July saw it");
        assert_eq!(seen(&desk, code, JUNE, JULY.1).await, of(0, 0), "{code}: what holds was said in July");
    }
    assert_eq!(listed(&desk, "satisfaction_rate", JUNE).await, BTreeSet::from([tale.case]));
    assert!(desk.running.stop().await);
}

/// An event of a source that has said so many about the case before, at noon of a day.
fn said(tale: &Tale, version: i64, body: Body, day: Date) -> Vec<contracts::StoredEvent> {
    let mut events = tale.events(vec![body]);
    (events[0].version, events[0].id, events[0].time) = (version, EventId::fresh(), noon(day));
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_or_goes_round_in_june_was_open_and_closed_in_may() {
    let desk = Desk::new().await;
    let may = (date(2025, 5, 1), date(2025, 5, 31));
    let taken_back = Tale::new(1, date(2025, 5, 20), date(2025, 6, 20), None);
    let again = Tale::new(2, date(2025, 5, 20), date(2025, 6, 20), Some(date(2025, 5, 27)));
    desk.hear(&taken_back.told().concat()).await;
    desk.hear(&again.told().concat()).await;
    let counters = async || -> Vec<Value> {
        let mut found = Vec::new();
        for code in ["received", "invalid", "replied", "in_progress", "redo_rate", "once_rate"] {
            found.push(seen(&desk, code, may, may.1).await.0);
        }
        found
    };
    let then = counters().await;
    assert_eq!(then, [2, 0, 1, 1, 0, 1].map(|count| json!(count)));
    desk.hear(&said(&taken_back, 2, CaseWithdrawn {}.into(), date(2025, 6, 3))).await;
    desk.clock.set(noon(date(2025, 6, 4)));
    let (path, own) = (format!("/cases/{}/rating", again.case), desk.citizen(again.case));
    let (status, taken) = desk.post(&path, &own, json!({"solved": "no", "grade": "poor"})).await;
    assert_eq!((status, &taken["reopened"]), (200, &json!(true)));
    desk.clock.set(now());
    assert_eq!(counters().await, then, "May looked at later is what May saw");
    assert_eq!(seen(&desk, "in_progress", may, date(2025, 6, 2)).await.0, json!(1), "the day before");
    assert_eq!(seen(&desk, "in_progress", may, date(2025, 6, 3)).await.0, json!(0));
    assert_eq!(seen(&desk, "redo_rate", may, date(2025, 6, 3)).await, of(0, 1));
    assert_eq!(seen(&desk, "redo_rate", may, date(2025, 6, 4)).await, of(1, 1));
    assert_eq!(seen(&desk, "satisfaction_rate", may, may.1).await, of(0, 0));
    assert_eq!(seen(&desk, "local_rate", may, may.1).await.1, json!(1), "closed in May");
    assert_eq!(seen(&desk, "local_rate", may, date(2025, 6, 4)).await.1, json!(0), "open again");
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_compares_with_what_the_last_one_said() {
    let desk = Desk::new().await;
    let one = Tale::new(1, date(2025, 6, 5), date(2025, 6, 12), Some(date(2025, 6, 10)));
    desk.hear(&one.told().concat()).await;
    let supervisor = desk.staff(Role::Supervisor, None);
    let make = async |day: Date| -> Value {
        let order = json!({"policy": "mailbox-002", "series": "bulletin", "day": day});
        let (status, made) = desk.post("/reports", &supervisor, order).await;
        assert_eq!(status, 201, "{made}");
        let path = format!("/reports/{}", made["id"].as_str().unwrap());
        desk.get(&path, &desk.staff(Role::Leader, None)).await.2
    };
    let received = |report: &Value| {
        let rows = report["tables"][0]["rows"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row[0]["value"] == "收到件数").unwrap();
        (row[3]["value"].clone(), row[4]["value"].clone())
    };
    let may = make(date(2025, 6, 15)).await;
    assert_eq!(received(&may), (json!(1), json!(0)), "May was never reported, and is counted");
    // Another one of June is brought in after its report.
    let late = Tale::new(2, date(2025, 6, 6), date(2025, 6, 13), None);
    desk.hear(&late.told().concat()).await;
    let july = make(date(2025, 7, 15)).await;
    assert_eq!(received(&july), (json!(0), json!(1)), "June as June's report said");
    let preview = "/reports/preview?policy=mailbox-002&series=bulletin&day=2025-06-15";
    assert_eq!(received(&desk.get(preview, &supervisor).await.2).0, json!(2), "counted anew it is two");
    assert!(desk.running.stop().await);
}
