//! 阅批、批示、催办 over HTTP.

use contracts::{
    case::CaseAccepted,
    clock::{CalendarFile, CalendarPublished, MovedDay},
    record::CaseClassified,
    words::{Class, Kind, Urgency},
};
use identity::Role;
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;

fn wish(unit: Option<&str>) -> Value {
    json!({"kind": "instruct", "rank": "chief", "text": "请路灯所抓紧修复并报告结果", "unit": unit})
}

#[tokio::test]
async fn an_instruction_dispatches_at_once_and_is_open_until_the_leader_takes_the_report() {
    let mut house = House::open().await;
    let case = house.accept(false, "另一件事", |body| body.pack.id = "hotline-004".to_owned()).await;
    let path = format!("/cases/{case}/instructions");
    let ask = |role, body| house.ask(Method::POST, &path, role, None, Some(body));
    for role in [Role::Dispatcher, Role::Officer, Role::Supervisor, Role::Admin] {
        assert_eq!(ask(role, wish(None)).await.0, StatusCode::FORBIDDEN, "{role}");
    }
    let (status, body, _) =
        ask(Role::Leader, json!({"kind": "instruct", "rank": "emperor", "text": "办"})).await;
    assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("rank")));
    let mut late = wish(Some("lights"));
    late["report_by"] = json!("2099-01-01");
    let (status, body, _) = ask(Role::Leader, late).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("report_by"))
    );
    let (status, body, _) = ask(Role::Leader, wish(Some("nobody"))).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("unit")),
        "{body}"
    );
    assert!(house.kinds(case).await.is_empty());

    let (status, body, tag) = ask(Role::Leader, wish(Some("lights"))).await;
    assert_eq!((status, &body["state"], tag), (StatusCode::CREATED, &json!("open"), Some(1)), "{body}");
    assert_eq!(body["urgency"], json!("urgent"));
    let said = house.said(case).await;
    let kinds: Vec<_> = said.iter().map(|said| said.0.as_str()).collect();
    assert_eq!(kinds, ["assignment.dispatched", "instruction.issued"]);
    assert_eq!((&said[0].1["mode"], &said[0].1["decided_by"]), (&json!("assignment"), &json!("instruction")));
    assert_eq!((&said[1].1["rank"], &said[1].1["urgency"]), (&json!("chief"), &json!("urgent")));
    assert!(said[1].1["report_by"].is_string() && !said[1].1.to_string().contains("路灯"), "{said:?}");
    let (_, shown, _) = house.ask(Method::GET, &format!("/cases/{case}"), Role::Leader, None, None).await;
    assert_eq!(shown["case"]["urgency"], json!("urgent"));
    let (status, _, _) = ask(Role::Leader, wish(Some("water"))).await;
    assert_eq!(status, StatusCode::CONFLICT, "another unit needs a return that is agreed");

    let (_, list, _) = house.ask(Method::GET, "/instructions?state=open", Role::Officer, None, None).await;
    let id = list["instructions"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list["instructions"][0]["unit"], json!("lights"));
    let report = json!({"text": "已于当晚修复"});
    let (report_at, review_at) = (format!("/instructions/{id}/report"), format!("/instructions/{id}/review"));
    let accept = json!({"accept": true});
    let (status, _, _) =
        house.ask(Method::POST, &review_at, Role::Leader, Some(1), Some(accept.clone())).await;
    assert_eq!(status, StatusCode::CONFLICT, "nothing was reported");
    let (status, _, _) =
        house.ask(Method::POST, &report_at, Role::Leader, Some(1), Some(report.clone())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let (status, body, _) =
            house.ask(Method::POST, &report_at, Role::Officer, Some(1), Some(report.clone())).await;
        assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("reported")), "{body}");
        assert_eq!(body["reports"].as_array().unwrap().len(), 1);
    }
    let back = json!({"accept": false, "answer": "请附照片"});
    let (status, body, _) = house.ask(Method::POST, &review_at, Role::Leader, Some(2), Some(back)).await;
    assert_eq!((status, &body["sent_back"]), (StatusCode::OK, &json!(true)), "{body}");
    let (status, _, _) =
        house.ask(Method::POST, &report_at, Role::Officer, Some(2), Some(report.clone())).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    house.ask(Method::POST, &report_at, Role::Officer, Some(3), Some(report)).await;
    let (status, body, _) = house.ask(Method::POST, &review_at, Role::Leader, Some(4), Some(accept)).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("closed")), "{body}");
    assert_eq!(body["reports"][1]["accepted"], json!(true));
    let kinds = house.kinds(case).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "instruction.reported").count(), 2);
    let day = calendar::day_of(Timestamp::UNIX_EPOCH);
    let all = format!("/instructions/figures?from={day}&to=2099-12-31");
    let (status, figures, _) = house.ask(Method::GET, &all, Role::Supervisor, None, None).await;
    assert_eq!((status, &figures["total"]), (StatusCode::OK, &json!(1)), "{figures}");
    assert_eq!(
        figures["lines"][0],
        json!({"kind": "instruct", "rank": "chief", "state": "closed", "count": 1})
    );
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_leader_reads_what_is_important_once_and_a_class_may_change_later() {
    let mut house = House::open().await;
    let now = runtime::Clock::default().now();
    let recent = move |body: &mut CaseAccepted| body.received_at = now;
    let important = house
        .accept(false, "另一件事", |body| {
            recent(body);
            body.class = Some(Class::Important);
        })
        .await;
    let ordinary = house.accept(false, "另一件事", recent).await;
    let old = house.accept(false, "另一件事", |body| body.class = Some(Class::Important)).await;
    let list = || async {
        let (status, list, _) = house.ask(Method::GET, "/reading-list", Role::Leader, None, None).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let letters = list["letters"].as_array().unwrap().iter();
        letters.map(|letter| letter["case_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list().await, [important.to_string()], "neither {ordinary} nor {old}");
    let path = format!("/cases/{important}/read");
    let (status, first, _) = house.ask(Method::POST, &path, Role::Leader, None, None).await;
    let (_, second, _) = house.ask(Method::POST, &path, Role::Leader, None, None).await;
    assert_eq!((status, &first), (StatusCode::OK, &second));
    assert!(list().await.is_empty());
    let (status, _, _) = house.ask(Method::GET, "/reading-list", Role::Reviewer, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let changed = CaseClassified {
        kind: Kind::Complaint,
        urgency: Urgency::Urgent,
        class: Class::UrgentRead,
        subject: None,
        fast: Some("group".to_owned()),
        petition: None,
        first: false,
    };
    let event = house.event(ordinary, false, changed);
    house.hear(&[event]).await;
    let (_, list, _) = house.ask(Method::GET, "/reading-list", Role::Leader, None, None).await;
    let letter = &list["letters"][0];
    assert_eq!((&letter["class"], &letter["urgency"]), (&json!("urgent-read"), &json!("urgent")), "{list}");
    assert_eq!((&letter["case_id"], &letter["kind"]), (&json!(ordinary.0), &json!("complaint")));
    assert!(house.running.stop().await);
}

/// A region that keeps so many of the next days off.
fn off(key: &str, days: usize) -> CalendarPublished {
    let today = calendar::day_of(runtime::Clock::default().now());
    let day = |date| MovedDay { date, off: true, intervals: None };
    let days = today.series(jiff::Span::new().days(1)).take(days).map(day).collect();
    let file = CalendarFile { kind: "region".to_owned(), key: key.to_owned(), days, intervals: None };
    CalendarPublished { year: today.year(), version: 1, file: Some(file) }
}

#[tokio::test]
async fn a_report_is_due_by_the_days_that_the_region_works() {
    let mut house = House::open().await;
    let due = async |house: &mut House| {
        let case = house.accept(false, "一件事", |_| ()).await;
        let path = format!("/cases/{case}/instructions");
        let (status, body, _) =
            house.ask(Method::POST, &path, Role::Leader, None, Some(wish(Some("lights")))).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        body["report_by"].as_str().unwrap().parse::<jiff::civil::Date>().unwrap()
    };
    let today = calendar::day_of(runtime::Clock::default().now());
    let after = |days: i64| today.checked_add(jiff::Span::new().days(days)).unwrap();
    assert!(due(&mut house).await < after(14));
    // One look takes both: when the days of the region count, those of another province are known too.
    let elsewhere = house.event(ids::CaseId::fresh(), false, off("33", 60));
    let here = house.event(ids::CaseId::fresh(), false, off("5116", 14));
    house.hear(&[elsewhere, here]).await;
    for _ in 0..100 {
        let due = due(&mut house).await;
        if due >= after(14) {
            assert!(due < after(60), "the days of another province");
            assert!(house.running.stop().await);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the days of the region are not counted");
}
