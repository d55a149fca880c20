//! The tree of units: who answers, who is missing, who continues whose work.

use identity::{Claims, Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::Row as _;
use uuid::Uuid;

use crate::house::House;

async fn get(house: &House, path: &str) -> Value {
    let (status, body, _) = house.ask(Method::GET, path, Role::Supervisor, None, None).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

fn findings_of(list: &Value, unit: &str) -> Vec<String> {
    let list = list["findings"].as_array().unwrap().iter().filter(|finding| finding["unit"] == unit);
    list.map(|finding| finding["finding"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_file_of_units_is_taken_whole_or_not_at_all() {
    let house = House::open().await;
    let (leader, handler) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let bad = "code,name,region,parent,kind,duty24h,leader\n\
        gas,燃气公司,511600,,utility,maybe,\n\
        heat,供热公司,51,nobody,utility,true,王五\n\
        gas,燃气,511600,heat,utility,true,\n";
    let (status, body) = house.file("/units/import", "text/csv", bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    let fields: Vec<&str> =
        body["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    for field in ["line 2.duty24h", "line 3.region", "line 3.leader", "line 4.code", "line 4.parent"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    assert!(!body.to_string().contains("王五"), "what was wrong is not said again");
    let units = get(&house, "/units").await;
    assert_eq!(units["units"].as_array().unwrap().len(), 3, "nothing was written");

    let good = format!(
        "\u{feff}code,name,region,parent,line,kind,duty24h,network,functions,leader,leader_function,handler,handler_function\n\
         bureau,城管局,511600,,城管,department,否,是,值班员;科长,{leader},分管副局长,{handler},办公室承办人\n\
         gas,燃气公司,511602,bureau,城管,utility,是,是,,,,,\n"
    );
    for changed in [2, 0] {
        let (status, body) = house.file("/units/import", "text/csv", &good).await;
        assert_eq!((status, &body["changed"]), (StatusCode::OK, &json!(changed)), "{body}");
    }
    let list = json!([{"code": "heat", "name": "供热公司", "region": "511602", "parent": "bureau", "kind": "utility"}]);
    let (status, body) = house.file("/units/import", "application/json", &list.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let circle = json!([{"code": "bureau", "name": "城管局", "region": "511600", "parent": "gas"}]);
    let (status, body) = house.file("/units/import", "application/json", &circle.to_string()).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("row 1.parent"))
    );

    let line = get(&house, "/units?line=城管&network=true&region=511600").await;
    assert_eq!(line["units"].as_array().unwrap().len(), 2);
    assert_eq!(get(&house, "/units?level=county&duty24h=true").await["units"][0]["code"], json!("gas"));
    let detail = get(&house, "/units/gas").await;
    assert_eq!(detail["chain"][1]["leader"]["account"], json!(leader));
    assert_eq!(detail["chain"][1]["handler"]["function"], json!("办公室承办人"));
    assert_eq!(get(&house, "/units/bureau").await["below"], json!(["gas", "heat"]));

    let found = get(&house, "/units/findings").await;
    assert_eq!(findings_of(&found, "bureau"), [""; 0]);
    assert_eq!(findings_of(&found, "gas"), ["no-leader", "no-handler"]);
    assert_eq!(findings_of(&found, "heat"), ["no-leader", "no-handler", "not-round-the-clock"]);

    let (status, _, _) =
        house.ask(Method::PUT, "/units", Role::Dispatcher, None, Some(json!({"units": []}))).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn who_is_bound_to_a_region_changes_its_units_only() {
    let house = House::open().await;
    let role = Role::Supervisor;
    let bound = Claims {
        sub: Uuid::nil(),
        role,
        roles: vec![role],
        unit: None,
        region: Some("511602".parse().unwrap()),
        case: None,
        exp: i64::from(u32::MAX),
    };
    let unit = |region: &str| json!({"units": [{"code": "new", "name": "新单位", "region": region}]});
    let (status, body, _) = house.as_claims(Method::PUT, "/units", &bound, None, Some(unit("511621"))).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("units[0].region"))
    );
    let (status, _, _) = house.as_claims(Method::PUT, "/units", &bound, None, Some(unit("511602"))).await;
    assert_eq!(status, StatusCode::OK);
    let end = json!({"basis": "机构改革", "successor": "water"});
    let (status, _, _) = house.as_claims(Method::POST, "/units/lights/end", &bound, None, Some(end)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn cases_of_a_unit_that_ended_go_to_its_successor() {
    let mut house = House::open().await;
    house.county().await;
    let dispatched = house.accept(false, "路灯不亮", |_| {}).await;
    let handled = house.accept(false, "路灯又不亮", |body| body.multi_unit = true).await;
    for verb in ["sign", "contact"] {
        let (status, body) = house.works(handled, "lights", verb, json!({"reached": true})).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }
    let end = json!({"basis": "机构改革方案", "successor": "city-water", "on": "2026-03-01"});
    let lost = json!({"basis": "机构改革方案", "successor": "lights"});
    let path = "/units/lights/end";
    let (status, _, _) = house.ask(Method::POST, path, Role::Admin, None, Some(lost)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, body, _) = house.ask(Method::POST, path, Role::Admin, None, Some(end)).await;
    assert_eq!((status, &body["active"]), (StatusCode::OK, &json!(false)), "{body}");
    for case in [dispatched, handled] {
        house.comes_to(case, "city-water").await;
        let tail: Vec<_> = house.said(case).await.into_iter().rev().take(2).collect();
        assert_eq!(tail[1].0, "assignment.redirected");
        assert_eq!(tail[1].1["to"], json!("city-water"));
        assert_eq!(
            (tail[0].1["decided_by"].clone(), tail[0].1["round"].clone()),
            (json!("succession"), json!(1))
        );
    }
    let detail = get(&house, "/units/lights").await;
    assert_eq!((&detail["heir"], &detail["open"]), (&json!("city-water"), &json!(0)));
    let catalogue = get(&house, "/catalogue").await;
    assert_eq!(catalogue["entries"][0]["unit"], json!("city-water"));
    assert_eq!(catalogue["entries"][0]["basis"], json!("三定"));
    // Another matter of the same kind, and one whose mailbox still names the old unit.
    let next = house.accept(false, "路灯不亮", |_| {}).await;
    let named = house.accept(false, "别的事", |body| body.unit_hint = Some("lights".parse().unwrap())).await;
    for case in [next, named] {
        assert_eq!(house.said(case).await[0].1["unit"], json!("city-water"));
    }
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn the_names_of_units_are_told_once() {
    let house = House::open().await;
    house.county().await;
    house.county().await;
    let told = || async {
        let rows = sqlx::query("SELECT payload FROM outbox_event WHERE kind = 'unit.described'")
            .fetch_all(&house.db.pool)
            .await
            .unwrap();
        let names: Vec<Value> = rows
            .iter()
            .map(|row| serde_json::from_slice(&row.get::<Vec<u8>, _>("payload")).unwrap())
            .collect();
        names.iter().filter(|name| name["code"] == "town").cloned().collect::<Vec<Value>>()
    };
    let town = json!({"code": "town", "zh": "town局", "sort": "township", "level": "township"});
    assert_eq!(told().await, [town]);
    let renamed =
        json!({"units": [{"code": "town", "name": "协兴镇", "region": "511602103", "kind": "township"}]});
    house.ask(Method::PUT, "/units", Role::Admin, None, Some(renamed)).await;
    assert_eq!(told().await.len(), 2);
    assert!(house.running.stop().await);
}
