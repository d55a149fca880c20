//! A petition from its answer through 复查 and 复核 to termination, and the refusal after it.

use anyhow::{Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, reply},
    house::{House, Who, eventually},
};

/// A formal opinion, served on the day it was issued.
pub(crate) fn paper(serial: &str, result: &str, day: &str) -> Value {
    json!({
        "serial": serial, "result": result, "request": "请求更换井盖", "facts": "井盖破损属实。",
        "opinion": "予以支持。", "legal_basis": "《城市道路管理条例》第二十三条",
        "issued_on": day, "served_on": day, "service": "direct", "proof": "送达回证",
    })
}

fn message() -> Value {
    json!({
        "kind": "complaint", "region": "511602", "title": "井盖破损", "text": "井盖破损,请求更换。", "pack": "petition-2022",
        "party": {"name": "测试群众", "phone": "0826-0000001", "address": "测试路一号"},
    })
}

/// Does an act of the lane on the version that stands.
pub(crate) async fn act(desk: &Desk<'_>, who: &Who, verb: &str, body: Value, state: &str) -> Result<()> {
    let path = format!("/api/routing/petitions/{}", desk.case);
    let read = desk.house.get(&desk.house.staff(Role::Supervisor), &path).await?.must(200)?;
    let version = read.header("etag");
    let headers = [("if-match", version.as_str())];
    let done = desk.house.call(who, Method::POST, &format!("{path}/{verb}"), &headers, Some(body)).await?;
    let done = done.must(200)?;
    ensure!(done.body["state"] == state, "{verb}: {done:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_petition_walks_through_review_and_re_examination_to_its_termination() -> Result<()> {
    let house = House::open("petition").await?;
    let unit = |code: &str, parent: Option<&str>| json!({"code": code, "name": code, "region": "511600", "parent": parent});
    let tree =
        json!({"units": [unit("cg", Some("county")), unit("county", Some("city")), unit("city", None)]});
    house
        .call(&house.staff(Role::Admin), Method::PUT, "/api/routing/units", &[], Some(tree))
        .await?
        .must(200)?;
    let desk = Desk::register(&house, &Who::Nobody, message()).await?;
    let hand = desk.hand_over("dispatched").await?;
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    let mut words = reply("井盖已更换,感谢您的监督。");
    words["reasons"] = json!("经查,井盖破损属实。");
    words["legal_basis"] = json!("《城市道路管理条例》第二十三条");
    desk.unit(&hand, "reply", words).await?;
    desk.becomes("closed").await?;

    let today = runtime::Clock::default().now().to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai")?).date();
    let today = today.to_string();
    let (officer, petitioner) = (house.officer("cg"), desk.citizen().await?);
    let organ = |unit: &str| house.holder(Role::Reviewer, Some(unit), None);
    let ask = |stage: &str| json!({"stage": stage, "grounds": "未说明责任单位"});
    act(&desk, &officer, "opinion", paper("办一", "supported", &today), "opinion-served").await?;
    act(&desk, &petitioner, "request", ask("review"), "review-asked").await?;
    act(&desk, &organ("county"), "request-decision", json!({"accept": true}), "reviewing").await?;
    act(&desk, &organ("county"), "review-opinion", paper("查一", "maintained", &today), "review-served")
        .await?;
    act(&desk, &petitioner, "request", ask("reexamination"), "reexamination-asked").await?;
    act(&desk, &organ("city"), "request-decision", json!({"accept": true}), "reexamining").await?;
    act(&desk, &organ("city"), "review-opinion", paper("核一", "maintained", &today), "terminated").await?;

    let lane = [
        "opinion.issued",
        "review.requested",
        "review.accepted",
        "opinion.issued",
        "review.requested",
        "review.accepted",
        "opinion.issued",
        "case.terminated",
    ];
    eventually("the dossier has the whole lane", async || {
        let kinds = desk.dossier().await?;
        let heard: Vec<_> = kinds.iter().filter(|kind| lane.contains(&kind.as_str())).collect();
        Ok((heard == lane).then_some(()))
    })
    .await?;

    // The door stays open: the same matter is written down again, and a person declines it with the reason of the law.
    let mut same = message();
    same["title"] = json!("同一事项");
    same["text"] = json!("以同一事实和理由再次提出。");
    let again = Desk::register(&house, &Who::Nobody, same).await?;
    let path = format!("/api/intake/cases/{}", again.number);
    let operator = house.staff(Role::Operator);
    let version = house.get(&operator, &path).await?.header("etag");
    let reason = Some(json!({"reason": "ended_after_reexamination"}));
    let headers = [("if-match", version.as_str())];
    let answer = house.call(&operator, Method::POST, &format!("{path}/decline"), &headers, reason).await?;
    ensure!(answer.must(200)?.body["state"] == "declined");
    house.close().await
}
