//! A group of twelve with five representatives: who they are stays with the desk, and a hearing stops the time.

use anyhow::{Result, ensure};
use identity::Role;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, reply},
    house::{House, Who, eventually},
    petition::{act, paper},
    walk::plant,
};

const SECRETS: [&str; 4] = ["代表甲", "13900000000", "牵头的人", "低保户"];

fn group(representatives: usize) -> Value {
    let persons: Vec<Value> = (0..representatives)
        .map(|at| json!({"name": format!("代表甲{at}"), "phone": "13900000000"}))
        .collect();
    json!({
        "kind": "complaint", "region": "511602", "title": "井盖破损", "text": "井盖破损多月，请求更换。",
        "pack": "petition-2022",
        "party": {"name": "牵头的人", "phone": "13900000000", "address": "测试路一号", "secret": true},
        "parties": {"size": 12, "representatives": persons, "hardship": "低保户"},
        // Brought before the province past county and city.
        "record": {"brought_to": "510000"},
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_heard_through_five_and_its_names_stay_at_the_desk() -> Result<()> {
    let house = House::open("group").await?;
    let tree = [
        ("city", "", "511600", "government"),
        ("county", "city", "511602", "government"),
        ("cg", "county", "511602", "department"),
    ];
    plant(&house, &tree).await?;
    let six = house.post(&Who::Nobody, "/api/intake/cases", group(6)).await?.must(422)?;
    ensure!(six.fields() == ["parties.representatives"], "{six:?}");
    let desk = Desk::register(&house, &Who::Nobody, group(5)).await?;
    let hand = desk.hand_over("dispatched").await?;
    desk.becomes("dispatched").await?;
    classed(&desk).await?;
    kept_secret(&desk).await?;
    materials(&desk).await?;
    let hand = heard(&desk, hand).await?;

    let mut words = reply("井盖已更换,感谢你们的监督。");
    words["reasons"] = json!("经查,井盖破损属实。");
    words["legal_basis"] = json!("《城市道路管理条例》第二十三条");
    desk.unit(&hand, "reply", words).await?;
    desk.becomes("closed").await?;
    ensure!(desk.answer().await?["text"] == "井盖已更换,感谢你们的监督。");
    reexamined(&desk).await?;
    house.settle().await?;

    desk.counted(&[
        ("case.materials_requested", 2),
        ("case.materials_received", 1),
        ("case.paused", 2),
        ("case.resumed", 2),
        ("case.terminated", 1),
        ("case.closed", 1),
    ])
    .await?;
    let told = desk.told().await?;
    ensure!(told.iter().any(|line| line.starts_with("case.answered")), "{told:?}");
    let said = house.said().await?;
    for secret in SECRETS {
        ensure!(!said.contains(secret), "{secret} left the intake");
    }
    house.close().await
}

/// 从快从严: so many people raise the class, and the record says why.
async fn classed(desk: &Desk<'_>) -> Result<()> {
    let record = desk.house.read(&desk.house.staff(Role::Operator), &desk.path("/record")).await?;
    ensure!(record["class"] == "urgent-read" && record["fast"] == "group_incident", "{record}");
    ensure!(record["evidence"] == "12 人", "{record}");
    let standing = desk.house.read(&desk.house.staff(Role::Operator), &desk.path("/standing")).await?;
    let found: Vec<&Value> =
        standing["findings"].as_array().into_iter().flatten().map(|one| &one["finding"]).collect();
    ensure!(found.contains(&&json!("collective")) && found.contains(&&json!("skip-level")), "{standing}");
    counted_as_found(desk.house).await
}

/// 集体、越级: what intake finds of a matter by rule is counted where figures are made.
async fn counted_as_found(house: &House) -> Result<()> {
    eventually("what was found is counted", async || {
        let path = "/api/evaluation/figures?policy=petition-2022";
        let figures = house.read(&house.staff(Role::Supervisor), path).await?;
        let of = |code: &str| {
            let mut all = figures["rows"][0]["figures"].as_array().into_iter().flatten();
            all.find(|figure| figure["code"] == code).map(|figure| figure["numerator"].clone())
        };
        let counted = ["collective", "skip_level", "first"].iter().all(|code| of(code) == Some(json!(1)));
        Ok(counted.then_some(()))
    })
    .await
}

/// 联系方式保密: the desk reads who they are, and leaves a trace; the unit does not, by whatever door it asks.
async fn kept_secret(desk: &Desk<'_>) -> Result<()> {
    let (house, officer) = (desk.house, desk.house.officer("cg"));
    let parties = house.read(&house.staff(Role::Operator), &desk.path("/parties")).await?;
    ensure!(parties["size"] == 12 && parties["collective"] == true, "{parties}");
    ensure!(parties["persons"]["representatives"][4]["name"] == "代表甲4", "{parties}");
    let seen = house.read(&officer, &desk.path("/parties")).await?;
    ensure!(seen["size"] == 12 && seen["persons"].is_null(), "{seen}");
    let mut shown = vec![seen, house.read(&officer, &desk.path("")).await?];
    ensure!(shown[1]["party"] == json!({"anonymous": false, "secret": true}), "{}", shown[1]);
    for path in [
        format!("/api/routing/cases/{}", desk.case),
        "/api/intake/cases?limit=200".to_owned(),
        "/api/notification/inbox?unit=cg&limit=200".to_owned(),
        desk.path("/dossier"),
        desk.path("/record"),
        desk.path("/links"),
    ] {
        shown.push(house.get(&officer, &path).await?.body);
    }
    for secret in SECRETS {
        ensure!(shown.iter().all(|body| !body.to_string().contains(secret)), "the unit learns {secret}");
    }
    house.settle().await?;
    desk.counted(&[("parties.read", 1)]).await
}

/// 一次性告知: everything at once; who asks again is counted.
async fn materials(desk: &Desk<'_>) -> Result<()> {
    let (house, officer) = (desk.house, desk.house.officer("cg"));
    let empty = desk.change(&officer, "materials", json!({"items": []})).await?.must(422)?;
    ensure!(empty.fields() == ["items"], "{empty:?}");
    desk.change(&officer, "materials", json!({"items": ["身份证明", "推选代表的书面材料"]}))
        .await?
        .must(200)?;
    let path = desk.path("/materials");
    let citizen = desk.citizen().await?;
    let asked = house.read(&citizen, &path).await?;
    ensure!(asked["defects"] == 0 && asked["requests"][0]["items"][0] == "身份证明", "{asked}");
    desk.change(&officer, "materials/received", json!({})).await?.must(200)?;
    desk.change(&officer, "materials", json!({"items": ["现场照片"]})).await?.must(200)?;
    let asked = house.read(&citizen, &path).await?;
    ensure!(
        asked["defects"] == 1 && asked["requests"].as_array().is_some_and(|all| all.len() == 2),
        "{asked}"
    );
    Ok(())
}

/// 听证 while it is handled: a spell with a beginning and an end.
async fn heard(desk: &Desk<'_>, hand: Value) -> Result<Value> {
    let house = desk.house;
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    let steps = format!("/api/routing/assignments/{}/steps", hand["id"].as_str().unwrap_or_default());
    let opened = json!({"step": "hearing", "record": {
        "participants": ["petitioner", "lawyer"], "legal_basis": "《信访工作条例》第三十一条"}});
    let opened = house.post(&house.officer("cg"), &steps, opened).await?.must(201)?;
    ensure!(opened.body["state"] == "running", "{opened:?}");
    let finish = format!("/api/routing/steps/{}/finish", opened.body["id"].as_str().unwrap_or_default());
    let end = json!({"participants": ["petitioner", "lawyer"], "facts": "双方认可", "result": "同意更换"});
    let headers = [("if-match", "\"1\"")];
    let done = house
        .call(&house.officer("cg"), reqwest::Method::POST, &finish, &headers, Some(end))
        .await?
        .must(200)?;
    ensure!(done.body["state"] == "done", "{done:?}");
    desk.hand_of("cg").await
}

/// 复核: the time of its hearing is not counted.
async fn reexamined(desk: &Desk<'_>) -> Result<()> {
    let (house, citizen) = (desk.house, desk.citizen().await?);
    let today = runtime::Clock::default().now().to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai")?).date();
    let today = today.to_string();
    let organ = |unit: &str| house.holder(Role::Reviewer, Some(unit), None);
    let (county, city) = (organ("county"), organ("city"));
    let ask = |stage: &str| json!({"stage": stage, "grounds": "未说明责任单位"});
    act(desk, &house.officer("cg"), "opinion", paper("办一", "supported", &today), "opinion-served").await?;
    act(desk, &citizen, "request", ask("review"), "review-asked").await?;
    act(desk, &county, "request-decision", json!({"accept": true}), "reviewing").await?;
    act(desk, &county, "review-opinion", paper("查一", "maintained", &today), "review-served").await?;
    act(desk, &citizen, "request", ask("reexamination"), "reexamination-asked").await?;
    act(desk, &city, "request-decision", json!({"accept": true}), "reexamining").await?;
    let running = desk.clock("reexamine", None, "running").await?;
    act(desk, &city, "hearing", json!({"open": true}), "reexamining").await?;
    desk.clock("reexamine", None, "paused").await?;
    act(desk, &city, "hearing", json!({"open": false}), "reexamining").await?;
    let resumed = desk.clock("reexamine", None, "running").await?;
    ensure!(resumed["due_at"].as_str() >= running["due_at"].as_str(), "{running} {resumed}");
    act(desk, &city, "review-opinion", paper("核一", "maintained", &today), "terminated").await?;
    desk.clock("reexamine", None, "met").await?;
    Ok(())
}
