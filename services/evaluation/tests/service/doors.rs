//! Who sees what: an officer the own unit, the administrator no case, nobody a sealed one that does not name them.

use std::collections::BTreeSet;

use identity::{Claims, Role};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    city::City,
    desk::{Desk, now},
    tale::{Tale, tales},
};

const POLICY: &str = "policy=mailbox-002&as_of=2026-06-15";

/// An officer whom nobody gave a unit.
fn of_no_unit(desk: &Desk) -> String {
    let (role, exp) = (Role::Officer, now().as_second() + 600);
    let sub = uuid::Uuid::from_u128(12);
    desk.keys.sign(&Claims { sub, role, roles: vec![role], unit: None, region: None, case: None, exp })
}

/// Those of a list, by a field.
fn each<'a>(list: &'a Value, field: &str) -> BTreeSet<&'a str> {
    list.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_counts_and_lists_the_own_unit_and_the_administrator_no_case() {
    let desk = Desk::new().await;
    for tale in tales(40) {
        desk.hear(&tale.told().concat()).await;
    }
    let (water, supervisor) = (desk.officer("water"), desk.staff(Role::Supervisor, None));
    let (admin, nowhere) = (desk.staff(Role::Admin, None), of_no_unit(&desk));
    let behind = format!("/figures/received/cases?{POLICY}&limit=200");
    let all = desk.get(&behind, &supervisor).await.2;
    assert_eq!(each(&all, "unit"), BTreeSet::from(["city-management", "water"]));
    let (status, _, own) = desk.get(&behind, &water).await;
    assert_eq!((status, each(&own, "unit")), (200, BTreeSet::from(["water"])), "no other unit's cases");
    let of_water = desk.get(&format!("{behind}&unit=water"), &supervisor).await.2;
    assert_eq!((&own, own.as_array().unwrap().len()), (&of_water, 20), "and all of its own");
    assert_eq!(desk.get(&format!("{behind}&unit=water"), &water).await.2, own);
    // A page goes on within the own unit.
    let (_, link, _) = desk.get(&format!("/figures/received/cases?{POLICY}&limit=15"), &water).await;
    let next = link.unwrap();
    let next = next.trim_start_matches("</api/evaluation").split('>').next().unwrap();
    let rest = desk.get(next, &water).await.2;
    assert_eq!((rest.as_array().unwrap().len(), each(&rest, "unit")), (5, BTreeSet::from(["water"])));

    for path in [
        format!("{behind}&unit=city-management"),
        format!("/figures?{POLICY}&unit=city-management"),
        format!("/indicators?{POLICY}&unit=city-management"),
    ] {
        assert_eq!(desk.get(&path, &water).await.0, 403, "{path}");
        assert_eq!(desk.get(&path, &supervisor).await.0, 200, "{path}");
    }
    let numerator = |table: &Value| -> u64 {
        let figures = table["rows"][0]["figures"].as_array().unwrap();
        figures.iter().find(|one| one["code"] == "received").unwrap()["numerator"].as_u64().unwrap()
    };
    let figures = format!("/figures?{POLICY}");
    assert_eq!(numerator(&desk.get(&figures, &water).await.2), 20);
    assert_eq!(numerator(&desk.get(&figures, &supervisor).await.2), 40);
    for path in [format!("{figures}&group_by=unit"), format!("/indicators?{POLICY}&group_by=unit")] {
        assert_eq!(each(&desk.get(&path, &water).await.2["rows"], "group"), BTreeSet::from(["water"]));
        assert_eq!(each(&desk.get(&path, &supervisor).await.2["rows"], "group").len(), 2);
    }
    let scores = "/scores?policy=mailbox-002&year=2026&month=3";
    let ranked = desk.get(scores, &supervisor).await.2;
    let own = desk.get(scores, &water).await.2;
    assert_eq!((each(&ranked["units"], "unit").len(), each(&own["units"], "unit").len()), (2, 1));
    let place = ranked["units"].as_array().unwrap().iter().find(|one| one["unit"] == "water").unwrap();
    assert_eq!(&own["units"][0], place, "its place among all");

    assert_eq!(desk.get(&behind, &admin).await.0, 403, "the administrator sees no case");
    assert_eq!(numerator(&desk.get(&figures, &admin).await.2), 40, "figures are none");
    for path in [&behind, &figures, &scores.to_owned(), &format!("/indicators?{POLICY}")] {
        assert_eq!(desk.get(path, &nowhere).await.0, 403, "{path}");
        assert_eq!(desk.get(path, &desk.staff(Role::Importer, None)).await.0, 403, "{path}");
    }
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_the_follow_up_of_a_sealed_case_that_does_not_name_them() {
    let desk = Desk::new().await;
    let tale = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)));
    desk.hear(&tale.told().concat()).await;
    let (hand, other) = (desk.person(21, Role::Operator), desk.person(22, Role::Operator));
    let listed = desk.get("/followups", &other).await.2;
    let followup = format!("/followups/{}", listed[0]["id"].as_str().unwrap());
    sqlx::query("INSERT INTO case_seal (case_id, hands, barred) VALUES ($1, ARRAY[$2::uuid], '{}')")
        .bind(tale.case.0)
        .bind(uuid::Uuid::from_u128(21))
        .execute(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(desk.get("/followups", &other).await.2, json!([]));
    let complete = format!("{followup}/complete");
    for (path, body) in [
        (complete.clone(), json!({"result": "unreachable"})),
        (complete.clone(), json!({"result": "declined"})),
        (format!("{followup}/attempts"), json!({"reached": false})),
    ] {
        let (status, problem) = desk.post(&path, &other, body).await;
        assert_eq!(status, 404, "{path}: {problem}");
        assert!(!problem.to_string().contains(listed[0]["number"].as_str().unwrap()));
    }
    assert_eq!(desk.get(&format!("{followup}/record"), &other).await.0, 404);
    assert_eq!(desk.kinds(tale.case).await, ["followup.opened"], "nothing came of it");
    let (status, done) = desk.post(&complete, &hand, json!({"result": "declined"})).await;
    assert_eq!((status, &done["result"]), (200, &json!("declined")));
    assert_eq!(desk.post(&complete, &other, json!({"result": "declined"})).await.0, 404);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_edited_and_released_is_looked_at_before_by_those_who_do_so() {
    let desk = Desk::new().await;
    for serial in 1..=3 {
        let tale = Tale::new(serial, date(2026, 6, 9), date(2026, 6, 16), None);
        let mut told = tale.told().concat();
        for event in &mut told {
            event.payload = event.payload.replace("mailbox-002", "hotline-004");
        }
        desk.hear(&told).await;
    }
    let roles =
        [Role::Supervisor, Role::Leader, Role::Dispatcher, Role::Reviewer, Role::Auditor, Role::Inspector];
    let look = async |policy: &str, series: &str, token: &str| {
        let path = format!("/reports/preview?policy={policy}&series={series}&day=2026-06-10&format=html");
        let answer = desk.http.get(format!("{}{path}", desk.base)).bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap().contains("送审稿"))
    };
    for role in roles {
        let token = desk.staff(role, None);
        let releases = matches!(role, Role::Supervisor | Role::Leader);
        let edited = if releases { (200, true) } else { (403, false) };
        assert_eq!(look("hotline-004", "weekly", &token).await, edited, "{role}: a draft, marked as one");
        assert_eq!(look("hotline-004", "bulletin", &token).await, (200, false), "{role}");
    }
    for token in [desk.officer("water"), desk.staff(Role::Admin, None), of_no_unit(&desk)] {
        for series in ["weekly", "bulletin"] {
            assert_eq!(
                look("hotline-004", series, &token).await.0,
                403,
                "what was released is theirs to read"
            );
        }
    }
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_sealed_since_is_named_neither_beside_an_opinion_nor_in_looks() {
    let desk = Desk::new().await;
    let tale = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), None);
    desk.hear(&tale.told().concat()).await;
    let (supervisor, operator) = (desk.person(31, Role::Supervisor), desk.person(32, Role::Operator));
    let order = json!({"policy": "mailbox-002", "from": "2026-06-01", "to": "2026-06-30", "cases": 5});
    let check = desk.post("/spot-checks", &supervisor, order).await.1;
    let path = format!("/spot-checks/{}", check["id"].as_str().unwrap());
    let look = format!("{path}/cases/{}/looks", tale.case);
    assert_eq!(desk.post(&look, &supervisor, json!({"way": "read"})).await.0, 201);
    let said = json!({"policy": "mailbox-002", "source": "network", "severity": "ordinary", "subject": "water",
        "region": "511602", "words": "网友称停水。", "heard_on": "2026-06-15"});
    let opinion = desk.post("/opinions", &operator, said).await.1;
    let make = format!("/opinions/{}/case", opinion["id"].as_str().unwrap());
    assert_eq!(desk.put(&make, &operator, 1, json!({"case_id": tale.case})).await.0, 200);
    let auditor = desk.staff(Role::Auditor, None);
    let seen = async |token: &str| {
        let looks = desk.get(&format!("{path}/looks"), token).await.2;
        looks.as_array().map(Vec::len)
    };
    let named = async |token: &str| desk.get("/opinions", token).await.2[0]["case_id"].clone();
    assert_eq!((seen(&supervisor).await, seen(&auditor).await), (Some(1), Some(1)));
    assert_eq!(named(&operator).await, json!(tale.case));
    assert_eq!(desk.get(&format!("{path}/looks"), &desk.staff(Role::Admin, None)).await.0, 403);
    sqlx::query("INSERT INTO case_seal (case_id, hands, barred) VALUES ($1, ARRAY[$2::uuid], '{}')")
        .bind(tale.case.0)
        .bind(uuid::Uuid::from_u128(32))
        .execute(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!((seen(&supervisor).await, seen(&auditor).await), (Some(0), Some(1)), "the trail stays whole");
    assert_eq!(named(&operator).await, json!(tale.case), "it names this operator");
    assert_eq!(named(&supervisor).await, Value::Null);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_report_tells_units_and_administrators_no_numbers_of_cases() {
    let mut city = City::default();
    let cases = city.came("511602", "water", date(2026, 6, 8), 3);
    let desk = Desk::new().await;
    desk.hear(&city.told).await;
    let (supervisor, leader) = (desk.staff(Role::Supervisor, None), desk.person(9, Role::Leader));
    let order = json!({"policy": "hotline-004", "series": "weekly", "day": "2026-06-10"});
    let made = desk.post("/reports", &supervisor, order).await.1;
    let path = format!("/reports/{}", made["id"].as_str().unwrap());
    let number = cases[1].registration().number.to_string();
    let words = json!({"causes": format!("见 {number}。"), "remedies": "提前清淤。"});
    assert_eq!(desk.write(&format!("{path}/words"), &supervisor, 0, words).await, 204);
    assert_eq!(desk.act(&format!("{path}/release"), &leader).await, 204);
    let read = async |token: &str, path: &str| {
        let answer = desk.http.get(format!("{}{path}", desk.base)).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let numbers: Vec<String> = cases.iter().map(|case| case.registration().number.to_string()).collect();
    for path in [path.clone(), format!("{path}?format=html"), format!("{path}/words")] {
        assert!(read(&leader, &path).await.contains(&number), "{path}");
        for token in [desk.officer(cases[1].unit()), desk.staff(Role::Admin, None)] {
            let text = read(&token, &path).await;
            assert!(
                numbers.iter().all(|number| !text.contains(number)) && text.contains("（略）"),
                "{path}: {text}"
            );
        }
    }
    assert!(desk.running.stop().await);
}
