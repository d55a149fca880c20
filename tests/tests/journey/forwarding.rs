//! 转送: from the portal to the answer that the citizen reads and rates.

use anyhow::{Result, ensure};
use identity::Role;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::json;

use crate::{
    desk::{Desk, message, reply},
    house::{House, Who, eventually, word},
};

const ANSWER: &str = "您好!路灯已于今日修复,感谢您的监督。";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_answered_and_rated() -> Result<()> {
    let house = House::open("forwarding").await?;
    let desk = registered_once(&house).await?;
    due_day_is_right(&desk).await?;
    let hand = signed_only_under_the_version_read(&desk).await?;
    let hand = desk.unit(&hand, "contact", json!({"reached": true, "note": "已电话联系"})).await?;
    let hand = desk.unit(&hand, "reply", reply(ANSWER)).await?;
    ensure!(hand["state"] == "answered", "{hand}");

    let tracked = desk.becomes("closed").await?;
    let steps = tracked["steps"].as_array().cloned().unwrap_or_default();
    let seen = steps.iter().map(|step| word(step, "event")).collect::<Result<Vec<_>>>()?;
    let wanted = [
        "case.registered",
        "case.accepted",
        "assignment.dispatched",
        "assignment.signed",
        "assignment.contacted",
        "case.answered",
        "case.closed",
    ];
    ensure!(seen == wanted, "{seen:?}");
    let citizen = desk.citizen().await?;
    let answer = house.read(&citizen, &format!("/api/routing/cases/{}/answer", desk.case)).await?;
    ensure!(answer["text"] == ANSWER && answer["unit_name"] == "城市管理局", "{answer}");

    let rated = desk.rate("yes", "very-good").await?;
    ensure!(rated["reopened"] == false && rated["round"] == 1, "{rated}");
    let again = desk.rate("yes", "very-good").await?;
    ensure!(again == rated, "{again}");
    let other = json!({"solved": "no", "grade": "poor"});
    house.post(&citizen, &format!("/api/evaluation/cases/{}/rating", desk.case), other).await?.must(409)?;

    house.settle().await?;
    everything_is_written_down(&desk).await?;
    everybody_was_told_once(&desk).await?;
    it_counts(&house).await?;
    house.close().await
}

async fn registered_once(house: &House) -> Result<Desk<'_>> {
    let body = message("complaint", "滨江路路灯连续多日不亮");
    let key = [("idempotency-key", "one-and-only")];
    let send =
        async |body| house.call(&Who::Nobody, Method::POST, "/api/intake/cases", &key, Some(body)).await;
    let made = send(body.clone()).await?.must(201)?;
    ensure!(made.header("etag") == "\"1\"", "{made:?}");
    let number = word(&made.body, "number")?;
    ensure!(made.header("location") == format!("/api/intake/cases/{number}"), "{made:?}");
    let again = send(body.clone()).await?.must(201)?;
    ensure!(again.body == made.body, "{again:?}");
    // Another stranger's matter under the same key is not this one, and neither shown it nor kept out by it.
    let mut other = body;
    other["title"] = "另一件事".into();
    let elsewhere = send(other).await?.must(201)?;
    ensure!(elsewhere.body["number"] != made.body["number"], "{elsewhere:?}");
    Desk::of(house, &made.body)
}

async fn due_day_is_right(desk: &Desk<'_>) -> Result<()> {
    let wrong = json!({"number": desk.number, "query_code": "0000000000"});
    desk.house.post(&Who::Nobody, "/api/intake/track", wrong).await?.must(404)?;
    let citizen = desk.citizen().await?;
    let path = format!("/api/deadline-scheduler/cases/{}/clocks", desk.case);
    let clocks = eventually("clocks", async || {
        let clocks = desk.house.get(&citizen, &path).await?;
        let handle = clocks.body.as_array().and_then(|all| all.iter().find(|one| one["name"] == "handle"));
        Ok(handle.cloned())
    })
    .await?;
    let received: jiff::Timestamp = word(&clocks, "started_at")?.parse()?;
    let first = received.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date();
    let due: Date = word(&clocks, "due_day")?.parse()?;
    // A complaint has 20 working days in this pack.
    ensure!(due == testkit::Days::read()?.after(first, 20), "{first} {clocks}");
    let end = due.tomorrow()?.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))?.timestamp();
    ensure!(word(&clocks, "due_at")? == end.to_string(), "{clocks}");
    let tracked = eventually("due_at", async || {
        let tracked = desk.track().await?;
        Ok(tracked["due_at"].is_string().then_some(tracked))
    })
    .await?;
    ensure!(word(&tracked, "due_at")? == end.to_string(), "{tracked}");
    Ok(())
}

async fn signed_only_under_the_version_read(desk: &Desk<'_>) -> Result<serde_json::Value> {
    let hand = desk.hand_over("dispatched").await?;
    ensure!(hand["unit"] == "cg" && hand["mode"] == "forwarding", "{hand}");
    let path = format!("/api/routing/assignments/{}/sign", word(&hand, "id")?);
    let sign = async |who: &Who, headers: &[(&str, &str)]| {
        desk.house.call(who, Method::POST, &path, headers, Some(json!({}))).await
    };
    let officer = desk.house.officer("cg");
    sign(&officer, &[]).await?.must(428)?;
    sign(&officer, &[("if-match", "\"77\"")]).await?.must(412)?;
    let version = format!("\"{}\"", hand["version"]);
    sign(&desk.house.officer("zj"), &[("if-match", &version)]).await?.must(403)?;
    let signed = sign(&officer, &[("if-match", &version)]).await?.must(200)?;
    // The same once more changes nothing; anything else under the old version is refused.
    let again = sign(&officer, &[("if-match", &version)]).await?.must(200)?;
    ensure!(again.body == signed.body, "{} {}", again.body, signed.body);
    desk.act(&officer, &hand, "contact", json!({"reached": true})).await?.must(412)?;
    ensure!(signed.header("etag") == format!("\"{}\"", signed.body["version"]), "{signed:?}");
    Ok(signed.body)
}

async fn everything_is_written_down(desk: &Desk<'_>) -> Result<()> {
    let kinds = desk.dossier().await?;
    for (kind, times) in [
        ("case.registered", 1),
        ("case.accepted", 1),
        ("clock.opened", 2),
        ("assignment.dispatched", 1),
        ("assignment.signed", 1),
        ("assignment.contacted", 1),
        ("assignment.replied", 1),
        ("case.answered", 1),
        ("case.closed", 1),
        ("followup.opened", 1),
        ("case.rated", 1),
        ("followup.completed", 1),
        ("case.reopened", 0),
        ("notice.failed", 0),
    ] {
        let found = kinds.iter().filter(|one| *one == kind).count();
        ensure!(found == times, "{kind}: {found} times in {kinds:?}");
    }
    Ok(())
}

async fn everybody_was_told_once(desk: &Desk<'_>) -> Result<()> {
    let all = desk.notices().await?;
    let mut once = all.clone();
    once.dedup();
    ensure!(once == all, "told twice: {all:?}");
    for wanted in ["citizen case.accepted", "cg assignment.dispatched", "citizen case.answered"] {
        ensure!(all.iter().any(|line| line.starts_with(wanted)), "{wanted} is missing: {all:?}");
    }
    let citizen = desk.citizen().await?;
    let path = format!("/api/notification/cases/{}/notices", desk.case);
    let own = desk.house.read(&citizen, &path).await?;
    let own = own.as_array().cloned().unwrap_or_default();
    ensure!(!own.is_empty() && own.iter().all(|notice| notice["audience"] == "citizen"), "{own:?}");
    Ok(())
}

async fn it_counts(house: &House) -> Result<()> {
    let leader = house.staff(Role::Leader);
    let report = house.read(&leader, "/api/evaluation/indicators?policy=mailbox-002&group_by=unit").await?;
    let row = json!({
        "group": "cg", "cases": 1, "answered": 1, "due": 1, "in_time": 1, "rate": 1.0,
        "median_workdays": 0.0, "p90_workdays": 0.0, "open": 0, "overdue": 0, "excluded": 0,
    });
    // The stranger's matter under the same key waits at the desk and is nobody's yet.
    let rows = report["rows"].as_array().cloned().unwrap_or_default();
    let own = rows.iter().filter(|one| one["group"] == "cg").collect::<Vec<_>>();
    ensure!(own == [&row] && rows.len() == 2, "{report}");
    Ok(())
}
