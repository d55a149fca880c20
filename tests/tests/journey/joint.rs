//! A joint case: a lead with two co-units, one of which returns it wrongly, the other passes its part down the tree.

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::json;

use crate::{
    desk::{Desk, message, reply},
    house::House,
    walk::plant,
};

const ANSWER: &str = "三家单位已联合完成整治,管网与路面今日恢复。";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_units_work_together_each_with_its_own_duty_and_clock() -> Result<()> {
    let house = House::open("joint").await?;
    let tree = [
        ("city", "", "511600", "government"),
        ("cg", "city", "511600", "department"),
        ("zj", "city", "511600", "department"),
        ("county", "city", "511602", "government"),
        ("county-cg", "county", "511602", "department"),
        ("town", "county", "511602103", "township"),
        ("village", "town", "511602103204", "village"),
    ];
    plant(&house, &tree).await?;
    let desk = dispatched(&house).await?;
    returned_wrongly(&desk).await?;
    passed_down(&desk).await?;

    let hand = desk.unit(&desk.hand_of("zj").await?, "sign", json!({})).await?;
    let hand = desk.unit(&hand, "reply", reply(ANSWER)).await?;
    ensure!(hand["state"] == "under-review", "urgent matters are reported back: {hand}");
    let reviewer = house.staff(Role::Reviewer);
    let done = desk.act(&reviewer, &hand, "review", json!({"release": true})).await?.must(200)?;
    ensure!(done.body["state"] == "answered", "{done:?}");
    desk.becomes("closed").await?;
    let answer = desk.answer().await?;
    ensure!(answer["text"] == ANSWER && answer["unit"] == "zj", "one answer, the lead's: {answer}");

    house.settle().await?;
    desk.counted(&[
        ("assignment.dispatched", 4),
        ("assignment.returned", 1),
        ("assignment.return_refused", 1),
        ("assignment.replied", 4),
        ("case.answered", 1),
        ("case.closed", 1),
    ])
    .await?;
    let told = desk.told().await?;
    ensure!(told.iter().filter(|line| line.starts_with("case.answered")).count() == 1, "{told:?}");
    for unit in ["zj", "cg", "county", "county-cg"] {
        let lines = desk.notices().await?;
        let given = format!("{unit} assignment.dispatched");
        ensure!(lines.iter().any(|line| line.starts_with(&given)), "{unit} was not told: {lines:?}");
    }
    grass_roots(&house).await?;
    house.close().await
}

/// By a person, since nobody is known to be competent for it; each unit has a limit for signing of its own.
async fn dispatched(house: &House) -> Result<Desk<'_>> {
    let mut body = message("complaint", "道路塌陷并伴有积水");
    body["pack"] = "hotline-004".into();
    body["urgency"] = "urgent".into();
    body["multi_unit"] = true.into();
    let desk = Desk::register(house, &house.staff(Role::Operator), body).await?;
    let route = desk.route().await?;
    ensure!(route["case"]["state"] == "waiting", "{route}");
    desk.dispatch(json!({"unit": "zj", "co_units": ["cg", "county"]})).await?.must(200)?;
    let route = desk.route().await?;
    ensure!(route["owner"]["unit"] == "zj" && route["owner"]["retained"] == false, "{route}");
    for (unit, part) in [("zj", "lead"), ("cg", "co"), ("county", "co")] {
        let hand = desk.hand_of(unit).await?;
        ensure!(hand["part"] == part && hand["mode"] == "assignment", "{hand}");
        let clock = desk.clock("sign", Some(unit), "running").await?;
        ensure!(clock["assignment"] == hand["id"], "{clock}");
    }
    let clocks = desk.clocks().await?;
    let handle = clocks.iter().filter(|clock| clock["name"] == "handle").count();
    ensure!(handle == 1, "the case has one limit, whoever works on it: {clocks:?}");
    Ok(desk)
}

/// 不当退单: refused, counted against the unit, and no second one.
async fn returned_wrongly(desk: &Desk<'_>) -> Result<()> {
    let house = desk.house;
    let back = json!({"reason": "not-competent", "explanation": "认为不属本单位职责"});
    let hand = desk.unit(&desk.hand_of("cg").await?, "return", back.clone()).await?;
    ensure!(hand["state"] == "returning", "{hand}");
    let owner = desk.route().await?;
    ensure!(owner["owner"]["unit"] == "zj", "asking gives nothing away: {owner}");
    let refuse = json!({"agree": false, "reason": "competent"});
    let done = desk.act(&house.staff(Role::Dispatcher), &hand, "return-review", refuse).await?.must(200)?;
    ensure!(done.body["designated"] == true, "{done:?}");
    desk.act(&house.officer("cg"), &done.body, "return", back).await?.must(409)?;
    let figures = house.read(&house.staff(Role::Supervisor), "/api/routing/units/cg/returns").await?;
    for (name, count) in [("asked", 1), ("refused", 1), ("agreed", 0), ("open", 0), ("per_mille", 1000)] {
        ensure!(figures[name] == count, "{name}: {figures}");
    }
    // It is bound again, and by a limit again: asking wrongly buys no time.
    let clock = desk.clock("sign", Some("cg"), "running").await?;
    ensure!(clock["assignment"] == hand["id"], "{clock}");
    let hand = desk.unit(&done.body, "sign", json!({})).await?;
    desk.clock("sign", Some("cg"), "met").await?;
    let hand = desk.unit(&hand, "reply", reply("路面已修补完成,现场已恢复通行。")).await?;
    ensure!(hand["state"] == "replied", "{hand}");
    let closed = desk.track().await?;
    ensure!(closed["state"] == "dispatched", "the part of a co-unit is not the answer: {closed}");
    Ok(())
}

/// 二次派单: the work goes down, the duty stays; what is done comes up, and the lead reads it.
async fn passed_down(desk: &Desk<'_>) -> Result<()> {
    let house = desk.house;
    let hand = desk.unit(&desk.hand_of("county").await?, "sign", json!({})).await?;
    let county = house.officer("county");
    let down = desk.act(&county, &hand, "sub-dispatch", json!({"unit": "cg"})).await?.must(422)?;
    ensure!(down.fields() == ["unit"], "only downwards: {down:?}");
    let child = desk.act(&county, &hand, "sub-dispatch", json!({"unit": "county-cg"})).await?.must(200)?.body;
    ensure!(child["parent"] == hand["id"] && child["unit"] == "county-cg", "{child}");
    let own = desk.clock("sign", Some("county-cg"), "running").await?;
    ensure!(own["assignment"] == child["id"], "{own}");
    let below = desk.unit(&desk.hand_of("county-cg").await?, "sign", json!({})).await?;
    desk.clock("sign", Some("county-cg"), "met").await?;
    let below = desk.unit(&below, "reply", reply("管网已疏通完毕,积水已排除。")).await?;
    ensure!(below["state"] == "replied", "{below}");
    let part = format!("/api/routing/assignments/{}", child["id"].as_str().context("no id")?);
    let seen = house.read(&county, &part).await?;
    ensure!(seen["reply"]["public_text"] == "管网已疏通完毕,积水已排除。", "{seen}");
    house.get(&house.officer("cg"), &part).await?.must(403)?;
    let done = desk
        .unit(&desk.hand_of("county").await?, "reply", reply("本区管网已疏通完毕,请主办单位汇总。"))
        .await?;
    ensure!(done["state"] == "replied", "{done}");
    Ok(())
}

/// 部门职责不得下派基层: neither straight, nor as a co-unit, nor down the tree.
async fn grass_roots(house: &House) -> Result<()> {
    let line = |unit: &str, word: &str| json!({"unit": unit, "region": "511602", "keywords": [word], "basis": "三定方案"});
    let catalogue = Some(json!({"entries": [line("county-cg", "占道")]}));
    let admin = house.staff(Role::Admin);
    house.call(&admin, Method::PUT, "/api/routing/catalogue", &[], catalogue).await?.must(200)?;
    let mut body = message("complaint", "流动摊贩占道");
    body["pack"] = "hotline-sichuan-2025".into();
    body["unit"] = "town".into();
    let desk = Desk::register(house, &house.staff(Role::Operator), body).await?;
    let route = desk.route().await?;
    ensure!(route["case"]["state"] == "waiting", "the machine pushes nothing down: {route}");
    for (field, choice) in [
        ("unit", json!({"unit": "town"})),
        ("unit", json!({"unit": "town", "way": "direct"})),
        ("co_units", json!({"unit": "county-cg", "co_units": ["village"]})),
    ] {
        let refused = desk.dispatch(choice).await?.must(422)?;
        ensure!(refused.fields() == [field] && refused.body.to_string().contains("66号"), "{refused:?}");
    }
    desk.dispatch(json!({"unit": "county-cg"})).await?.must(200)?;
    desk.answered_by("county-cg", "占道摊贩已劝离,并已安排日常巡查。").await?;
    desk.becomes("closed").await?;
    ensure!(desk.answer().await?["unit"] == "county-cg");
    Ok(())
}
