//! The hostile citizen: what somebody outside tries against the office and against neighbours, and what they get.

use anyhow::Result;
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, message, reply},
    hostile_files::as_many_as_the_pack_says,
    hostile_wire::{every_path, raw, scripts, shapes, strange_names},
    house::{House, Who, word},
    tries::{Tries, Try},
};

/// Where cases are registered.
pub(crate) const CASES: &str = "/api/intake/cases";
/// Runs where it is not made text.
pub(crate) const SCRIPT: &str = "<script>alert('灯')</script>";

/// A path of a case.
pub(crate) fn at(desk: &Desk<'_>, rest: &str) -> String {
    format!("{CASES}/{}{rest}", desk.number)
}

fn keys(number: &str, code: &str) -> Value {
    json!({"number": number, "query_code": code})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_more_than_their_own() -> Result<()> {
    let house = House::open("hostile-citizen").await?;
    let mut tries = Tries::of(&house);
    let mine = Desk::register(&house, &Who::Nobody, message("complaint", "食堂涨价")).await?;
    let mut body = message("complaint", &format!("路灯不亮{SCRIPT}"));
    body["party"] = json!({"name": "邻居甲", "phone": "0826-0000002"});
    let neighbour = Desk::register(&house, &Who::Nobody, body).await?;
    let closed = Desk::register(&house, &Who::Nobody, message("complaint", "井盖破损")).await?;
    let hand = closed.hand_over("dispatched").await?;
    let hand = closed.unit(&hand, "sign", json!({})).await?;
    closed.unit(&hand, "reply", reply("井盖已更换,感谢您的监督。")).await?;
    closed.becomes("closed").await?;
    neighbour.hand_over("dispatched").await?;
    let flag = flagged(&house, &neighbour).await?;
    house.settle().await?;

    let before = tries.tables().await?;
    another_s(&mut tries, (&mine, &neighbour, &closed)).await?;
    shapes(&mut tries).await?;
    every_path(&mut tries).await?;
    raw(&mut tries).await?;
    tries.unchanged(&before, "what was refused").await?;

    // A wrong code is counted, and nothing else is.
    objections(&mut tries, (&mine, &neighbour), &flag).await?;
    strange_names(&mut tries).await?;
    rates_and_renews(&mut tries, &closed).await?;
    scripts(&mut tries, &neighbour).await?;
    bookings(&mut tries).await?;
    as_many_as_the_pack_says(&mut tries, &mine).await?;
    guesses(&mut tries, &neighbour).await?;
    tries.end(60)?;
    house.close().await
}

async fn flagged(house: &House, desk: &Desk<'_>) -> Result<String> {
    let operator = house.staff(Role::Operator);
    let version = house.read(&operator, &at(desk, "?party=false")).await?["version"].to_string();
    let flag = json!({"flag": "order_violation", "ground": "staying", "facts": "滞留至深夜"});
    let version = format!("\"{version}\"");
    let set = house
        .call(&operator, Method::POST, &at(desk, "/flags"), &[("if-match", &version)], Some(flag))
        .await?;
    word(&set.must(201)?.body, "id")
}

/// A token opens one case, in its time.
async fn another_s(
    tries: &mut Tries<'_>,
    (mine, neighbour, closed): (&Desk<'_>, &Desk<'_>, &Desk<'_>),
) -> Result<()> {
    let me = mine.citizen().await?;
    let of_closed = closed.citizen().await?;
    let none = "018f3c5e-0000-7000-8000-000000000001";
    for rest in [
        "",
        "/dossier",
        "/parties",
        "/record",
        "/flags",
        "/attachments",
        "/materials",
        "/registrations",
        "/links",
        "/standing",
    ] {
        tries
            .refused(&me, Try::get(&format!("a neighbour's case{rest}"), at(neighbour, rest)), 403, "")
            .await?;
    }
    let words = json!({"text": "补充"});
    let rating = json!({"solved": "yes", "grade": "good"});
    let grade = |case: &str| format!("/api/evaluation/cases/{case}/rating");
    let again = |case: &str| format!("/api/evaluation/cases/{case}/reopen");
    for (who, tried, status, field) in [
        (&me, Try::post("adds to a neighbour's", at(neighbour, "/supplement"), words.clone()).at(1), 403, ""),
        (&me, Try::post("withdraws a neighbour's", at(neighbour, "/withdraw"), json!({})).at(1), 403, ""),
        (&me, Try::post("renews a neighbour's", at(neighbour, "/renew"), words.clone()).at(1), 403, ""),
        (
            &me,
            Try::post("declines its own", at(mine, "/decline"), json!({"reason": "statutory_route"})).at(1),
            403,
            "",
        ),
        (
            &me,
            Try::post(
                "classifies its own",
                at(mine, "/classify"),
                json!({"urgency": "immediate", "reason": "急"}),
            )
            .at(1),
            403,
            "",
        ),
        (
            &me,
            Try::post("merges into a neighbour's", at(mine, "/merge"), json!({"into": neighbour.number}))
                .at(1),
            403,
            "",
        ),
        (&me, Try::post("archives its own", at(mine, "/archive"), json!({})), 403, ""),
        (&me, Try::get("the dossier of its own", at(mine, "/dossier")), 403, ""),
        (&me, Try::post("rates a neighbour's", grade(&neighbour.case), rating.clone()), 403, ""),
        (&me, Try::post("rates before the answer", grade(&mine.case), rating.clone()), 409, ""),
        (
            &me,
            Try::post("reopens a neighbour's", again(&neighbour.case), json!({"reason": "unsolved"})),
            403,
            "",
        ),
        (
            &me,
            Try::post("reopens what was never closed", again(&mine.case), json!({"reason": "unsolved"})),
            409,
            "",
        ),
        (
            &me,
            Try::post("an invented grade", grade(&mine.case), json!({"solved": "yes", "grade": "splendid"})),
            422,
            "grade",
        ),
        (&me, Try::post("renews what is open", at(mine, "/renew"), words.clone()).at(1), 409, ""),
        (
            &of_closed,
            Try::post("withdraws after the closure", at(closed, "/withdraw"), json!({})).at(4),
            409,
            "",
        ),
        (&of_closed, Try::post("adds after the closure", at(closed, "/supplement"), words).at(4), 409, ""),
        (&me, Try::get("a list of cases", CASES), 403, ""),
        (&me, Try::get("the contacts", "/api/intake/contacts"), 403, ""),
        (&me, Try::get("the hand-over", format!("/api/routing/cases/{}", neighbour.case)), 403, ""),
        (
            &me,
            Try::get("the notices", format!("/api/notification/cases/{}/notices", neighbour.case)),
            403,
            "",
        ),
        (
            &me,
            Try::get(
                "the clocks of a neighbour's",
                format!("/api/deadline-scheduler/cases/{}/clocks", neighbour.case),
            ),
            403,
            "",
        ),
        (&me, Try::get("the accounts", "/api/gateway/accounts"), 403, ""),
        (
            &Who::Nobody,
            Try::get("an answer that is not public", format!("/api/intake/public/answers/{none}")),
            404,
            "",
        ),
        (&Who::Nobody, Try::get("the drafts", "/api/intake/publications"), 401, ""),
        (&Who::Nobody, Try::get("a case without a token", at(mine, "")), 401, ""),
        (&Who::Nobody, Try::get("the disclosures", "/api/intake/disclosures"), 401, ""),
        (
            &Who::Nobody,
            Try::post(
                "a call that was none",
                "/api/intake/contacts/objection",
                json!({"contact": none, "code": "0000000000", "grounds": "某"}),
            ),
            404,
            "",
        ),
    ] {
        tries.refused(who, tried, status, field).await?;
    }
    Ok(())
}

/// Only who was flagged sees the flag and objects to it.
async fn objections(
    tries: &mut Tries<'_>,
    (mine, neighbour): (&Desk<'_>, &Desk<'_>),
    flag: &str,
) -> Result<()> {
    let object = |number: &str, code: &str| {
        let mut body = keys(number, code);
        (body["flag"], body["text"]) = (json!(flag), json!("不实"));
        body
    };
    let path = "/api/intake/track/objection";
    for (what, body) in [
        ("a neighbour's flag with its own code", object(&mine.number, &mine.query_code)),
        ("with another's number", object(&neighbour.number, &mine.query_code)),
        ("with another's code", object(&mine.number, &neighbour.query_code)),
    ] {
        tries.refused(&Who::Nobody, Try::post(what, path, body), 404, "").await?;
    }
    let own =
        Try::post("no flag of its own", "/api/intake/track/flags", keys(&mine.number, &mine.query_code));
    let own = tries.harmless(&Who::Nobody, own).await?;
    tries.holds(own.body["flags"] == json!([]), format!("another's flag is shown: {}", own.body));
    Ok(())
}

/// One rating a round; new facts bring a closed case up again, not for ever.
async fn rates_and_renews(tries: &mut Tries<'_>, closed: &Desk<'_>) -> Result<()> {
    closed.rate("yes", "good").await?;
    let me = closed.citizen().await?;
    let path = format!("/api/evaluation/cases/{}/rating", closed.case);
    let other = json!({"solved": "no", "grade": "poor"});
    tries.refused(&me, Try::post("rates twice", path, other), 409, "").await?;
    tries.house.settle().await?;
    let public = published(tries, closed).await?;
    // Each round must be worked through before the next; nobody asks again while one is open.
    let version = closed.track().await?["version"].clone();
    let news = json!({"text": "又有一个井盖坏了。"});
    let renew = Try::post("new facts", at(closed, "/renew"), news.clone()).at(&version);
    tries.harmless(&me, renew).await?;
    tries.house.settle().await?;
    tries.refused(&Who::Nobody, Try::get("an answer that holds no longer", public), 404, "").await?;
    let version = closed.track().await?["version"].clone();
    let again = Try::post("new facts while it runs", at(closed, "/renew"), news).at(&version);
    tries.refused(&me, again, 409, "").await
}

/// Makes the answer of a closed case public; gives the path where strangers read it.
async fn published(tries: &mut Tries<'_>, closed: &Desk<'_>) -> Result<String> {
    let reviewer = tries.house.staff(Role::Reviewer);
    let draft = json!({"case": closed.number});
    let made = tries.harmless(&reviewer, Try::post("a draft", "/api/intake/publications", draft)).await?.body;
    let id = word(&made, "publication")?;
    let public = format!("/api/intake/public/answers/{id}");
    tries.refused(&Who::Nobody, Try::get("a draft for strangers", &public), 404, "").await?;
    let path = format!("/api/intake/publications/{id}");
    let words =
        json!({"title": "井盖破损", "question": "井盖破损,请检修。", "answer": "井盖已更换,请放心。"});
    let edited = Try::put("edited", &path, words).at(&made["version"]);
    let made = tries.harmless(&reviewer, edited).await?.body;
    let log = tries.harmless(&reviewer, Try::get("the log", &path)).await?.body["log"].to_string();
    tries.holds(log.contains("请放心"), format!("the log does not open: {log}"));
    let pool = tries.house.tables("intake", "intake")?;
    let kept: (String,) =
        sqlx::query_as("SELECT string_agg(detail::text, '') FROM publication_log").fetch_one(&pool).await?;
    tries.holds(!kept.0.contains("请放心"), "the log stands in clear");
    let release = Try::post("released", format!("{path}/release"), json!({})).at(&made["version"]);
    tries.harmless(&reviewer, release).await?;
    tries.harmless(&Who::Nobody, Try::get("public", &public)).await?;
    Ok(public)
}

/// One place for one telephone, and only who has its code gives it back.
async fn bookings(tries: &mut Tries<'_>) -> Result<()> {
    let house = tries.house;
    let operator = house.staff(Role::Operator);
    let day = calendar::day_of(runtime::Clock::default().now()).checked_add(jiff::Span::new().days(7))?;
    let plan = json!({"rank": "city", "leaders": ["副市长"], "region": "511600", "remit": "住建", "place": "大厅",
        "day": day.to_string(), "starts": "09:00:00", "ends": "11:00:00", "capacity": 3});
    let session =
        word(&house.post(&operator, "/api/intake/receptions", plan).await?.must(201)?.body, "session")?;
    let path = format!("/api/intake/receptions/{session}");
    let wish = |phone: &str| json!({"name": "测试者", "phone": phone, "matter": "漏水"});
    let book = format!("{path}/bookings");
    tries
        .refused(&Who::Nobody, Try::post("before it is public", &book, wish("13800000001")), 409, "")
        .await?;
    tries.harmless(&operator, Try::post("public", format!("{path}/publish"), json!({})).at(1)).await?;
    let mine = tries.harmless(&Who::Nobody, Try::post("a place", &book, wish("13800000001"))).await?.body;
    for phone in ["13800000001", "+86 138 0000 0001", "138-0000-0001"] {
        let again = tries.harmless(&Who::Nobody, Try::post("a second place", &book, wish(phone))).await?;
        let fits = again.body.get("code").is_none() && again.body["number"] == mine["number"];
        tries.holds(fits, format!("one telephone has two places: {}", again.body));
    }
    let free = house.read(&Who::Nobody, "/api/intake/receptions/published?region=511600").await?;
    tries.holds(free["sessions"][0]["free"] == 2, format!("one telephone books all: {free}"));
    let number = &mine["number"];
    for (what, path, code) in [
        ("another's booking", format!("{book}/{number}/cancel"), "0000000000"),
        ("a booking that is not there", format!("{book}/77/cancel"), "0000000000"),
        ("a code that is none", format!("{book}/{number}/cancel"), "' OR '1'='1"),
    ] {
        tries.refused(&Who::Nobody, Try::post(what, path, json!({"code": code})), 404, "").await?;
    }
    for (what, body, field) in [
        ("no telephone", json!({"phone": "", "matter": "漏水"}), "phone"),
        ("nothing to say", json!({"phone": "13800000002", "matter": " "}), "matter"),
        ("a name of control", json!({"phone": "13800000002", "matter": "漏", "name": "\u{1b}[2J"}), "name"),
    ] {
        tries.refused(&Who::Nobody, Try::post(what, &book, body), 422, field).await?;
    }
    tries.refused(&Who::Nobody, Try::get("who booked", &book), 401, "").await?;
    let code = word(&mine, "code")?;
    let keyed = Try::post("gives it back", format!("{book}/{number}/cancel"), json!({"code": code}));
    house
        .call(
            &Who::Nobody,
            Method::POST,
            &format!("{book}/{number}/cancel"),
            &[],
            Some(json!({"code": code})),
        )
        .await?
        .must(204)?;
    drop(keyed);
    Ok(())
}

/// Codes are guessed ten times; an unknown number and a wrong code cannot be told apart.
async fn guesses(tries: &mut Tries<'_>, neighbour: &Desk<'_>) -> Result<()> {
    let track = "/api/intake/track";
    let wrong = Try::post("a wrong code", track, keys(&neighbour.number, "0000000000"));
    let wrong = tries.send(&Who::Nobody, wrong).await?;
    let serial: u64 = neighbour.number.parse()?;
    let none = Try::post("a number that is none", track, keys(&(serial + 5000).to_string(), "0000000000"));
    let none = tries.send(&Who::Nobody, none).await?;
    let same = ["status", "title", "detail", "detail_en"].iter().all(|key| wrong.body[key] == none.body[key]);
    tries.holds(wrong.status == 404 && same, format!("{} {}", wrong.body, none.body));
    let mut locked = 0;
    for at in 0..40 {
        let guess = Try::post("a guess", track, keys(&neighbour.number, &format!("{at:010}")));
        let answer = tries.send(&Who::Nobody, guess).await?;
        tries.holds(matches!(answer.status.as_u16(), 404 | 429), format!("a guess opens it: {answer:?}"));
        locked += u32::from(answer.status == 429);
    }
    tries.holds(locked >= 30, format!("{locked} of forty guesses were turned away"));
    let right =
        Try::post("the right code while it is closed", track, keys(&neighbour.number, &neighbour.query_code));
    tries.refused(&Who::Nobody, right, 429, "").await
}
