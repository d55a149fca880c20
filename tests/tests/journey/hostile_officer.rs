//! The hostile officer: what a unit tries to be rid of a case or to seem to have handled it, and what it gets.

use anyhow::{Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, message, reply},
    hostile_bounds::{not_its_own, tokens},
    hostile_files::{files, sees_no_secret},
    house::{House, Who, word},
    tries::{Tries, Try},
};

/// A path of a hand-over.
pub(crate) fn of(hand: &Value, verb: &str) -> Result<String> {
    Ok(format!("/api/routing/assignments/{}/{verb}", word(hand, "id")?))
}

/// A good reply, changed.
pub(crate) fn with(more: Value) -> Value {
    let mut body = reply("经查,路灯线路已于今日修复,请您放心。");
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    body
}

fn without(field: &str) -> Value {
    let mut body = with(json!({}));
    body.as_object_mut().into_iter().for_each(|body| drop(body.remove(field)));
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_is_not_rid_of_a_case_by_words() -> Result<()> {
    let house = House::open("hostile-officer").await?;
    let mut tries = Tries::of(&house);
    let nobody = Who::Nobody;
    tree(&house).await?;
    let fresh = Desk::register(&house, &nobody, message("complaint", "路灯不亮")).await?;
    let mine = Desk::register(&house, &nobody, message("complaint", "路灯昏暗")).await?;
    let mut hidden = message("complaint", "井盖缺失");
    hidden["party"]["secret"] = json!(true);
    let hidden = Desk::register(&house, &nobody, hidden).await?;
    let theirs = Desk::register(&house, &nobody, message("complaint", "物业不作为")).await?;
    let sealed = Desk::register(&house, &nobody, message("report", "反映路灯采购")).await?;
    let closed = Desk::register(&house, &nobody, message("complaint", "路灯倾斜")).await?;
    let done = closed.hand_over("dispatched").await?;
    let done = closed.unit(&done, "sign", json!({})).await?;
    let done = closed.unit(&done, "reply", reply("路灯已扶正,感谢您的监督。")).await?;
    closed.becomes("closed").await?;
    let unsigned = fresh.hand_over("dispatched").await?;
    let hand = mine.unit(&mine.hand_over("dispatched").await?, "sign", json!({})).await?;
    let other = theirs.hand_over("dispatched").await?;
    ensure!(other["unit"] == "zj" && hand["unit"] == "cg", "{other} {hand}");

    let before = tries.tables().await?;
    returns(&mut tries, &unsigned).await?;
    replies(&mut tries, (&hand, &done)).await?;
    not_its_own(&mut tries, (&other, &hand), (&theirs, &sealed, &mine)).await?;
    tokens(&mut tries, &hand).await?;
    files(&mut tries, &mine).await?;
    tries.unchanged(&before, "what was refused").await?;

    sees_no_secret(&mut tries, &hidden).await?;
    designated(&mut tries, (&fresh, &unsigned)).await?;
    excuses(&mut tries, (&mine, &hand)).await?;
    tries.end(60)?;
    house.close().await
}

/// A street under the city management office, and a department that is not under it.
async fn tree(house: &House) -> Result<()> {
    let admin = house.staff(Role::Admin);
    let unit = |code: &str, parent: Option<&str>, region: &str, kind: &str| json!({"code": code, "name": code, "region": region, "parent": parent, "kind": kind});
    let units = json!({"units": [
        unit("jd", Some("cg"), "511602103", "township"), unit("sw", None, "511602", "department"),
    ]});
    house.call(&admin, Method::PUT, "/api/routing/units", &[], Some(units)).await?.must(200)?;
    Ok(())
}

/// Giving a case back without saying why, for no reason, or what one does not have.
async fn returns(tries: &mut Tries<'_>, hand: &Value) -> Result<()> {
    let (officer, other) = (tries.house.officer("cg"), tries.house.officer("zj"));
    let version = &hand["version"];
    let back = json!({"reason": "not-competent", "explanation": "不属本单位"});
    for (tried, status, field) in [
        (
            Try::post("no time", of(hand, "return")?, json!({"reason": "no-time", "explanation": "忙"}))
                .at(version),
            422,
            "reason",
        ),
        (
            Try::post("no word", of(hand, "return")?, json!({"reason": "not-competent"})).at(version),
            422,
            "explanation",
        ),
        (
            Try::post(
                "blanks",
                of(hand, "return")?,
                json!({"reason": "not-competent", "explanation": "　 "}),
            )
            .at(version),
            422,
            "explanation",
        ),
        (Try::post("unread", of(hand, "return")?, back.clone()), 428, ""),
        (Try::post("on an old copy", of(hand, "return")?, back.clone()).at(77), 412, ""),
        (Try::post("its own judge", of(hand, "return-review")?, json!({"agree": true})).at(version), 403, ""),
        (
            Try::post(
                "straight to another",
                format!("/api/routing/cases/{}/dispatch", word(hand, "case_id")?),
                json!({"unit": "zj"}),
            )
            .at(1),
            403,
            "",
        ),
        (
            Try::post("contact before it signed", of(hand, "contact")?, json!({"reached": true})).at(version),
            409,
            "",
        ),
        (Try::post("a reply before it signed", of(hand, "reply")?, with(json!({}))).at(version), 409, ""),
        (
            Try::post("passed on unsigned", of(hand, "sub-dispatch")?, json!({"unit": "jd"})).at(version),
            409,
            "",
        ),
        (
            Try::post(
                "a step before it signed",
                of(hand, "steps")?,
                json!({"step": "interim", "record": {"result": "甲"}}),
            ),
            409,
            "",
        ),
    ] {
        tries.refused(&officer, tried, status, field).await?;
    }
    for verb in ["sign", "return", "contact", "reply", "sub-dispatch"] {
        let body = match verb {
            "return" => back.clone(),
            "contact" => json!({"reached": true}),
            "reply" => with(json!({})),
            "sub-dispatch" => json!({"unit": "sw"}),
            _ => json!({}),
        };
        let tried = Try::post(&format!("{verb} for another unit"), of(hand, verb)?, body).at(version);
        tries.refused(&other, tried, 403, "").await?;
    }
    Ok(())
}

/// Replies that say nothing, leave out what is owed, or come too late.
async fn replies(tries: &mut Tries<'_>, (hand, done): (&Value, &Value)) -> Result<()> {
    let officer = tries.house.officer("cg");
    let (path, version) = (of(hand, "reply")?, &hand["version"]);
    let text = |text: &str| with(json!({"public_text": text}));
    for (what, body, field) in [
        ("received", text("您好,您的来信收悉!感谢您!"), "public_text"),
        ("received, with blanks", text("您 好 , 您 的 来 信 收 悉 。"), "public_text"),
        ("received, between signs", text("您好!您的留言,已·收·悉。"), "public_text"),
        ("received, with hidden characters", text("您好,您的来信已收\u{200b}悉。感谢您。"), "public_text"),
        ("passed on only", text("尊敬的网友:您的留言已转相关部门。"), "public_text"),
        (
            "received, with an excuse",
            with(json!({"public_text": "您好,您的来信收悉。", "override_reason": "领导同意"})),
            "public_text",
        ),
        ("a promise", text("您好,我单位将尽快处理此事。"), "public_text"),
        ("a promise, split", text("您好,我单位将 尽 快处理此事。"), "public_text"),
        ("blame", text("您好,此事与我局无关,不予办理。"), "public_text"),
        ("blame, split", text("您好,此事与 我 局 无 关,不予办理。"), "public_text"),
        ("too short", text("好"), "public_text"),
        ("empty", text(" \u{3000}"), "public_text"),
        ("too long", text(&"长".repeat(20_001)), "public_text"),
        ("no outcome", without("outcome"), "outcome"),
        ("an invented outcome", with(json!({"outcome": "ignored"})), "outcome"),
        ("nobody handled it", without("handler"), "handler"),
        ("no day", without("completed_on"), "completed_on"),
        ("a day to come", with(json!({"completed_on": "2999-01-01"})), "completed_on"),
        ("no day of any calendar", with(json!({"completed_on": "2026-02-30"})), "completed_on"),
        ("later, without saying when", with(json!({"outcome": "not_yet_possible"})), "deferral"),
        (
            "later, in a hundred years",
            with(
                json!({"outcome": "not_yet_possible", "deferral": {"reason": "无钱", "review_on": "2126-01-01"}}),
            ),
            "deferral",
        ),
    ] {
        tries.refused(&officer, Try::post(what, &path, body).at(version), 422, field).await?;
    }
    for (tried, status) in [
        (Try::post("unread", &path, with(json!({}))), 428),
        (Try::post("on an old copy", &path, with(json!({}))).at(1), 412),
        (
            Try::post("another answer after the closure", of(done, "reply")?, with(json!({})))
                .at(&done["version"]),
            409,
        ),
        (
            Try::post(
                "returned after the closure",
                of(done, "return")?,
                json!({"reason": "not-competent", "explanation": "不属"}),
            )
            .at(&done["version"]),
            409,
        ),
        (Try::post("reviewed by itself", of(hand, "review")?, json!({"release": true})).at(version), 403),
        (
            Try::post("pushed to who is not below", of(hand, "sub-dispatch")?, json!({"unit": "sw"}))
                .at(version),
            422,
        ),
        (Try::post("pushed to itself", of(hand, "sub-dispatch")?, json!({"unit": "cg"})).at(version), 422),
        (
            Try::post("pushed to nobody", of(hand, "sub-dispatch")?, json!({"unit": "nobody"})).at(version),
            422,
        ),
    ] {
        let field = if status == 422 { "unit" } else { "" };
        tries.refused(&officer, tried, status, field).await?;
    }
    Ok(())
}

/// Returned, refused, and designated: not returned again; nor too late.
async fn designated(tries: &mut Tries<'_>, (fresh, unsigned): (&Desk<'_>, &Value)) -> Result<()> {
    let officer = tries.house.officer("cg");
    let back = json!({"reason": "not-competent", "explanation": "不属本单位"});
    let hand = fresh.unit(unsigned, "return", back.clone()).await?;
    let before = tries.tables().await?;
    let other = json!({"reason": "other-region", "explanation": "不在辖区"});
    let again = Try::post("returned twice", of(&hand, "return")?, other).at(&hand["version"]);
    // A repeat, with whatever words: the first ones stand.
    tries.harmless(&officer, again).await?;
    let sign = Try::post("signed while it goes back", of(&hand, "sign")?, json!({})).at(&hand["version"]);
    tries.refused(&officer, sign, 409, "").await?;
    tries.unchanged(&before, "returned twice").await?;
    let dispatcher = tries.house.staff(Role::Dispatcher);
    let review = of(&hand, "return-review")?;
    let no = Try::post("refused with the reason", review, json!({"agree": false, "reason": "competent"}));
    let hand = tries.harmless(&dispatcher, no.at(&hand["version"])).await?.body;
    tries.holds(hand["designated"] == true, format!("{hand}"));
    let before = tries.tables().await?;
    let again = Try::post("returned after the designation", of(&hand, "return")?, back).at(&hand["version"]);
    tries.refused(&officer, again, 409, "").await?;
    tries.unchanged(&before, "designated").await
}

/// What the checks leave open passes with a reason that stays on file; a day of the past wins no time; the same words
/// excuse nothing twice without being seen.
async fn excuses(tries: &mut Tries<'_>, (mine, hand): (&Desk<'_>, &Value)) -> Result<()> {
    let officer = tries.house.officer("cg");
    let early = with(json!({"completed_on": "2020-01-01"}));
    let done = Try::post("done years ago", of(hand, "reply")?, early).at(&hand["version"]);
    tries.harmless(&officer, done).await?;
    mine.becomes("closed").await?;
    tries.house.settle().await?;
    let auditor = tries.house.staff(Role::Auditor);
    let path = format!("/api/deadline-scheduler/cases/{}/clocks", mine.case);
    let clocks = tries.house.read(&auditor, &path).await?;
    tries.holds(
        !clocks.to_string().contains("2020-01-01"),
        format!("a day of the past moves a clock: {clocks}"),
    );
    let copied = "经查,人民路三十二号门前路灯因线缆老化停用,已更换线缆恢复照明,并对同一线路另外六盏路灯作了检查,\
                  今后每月巡查一次,请您放心,感谢您对城市照明工作的关心和支持。";
    let mut last = None;
    for title in ["路灯闪烁", "路灯短路"] {
        let desk = Desk::register(tries.house, &Who::Nobody, message("complaint", title)).await?;
        let hand = desk.unit(&desk.hand_over("dispatched").await?, "sign", json!({})).await?;
        let body = with(json!({"public_text": copied}));
        let tried = Try::post("the same text again", of(&hand, "reply")?, body).at(&hand["version"]);
        match last {
            None => drop(tries.harmless(&officer, tried).await?),
            Some(()) => tries.refused(&officer, tried, 422, "public_text").await?,
        }
        last = Some(());
    }
    Ok(())
}
