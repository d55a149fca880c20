//! 交办: a reply is reviewed, sent back, released; a bad rating brings a second round.

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use serde_json::json;

use crate::{
    desk::{Desk, message, reply},
    house::{House, Who},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_reviewed_and_a_bad_rating_brings_another_round() -> Result<()> {
    let house = House::open("assignment").await?;
    let mut body = message("help", "小区物业不处理楼顶漏水");
    body["mode"] = "assignment".into();
    let desk = Desk::register(&house, &house.staff(Role::Operator), body).await?;
    let reviewer = house.staff(Role::Reviewer);

    let hand = desk.hand_over("dispatched").await?;
    ensure!(hand["unit"] == "zj" && hand["mode"] == "assignment", "{hand}");
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    let thin =
        desk.act(&house.officer("zj"), &hand, "reply", json!({"public_text": "好"})).await?.must(422)?;
    ensure!(thin.fields().contains(&"outcome".to_owned()), "{thin:?}");
    let mut promise = reply("我们会尽快研究处理此事,请放心。");
    let found = desk.act(&house.officer("zj"), &hand, "reply", promise.clone()).await?.must(422)?;
    ensure!(found.fields() == ["public_text"], "a promise alone is shown to its author: {found:?}");
    promise["override_reason"] = "维修资金正在申请".into();
    let hand = desk.unit(&hand, "reply", promise).await?;
    ensure!(hand["state"] == "under-review", "{hand}");
    let citizen = desk.citizen().await?;
    let answer = format!("/api/routing/cases/{}/answer", desk.case);
    house.get(&citizen, &answer).await?.must(404)?;

    desk.act(&house.officer("zj"), &hand, "review", json!({"release": true})).await?.must(403)?;
    desk.act(&reviewer, &hand, "review", json!({"release": false})).await?.must(422)?;
    let back = json!({"release": false, "reason": "promise_only"});
    let hand = desk.act(&reviewer, &hand, "review", back).await?.must(200)?.body;
    ensure!(hand["rejected"] == true && hand["state"] != "under-review", "{hand}");
    let hand = desk.unit(&hand, "reply", reply("楼顶防水已于今日修复完毕,欢迎监督。")).await?;
    ensure!(hand["attempt"] == 2, "{hand}");
    let hand = desk.act(&reviewer, &hand, "review", json!({"release": true})).await?.must(200)?.body;
    ensure!(hand["state"] == "answered", "{hand}");
    desk.becomes("closed").await?;
    let read = house.read(&desk.citizen().await?, &answer).await?;
    ensure!(read["text"] == "楼顶防水已于今日修复完毕,欢迎监督。", "{read}");

    let rated = desk.rate("no", "poor").await?;
    ensure!(rated["reopened"] == true && rated["round"] == 1, "{rated}");
    let second = desk.hand_over("dispatched").await?;
    ensure!(second["round"] == 2 && second["unit"] == "zj" && second["id"] != hand["id"], "{second}");
    let (first, again) = (limit(&desk, 1).await?, limit(&desk, 2).await?);
    ensure!(first == ("handle-long".to_owned(), 20), "{first:?}");
    ensure!(again == ("handle-long:redo".to_owned(), 12), "less time the second time: {again:?}");
    let second = desk.unit(&second, "sign", json!({})).await?;
    let second = desk.unit(&second, "reply", reply("已重新核查并更换防水层,今日完成。")).await?;
    let released = desk.act(&reviewer, &second, "review", json!({"release": true})).await?.must(200)?;
    ensure!(released.body["state"] == "answered", "{released:?}");
    desk.becomes("closed").await?;
    let read = house.read(&desk.citizen().await?, &answer).await?;
    ensure!(read["round"] == 2, "{read}");
    // The pack has one round more, no second one.
    let rated = desk.rate("no", "very-poor").await?;
    ensure!(rated["reopened"] == false && rated["round"] == 2, "{rated}");

    house.settle().await?;
    let kinds = desk.dossier().await?;
    for (kind, times) in [
        ("assignment.dispatched", 2),
        ("assignment.replied", 3),
        ("assignment.reply_rejected", 1),
        ("case.answered", 2),
        ("case.closed", 2),
        ("case.rated", 2),
        ("case.reopened", 1),
    ] {
        let found = kinds.iter().filter(|one| *one == kind).count();
        ensure!(found == times, "{kind}: {found} times in {kinds:?}");
    }
    let report =
        house.read(&house.staff(Role::Leader), "/api/evaluation/indicators?policy=mailbox-002").await?;
    // The first answer decides, and a case is one case however many rounds it has.
    ensure!(report["rows"][0]["cases"] == 1 && report["rows"][0]["answered"] == 1, "{report}");
    let figures =
        house.read(&house.staff(Role::Leader), "/api/evaluation/figures?policy=mailbox-002").await?;
    let redone = figures["rows"][0]["figures"]
        .as_array()
        .and_then(|figures| figures.iter().find(|one| one["code"] == "redo_rate").cloned());
    let redone = redone.unwrap_or_default();
    ensure!(redone["numerator"] == 1 && redone["denominator"] == 1, "counted: {figures}");
    let nobody = house.get(&Who::Nobody, &answer).await?.must(401)?;
    ensure!(!nobody.header("www-authenticate").is_empty(), "{nobody:?}");
    house.close().await
}

/// The entry of the pack that a round's handling follows, and its working days from the day on which it began.
async fn limit(desk: &Desk<'_>, round: i64) -> Result<(String, u32)> {
    let path = format!("/api/deadline-scheduler/cases/{}/clocks", desk.case);
    desk.house.settle().await?;
    let clocks = desk.house.read(&desk.house.staff(Role::Supervisor), &path).await?;
    let fits = |clock: &&serde_json::Value| clock["name"] == "handle" && clock["round"] == round;
    let clock = clocks.as_array().and_then(|all| all.iter().find(fits)).context("no limit of this round")?;
    let start: jiff::Timestamp = clock["started_at"].as_str().unwrap_or_default().parse()?;
    let due: jiff::civil::Date = clock["due_day"].as_str().unwrap_or_default().parse()?;
    let days = calendar::shipped().workdays_between(calendar::day_of(start), due)?;
    Ok((clock["entry"].as_str().unwrap_or_default().to_owned(), days))
}
