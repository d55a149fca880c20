//! What the desk may do, and the harm it does not do: merging, flags, reclassifying, asking twice, looking.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, reply},
    hostile_operator::{at, of, version},
    house::{Who, word},
    tries::{Tries, Try},
};

/// The same key for another matter registers nothing.
pub(crate) async fn twice(tries: &mut Tries<'_>, operator: &Who) -> Result<()> {
    let first = of("同一键", "0826-0000017", "511602");
    let post = |what: &str, body: Value| {
        Try::post(what, "/api/intake/cases", body).header("idempotency-key", "desk-1")
    };
    let made = tries.harmless(operator, post("once", first.clone())).await?;
    let again = tries.harmless(operator, post("twice", first)).await?;
    tries.holds(made.body["number"] == again.body["number"], "the same key registered twice");
    let other = of("另一件事", "0826-0000018", "511602");
    tries.refused(operator, post("another matter under the key", other), 409, "Idempotency-Key").await?;
    Ok(())
}

/// Matters of different people merged: the buried one is answered all the same, and can be parted until then.
pub(crate) async fn merges(tries: &mut Tries<'_>, operator: &Who) -> Result<()> {
    let house = tries.house;
    let mut cases = Vec::new();
    for (title, phone) in
        [("井盖松动", "0826-0000021"), ("公交改线", "0826-0000022"), ("噪声扰民", "0826-0000023")]
    {
        cases.push(Desk::register(house, &Who::Nobody, of(title, phone, "511602")).await?);
    }
    let [root, buried, third] = &cases[..] else { anyhow::bail!("three cases") };
    let hand = root.hand_over("dispatched").await?;
    house.settle().await?;
    let into = |desk: &Desk<'_>| json!({"into": desk.number});
    let now = version(buried, operator).await?;
    let merged = Try::post("another's matter is merged", at(buried, "/merge"), into(root)).at(now);
    let merged = tries.harmless(operator, merged).await?.body["version"].clone();
    let above = version(root, operator).await?;
    let before = tries.tables().await?;
    for (tried, status, field) in [
        (Try::post("a circle", at(root, "/merge"), into(buried)).at(above), 422, "into"),
        (Try::post("into a second one", at(buried, "/merge"), into(third)).at(&merged), 409, ""),
        (Try::post("parted on an old copy", at(buried, "/unmerge"), json!({})).at(now), 412, ""),
        (
            Try::post(
                "declined while it waits",
                at(buried, "/decline"),
                json!({"reason": "statutory_route"}),
            )
            .at(&merged),
            409,
            "",
        ),
    ] {
        tries.refused(operator, tried, status, field).await?;
    }
    tries.unchanged(&before, "merging").await?;
    let hand = root.unit(&hand, "sign", json!({})).await?;
    root.unit(&hand, "reply", reply("井盖已加固,感谢您的监督。")).await?;
    root.becomes("closed").await?;
    let told = buried.becomes("closed").await?;
    let steps = told["steps"].to_string();
    tries.holds(
        steps.contains("case.merged") && steps.contains("case.closed"),
        format!("the buried one is told: {told}"),
    );
    house.settle().await?;
    let now = version(buried, operator).await?;
    let late = Try::post("parted after the closure", at(buried, "/unmerge"), json!({})).at(now);
    tries.refused(operator, late, 409, "").await?;
    let again = format!("/api/evaluation/cases/{}/reopen", buried.case);
    let reopened = Try::post("who was buried asks again", again, json!({"reason": "unsolved"}));
    tries.harmless(&buried.citizen().await?, reopened).await?;
    house.settle().await?;
    let told = buried.track().await?;
    tries.holds(told["state"] != "closed", format!("who was buried is heard: {told}"));
    Ok(())
}

/// A flag ends, rests on a ground of the pack, is decided by another, and keeps nobody out.
pub(crate) async fn flags(tries: &mut Tries<'_>, operator: &Who, waiting: &Desk<'_>) -> Result<()> {
    let path = at(waiting, "/flags");
    let now = version(waiting, operator).await?;
    let flag = |more: Value| {
        let mut body = json!({"flag": "order_violation", "ground": "staying", "facts": "滞留至深夜"});
        body.as_object_mut()
            .into_iter()
            .for_each(|body| body.extend(more.as_object().cloned().unwrap_or_default()));
        body
    };
    let before = tries.tables().await?;
    for (what, body, field) in [
        ("asks often", flag(json!({"ground": "asks_often"})), "ground"),
        ("a troublemaker", flag(json!({"flag": "blacklist"})), "flag"),
        ("for ever", flag(json!({"until": "2999-01-01"})), "until"),
        ("until yesterday", flag(json!({"until": "2020-01-01"})), "until"),
        ("without facts", flag(json!({"facts": "  "})), "facts"),
        ("handed over tomorrow", flag(json!({"handed": {"to": "派出所", "on": "2999-01-01"}})), "handed"),
        ("without a ground", json!({"flag": "order_violation", "facts": "某"}), "ground"),
    ] {
        tries.refused(operator, Try::post(what, &path, body).at(now), 422, field).await?;
    }
    tries.unchanged(&before, "flags").await?;
    let set = tries.harmless(operator, Try::post("a flag", &path, flag(json!({}))).at(now)).await?;
    tries.holds(set.body["until"].is_string(), "a flag without an end");
    let decision = format!("{path}/{}/decision", word(&set.body, "id")?);
    let keep = json!({"lift": false, "reason": "属实"});
    tries.refused(operator, Try::post("its own judge", decision, keep).at(now + 1), 403, "").await?;
    let next = of("另一件新事", "0826-0000011", "511602");
    let next = tries.house.post(&Who::Nobody, "/api/intake/cases", next).await?.must(201)?;
    tries.holds(next.body["state"] == "accepted", "a flag keeps a new matter out");
    let clean = tries.house.read(operator, &at(&Desk::of(tries.house, &next.body)?, "/flags")).await?;
    tries.holds(clean["flags"] == json!([]), "a flag follows a person");
    Ok(())
}

/// A lower class or urgency gains no time, asking twice is counted, and every look at a person is on file.
pub(crate) async fn slows_down(tries: &mut Tries<'_>, operator: &Who, handed: &Desk<'_>) -> Result<()> {
    let house = tries.house;
    let clocks = async || {
        house.settle().await?;
        house.read(operator, &format!("/api/deadline-scheduler/cases/{}/clocks", handed.case)).await
    };
    let before = clocks().await?;
    for (what, change) in [
        ("another kind", json!({"kind": "suggestion", "reason": "实为建议"})),
        ("another class", json!({"class": "ordinary", "reason": "一般"})),
        ("another urgency", json!({"urgency": "ordinary", "reason": "不急"})),
    ] {
        let now = version(handed, operator).await?;
        tries.harmless(operator, Try::post(what, at(handed, "/classify"), change).at(now)).await?;
    }
    let after = clocks().await?;
    let starts = |clocks: &Value| -> Vec<String> {
        let line = |clock: &Value| format!("{} {}", clock["name"], clock["started_at"]);
        let mut lines: Vec<_> = clocks.as_array().into_iter().flatten().map(line).collect();
        lines.sort();
        lines
    };
    let same = !starts(&before).is_empty() && starts(&before) == starts(&after);
    tries.holds(same, format!("a clock begins anew: {before}\n{after}"));
    for items in [json!(["身份证复印件"]), json!(["购房合同"])] {
        let now = version(handed, operator).await?;
        let asked = Try::post("papers", at(handed, "/materials"), json!({"items": items})).at(now);
        tries.harmless(operator, asked).await?;
    }
    let asked = house.read(operator, &at(handed, "/materials")).await?;
    tries.holds(asked["defects"] == 1, format!("asking twice is not counted: {asked}"));
    let looks = |kinds: Vec<String>| kinds.iter().filter(|kind| *kind == "party.read").count();
    let before = looks(handed.dossier().await?);
    tries.harmless(operator, Try::get("looks who it is", at(handed, ""))).await?;
    tries.holds(looks(handed.dossier().await?) == before + 1, "a look without a trace");
    Ok(())
}
