//! The bounds of an officer: other units' cases, sealed ones, powers of others, tokens of other making.

use anyhow::{Context as _, Result};
use identity::{Claims, Keys, Role};
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    hostile_officer::{of, with},
    house::{Who, word},
    tries::{Tries, Try},
};

/// Other units' cases, sealed ones of its own line, and powers that an officer has not.
pub(crate) async fn not_its_own(
    tries: &mut Tries<'_>,
    (other, hand): (&Value, &Value),
    (theirs, sealed, mine): (&Desk<'_>, &Desk<'_>, &Desk<'_>),
) -> Result<()> {
    let officer = tries.house.officer("cg");
    let version = &other["version"];
    let none = "018f3c5e-0000-7000-8000-000000000001";
    let (case, own) = (&theirs.case, &mine.case);
    for (tried, status) in [
        (Try::post("replies for another unit", of(other, "reply")?, with(json!({}))).at(version), 403),
        (
            Try::get("another unit's hand-over", format!("/api/routing/assignments/{}", word(other, "id")?)),
            403,
        ),
        (Try::get("another unit's contacts", of(other, "contacts")?), 403),
        (
            Try::post(
                "a step of another unit",
                of(other, "steps")?,
                json!({"step": "interim", "record": {"result": "甲"}}),
            ),
            403,
        ),
        (Try::get("another unit's case", format!("/api/intake/cases/{}", theirs.number)), 403),
        (Try::get("another unit's dossier", format!("/api/intake/cases/{}/dossier", theirs.number)), 403),
        (Try::get("a sealed case", format!("/api/intake/cases/{}", sealed.number)), 404),
        (Try::get("a sealed dossier", format!("/api/intake/cases/{}/dossier", sealed.number)), 404),
        (Try::get("a sealed hand-over", format!("/api/routing/cases/{}", sealed.case)), 404),
        (
            Try::get(
                "limits of a sealed case",
                format!("/api/deadline-scheduler/cases/{}/clocks", sealed.case),
            ),
            // As for a case that is not there.
            403,
        ),
        (Try::get("the fact of a sealed case", format!("/api/evaluation/cases/{}/fact", sealed.case)), 403),
        (Try::get("hands of a sealed case", format!("/api/intake/cases/{}/hands", sealed.number)), 404),
        (
            Try::post(
                "a report that nobody asked for",
                format!("/api/routing/instructions/{none}/report"),
                json!({"text": "已办"}),
            )
            .at(1),
            404,
        ),
        (
            Try::post(
                "instructs",
                format!("/api/routing/cases/{own}/instructions"),
                json!({"kind": "note", "rank": "chief", "text": "阅"}),
            ),
            403,
        ),
        (
            Try::post(
                "settles",
                format!("/api/routing/cases/{own}/settlement"),
                json!({"by": "designation", "unit": "zj", "conclusion": "定"}),
            )
            .at(1),
            403,
        ),
        (
            Try::post(
                "extends for itself",
                format!("/api/deadline-scheduler/extensions/{none}/decision"),
                json!({"grant": true}),
            )
            .at(1),
            404,
        ),
        (Try::put("changes the catalogue", "/api/routing/catalogue", json!({"entries": []})), 403),
        (
            Try::post(
                "knowledge of another unit",
                "/api/intake/knowledge",
                json!({"form": "article", "owner_unit": "zj", "content": {"title": "某", "body": "某"}}),
            ),
            403,
        ),
        (
            Try::post(
                "rates itself",
                format!("/api/evaluation/cases/{own}/rating"),
                json!({"solved": "yes", "grade": "good"}),
            ),
            403,
        ),
        (
            Try::post(
                "completes the follow-up",
                format!("/api/evaluation/followups/{none}/complete"),
                json!({"result": "unreachable"}),
            ),
            403,
        ),
        (
            Try::post(
                "declines",
                format!("/api/intake/cases/{}/decline", mine.number),
                json!({"reason": "statutory_route"}),
            )
            .at(1),
            403,
        ),
        (
            Try::post(
                "withdraws for the citizen",
                format!("/api/intake/cases/{}/withdraw", mine.number),
                json!({}),
            )
            .at(1),
            403,
        ),
        (
            Try::post(
                "merges",
                format!("/api/intake/cases/{}/merge", mine.number),
                json!({"into": theirs.number}),
            )
            .at(1),
            403,
        ),
        (
            Try::post(
                "classifies",
                format!("/api/intake/cases/{}/classify", mine.number),
                json!({"class": "ordinary", "reason": "某"}),
            )
            .at(1),
            403,
        ),
        (
            Try::post(
                "flags",
                format!("/api/intake/cases/{}/flags", mine.number),
                json!({"flag": "order_violation", "ground": "staying", "facts": "某"}),
            )
            .at(1),
            403,
        ),
        (Try::post("archives", format!("/api/intake/cases/{}/archive", mine.number), json!({})), 403),
        (Try::get("another unit's returns", "/api/routing/units/zj/returns"), 404),
        (
            Try::get("limits of another unit's case", format!("/api/deadline-scheduler/cases/{case}/clocks")),
            403,
        ),
    ] {
        tries.refused(&officer, tried, status, "").await?;
    }
    let path = format!("/api/deadline-scheduler/cases/{own}/clocks/{none}/extensions");
    let more = json!({"amount": 3, "reason": "complex"});
    tries.refused(&officer, Try::post("time for no clock", path, more), 404, "").await?;
    let listed = tries.harmless(&officer, Try::get("everything", "/api/intake/cases?limit=200")).await?;
    let listed = listed.body.to_string();
    tries.holds(
        !listed.contains(&theirs.number) && !listed.contains(&sealed.number),
        "the list shows other units' cases",
    );
    let steps = of(hand, "steps")?;
    let entry = json!({"change": "add", "entry": {"region": "511600", "unit": "zj"}, "grounds": "某"});
    let proposal = Try::post("proposes for another", "/api/routing/catalogue/proposals", entry);
    tries.refused(&officer, proposal, 422, "entry").await?;
    for (what, body, field) in [
        ("an invented step", json!({"step": "prayer", "record": {}}), "step"),
        (
            "a visit of tomorrow",
            json!({"step": "visit_home", "record": {"on": "2999-01-01", "means": ["education"], "participants": ["petitioner"], "place": "住处"}}),
            "on",
        ),
    ] {
        tries.refused(&officer, Try::post(what, &steps, body), 422, field).await?;
    }
    Ok(())
}

/// Tokens of yesterday, of nobody, of another making.
pub(crate) async fn tokens(tries: &mut Tries<'_>, hand: &Value) -> Result<()> {
    let now = runtime::Clock::default().now().as_second();
    let claims = |exp: i64, role: Role, unit: Option<&str>| {
        let unit = unit.and_then(|unit| unit.parse().ok());
        Claims { sub: uuid::Uuid::from_u128(7), role, roles: vec![role], unit, region: None, case: None, exp }
    };
    let keys = Keys::from_secret(&tries.house.suite.settings.security.secret);
    let forged = Keys::from_secret(&"a secret of somebody else, long enough".into());
    let signed = keys.sign(&claims(now + 600, Role::Officer, Some("cg")));
    let parts: Vec<&str> = signed.split('.').collect();
    let sign =
        || -> Result<Try> { Ok(Try::post("a token", of(hand, "sign")?, json!({})).at(&hand["version"])) };
    for (token, status) in [
        (keys.sign(&claims(now - 86_400, Role::Officer, Some("cg"))), 401),
        (forged.sign(&claims(now + 600, Role::Officer, Some("cg"))), 401),
        (format!("eyJhbGciOiJub25lIn0.{}.", parts.get(1).context("a payload")?), 401),
        ("rubbish".to_owned(), 401),
        (keys.sign(&claims(now + 600, Role::Officer, None)), 403),
        (keys.sign(&claims(now + 600, Role::Citizen, Some("cg"))), 403),
        (keys.sign(&claims(now + 600, Role::Admin, Some("cg"))), 403),
    ] {
        tries.refused(&Who::Token(token), sign()?, status, "").await?;
    }
    tries.refused(&Who::Nobody, sign()?, 401, "").await
}
