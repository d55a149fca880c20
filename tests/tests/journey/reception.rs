//! 领导接待日、在线接听: set, published, booked, held with a lawyer, its matters dispatched and answered, counted.

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    clerk::{act, day, in_order, named, post},
    desk::{Desk, reply},
    house::{House, Who, eventually, word},
};

const RECEPTIONS: &str = "/api/intake/receptions";

fn plan(day: &str, live: bool) -> Value {
    json!({
        "live": live, "rank": "city", "leaders": ["分管城建的副市长"], "region": "511600", "remit": "城建、交通",
        "place": "信访大厅一号接待室", "day": day, "starts": "09:00:00", "ends": "11:30:00", "capacity": 3,
    })
}

/// Sets a session, or shows what is wrong with the plan.
async fn set(house: &House, who: &Who, plan: Value) -> Result<String> {
    let made = house.post(who, RECEPTIONS, plan).await?.must(201)?;
    Ok(format!("{RECEPTIONS}/{}", word(&made.body, "session")?))
}

async fn go(house: &House, who: &Who, session: &str, step: &str) -> Result<Value> {
    Ok(post(house, who, session, &format!("{session}/{step}"), json!({})).await?.must(200)?.body)
}

async fn published(house: &House) -> Result<Vec<Value>> {
    let shown = house.read(&Who::Nobody, &format!("{RECEPTIONS}/published?region=511600")).await?;
    shown["sessions"].as_array().cloned().context("a list of sessions")
}

fn wish(at: usize) -> Value {
    json!({"name": format!("测试访客{at}"), "phone": format!("0826-000010{at}"), "matter": "路灯与井盖"})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reception_is_booked_and_held_and_its_matters_are_answered() -> Result<()> {
    let house = House::open("reception").await?;
    let clerk = named(&house, Role::Operator, None, "接待登记")?;
    let today = day(0)?;
    // Ahead of time it is published in time; for the same day it is published late, and that shows.
    let later = set(&house, &clerk, plan(&day(10)?, false)).await?;
    let session = set(&house, &clerk, plan(&today, false)).await?;
    ensure!(published(&house).await?.is_empty(), "nothing is shown before it is published");
    house.post(&Who::Nobody, &format!("{session}/bookings"), wish(1)).await?.must(409)?;
    ensure!(go(&house, &clerk, &later, "publish").await?["late"] == false);
    ensure!(go(&house, &clerk, &session, "publish").await?["late"] == true);
    let shown = published(&house).await?;
    ensure!(
        shown.len() == 2 && shown[0]["free"] == 3 && shown[0]["leaders"][0] == "分管城建的副市长",
        "{shown:?}"
    );

    for at in 1..=3 {
        let booked = house.post(&Who::Nobody, &format!("{session}/bookings"), wish(at)).await?.must(201)?;
        ensure!(booked.body["number"] == at && word(&booked.body, "code")?.len() >= 6, "{booked:?}");
    }
    house.post(&Who::Nobody, &format!("{session}/bookings"), wish(4)).await?.must(409)?;
    ensure!(published(&house).await?[0]["free"] == 0);
    house.get(&house.officer("cg"), &format!("{session}/bookings")).await?.must(403)?;

    go(&house, &clerk, &session, "open").await?;
    let mut desks = Vec::new();
    for (at, title) in [(1, "路灯不亮"), (2, "井盖破损"), (3, "小区物业不修漏水")] {
        let came = json!({"attended": true, "advice": "依法处理,限期答复", "ones": []});
        house
            .call(&clerk, Method::PUT, &format!("{session}/bookings/{at}"), &[], Some(came))
            .await?
            .must(204)?;
        let matter = json!({"kind": "complaint", "region": "511602", "title": title, "text": format!("{title},请处理。")});
        let path = format!("{session}/bookings/{at}/case");
        let made = house.post(&clerk, &path, matter.clone()).await?.must(201)?;
        let again = house.post(&clerk, &path, matter).await?.must(200)?;
        ensure!(again.body["number"] == made.body["number"], "one place makes one case: {again:?}");
        desks.push(Desk::of(&house, &made.body)?);
    }
    let record = json!({"participants": ["律师", "信访局工作人员"], "summary": "接待三人,均登记交办。"});
    let kept =
        act(&house, (&clerk, &session), &clerk, (Method::PUT, &format!("{session}/record")), record).await?;
    ensure!(kept.must(200)?.body["participants"][0] == "律师");
    let held = go(&house, &clerk, &session, "hold").await?;
    ensure!(held["state"] == "held" && held["cases"] == 3, "{held}");
    house.post(&clerk, &format!("{session}/bookings"), wish(5)).await?.must(409)?;

    for (desk, unit) in desks.iter().zip(["cg", "cg", "zj"]) {
        let seen = house.read(&clerk, &format!("/api/intake/cases/{}", desk.number)).await?;
        ensure!(
            seen["channel"] == "reception" && word(&seen["party"], "name")?.starts_with("测试访客"),
            "{seen}"
        );
        let hand = desk.hand_over("dispatched").await?;
        ensure!(hand["unit"] == unit, "{hand}");
        let hand = desk.unit(&hand, "sign", json!({})).await?;
        desk.unit(&hand, "reply", reply("接待中反映的问题已处理完毕,感谢您的监督。")).await?;
        desk.becomes("closed").await?;
        let answer = format!("/api/routing/cases/{}/answer", desk.case);
        let read = house.read(&desk.citizen().await?, &answer).await?;
        ensure!(read["text"] == "接待中反映的问题已处理完毕,感谢您的监督。", "{read}");
    }

    // 在线接听: the same machine, another channel.
    let live = set(&house, &clerk, plan(&today, true)).await?;
    for step in ["publish", "open"] {
        go(&house, &clerk, &live, step).await?;
    }
    house.post(&clerk, &format!("{live}/bookings"), wish(6)).await?.must(201)?;
    let matter = json!({"kind": "consultation", "region": "511602", "title": "路灯何时安装", "text": "请问路灯何时安装?"});
    let made = house.post(&clerk, &format!("{live}/bookings/1/case"), matter).await?.must(201)?;
    let called = Desk::of(&house, &made.body)?;
    let seen = house.read(&clerk, &format!("/api/intake/cases/{}?party=false", called.number)).await?;
    ensure!(seen["channel"] == "live", "{seen}");
    go(&house, &clerk, &live, "hold").await?;
    let hand = called.hand_over("dispatched").await?;
    let hand = called.unit(&hand, "sign", json!({})).await?;
    called.unit(&hand, "reply", reply("该路段路灯已列入年度计划,十月安装。")).await?;
    called.becomes("closed").await?;

    let figures = format!("{RECEPTIONS}/figures?from={today}&to={today}&region=511600");
    let figures = house.read(&house.staff(Role::Leader), &figures).await?;
    ensure!(
        figures["receptions"] == json!({"sessions": 1, "cases": 3, "person_times": 1, "late": 1}),
        "{figures}"
    );
    ensure!(figures["live"] == json!({"sessions": 1, "cases": 1, "person_times": 1, "late": 1}), "{figures}");

    told_who_booked(&house, &clerk, &later).await?;
    house.settle().await?;
    for desk in desks.iter().chain([&called]) {
        in_order(
            &desk.dossier().await?,
            &[
                "case.registered",
                "case.accepted",
                "assignment.dispatched",
                "assignment.signed",
                "case.answered",
                "case.closed",
            ],
        )?;
        let told = desk.notices().await?;
        ensure!(told.iter().any(|line| line.starts_with("citizen case.answered")), "{told:?}");
    }
    let said = house.said().await?;
    ensure!(said.matches("reception.scheduled").count() == 3 && said.matches("reception.held").count() == 2);
    for secret in ["测试访客", "0826-000010", "路灯与井盖", "依法处理"] {
        ensure!(!said.contains(secret), "{secret} is in an event");
    }
    house.close().await
}

/// 改期、取消: who booked keeps the place and is told, without a case.
async fn told_who_booked(house: &House, clerk: &Who, later: &str) -> Result<()> {
    let booked = house.post(&Who::Nobody, &format!("{later}/bookings"), wish(7)).await?.must(201)?;
    let again = house.post(&Who::Nobody, &format!("{later}/bookings"), wish(7)).await?.must(200)?;
    ensure!(again.body["number"] == booked.body["number"] && again.body.get("code").is_none(), "{again:?}");
    let moved = json!({"day": day(12)?, "starts": "14:00:00", "ends": "16:00:00", "reason": "会议冲突"});
    post(house, clerk, later, &format!("{later}/move"), moved).await?.must(200)?;
    let spool = async |template: &str, words: &str| {
        eventually("who booked is told", async || {
            let spool = house.read(&house.staff(Role::Auditor), "/api/notification/spool?limit=200").await?;
            let told = spool.as_array().into_iter().flatten().filter(|one| one["template"] == template);
            let told: Vec<String> = told.map(Value::to_string).collect();
            ensure!(told.len() <= 1 && told.iter().all(|text| text.contains(words)), "{told:?}");
            Ok(told.into_iter().next())
        })
        .await
    };
    let serial = format!("{}-{}", day(10)?.replace('-', ""), booked.body["number"]);
    spool("booking.changed/moved/citizen", &serial).await?;
    let gone = json!({"reason": "领导出差"});
    post(house, clerk, later, &format!("{later}/cancel"), gone).await?.must(200)?;
    spool("booking.changed/cancelled/citizen", "取消").await?;
    Ok(())
}
