//! Units are called by their names, those who read along are told, and what was opened is said.

use contracts::{
    assignment::AssignmentDispatched,
    unit::{CaseCopied, UnitDescribed},
    words::{Mode, Part},
};
use identity::Role;
use ids::AssignmentId;

use crate::{
    Desk,
    house::House,
    life::{Life, accepted_by, registered, whole},
};

fn described(code: &str, zh: &str) -> Life {
    let mut life = Life::new(&format!("unit {code} {zh}"), false);
    life.say(UnitDescribed {
        code: code.parse().expect("a unit"),
        zh: zh.to_owned(),
        sort: None,
        level: None,
    });
    life
}

#[tokio::test]
async fn a_unit_is_called_by_its_name_and_by_its_code_only_while_nobody_told_it() {
    let desk = Desk::new().await;
    let text = async |name: &str| {
        let life = whole(name, false);
        desk.hear(&life.events).await;
        let told = desk.told(life.case).await;
        told.into_iter().find(|told| told.0 == "assignment.dispatched/unit").expect("told").4
    };
    assert!(text("before").await.contains("water"));
    desk.hear(&described("water", "市水务局").events).await;
    let named = text("after").await;
    assert!(named.contains("市水务局") && !named.contains("water"), "{named}");
    // Another name, told twice in one batch with an older one: the last holds.
    let both = [described("water", "市水利局").events, described("water", "市水务和水利局").events].concat();
    desk.hear(&both).await;
    desk.hear(&both).await;
    assert!(text("renamed").await.contains("市水务和水利局"));
    assert_eq!(desk.count("SELECT count(*) FROM unit_name").await, 1);
    assert_eq!(
        desk.count("SELECT count(*) FROM case_card WHERE number IS NULL").await,
        0,
        "a unit is no case"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_begins_knows_the_names_that_were_told_before() {
    let desk = Desk::new().await;
    desk.hear(&described("water", "市水务局").events).await;
    let here = tokio::runtime::Handle::current();
    let house = House::start_on(desk, "2026-03-02T02:00:00Z", |_| String::new(), &here).await;
    house.say(&whole("begun", false).events).await;
    house
        .until(
            1,
            "SELECT count(*) FROM notice WHERE template = 'case.answered/citizen' AND zh LIKE '%市水务局%'",
        )
        .await;
    house.stop().await;
}

#[tokio::test]
async fn who_reads_along_is_told_and_an_accused_unit_is_not() {
    let desk = Desk::new().await;
    let mut life = Life::new("copied", false);
    life.say(registered()).say(accepted_by(&["sms"]));
    life.say(contracts::record::CaseHandsNamed {
        hands: vec![],
        barred: vec!["roads".parse().expect("a unit")],
        line: None,
    });
    life.say(AssignmentDispatched {
        assignment: AssignmentId::derived("copied"),
        unit: "town".parse().expect("a unit"),
        mode: Mode::Assignment,
        part: Part::Lead,
        round: 1,
        decided_by: "person".to_owned(),
        pack: registered().pack,
        parent: None,
    });
    for unit in ["district", "roads"] {
        life.say(CaseCopied { unit: unit.parse().expect("a unit"), reason: "direct".to_owned() });
    }
    desk.hear(&life.events).await;
    desk.hear(&life.events).await;
    let told = desk.told(life.case).await;
    let along: Vec<&str> =
        told.iter().filter(|told| told.0 == "case.copied/unit").map(|told| told.1.as_str()).collect();
    assert_eq!(along, ["district"]);
    assert!(told.iter().all(|told| told.1 != "roads"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_opened_is_said_once_by_whom_and_shown_as_read() {
    let house = House::start(|_| String::new()).await;
    let life = whole("opened", false);
    house.say(&life.events).await;
    house.until(5, "SELECT count(*) FROM notice WHERE audience = 'unit'").await;
    let officer = house.token(Role::Officer, Some("water"), None);
    let citizen = house.token(Role::Citizen, None, Some(life.case));
    let (_, inbox) = house.ask("GET", &officer, "/inbox?unread=true", None).await;
    let id = inbox[0]["id"].as_str().expect("an id").to_owned();
    let of_case = format!("/cases/{}/notices", life.case);
    let (_, own) = house.ask("GET", &citizen, &of_case, None).await;
    let own = own[0]["id"].as_str().expect("an id").to_owned();
    let open = async |token: &str, id: &str| {
        house.ask("POST", token, &format!("/notices/{id}/opened"), None).await.0
    };
    assert_eq!(open(&citizen, &id).await, 403, "not the citizen's");
    for (token, id) in [(&officer, &id), (&officer, &id), (&citizen, &own), (&citizen, &own)] {
        assert_eq!(open(token, id).await, 204);
    }
    let said: Vec<(String, String)> = sqlx::query_as(
        "SELECT convert_from(payload, 'UTF8')::json ->> 'audience', actor FROM outbox_event
         WHERE kind = 'notice.opened' ORDER BY 1",
    )
    .fetch_all(&house.desk.db.pool)
    .await
    .expect("rows");
    let words: Vec<&str> = said.iter().map(|(audience, _)| audience.as_str()).collect();
    assert_eq!(words, ["citizen", "unit"]);
    assert!(said[0].1 == "citizen" && said[1].1.starts_with("officer:"), "{said:?}");
    let (_, rest) = house.ask("GET", &officer, "/inbox?unread=true", None).await;
    assert_eq!(rest.as_array().map(Vec::len), Some(4));
    let (_, all) = house.ask("GET", &officer, "/inbox", None).await;
    let read = all.as_array().expect("a list").iter().find(|one| one["id"] == id).expect("there");
    assert_eq!(read["opened_at"], "2026-03-02T02:00:00Z");
    house.stop().await;
}
