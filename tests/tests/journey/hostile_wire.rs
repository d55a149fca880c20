//! Hostile shapes: of texts and names, of every path, of what is written onto the wire by hand, of scripts in titles.

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    desk::{Desk, message, reply},
    hostile_citizen::{CASES, SCRIPT, at},
    house::Who,
    tries::{Tries, Try},
};

fn keys(number: &str, code: &str) -> Value {
    json!({"number": number, "query_code": code})
}

/// Shapes of SQL and JSON, texts without end, control characters.
pub(crate) async fn shapes(tries: &mut Tries<'_>) -> Result<()> {
    for (field, value, named) in [
        ("title", json!("'; DROP TABLE case_file; --\u{0}"), "title"),
        ("title", json!({"$ne": ""}), "title"),
        ("title", json!(["a", "b"]), "title"),
        ("title", Value::Null, "title"),
        ("text", json!("字".repeat(70_000)), "text"),
        ("text", json!("\u{1b}[2J\u{7}"), "text"),
        ("region", json!("511602' OR '1'='1"), "region"),
        ("kind", json!("complaint\u{0}"), "kind"),
        ("kind", json!(1), "kind"),
        ("pack", json!("../../../etc/passwd"), "pack"),
        ("channel", json!("province"), "channel"),
        ("__proto__", json!({"admin": true}), "__proto__"),
        ("case_id", json!("018f3c5e-0000-7000-8000-000000000001"), "case_id"),
        ("historic", json!(true), "historic"),
    ] {
        let mut body = message("complaint", "路灯不亮");
        body[field] = value;
        tries.refused(&Who::Nobody, Try::post(field, CASES, body), 422, named).await?;
    }
    for (field, value) in [
        ("name", json!("名\u{0}字")),
        ("name", json!("\u{1b}]0;标题\u{7}")),
        ("name", json!("某\r\nSet-Cookie: a=b")),
        ("name", json!("长".repeat(2000))),
        ("phone", json!("1' OR 1=1")),
        ("phone", json!("9".repeat(500))),
    ] {
        let mut body = message("complaint", "路灯不亮");
        body["party"][field] = value;
        let named = format!("party.{field}");
        tries.refused(&Who::Nobody, Try::post(&named, CASES, body), 422, &named).await?;
    }
    let tracks = "/api/intake/track";
    for (what, body) in [
        ("a number that is none", keys("1 OR 1=1", "0000000000")),
        ("a code that is an object", json!({"number": "260302511602000017", "query_code": {"$gt": ""}})),
        ("a field too many", json!({"number": "260302511602000017", "query_code": "0", "role": "admin"})),
    ] {
        tries.refused(&Who::Nobody, Try::post(what, tracks, body), 422, "").await?;
    }
    for tail in
        ["?q=%27%20OR%201%3D1--", "?q=%25%25%25&month=2026-13", "?limit=-1", "?limit=1e9", "?after=%00"]
    {
        let answer =
            tries.send(&Who::Nobody, Try::get(tail, format!("/api/intake/public/answers{tail}"))).await?;
        let leaks = answer.body.to_string().to_lowercase();
        let fits = answer.status.as_u16() < 500 && !leaks.contains("syntax") && !leaks.contains("sqlx");
        tries.holds(fits, format!("{tail}: {} {}", answer.status, answer.body));
    }
    Ok(())
}

/// Every parameter of every path, with what climbs, ends strings or runs code.
pub(crate) async fn every_path(tries: &mut Tries<'_>) -> Result<()> {
    let document = tries.house.read(&Who::Nobody, "/api/openapi.json").await?;
    let paths: Vec<String> = document["paths"].as_object().context("paths")?.keys().cloned().collect();
    let parameter = |path: &str, with: &str| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { with } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let client = reqwest::Client::new();
    let admin = tries.house.staff(Role::Auditor);
    let Who::Token(token) = admin else { anyhow::bail!("a token") };
    let mut asked = 0;
    for path in paths.iter().filter(|path| path.contains('{')) {
        for with in [
            "..%2F..%2Fetc%2Fpasswd",
            "%2e%2e%2f",
            "%00",
            "%27%3B%20DROP%20TABLE%20x%3B--",
            "%ff",
            "{}",
            "%0d%0aX-Evil:%201",
        ] {
            let url = format!("{}{}", tries.house.suite.base, parameter(path, with));
            let answer = client.get(&url).bearer_auth(&token).send().await?;
            let (status, evil) = (answer.status().as_u16(), answer.headers().contains_key("x-evil"));
            let body = answer.text().await?;
            let leaks = ["root:", "syntax error", "sqlx", "panicked"].iter().any(|word| body.contains(word));
            let refused = matches!(status, 400 | 401 | 403 | 404 | 405 | 422);
            if !refused || evil || leaks {
                tries.holds(false, format!("{url}: {status} {body}"));
            }
            asked += 1;
        }
    }
    tries.holds(asked > 500, format!("only {asked} paths"));
    Ok(())
}

/// What is written onto the wire by hand: two lengths, two hosts, headers in headers, nests, other forms.
pub(crate) async fn raw(tries: &mut Tries<'_>) -> Result<()> {
    let address = tries.house.suite.base.trim_start_matches("http://").to_owned();
    let post = format!("POST {CASES} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    let json = format!("{post}content-type: application/json\r\n");
    let deep = format!("{}{}", "{\"a\":".repeat(2000), "1".to_owned() + &"}".repeat(2000));
    for (what, request) in [
        (
            "length and chunks",
            format!(
                "{json}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /api/gateway/accounts HTTP/1.1\r\n\r\n"
            ),
        ),
        ("two lengths", format!("{json}content-length: 2\r\ncontent-length: 40\r\n\r\n{{}}")),
        ("a length that is none", format!("{json}content-length: -1\r\n\r\n{{}}")),
        ("strange chunks", format!("{json}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n")),
        ("a header in a header", format!("{json}x-a: b\u{0}c\r\ncontent-length: 2\r\n\r\n{{}}")),
        ("a line folded", format!("{json}x-a: b\r\n c: d\r\ncontent-length: 2\r\n\r\n{{}}")),
        ("another form", format!("{post}content-type: text/xml\r\ncontent-length: 4\r\n\r\n<a/>")),
        ("no form", format!("{post}content-length: 2\r\n\r\n{{}}")),
        ("a nest", format!("{json}content-length: {}\r\n\r\n{deep}", deep.len())),
        ("not of this world", "\u{16}\u{3}\u{1}\r\n\r\n".to_owned()),
        ("a header of a megabyte", format!("{json}x-long: {}\r\n\r\n", "a".repeat(1 << 20))),
    ] {
        let mut stream = TcpStream::connect(&address).await?;
        // It may have heard enough before all is sent.
        let _sent = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _read =
            tokio::time::timeout(std::time::Duration::from_secs(20), stream.read_to_end(&mut answer)).await?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        tries.holds(refused && answer.matches("HTTP/1.1").count() <= 1, format!("{what}: {answer}"));
    }
    Ok(())
}

/// Names that mean to look like others: kept or cleaned, never turned round.
pub(crate) async fn strange_names(tries: &mut Tries<'_>) -> Result<()> {
    let operator = tries.house.staff(Role::Operator);
    for name in ["张\u{202e}三\u{2066}", "👩‍👩‍👧 李", "王\u{200b}\u{feff}五", "Ｏ'Brien\"; --"]
    {
        let mut body = message("complaint", "路灯\u{202e}不亮");
        body["party"] = json!({"name": name, "phone": "0826-0000031"});
        let made = tries.harmless(&Who::Nobody, Try::post(name, CASES, body)).await?;
        let desk = Desk::of(tries.house, &made.body)?;
        let shown = tries.house.read(&operator, &at(&desk, "")).await?.to_string();
        let turned = shown.chars().any(
            |ch| matches!(ch, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}'),
        );
        tries.holds(!turned, format!("{name:?} is shown as it came: {shown:?}"));
    }
    let huge = json!({"kind": "complaint", "region": "511602", "title": "长", "text": "a".repeat(2 << 20), "party": {}});
    tries.refused(&Who::Nobody, Try::post("two megabytes", CASES, huge), 413, "").await
}

/// A script in a title is text, wherever it is shown.
pub(crate) async fn scripts(tries: &mut Tries<'_>, neighbour: &Desk<'_>) -> Result<()> {
    let house = tries.house;
    let hand = neighbour.hand_over("dispatched").await?;
    let hand = neighbour.unit(&hand, "sign", json!({})).await?;
    neighbour.unit(&hand, "reply", reply(&format!("路灯已修复,感谢您。{SCRIPT}"))).await?;
    neighbour.becomes("closed").await?;
    house.settle().await?;
    let supervisor = house.staff(Role::Supervisor);
    house.post(&supervisor, &at(neighbour, "/archive"), json!({})).await?.must(200)?;
    let Who::Token(token) = supervisor else { anyhow::bail!("a token") };
    let client = reqwest::Client::new();
    let file = client
        .get(format!("{}{}", house.suite.base, at(neighbour, "/archive")))
        .bearer_auth(token)
        .send()
        .await?;
    let page = file.text().await?;
    tries.holds(page.contains("路灯不亮") && !page.contains("<script>"), "a script runs in the archive");
    let admin = house.staff(Role::Admin);
    let box_ = json!([{"code": "sz", "zh": format!("信箱{SCRIPT}"), "en": "box", "region": "511600", "unit": null,
        "pack": "mailbox-002", "frames": "https://www.example.gov.cn"}]);
    let set = house
        .call(&admin, Method::PUT, "/api/intake/mailboxes", &[], Some(json!({"mailboxes": box_})))
        .await?;
    ensure!(set.status.is_success(), "{set:?}");
    let letters = format!("{}/api/intake/mailboxes/sz", house.suite.base);
    let typed = "key=k1&name=%3Cscript%3Ealert(1)%3C%2Fscript%3E&phone=x&kind=complaint&title=%22%3E%3Cscript%3E&text=";
    let answer = client
        .post(format!("{letters}/letters"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(typed)
        .send()
        .await?;
    let policy = answer.headers().get("content-security-policy").cloned();
    tries.holds(
        !answer.headers().contains_key("x-frame-options"),
        "the frame of the office's own site stays empty",
    );
    let page = answer.text().await?;
    tries.holds(
        !page.contains("<script>") && page.contains("&lt;script&gt;"),
        format!("a script in the form: {page}"),
    );
    tries.holds(
        policy
            .is_some_and(|policy| policy.to_str().is_ok_and(|policy| policy.contains("default-src 'none'"))),
        "no policy",
    );
    Ok(())
}
