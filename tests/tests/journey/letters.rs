//! Two letters written in the form of a mailbox: one forwarded (转送), one assigned (交办) with review; then the archive.

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, reply},
    house::{House, word},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_are_forwarded_or_assigned_and_the_file_proves_itself() -> Result<()> {
    let house = House::open("letters").await?;
    let boxes = json!({"mailboxes": [
        {"code": "mayor", "zh": "市长信箱", "en": "Mayor's mailbox", "region": "511600", "pack": "mailbox-002"},
        {"code": "county", "zh": "区长信箱", "en": "County mailbox", "parent": "mayor", "region": "511602",
         "pack": "mailbox-002", "frames": "https://county.example.gov.cn"},
    ]});
    let admin = house.staff(Role::Admin);
    house.call(&admin, Method::PUT, "/api/intake/mailboxes", &[], Some(boxes)).await?.must(200)?;
    let (forwarded, assigned) = tokio::try_join!(forwarded(&house), assigned(&house))?;
    house.settle().await?;

    forwarded
        .counted(&[("assignment.dispatched", 1), ("assignment.reply_rejected", 0), ("case.closed", 1)])
        .await?;
    let two = [("assignment.dispatched", 1), ("assignment.replied", 2), ("assignment.reply_rejected", 1)];
    assigned.counted(&two).await?;
    assigned.counted(&[("case.answered", 1), ("case.closed", 1)]).await?;
    for desk in [&forwarded, &assigned] {
        let told = desk.told().await?;
        for template in ["case.accepted", "case.answered"] {
            ensure!(
                told.iter().filter(|line| line.starts_with(template)).count() == 1,
                "{template}: {told:?}"
            );
        }
        registrations(desk).await?;
        archived(desk).await?;
    }
    house.settle().await?;
    for desk in [&forwarded, &assigned] {
        desk.counted(&[("case.archived", 1), ("archive.read", 2)]).await?;
        let number: ids::CaseNumber = desk.number.parse()?;
        let secrets = runtime::Secrets::new(house.suite.settings.security.secret.clone());
        let verified =
            intake::dossiers::verify(&house.tables("intake", "intake")?, &secrets, Some(&number)).await?;
        ensure!(verified.findings.is_empty() && verified.entries > 8, "{} entries", verified.entries);
    }
    house.close().await
}

/// Writes a letter in the form of a mailbox, as a browser does, twice with one key.
async fn written<'a>(house: &'a House, mailbox: &str, title: &str, text: &str) -> Result<Desk<'a>> {
    let browser = reqwest::Client::new();
    let base = format!("{}/api/intake/mailboxes/{mailbox}", house.suite.base);
    let page = browser.get(format!("{base}/form")).send().await?;
    ensure!(page.status() == StatusCode::OK, "{page:?}");
    let policy = page.headers()["content-security-policy"].to_str()?.to_owned();
    let frames = if mailbox == "county" { "https://county.example.gov.cn" } else { "'none'" };
    ensure!(policy.ends_with(&format!("frame-ancestors {frames}")), "{policy}");
    // Whoever names its frames must not be refused by the older header, which knows none of them.
    ensure!(mailbox != "county" || page.headers().get("x-frame-options").is_none(), "{page:?}");
    let html = page.text().await?;
    let key = html.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let fields = [
        ("key", key.context("the form has no key")?),
        ("name", "测试群众"),
        ("phone", "13800000000"),
        ("kind", "complaint"),
        ("title", title),
        ("text", text),
    ];
    let encoded = |value: &str| value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let form = fields.map(|(name, value)| format!("{name}={}", encoded(value))).join("&");
    let mut thanks = Vec::new();
    for _ in 0..2 {
        let sent = browser
            .post(format!("{base}/letters"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.clone())
            .send()
            .await?;
        ensure!(sent.status() == StatusCode::CREATED, "{sent:?}");
        thanks.push(sent.text().await?);
    }
    ensure!(thanks[0] == thanks[1], "a second click sends a second letter");
    let told: Vec<&str> =
        thanks[0].split("<dd>").skip(1).filter_map(|rest| rest.split("</dd>").next()).collect();
    let [number, query_code] = told[..] else { anyhow::bail!("no number, no code: {}", thanks[0]) };
    let path = format!("/api/intake/cases/{number}?party=false");
    let case = house.read(&house.staff(Role::Operator), &path).await?;
    ensure!(case["channel"] == "mailbox", "{case}");
    Desk::of(house, &json!({"case_id": case["case_id"], "number": number, "query_code": query_code}))
}

async fn forwarded(house: &House) -> Result<Desk<'_>> {
    let desk = written(house, "county", "路灯不亮", "滨江路路灯连续多日不亮，请派人检修。").await?;
    let hand = desk.hand_over("dispatched").await?;
    ensure!(
        hand["unit"] == "cg" && hand["mode"] == "forwarding" && hand["decided_by"] == "catalogue",
        "{hand}"
    );
    let done = desk.answered_by("cg", "路灯已于今日修复,感谢您的监督。").await?;
    ensure!(done["state"] == "answered", "forwarded, the unit answers itself: {done}");
    desk.becomes("closed").await?;
    ensure!(desk.answer().await?["text"] == "路灯已于今日修复,感谢您的监督。");
    Ok(desk)
}

async fn assigned(house: &House) -> Result<Desk<'_>> {
    let desk =
        written(house, "mayor", "旧楼维修资金", "请问旧楼外墙的维修资金怎样申请使用，至今没有人答复。")
            .await?;
    let waiting = desk.route().await?;
    ensure!(waiting["case"]["state"] == "waiting", "no unit is known for it: {waiting}");
    let choice = json!({"unit": "zj", "mode": "assignment", "basis": "维修资金由住建部门监管"});
    desk.dispatch(choice).await?.must(200)?;
    let hand = desk.hand_over("dispatched").await?;
    ensure!(hand["mode"] == "assignment" && hand["decided_by"] == "person", "{hand}");
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    let mut receipt = reply("您好,您的来信收悉!!");
    let officer = house.officer("zj");
    for reason in [Value::Null, "就是如此".into()] {
        receipt["override_reason"] = reason;
        let refused = desk.act(&officer, &hand, "reply", receipt.clone()).await?.must(422)?;
        ensure!(refused.fields() == ["public_text"], "a receipt is no answer: {refused:?}");
    }
    let hand = desk.unit(&hand, "reply", reply("经查,维修资金申请须经业主表决。")).await?;
    ensure!(hand["state"] == "under-review", "{hand}");
    let reviewer = house.staff(Role::Reviewer);
    let back = json!({"release": false, "reason": "incomplete"});
    desk.act(&reviewer, &hand, "review", back).await?.must(200)?;
    let text = "经查,维修资金须经三分之二业主表决后申请,已于今日上门说明办法。";
    let hand = desk.unit(&desk.hand_of("zj").await?, "reply", reply(text)).await?;
    let path = format!("/api/routing/cases/{}/answer", desk.case);
    house.get(&desk.citizen().await?, &path).await?.must(404)?;
    let done = desk.act(&reviewer, &hand, "review", json!({"release": true})).await?.must(200)?;
    ensure!(done.body["state"] == "answered", "{done:?}");
    desk.becomes("closed").await?;
    ensure!(desk.answer().await?["text"] == text);
    Ok(desk)
}

/// 收文、流程、办结: each entry of the dossier stands in exactly one of the three.
async fn registrations(desk: &Desk<'_>) -> Result<()> {
    let who = desk.house.staff(Role::Auditor);
    let registers = desk.house.read(&who, &desk.path("/registrations")).await?;
    let mut all = Vec::new();
    for (at, must) in [(0, "case.registered"), (1, "assignment.signed"), (2, "case.closed")] {
        let lines = registers["registers"][at]["lines"].as_array().cloned().unwrap_or_default();
        ensure!(lines.iter().any(|line| line["kind"] == must), "{must}: {registers}");
        all.extend(lines.iter().filter_map(|line| line["seq"].as_i64()));
    }
    all.sort_unstable();
    let entries = i64::try_from(desk.dossier().await?.len())?;
    ensure!(all == (1..=entries).collect::<Vec<_>>(), "{all:?} of {entries}");
    Ok(())
}

/// One file, the same however often it is asked for, with the words of both sides and the chain inside.
async fn archived(desk: &Desk<'_>) -> Result<()> {
    let (house, path) = (desk.house, desk.path("/archive"));
    let supervisor = house.staff(Role::Supervisor);
    house.post(&house.staff(Role::Leader), &path, json!({})).await?.must(403)?;
    let made = house.post(&supervisor, &path, json!({})).await?.must(200)?;
    let again = house.post(&supervisor, &path, json!({})).await?.must(200)?;
    ensure!(made.body["digest"] == again.body["digest"] && made.body["edition"] == 1, "{made:?} {again:?}");
    let digest = word(&made.body, "digest")?;
    let inside = house.get(&supervisor, &format!("{path}?format=json")).await?.must(200)?;
    ensure!(inside.header("digest") == format!("sha-256={digest}"), "{inside:?}");
    let inside = inside.body;
    ensure!(inside["case"]["number"] == desk.number && inside["dossier"]["whole"] == true, "{inside}");
    let replies = inside["replies"].as_array().context("no replies")?;
    ensure!(replies.last().is_some_and(|last| last["public_text"].is_string()), "{inside}");
    let crate::house::Who::Token(token) = &supervisor else { anyhow::bail!("no token") };
    let page =
        reqwest::Client::new().get(format!("{}{path}", house.suite.base)).bearer_auth(token).send().await?;
    ensure!(page.status() == StatusCode::OK, "{page:?}");
    let page = page.text().await?;
    for word in ["收文登记", "流程登记", "办结登记", "测试群众", "现场照片存档"] {
        ensure!(page.contains(word), "{word} is missing in the file");
    }
    ensure!(!page.contains("src=\"http") && !page.contains("<link"), "the file loads something");
    Ok(())
}
