//! A call: answered on the spot, abandoned and called back, abusive and objected to; and what becomes a case.

use anyhow::{Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, message},
    house::{House, Who, word},
    walk::id,
};

const CONTACTS: &str = "/api/intake/contacts";

fn contact(kind: &str, more: Value) -> Value {
    let mut body = json!({"kind": kind, "region": "511602", "pack": "hotline-004"});
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_answered_called_back_and_judged_and_two_become_cases() -> Result<()> {
    let house = House::open("call").await?;
    answered_on_the_spot(&house).await?;
    let called_back = called_back(&house).await?;
    judged(&house).await?;
    let asked = becomes_a_case(&house).await?;
    house.settle().await?;

    let operator = house.staff(Role::Operator);
    let cases = house.read(&operator, "/api/intake/cases?limit=200").await?;
    // The two calls that became cases, and the next matter of who was judged; nobody else has one.
    ensure!(cases["cases"].as_array().is_some_and(|cases| cases.len() == 3), "{cases}");
    let today = runtime::Clock::default().now().to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai")?).date();
    let path = format!("{CONTACTS}/figures?from={today}&to={today}");
    let figures = house.read(&house.staff(Role::Leader), &path).await?;
    let count = |kind: &str| {
        let of = figures["counts"].as_array().into_iter().flatten().find(|count| count["kind"] == kind);
        of.map(|count| (count["contacts"].as_i64(), count["cases"].as_i64()))
    };
    for (kind, contacts, cases) in
        [("consultation", 1, 0), ("enquiry", 2, 1), ("praise", 1, 0), ("abandoned", 1, 1), ("abusive", 1, 0)]
    {
        ensure!(count(kind) == Some((Some(contacts), Some(cases))), "{kind}: {figures}");
    }
    for desk in [&called_back, &asked] {
        desk.counted(&[
            ("case.registered", 1),
            ("case.accepted", 1),
            ("case.answered", 1),
            ("case.closed", 1),
        ])
        .await?;
        let told = desk.told().await?;
        ensure!(told.iter().any(|line| line.starts_with("case.answered")), "{told:?}");
    }
    let said = house.said().await?;
    for secret in ["13900001111", "13900002222", "骂了值班员", "我没有骂人", "公积金"] {
        ensure!(!said.contains(secret), "{secret} left the intake");
    }
    house.close().await
}

/// From the knowledge base; nothing but a count comes of it.
async fn answered_on_the_spot(house: &House) -> Result<()> {
    let operator = house.staff(Role::Operator);
    let article = json!({"form": "article", "owner_unit": "zj", "content": {
        "title": "住房公积金提取条件", "body": "购买自住住房、偿还贷款本息可以提取。", "materials": ["身份证", "购房合同"]}});
    let made = house.post(&operator, "/api/intake/knowledge", article).await?.must(201)?;
    let path = format!("/api/intake/knowledge/{}", id(&made, "article")?);
    let publish = format!("{path}/publish");
    let search = "/api/intake/knowledge?q=如何提取公积金";
    ensure!(house.read(&operator, search).await?["hits"] == json!([]), "found before it is published");
    house
        .call(&operator, Method::POST, &publish, &[("if-match", "\"1\"")], Some(json!({})))
        .await?
        .must(200)?;

    let found = house.read(&operator, search).await?;
    let hit = &found["hits"][0];
    ensure!(hit["title"] == "住房公积金提取条件" && hit["materials"][1] == "购房合同", "{found}");
    let article = word(hit, "article")?;
    let spot = contact("consultation", json!({"article": article, "note": "问公积金提取，已当场答复"}));
    let noted = house.post(&operator, CONTACTS, spot).await?.must(201)?;
    ensure!(noted.body["state"] == "noted", "{noted:?}");
    let used = house.post(&operator, &format!("{path}/uses"), json!({})).await?.must(200)?;
    ensure!(used.body["uses"] == 1, "{used:?}");
    let kept = house.read(&operator, &format!("{CONTACTS}/{}", id(&noted, "contact")?)).await?;
    ensure!(kept["article"] == article && kept["case_id"].is_null(), "{kept}");
    for body in [contact("enquiry", json!({"about": "cg"})), contact("praise", json!({"about": "zj"}))] {
        house.post(&operator, CONTACTS, body).await?.must(201)?;
    }
    // An answer to somebody who asks for nothing is not counted as one from an article.
    let wrong = contact("praise", json!({"article": article}));
    let refused = house.post(&operator, CONTACTS, wrong).await?.must(422)?;
    ensure!(refused.fields() == ["article"], "{refused:?}");
    Ok(())
}

/// 漏接回拨: owed until somebody is reached, and then it is a case.
async fn called_back(house: &House) -> Result<Desk<'_>> {
    let operator = house.staff(Role::Operator);
    let missed = contact("abandoned", json!({"phone": "13900001111"}));
    let missed = house.post(&operator, CONTACTS, missed).await?.must(201)?;
    ensure!(missed.body["state"] == "owed" && missed.body["due_at"].is_string(), "{missed:?}");
    let contact = id(&missed, "contact")?;
    let path = format!("{CONTACTS}/{contact}");
    let due = house.read(&operator, &format!("{CONTACTS}/due")).await?;
    ensure!(due["contacts"][0]["contact"] == contact && !due.to_string().contains("1390000"), "{due}");
    ensure!(house.read(&operator, &path).await?["phone"] == "13900001111", "the number to call");
    for (attempt, reached, state) in [(1, false, "owed"), (2, true, "reached")] {
        let call = json!({"attempt": attempt, "reached": reached});
        let done = house.post(&operator, &format!("{path}/attempts"), call).await?.must(200)?;
        ensure!(done.body["state"] == state, "{done:?}");
    }
    let due = house.read(&operator, &format!("{CONTACTS}/due")).await?;
    ensure!(due["contacts"] == json!([]), "{due}");
    let mut told = message("complaint", "滨江路路灯不亮");
    told["pack"] = "hotline-004".into();
    told["party"]["phone"] = "13900001111".into();
    let desk = made_case(house, &contact, told).await?;
    desk.hand_over("dispatched").await?;
    desk.answered_by("cg", "路灯已于今日修复,感谢您的监督。").await?;
    desk.becomes("closed").await?;
    Ok(desk)
}

/// Makes a case of a contact; asked again it is the same one, and the query code is told once.
async fn made_case<'a>(house: &'a House, contact: &str, told: Value) -> Result<Desk<'a>> {
    let operator = house.staff(Role::Operator);
    let path = format!("{CONTACTS}/{contact}/case");
    let made = house.post(&operator, &path, told.clone()).await?.must(201)?;
    let again = house.post(&operator, &path, told).await?.must(200)?;
    ensure!(again.body["number"] == made.body["number"] && again.body["query_code"].is_null(), "{again:?}");
    let desk = Desk::of(house, &made.body)?;
    let door = house.read(&operator, &desk.path("/door")).await?;
    ensure!(door["contact_id"] == contact, "{door}");
    Ok(desk)
}

/// An enquiry that turns out to be a matter.
async fn becomes_a_case(house: &House) -> Result<Desk<'_>> {
    let operator = house.staff(Role::Operator);
    let asked = house.post(&operator, CONTACTS, contact("enquiry", json!({}))).await?.must(201)?;
    let mut told = message("help", "小区物业停电");
    told["pack"] = "hotline-004".into();
    let desk = made_case(house, &id(&asked, "contact")?, told).await?;
    desk.hand_over("dispatched").await?;
    desk.answered_by("zj", "已督促物业恢复供电,请您放心。").await?;
    desk.becomes("closed").await?;
    Ok(desk)
}

/// The facts, a supervisor's decision, one objection, a second look; and an open door.
async fn judged(house: &House) -> Result<()> {
    let (operator, supervisor) = (house.staff(Role::Operator), house.staff(Role::Supervisor));
    let call = contact("abusive", json!({"phone": "13900002222", "note": "三次来电骂了值班员"}));
    let made = house.post(&operator, CONTACTS, call).await?.must(201)?;
    let (contact, code) = (id(&made, "contact")?, id(&made, "code")?);
    let review = format!("{CONTACTS}/{contact}/review");
    let rule = async |who: &Who, version: i32, abusive: bool| {
        let body = json!({"abusive": abusive, "reason": "录音可证"});
        let version = format!("\"{version}\"");
        house.call(who, Method::POST, &review, &[("if-match", &version)], Some(body)).await
    };
    rule(&operator, 1, true).await?.must(403)?;
    let ruled = rule(&supervisor, 1, true).await?.must(200)?;
    ensure!(ruled.body["state"] == "confirmed", "{ruled:?}");
    let keys = json!({"contact": contact, "code": code});
    let seen = house.post(&Who::Nobody, &format!("{CONTACTS}/track"), keys).await?.must(200)?;
    ensure!(seen.body["may_object"] == true && seen.body["reason"] == "录音可证", "{seen:?}");
    let objection = json!({"contact": contact, "code": code, "grounds": "我没有骂人，是别人用我的电话"});
    let object = format!("{CONTACTS}/objection");
    let objected = house.post(&Who::Nobody, &object, objection.clone()).await?.must(200)?;
    ensure!(objected.body["state"] == "contested", "{objected:?}");
    let ruled = rule(&supervisor, 3, false).await?.must(200)?;
    ensure!(ruled.body["state"] != "confirmed" && ruled.body["state"] != "contested", "{ruled:?}");
    house.post(&Who::Nobody, &object, objection).await?.must(409)?;
    // Whatever is decided: the next matter of the same number is taken as any other.
    let mut next = message("suggestion", "建议增设公交站");
    next["party"]["phone"] = "13900002222".into();
    let next = Desk::register(house, &operator, next).await?;
    ensure!(next.track().await?["state"] == "accepted", "a decision closes no door");
    Ok(())
}
