//! What comes from outside with bad intent, or too much of it, meets a limit and a clear word.

use std::{collections::HashSet, time::Duration};

use anyhow::{Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    desk::message,
    house::{Answer, House, Who},
};

const CASES: &str = "/api/intake/cases";
const AT_ONCE: usize = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_named_and_nothing_is_half_done() -> Result<()> {
    let house = House::open("hostile").await?;
    every_field_is_named(&house).await?;
    too_long(&house).await?;
    hanging(&house).await?;
    ensure!(count(&house).await? == 0, "something was registered");
    a_thousand_at_once(&house).await?;
    names_of_files();
    house.close().await
}

async fn register(house: &House, body: Value) -> Result<Answer> {
    house.post(&Who::Nobody, CASES, body).await
}

async fn every_field_is_named(house: &House) -> Result<()> {
    for (field, value) in [
        ("region", json!("999999")),
        ("region", json!("511600; DROP TABLE")),
        ("kind", json!("riot")),
        ("urgency", json!("now")),
        ("channel", json!("phone")),
        ("title", json!("行".repeat(101))),
        ("title", json!("坏\u{0}字")),
        ("text", json!("响铃\u{7}")),
        ("text", json!("")),
        ("text", json!("长".repeat(20_001))),
        ("unit", json!("../../etc/passwd")),
        ("mode", json!("both")),
        ("pack", json!("no-such-pack")),
        ("subject", json!("空 格")),
    ] {
        let mut body = message("complaint", "路灯不亮");
        body[field] = value;
        let refused = register(house, body).await?.must(422)?;
        ensure!(refused.fields() == [field], "{field}: {refused:?}");
    }
    for (field, value) in [("name", json!("名\u{1b}[2J")), ("phone", json!("打给我")), ("mail", json!("x"))]
    {
        let mut body = message("complaint", "路灯不亮");
        body["party"][field] = value;
        let refused = register(house, body).await?.must(422)?;
        ensure!(refused.fields() == [format!("party.{field}")], "{field}: {refused:?}");
    }
    // Several mistakes are told at once, and an unknown field is no secret.
    let several = json!({"kind": "riot", "region": "1", "title": "", "text": "", "party": {}});
    let refused = register(house, several).await?.must(422)?;
    ensure!(refused.fields().len() >= 5, "{refused:?}");
    let mut unknown = message("complaint", "路灯不亮");
    unknown["is_admin"] = true.into();
    let refused = register(house, unknown).await?;
    ensure!(matches!(refused.status.as_u16(), 400 | 422), "{refused:?}");
    refused.problem()?;
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    for (body, kind) in [
        ("{\"kind\": ", "application/json"),
        (deep.as_str(), "application/json"),
        ("\u{0}\u{1}\u{2}", "application/json"),
        ("kind=complaint", "application/x-www-form-urlencoded"),
    ] {
        let refused = raw(house, body, kind).await?;
        ensure!(matches!(refused.0, 400 | 415 | 422), "{refused:?}");
        ensure!(refused.1.contains("application/problem+json"), "{refused:?}");
    }
    let long = "k".repeat(256);
    for key in ["", "a b\u{e9}", long.as_str()] {
        let body = Some(message("complaint", "路灯不亮"));
        let headers = [("idempotency-key", key)];
        house.call(&Who::Nobody, Method::POST, CASES, &headers, body).await?.must(400)?;
    }
    Ok(())
}

async fn raw(house: &House, body: &str, kind: &str) -> Result<(u16, String)> {
    let answer = reqwest::Client::new()
        .post(format!("{}{CASES}", house.suite.base))
        .header("content-type", kind)
        .body(body.to_owned())
        .send()
        .await?;
    let form = answer.headers().get("content-type").and_then(|form| form.to_str().ok()).unwrap_or_default();
    Ok((answer.status().as_u16(), form.to_owned()))
}

async fn too_long(house: &House) -> Result<()> {
    let mut body = message("complaint", "路灯不亮");
    body["text"] = "a".repeat(10 * 1024 * 1024).into();
    register(house, body).await?.must(413)?;
    // The same without saying beforehand how long it is.
    let pieces = futures::stream::iter((0..160).map(|_| Ok::<_, std::io::Error>(vec![b' '; 64 * 1024])));
    let answer = reqwest::Client::new()
        .post(format!("{}{CASES}", house.suite.base))
        .header("content-type", "application/json")
        .body(reqwest::Body::wrap_stream(pieces))
        .send()
        .await;
    // The server may close before all is sent.
    if let Ok(answer) = answer {
        ensure!(answer.status() == 413, "{answer:?}");
    }
    Ok(())
}

/// Clients that begin and do not go on are sent away, and do not keep others waiting.
async fn hanging(house: &House) -> Result<()> {
    let address = house.suite.base.trim_start_matches("http://").to_owned();
    let head = format!(
        "POST {CASES} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n"
    );
    let mut hanging = Vec::new();
    for begun in [&b""[..], b"POST /api/int", head.as_bytes()] {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(&address).await?;
            stream.write_all(begun).await?;
            hanging.push((begun.len(), stream));
        }
    }
    let quick = timeout(Duration::from_secs(5), house.get(&Who::Nobody, "/livez")).await??;
    ensure!(quick.status == 200, "{quick:?}");
    for (begun, mut stream) in hanging {
        let mut answer = Vec::new();
        timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await??;
        let answer = String::from_utf8_lossy(&answer);
        if begun == head.len() {
            ensure!(
                answer.starts_with("HTTP/1.1 408") && answer.contains("application/problem+json"),
                "{answer}"
            );
        }
    }
    Ok(())
}

async fn a_thousand_at_once(house: &House) -> Result<()> {
    let sent = (0..AT_ONCE).map(|at| async move {
        let body = Some(message("complaint", &format!("路灯不亮之{at}")));
        let key = format!("flood-{at}");
        house.call(&Who::Nobody, Method::POST, CASES, &[("idempotency-key", &key)], body).await
    });
    let mut numbers = HashSet::new();
    let mut turned_away = 0;
    for answer in futures::future::join_all(sent).await {
        let answer = answer?;
        match answer.status.as_u16() {
            201 => ensure!(numbers.insert(answer.body["number"].to_string()), "a number twice: {answer:?}"),
            429 | 503 => {
                answer.problem()?;
                ensure!(answer.header("retry-after").parse::<u32>().is_ok(), "{answer:?}");
                turned_away += 1;
            }
            _ => anyhow::bail!("{answer:?}"),
        }
    }
    eprintln!("{} registered, {turned_away} turned away", numbers.len());
    ensure!(numbers.len() + turned_away == AT_ONCE && numbers.len() >= AT_ONCE / 2, "{}", numbers.len());
    ensure!(count(house).await? == numbers.len(), "cases and answers differ");
    Ok(())
}

/// How many cases there are, page by page.
async fn count(house: &House) -> Result<usize> {
    let reader = house.staff(Role::Auditor);
    let (mut path, mut seen) = ("/api/intake/cases?limit=200".to_owned(), HashSet::new());
    loop {
        let page = house.get(&reader, &path).await?.must(200)?;
        let lines = page.body["cases"].as_array().cloned().unwrap_or_default();
        for line in lines {
            ensure!(seen.insert(line["number"].to_string()), "twice in the list: {line}");
        }
        let link = page.header("link");
        let Some(next) = link.split(';').next().filter(|next| next.starts_with('<')) else {
            return Ok(seen.len());
        };
        path = next.trim_matches(['<', '>']).to_owned();
    }
}

fn names_of_files() {
    for (hostile, safe) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\照片.jpg", "照片.jpg"),
        ("发票\u{202e}gpj.exe", "发票gpj.exe"),
        ("con.txt", "_con.txt"),
        ("a\u{0}b\n.png", "ab.png"),
        ("...", "file"),
        ("", "file"),
    ] {
        let found = text::valid::safe_file_name(hostile);
        assert_eq!(found, safe, "{hostile:?}");
    }
    let long = text::valid::safe_file_name(&format!("{}.jpeg", "长".repeat(500)));
    assert!(long.len() <= 255 && long.ends_with(".jpeg"), "{long}");
}
