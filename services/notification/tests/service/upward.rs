//! What is found, what rises, what was counted: leaders, supervisors, units and counties are told early, and once.

use contracts::finding::{AlertRaised, ExclusionDecided, FindingRaised, ReportPublished};
use identity::Role;
use ids::{AlertId, ExclusionId, FindingId, ReportId};
use jiff::civil::date;
use serde_json::json;

use crate::{
    Desk,
    house::{House, gateway, profile},
    life::{Life, whole},
};

/// A rise of like cases, as evaluation tells it.
pub(crate) fn alert(name: &str) -> Life {
    let mut life = Life::new(name, false);
    life.say(AlertRaised {
        alert: AlertId(life.case.0),
        sign: "hot-issue".to_owned(),
        subject: "water.supply".to_owned(),
        place: "511602".parse().expect("a region"),
        week: date(2026, 3, 2),
        cases: 12,
        before: 9,
        policy: Some("mailbox-002".to_owned()),
    });
    life
}

fn report(name: &str, series: &str, place: Option<&str>) -> Life {
    let mut life = Life::new(name, false);
    life.say(ReportPublished {
        report: ReportId(life.case.0),
        series: series.to_owned(),
        policy: "mailbox-002".to_owned(),
        place: place.map(|place| place.parse().expect("a region")),
        from: date(2026, 2, 23),
        to: date(2026, 3, 1),
        digest: "ab".repeat(32),
    });
    life
}

/// Adds a defect to a case.
fn found(life: &mut Life, number: i32) {
    life.say(FindingRaised {
        finding: FindingId::derived(&format!("{}:{number}", life.case)),
        defect: "fob-off".to_owned(),
        unit: Some("water".parse().expect("a unit")),
        times: number,
    });
}

#[tokio::test]
async fn a_rise_is_told_to_leaders_supervisors_and_its_county_once() {
    let desk = Desk::new().await;
    let alert = alert("rise");
    desk.hear(&alert.events).await;
    desk.hear(&alert.events).await;
    let told = desk.told(alert.case).await;
    let mut to: Vec<&str> = told.iter().map(|told| told.1.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["511602", "leader", "supervisor"]);
    for part in ["广安区", "water.supply", "12件", "9件", "热点问题", "2026年3月2日"] {
        let leader = told.iter().find(|told| told.1 == "leader").expect("told");
        assert!(leader.4.contains(part), "{part} in {}", leader.4);
    }
    assert!(told.iter().all(|told| !told.4.contains('—') && !told.5.contains('—')), "{told:#?}");
    assert_eq!(desk.said(alert.case).await, 3);
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 0);
    assert_eq!(desk.count("SELECT count(*) FROM case_card").await, 0, "it is no case");
}

#[tokio::test]
async fn an_imported_history_raises_no_alarm() {
    let desk = Desk::new().await;
    let mut old = alert("old");
    old.events[0].historic = true;
    desk.hear(&old.events).await;
    assert!(desk.told(old.case).await.is_empty());
}

#[tokio::test]
async fn a_report_is_told_to_whom_the_pack_names_for_its_series() {
    let desk = Desk::new().await;
    for (series, place, expected) in [
        ("daily", None, &[][..]),
        ("weekly", None, &["leader"]),
        ("bulletin", None, &["leader", "supervisor"]),
        ("digest", Some("511602"), &["511602"]),
    ] {
        let life = report(series, series, place);
        desk.hear(&life.events).await;
        let told = desk.told(life.case).await;
        let mut to: Vec<&str> = told.iter().map(|told| told.1.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, expected, "{series}");
    }
    let weekly = desk.told(report("weekly", "weekly", None).case).await;
    assert!(weekly[0].4.contains("全市") && weekly[0].4.contains("周报"), "{}", weekly[0].4);
}

#[tokio::test]
async fn a_defect_is_told_to_the_unit_its_leader_in_charge_and_the_supervisors() {
    let desk = Desk::new().await;
    let mut life = whole("defect", false);
    found(&mut life, 1);
    // The defect may be heard before the case is: it waits, as everything of evaluation does.
    desk.hear(&life.of("evaluation")).await;
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 3);
    desk.hear(&life.events).await;
    let told = desk.told(life.case).await;
    let of = |template: &str| {
        let told =
            told.iter().find(|told| told.0 == template).unwrap_or_else(|| panic!("{template}: {told:#?}"));
        (told.1.clone(), told.4.clone())
    };
    let (to, text) = of("finding.raised/in-charge");
    assert_eq!(to, "water");
    assert!(text.contains("敷衍答复") && text.contains("1次"), "{text}");
    assert_eq!(of("finding.raised/unit").0, "water");
    assert_eq!(of("finding.raised/supervisor").0, "supervisor");
}

#[tokio::test]
async fn a_unit_hears_what_was_decided_on_its_appeal() {
    let desk = Desk::new().await;
    let mut life = whole("appeal", false);
    life.say(ExclusionDecided {
        exclusion: ExclusionId::derived("appeal"),
        indicator: "in_time_rate".to_owned(),
        unit: "water".parse().expect("a unit"),
        result: "exclusion-granted".to_owned(),
        reason: "impossible".to_owned(),
    });
    desk.hear(&life.events).await;
    let told = desk.told(life.case).await;
    let told = told.iter().find(|told| told.0 == "exclusion.decided/unit").expect("told");
    assert_eq!(told.1, "water");
    assert!(told.4.contains("同意剔除"), "{}", told.4);
}

#[tokio::test]
async fn a_unit_that_is_accused_learns_of_no_defect_and_neither_does_whoever_leads_it() {
    let desk = Desk::new().await;
    let mut life = whole("accused", false);
    life.say(contracts::record::CaseHandsNamed {
        hands: vec![],
        barred: vec!["water".parse().expect("a unit")],
        line: None,
    });
    desk.hear(&life.events).await;
    let before = life.events.len();
    found(&mut life, 1);
    desk.hear(&life.events[before..]).await;
    let told = desk.told(life.case).await;
    assert!(told.iter().all(|told| told.0 != "finding.raised/unit" && told.0 != "finding.raised/in-charge"));
    let supervisor = told.iter().find(|told| told.0 == "finding.raised/supervisor").expect("told");
    assert!(!supervisor.4.contains("敷衍"), "neutral words only: {}", supervisor.4);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_defects_at_once_are_one_message_to_the_leader_in_charge_at_the_hour_of_the_digest() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    let house =
        House::start(|folder| format!("wecom.profile = \"{}\"", profile(folder, &url).display())).await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "leader-of-water"});
    assert_eq!(house.ask("PUT", &admin, "/points/in-charge/water/wecom", Some(body)).await.0, 204);
    let mut life = whole("many", false);
    for number in 1..=40 {
        found(&mut life, number);
    }
    house.say(&life.events).await;
    house.until(40, "SELECT count(*) FROM outward WHERE audience = 'in-charge'").await;
    house.set("2026-03-02T09:30:01Z");
    house.until(0, "SELECT count(*) FROM outward WHERE audience = 'in-charge'").await;
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'in-charge' AND state = 'brought'").await;
    let calls = calls.lock().expect("no panic").clone();
    assert_eq!(calls.len(), 1);
    assert!(calls[0].1["content"].as_str().expect("text").contains("40条"), "{:?}", calls[0].1);
    // In the inbox each stands by itself; the leader reads it, an officer of the unit does not.
    let leader = house.token(Role::Leader, None, None);
    let path = "/inbox?of=in-charge&unit=water&limit=100";
    let (status, inbox) = house.ask("GET", &leader, path, None).await;
    assert_eq!((status, inbox.as_array().map(Vec::len)), (200, Some(40)));
    let officer = house.token(Role::Officer, Some("water"), None);
    assert_eq!(house.ask("GET", &officer, path, None).await.0, 403);
    assert_eq!(house.ask("GET", &leader, "/inbox?of=in-charge", None).await.0, 400);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_that_leaders_do_not_read_comes_before_the_supervisors() {
    let house = House::start(|_| String::new()).await;
    house.until(4, "SELECT count(*) FROM watch WHERE name LIKE 'unread:%'").await;
    let (read, unread) = (alert("read"), alert("unread"));
    house.say(&read.events).await;
    house.say(&unread.events).await;
    house.until(2, "SELECT count(*) FROM notice WHERE audience = 'leader'").await;
    let leader = house.token(Role::Leader, None, None);
    let (_, inbox) = house.ask("GET", &leader, "/inbox?of=leader", None).await;
    let of = |life: &Life| {
        let own =
            inbox.as_array().expect("a list").iter().find(|one| one["case_id"] == life.case.to_string());
        own.expect("there")["id"].as_str().expect("an id").to_owned()
    };
    let path = format!("/notices/{}/opened", of(&read));
    assert_eq!(house.ask("POST", &leader, &path, None).await.0, 204);
    house.set_and_look("2026-03-03T09:00:00Z").await;
    let told = "SELECT count(*) FROM notice WHERE template = 'unread/supervisor'";
    assert_eq!(house.desk.count(told).await, 1);
    let text: String = sqlx::query_scalar("SELECT zh FROM notice WHERE template = 'unread/supervisor'")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("text");
    assert!(text.contains("领导") && text.contains("预警"), "{text}");
    // What tells of an unread item is none itself.
    house.set_and_look("2026-03-06T09:00:00Z").await;
    assert_eq!(house.desk.count(told).await, 1);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_warnings_is_as_many_messages_as_the_pack_lets_and_none_is_held_back() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    let house =
        House::start(|folder| format!("wecom.profile = \"{}\"", profile(folder, &url).display())).await;
    let flood: Vec<_> = (0..60).flat_map(|number| alert(&format!("flood {number}")).events).collect();
    house.say(&flood).await;
    house.until(60, "SELECT count(*) FROM notice WHERE audience = 'leader'").await;
    assert_eq!(house.desk.count("SELECT count(*) FROM outward").await, 0, "nobody left an address");
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "mayor"});
    assert_eq!(house.ask("PUT", &admin, "/points/leader/leader/wecom", Some(body)).await.0, 204);
    let more: Vec<_> = (0..60).flat_map(|number| alert(&format!("more {number}")).events).collect();
    house.say(&more).await;
    let brought = "SELECT coalesce(sum(cardinality(notices)), 0)::bigint FROM parcel WHERE state = 'brought'";
    house.until(60, brought).await;
    // Twenty of them within the hour; what comes beyond goes together whenever it is looked, and is not late.
    let sent = calls.lock().expect("no panic").len();
    assert!((2..60).contains(&sent), "{sent} messages");
    assert_eq!(house.desk.count("SELECT count(*) FROM outward").await, 0);
    house.stop().await;
}
