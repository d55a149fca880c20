//! A petition to its end: 意见书, 复查, 复核 with a hearing, termination; then the same matter again, and a request that is late.

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    clerk::{act, day, in_order, named, post, put},
    desk::{Desk, reply},
    house::{Answer, House, Who, eventually},
    petition::paper,
};

const CODE: &str = "ended_after_reexamination";

fn message(title: &str) -> Value {
    json!({
        "kind": "complaint", "region": "511602", "title": title, "text": format!("河边{title},请求修复。"), "pack": "petition-2022",
        "party": {"name": "测试群众", "phone": "0826-0000001", "address": "测试路一号"},
    })
}

/// Does an act of the lane, which must bring it into a state.
async fn lane(desk: &Desk<'_>, who: &Who, verb: &str, body: Value, state: &str) -> Result<Value> {
    let answer = tried(desk, who, verb, body).await?.must(200)?;
    ensure!(answer.body["state"] == state, "{verb}: {answer:?}");
    Ok(answer.body)
}

async fn tried(desk: &Desk<'_>, who: &Who, verb: &str, body: Value) -> Result<Answer> {
    let path = format!("/api/routing/petitions/{}", desk.case);
    let supervisor = desk.house.staff(Role::Supervisor);
    act(desk.house, (&supervisor, &path), who, (Method::POST, &format!("{path}/{verb}")), body).await
}

/// A petition that its unit has answered.
async fn answered<'a>(house: &'a House, title: &str) -> Result<Desk<'a>> {
    let mut body = message(title);
    body["unit"] = json!("cg");
    let desk = Desk::register(house, &Who::Nobody, body).await?;
    let hand = desk.hand_over("dispatched").await?;
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    let mut words = reply("步道已修复,感谢您的监督。");
    words["reasons"] = json!("经查,步道破损属实。");
    words["legal_basis"] = json!("《城市道路管理条例》第二十三条");
    desk.unit(&hand, "reply", words).await?;
    desk.becomes("closed").await?;
    Ok(desk)
}

/// Waits until a limit of the case is in a state.
async fn limit(desk: &Desk<'_>, name: &str, state: &str) -> Result<Value> {
    let supervisor = desk.house.staff(Role::Supervisor);
    let path = format!("/api/deadline-scheduler/cases/{}/clocks", desk.case);
    eventually(&format!("{name} {state}"), async || {
        let clocks = desk.house.read(&supervisor, &path).await?;
        let found = clocks.as_array().into_iter().flatten().find(|clock| clock["name"] == name);
        Ok(found.filter(|clock| clock["state"] == state).cloned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_petition_ends_at_the_third_level_and_the_same_matter_is_not_taken_again() -> Result<()> {
    let house = House::open("termination").await?;
    let unit = |code: &str, parent: Option<&str>| json!({"code": code, "name": code, "region": "511600", "parent": parent});
    let tree =
        json!({"units": [unit("cg", Some("county")), unit("county", Some("city")), unit("city", None)]});
    put(&house, &house.staff(Role::Admin), "/api/routing/units", tree).await?.must(200)?;
    let desk = answered(&house, "步道破损").await?;
    let today = day(0)?;
    let (officer, petitioner) = (house.officer("cg"), desk.citizen().await?);
    let organ = |unit: &str| named(&house, Role::Reviewer, Some(unit), unit);
    let (county, city) = (organ("county")?, organ("city")?);
    let ask = |stage: &str| json!({"stage": stage, "grounds": "未说明责任单位"});

    // No opinion yet, so there is nothing to review.
    tried(&desk, &petitioner, "request", ask("review")).await?.must(409)?;
    lane(&desk, &officer, "opinion", paper("办一", "supported", &today), "opinion-served").await?;
    limit(&desk, "ask_review", "running").await?;
    lane(&desk, &petitioner, "request", ask("review"), "review-asked").await?;
    limit(&desk, "ask_review", "met").await?;
    limit(&desk, "recheck", "running").await?;
    tried(&desk, &officer, "request-decision", json!({"accept": true})).await?.must(403)?;
    lane(&desk, &county, "request-decision", json!({"accept": true}), "reviewing").await?;
    lane(&desk, &county, "review-opinion", paper("查一", "maintained", &today), "review-served").await?;
    limit(&desk, "recheck", "met").await?;
    lane(&desk, &petitioner, "request", ask("reexamination"), "reexamination-asked").await?;
    lane(&desk, &city, "request-decision", json!({"accept": true}), "reexamining").await?;
    // 听证所需时间不计算在复核期限内.
    let before = limit(&desk, "reexamine", "running").await?;
    lane(&desk, &city, "hearing", json!({"open": true}), "reexamining").await?;
    limit(&desk, "reexamine", "paused").await?;
    tried(&desk, &city, "review-opinion", paper("核一", "maintained", &today)).await?.must(409)?;
    lane(&desk, &city, "hearing", json!({"open": false}), "reexamining").await?;
    let after = limit(&desk, "reexamine", "running").await?;
    let due = |clock: &Value| clock["due_at"].as_str().map(str::to_owned);
    ensure!(due(&after) >= due(&before), "the hearing's time is given back: {before} {after}");
    lane(&desk, &city, "review-opinion", paper("核一", "maintained", &today), "terminated").await?;
    limit(&desk, "reexamine", "met").await?;
    tried(&desk, &petitioner, "request", ask("review")).await?.must(409)?;

    house.settle().await?;
    in_order(
        &desk.dossier().await?,
        &[
            "case.closed",
            "opinion.issued",
            "review.requested",
            "review.accepted",
            "opinion.issued",
            "review.requested",
            "review.accepted",
            "case.paused",
            "case.resumed",
            "opinion.issued",
            "case.terminated",
        ],
    )?;
    let papers = house.read(&petitioner, &format!("/api/routing/petitions/{}", desk.case)).await?;
    let forms: Vec<_> =
        papers["documents"].as_array().context("papers")?.iter().map(|paper| &paper["form"]).collect();
    ensure!(
        forms
            == [
                "handling-opinion",
                "request-accepted",
                "review-opinion",
                "request-accepted",
                "reexamination-opinion"
            ],
        "{papers}"
    );
    refused_after_it(&house, &desk).await?;
    a_late_request(&house).await?;
    house.close().await
}

/// The door stays open: the matter is written down, found to be the one that has ended, and declined with the reason of the law.
async fn refused_after_it(house: &House, ended: &Desk<'_>) -> Result<()> {
    let petitioner = ended.citizen().await?;
    let at = format!("/api/intake/cases/{}", ended.number);
    let operator = house.staff(Role::Operator);
    let version = house.get(&operator, &at).await?.must(200)?.header("etag");
    let headers = [("if-match", version.as_str())];
    let news = Some(json!({"text": "仍以同一事实提出。"}));
    house.call(&petitioner, Method::POST, &format!("{at}/renew"), &headers, news).await?.must(409)?;
    ensure!(ended.track().await?["state"] == "closed");

    let again = Desk::register(house, &Who::Nobody, message("步道破损")).await?;
    let at = format!("/api/intake/cases/{}", again.number);
    let standing = house.read(&operator, &format!("{at}/standing")).await?;
    let earlier = standing["earlier"].as_array().context("earlier cases")?;
    let same = earlier.iter().find(|earlier| earlier["number"] == ended.number.as_str());
    let same = same.with_context(|| format!("the ended matter is not found: {standing}"))?;
    ensure!(same["terminated"] == true && same["advice"] == "ended", "{same}");
    let declined =
        post(house, &operator, &at, &format!("{at}/decline"), json!({"reason": CODE})).await?.must(200)?;
    ensure!(declined.body["state"] == "declined", "{declined:?}");
    house.settle().await?;
    in_order(&again.dossier().await?, &["case.registered", "case.declined"])?;
    ensure!(again.track().await?["state"] == "declined");
    let told = house
        .read(&again.citizen().await?, &format!("/api/notification/cases/{}/notices", again.case))
        .await?;
    let words = told.to_string();
    ensure!(words.contains("已经复核终结") && words.contains("不再受理"), "why, and where to go: {words}");
    Ok(())
}

/// 逾期申请复查: refused in writing, with its reason; the opinion stands.
async fn a_late_request(house: &House) -> Result<()> {
    let desk = answered(house, "护栏松动").await?;
    let served = day(-60)?;
    lane(&desk, &house.officer("cg"), "opinion", paper("办二", "supported", &served), "opinion-served")
        .await?;
    let late = json!({"stage": "review", "grounds": "不服"});
    let petitioner = desk.citizen().await?;
    lane(&desk, &petitioner, "request", late, "opinion-served").await?;
    let papers = house.read(&petitioner, &format!("/api/routing/petitions/{}", desk.case)).await?;
    ensure!(papers["documents"].to_string().contains("request-refused"), "refused in writing: {papers}");
    house.settle().await?;
    let kinds = desk.dossier().await?;
    in_order(&kinds, &["opinion.issued", "review.refused"])?;
    ensure!(!kinds.contains(&"case.terminated".to_owned()), "{kinds:?}");
    Ok(())
}
