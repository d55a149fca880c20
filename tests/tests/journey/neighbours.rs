//! Five neighbours with the same matter and one who comes later: one clock, one answer, told to each.

use anyhow::{Result, ensure};
use identity::Role;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, message},
    house::{House, eventually},
};

const ANSWER: &str = "滨河路十二号楼前的路灯线路已更换,今晚恢复照明。";

fn neighbour(at: usize) -> Value {
    let mut body = message("complaint", "滨河路十二号楼前路灯不亮");
    body["text"] = format!("滨河路十二号楼前的路灯坏了{at}个月，夜里看不见路，请尽快修理。").into();
    body["party"] = json!({"name": format!("邻居{at}"), "phone": format!("1380000010{at}")});
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neighbours_are_merged_and_each_is_answered_and_told() -> Result<()> {
    let house = House::open("neighbours").await?;
    let operator = house.staff(Role::Operator);
    let mut desks = Vec::new();
    for at in 1..=5 {
        let desk = Desk::register(&house, &operator, neighbour(at)).await?;
        desk.hand_over("dispatched").await?;
        desk.becomes("dispatched").await?;
        desks.push(desk);
    }
    found_alike(&desks).await?;
    let [first, waiting @ ..] = &desks[..] else { anyhow::bail!("no neighbours") };
    for desk in waiting {
        merged(desk, first).await?;
    }
    // One who comes later is pointed at a case that waits itself: it waits on the same one.
    let late = Desk::register(&house, &operator, neighbour(6)).await?;
    late.becomes("dispatched").await?;
    merged(&late, &desks[2]).await?;
    let links = house.read(&operator, &late.path("/links")).await?;
    ensure!(links["merged_into"] == first.number, "{links}");
    let parted = &desks[4];
    parted_again(parted).await?;
    let links = house.read(&operator, &first.path("/links")).await?;
    ensure!(links["waiting"].as_array().is_some_and(|waiting| waiting.len() == 4), "{links}");

    house.settle().await?;
    first.answered_by("cg", ANSWER).await?;
    let answered = [&desks[0], &desks[1], &desks[2], &desks[3], &late];
    for desk in answered {
        desk.becomes("closed").await?;
    }
    ensure!(parted.track().await?["state"] == "dispatched", "who was parted waits for an answer of his own");
    parted.answered_by("cg", "五号楼前的路灯另行更换灯杆,今日已完成。").await?;
    parted.becomes("closed").await?;
    house.settle().await?;
    told_the_answer(first, "case.answered").await?;
    for desk in &answered[1..] {
        told_the_answer(desk, "case.closed").await?;
        let told = desk.told().await?;
        ensure!(told.iter().any(|line| line.starts_with("case.merged")), "{told:?}");
    }
    ensure!(parted.answer().await?["text"] != ANSWER);
    parted
        .counted(&[("case.merged", 1), ("case.unmerged", 1), ("case.answered", 1), ("case.closed", 1)])
        .await?;
    for desk in &answered[1..] {
        desk.counted(&[("case.merged", 1), ("case.unmerged", 0), ("case.answered", 0), ("case.closed", 1)])
            .await?;
        let clocks = desk.clocks().await?;
        let open = clocks.iter().any(|clock| clock["state"] == "running" || clock["state"] == "overdue");
        ensure!(!open, "one clock for all of them: {clocks:?}");
    }
    asked_and_rated(&house, first, &answered[1..], parted).await?;
    told_again(&house, first).await?;
    new_facts(first).await?;
    new_facts(&desks[1]).await?;
    house.close().await
}

/// Each finds the four others.
async fn found_alike(desks: &[Desk<'_>]) -> Result<()> {
    let dispatcher = desks[0].house.staff(Role::Dispatcher);
    for desk in desks {
        // A look writes the keys of the case down, for those who come before the task does.
        desk.house.read(&dispatcher, &desk.path("/alike")).await?;
    }
    for desk in desks {
        let found = desk.house.read(&dispatcher, &desk.path("/alike")).await?;
        let numbers: Vec<&Value> =
            found["alike"].as_array().into_iter().flatten().map(|alike| &alike["number"]).collect();
        ensure!(numbers.len() == 4 && !numbers.contains(&&json!(desk.number)), "{found}");
    }
    Ok(())
}

async fn merged(desk: &Desk<'_>, into: &Desk<'_>) -> Result<()> {
    let dispatcher = desk.house.staff(Role::Dispatcher);
    let done = desk.change(&dispatcher, "merge", json!({"into": into.number})).await?.must(200)?;
    ensure!(done.body["state"] == "merged", "{done:?}");
    let tracked = desk.track().await?;
    let steps = tracked["steps"].as_array().cloned().unwrap_or_default();
    ensure!(steps.iter().any(|step| step["event"] == "case.merged"), "the citizen is told of it: {tracked}");
    Ok(())
}

/// It stands where it stood, with the unit that had it.
async fn parted_again(desk: &Desk<'_>) -> Result<()> {
    desk.house.settle().await?;
    let before = desk.hand_of("cg").await?;
    ensure!(before["state"] == "withdrawn", "{before}");
    let dispatcher = desk.house.staff(Role::Dispatcher);
    desk.change(&dispatcher, "unmerge", json!({})).await?.must(200)?;
    let hand = desk.hand_over("dispatched").await?;
    ensure!(hand["unit"] == "cg" && hand["id"] != before["id"], "{hand}");
    desk.clock("handle", None, "running").await?;
    Ok(())
}

/// The words, for who was answered with another as for that one; and the notice that they are there, once.
async fn told_the_answer(desk: &Desk<'_>, notice: &str) -> Result<()> {
    let answer = desk.answer().await?;
    ensure!(answer["text"] == ANSWER && answer["unit"] == "cg" && answer["case_id"] == desk.case, "{answer}");
    let told = desk.told().await?;
    let of_it = |line: &&String| line.starts_with("case.answered") || line.starts_with("case.closed");
    let told: Vec<&String> = told.iter().filter(of_it).collect();
    ensure!(told.len() == 1 && told[0].starts_with(notice), "{}: {told:?}", desk.number);
    Ok(())
}

/// 回访、评价: each is asked about the own case and rates it with the own code; what was done counts as the pack says.
async fn asked_and_rated(
    house: &House,
    first: &Desk<'_>,
    merged: &[&Desk<'_>],
    parted: &Desk<'_>,
) -> Result<()> {
    let tasks = house.read(&house.staff(Role::Operator), "/api/evaluation/followups?limit=50").await?;
    let asked = |desk: &Desk<'_>| {
        let own = tasks.as_array().into_iter().flatten().filter(|task| task["case_id"] == desk.case.as_str());
        own.count()
    };
    ensure!(
        merged.iter().chain(&[first, parted]).all(|desk| asked(desk) == 1),
        "each is asked once: {tasks}"
    );
    for desk in merged.iter().chain(&[parted]) {
        desk.rate("yes", "good").await?;
    }
    first.rate("yes", "very-good").await?;
    // Nobody rates with another's code.
    let stranger = first.citizen().await?;
    let other = format!("/api/evaluation/cases/{}/rating", merged[0].case);
    house.post(&stranger, &other, json!({"solved": "no", "grade": "poor"})).await?.must(403)?;
    house.settle().await?;
    for desk in merged {
        desk.counted(&[("followup.opened", 1), ("case.rated", 1), ("followup.completed", 1)]).await?;
    }
    let figures =
        house.read(&house.staff(Role::Supervisor), "/api/evaluation/figures?policy=mailbox-002").await?;
    let of = |code: &str| {
        let all = figures["rows"][0]["figures"].as_array().into_iter().flatten();
        all.clone().find(|figure| figure["code"] == code).map(|figure| figure["numerator"].clone())
    };
    // Under the mailbox each letter counts: five with one answer and the one that was parted.
    ensure!(of("replied") == Some(json!(6)) && of("satisfaction_rate") == Some(json!(6)), "{figures}");
    Ok(())
}

/// The same matter of the same person after the closure: found with its evidence, told how it stands, not merged.
async fn told_again(house: &House, first: &Desk<'_>) -> Result<()> {
    let operator = house.staff(Role::Operator);
    let again = Desk::register(house, &operator, neighbour(1)).await?;
    again.becomes("dispatched").await?;
    let standing = house.read(&operator, &again.path("/standing")).await?;
    ensure!(standing["findings"][0]["finding"] == "repeat", "{standing}");
    ensure!(standing["findings"][0]["evidence"] == json!([first.number]), "{standing}");
    ensure!(standing["earlier"][0]["advice"] == "tell", "{standing}");
    let dispatcher = house.staff(Role::Dispatcher);
    let late = again.change(&dispatcher, "merge", json!({"into": first.number})).await?.must(422)?;
    ensure!(late.fields() == ["into"], "nobody waits on what is over: {late:?}");
    let link = json!({"to": first.number, "link": "repeat"});
    again.change(&dispatcher, "links", link).await?.must(200)?;
    let links = house.read(&operator, &first.path("/links")).await?;
    ensure!(links["links"] == json!([{"number": again.number, "link": "repeat"}]), "{links}");
    again.answered_by("cg", "该事项已于此前答复,路灯今已正常照明。").await?;
    again.becomes("closed").await?;
    house.settle().await?;
    again.counted(&[("case.linked", 1), ("case.closed", 1)]).await
}

/// 新的事实: another round, for whoever brings them.
async fn new_facts(desk: &Desk<'_>) -> Result<()> {
    let citizen = desk.citizen().await?;
    desk.change(&citizen, "renew", json!({"text": "昨夜又有两盏路灯坏了。"})).await?.must(200)?;
    let hand = eventually("another round", async || {
        let hand = desk.hand_of("cg").await?;
        Ok((hand["round"] == 2 && hand["state"] == "dispatched").then_some(hand))
    })
    .await?;
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    let hand = desk.unit(&hand, "reply", crate::desk::reply("新坏的两盏路灯已于今日更换灯头。")).await?;
    ensure!(hand["state"] == "answered", "{hand}");
    desk.becomes("closed").await?;
    let answer = desk.answer().await?;
    ensure!(answer["round"] == 2 && answer["text"] != ANSWER, "{answer}");
    desk.house.settle().await?;
    desk.counted(&[("case.renewed", 1), ("case.reopened", 1), ("case.closed", 2)]).await
}
