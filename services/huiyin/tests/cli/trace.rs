//! One trace holds the walk of one case through all services, and nothing of who told it stands in any of it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use testkit::otlp::{Receiver, Span};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::kit::{Background, Place, words};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SENDER: &str = "00f067aa0ba902b7";
const SERVICES: [&str; 5] = ["intake", "routing", "deadline-scheduler", "notification", "evaluation"];
const SECRET: &str = "a-secret-of-this-test-and-of-nothing-else";
const NAME: &str = "欧阳测试";
const PHONE: &str = "13912345678";
const IDENTITY: &str = "11010519491231002X";
const ADDRESS: &str = "滨江路88号3栋2单元501室";
const MAIL: &str = "planted@example.org";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_shows_the_walk_and_nobody_in_it() -> Result<()> {
    let receiver = Receiver::start().await?;
    let more = format!(
        "[security]\nsecret = {SECRET:?}\n[telemetry]\notlp = {:?}\nformat = \"json\"\nfilter = \"debug,hyper=info\"",
        receiver.endpoint()
    );
    let place = Place::open("trace", &more).await?;
    let mut running = Background::start(place.program().args(["run", "--bare"]))?;
    let (out, err) = (running.0.stdout.take().context("stdout")?, running.0.stderr.take().context("stderr")?);
    let listening = [listen(out), listen(err)];
    let base = address(&place).await?;
    let wire = wire(&place.database.servers.nats_url).await?;
    furnish(&base).await?;

    let made = register(&base).await?;
    receiver.wait(Duration::from_secs(30), |spans| all_hops(spans) && one_tree(spans)).await?;
    refused(&base).await?;
    walk(&base, &made).await?;
    commands_join_the_suite_that_runs(&place, &made)?;
    sleep(Duration::from_secs(2)).await;

    let id = running.0.id().to_string();
    ensure!(std::process::Command::new("kill").args(["-TERM", &id]).status()?.success(), "kill");
    ensure!(running.0.wait()?.success(), "the suite did not stop well");
    let logs: Vec<String> = listening.into_iter().map(|thread| thread.join().unwrap_or_default()).collect();
    ensure!(logs.iter().any(|log| log.contains(TRACE)), "no log line has the trace id");
    let wire = String::from_utf8_lossy(&wire.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
    let number = made["number"].as_str().context("number")?;
    ensure!(wire.contains(number) && wire.contains("evt."), "the wire was not heard");
    let mut seen = vec![("a span", format!("{:?}", receiver.spans())), ("the wire", wire)];
    seen.extend(logs.into_iter().map(|log| ("a log line", log)));
    seen.extend(ledgers(&place).await?);
    for (where_, text) in &seen {
        for planted in [NAME, PHONE, IDENTITY, ADDRESS, MAIL, "501室", "139-1234-5678", "1391234"] {
            let line = text.lines().find(|line| line.contains(planted));
            ensure!(line.is_none(), "{planted} stands in {where_}: {line:?}");
        }
    }
    Ok(())
}

/// Every span of the trace hangs from the request, and the request from who sent it.
fn one_tree(spans: &[Span]) -> bool {
    let own: Vec<&Span> = spans.iter().filter(|span| span.trace_id == TRACE).collect();
    let begun = |span: &Span| span.name == "POST /api/intake/cases" && span.parent_id == SENDER;
    own.iter().any(|span| begun(span))
        && own
            .iter()
            .all(|span| span.parent_id == SENDER || own.iter().any(|other| other.span_id == span.parent_id))
}

/// Every service has taken part in the trace.
fn all_hops(spans: &[Span]) -> bool {
    let own = spans.iter().filter(|span| span.trace_id == TRACE);
    let hops: BTreeSet<&str> = own
        .filter(|span| span.name.starts_with("process "))
        .filter_map(|span| span.attributes.get("service").map(String::as_str))
        .collect();
    SERVICES.iter().all(|service| hops.contains(service))
}

/// A unit for the case to go to.
async fn furnish(base: &str) -> Result<()> {
    let admin = huiyin::Client::signed(base, &SECRET.into(), identity::Role::Admin)?;
    let unit = json!({"code": "cg", "name": "城市管理局", "region": "511600"});
    let _: Value = admin.put("/api/routing/units", &json!({"units": [unit]})).await?;
    let line = json!({"unit": "cg", "region": "511600", "keywords": ["路灯"], "basis": "职责"});
    let _: Value = admin.put("/api/routing/catalogue", &json!({"entries": [line]})).await?;
    Ok(())
}

async fn register(base: &str) -> Result<Value> {
    let body = json!({
        "kind": "complaint", "region": "511602", "title": format!("{NAME}反映路灯不亮"),
        "text": format!("本人{NAME},身份证号{IDENTITY},电话{PHONE},家住{ADDRESS},邮箱{MAIL},门口路灯不亮,请联系139-1234-5678。"),
        "party": {"name": NAME, "phone": PHONE, "mail": MAIL, "address": ADDRESS},
    });
    let answer = Client::new()
        .post(format!("{base}/api/intake/cases"))
        .header("traceparent", format!("00-{TRACE}-{SENDER}-01"))
        .header("idempotency-key", "trace")
        .json(&body)
        .send()
        .await?;
    let (status, body): (StatusCode, Value) = (answer.status(), answer.json().await?);
    ensure!(status == 201, "{status} {body}");
    Ok(body)
}

/// All that may be typed on the way to a rating holds planted words.
async fn walk(base: &str, made: &Value) -> Result<()> {
    let word =
        |of: &Value, key: &str| of[key].as_str().map(str::to_owned).with_context(|| format!("{key}: {of}"));
    let (case, number) = (word(made, "case_id")?, word(made, "number")?);
    let planted = format!("{NAME},{PHONE},{IDENTITY},{ADDRESS},{MAIL}");
    let keys = json!({"number": number, "query_code": made["query_code"]});
    let anybody = huiyin::Client::bearing(base, String::new())?;
    let end = Instant::now() + Duration::from_secs(20);
    let tracked = loop {
        let tracked: Value = anybody.post("/api/intake/track", &keys).await?;
        // Before that the version may still change under the citizen's hands.
        if tracked["state"] == "dispatched" {
            break tracked;
        }
        ensure!(Instant::now() < end, "the case is not dispatched: {tracked}");
        sleep(Duration::from_millis(50)).await;
    };
    let citizen = huiyin::Client::bearing(base, word(&tracked, "token")?)?;
    let post = async |client: &huiyin::Client, path: String, version: &Value, body: Value| {
        let request = client.request(Method::POST, &path).header("if-match", format!("\"{version}\""));
        let answer = request.json(&body).send().await?;
        let (status, body): (StatusCode, Value) = (answer.status(), answer.json().await?);
        ensure!(status == 200, "{path}: {status} {body}");
        anyhow::Ok(body)
    };
    let added = json!({"text": planted});
    post(&citizen, format!("/api/intake/cases/{number}/supplement"), &tracked["version"], added).await?;

    let secret = SECRET.into();
    let officer = huiyin::Client::for_unit(base, &secret, identity::Role::Officer, Some("cg".parse()?))?;
    let detail: Value = officer.get(&format!("/api/routing/cases/{case}"), &()).await?;
    let mut hand = detail["assignments"][0].clone();
    let reply = json!({
        "public_text": format!("{planted}:路灯已修复,感谢您的监督。"), "internal_text": planted, "reasons": planted,
        "outcome": "supported", "handler": "承办科室", "completed_on": "2026-01-05",
    });
    for (verb, body) in [
        ("sign", json!({})),
        ("contact", json!({"reached": true, "note": planted})),
        ("return", json!({"reason": "not-competent", "explanation": planted})),
    ] {
        let path = format!("/api/routing/assignments/{}/{verb}", word(&hand, "id")?);
        hand = post(&officer, path, &hand["version"], body).await?;
    }
    let dispatcher = huiyin::Client::signed(base, &secret, identity::Role::Dispatcher)?;
    let path = format!("/api/routing/assignments/{}", word(&hand, "id")?);
    let kept = json!({"agree": false, "reason": "competent"});
    hand = post(&dispatcher, format!("{path}/return-review"), &hand["version"], kept).await?;
    post(&officer, format!("{path}/reply"), &hand["version"], reply).await?;

    let rating = json!({"solved": "yes", "grade": "good", "comment": planted});
    let end = Instant::now() + Duration::from_secs(20);
    // Evaluation may not have heard of the answer yet.
    while citizen.post::<Value>(&format!("/api/evaluation/cases/{case}/rating"), &rating).await.is_err() {
        ensure!(Instant::now() < end, "the case cannot be rated");
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Commands ask the suite that runs, and leave it running.
fn commands_join_the_suite_that_runs(place: &Place, made: &Value) -> Result<()> {
    let number = made["number"].as_str().context("number")?;
    let report = ["report", "indicators", "--policy", "mailbox-002", "--format"];
    let ask = |arguments: &[&str]| {
        let output = place.program().args(arguments).output()?;
        ensure!(output.status.success(), "{arguments:?} {}", words(&output));
        Ok(String::from_utf8(output.stdout)?)
    };
    let table = ask(&[&report[..], &["csv"]].concat())?;
    let header = "cases,answered,due,in_time,rate,median_workdays,p90_workdays,open,overdue";
    ensure!(
        table.lines().next() == Some(header) && table.lines().nth(1) == Some("1,1,1,1,1.0,0.0,0.0,0,0"),
        "{table}"
    );
    let table = ask(&[&report[..], &["table", "--kind", "praise"]].concat())?;
    ensure!(table.contains("median_workdays") && table.contains('0'), "{table}");
    // The dossier hears of the rating a moment later.
    let end = Instant::now() + Duration::from_secs(20);
    let kinds = ["case.registered", "assignment.returned", "case.closed", "case.rated"];
    let shown = loop {
        let shown = ask(&["case", "show", number])?;
        if kinds.iter().all(|kind| shown.contains(kind)) {
            break shown;
        }
        ensure!(Instant::now() < end, "a step is missing: {shown}");
    };
    ensure!(!shown.contains(NAME) && !shown.contains(PHONE), "{shown}");
    ask(&["dead-letters", "list"])?;
    Ok(())
}

/// What is refused is not written into the log either.
async fn refused(base: &str) -> Result<()> {
    let client = Client::new();
    for body in [
        json!({"kind": NAME, "region": PHONE, "title": IDENTITY, "text": ADDRESS, "party": {"phone": NAME}}),
        json!({"kind": "complaint", "region": "511602", "text": ADDRESS, NAME: PHONE}),
        json!([NAME, PHONE]),
    ] {
        let answer = client.post(format!("{base}/api/intake/cases")).json(&body).send().await?;
        ensure!(answer.status().is_client_error(), "{answer:?}");
    }
    let path = format!("{base}/api/intake/cases/{PHONE}?phone={PHONE}&q={NAME}");
    let answer = client.get(path).bearer_auth(NAME_AS_TOKEN).send().await?;
    ensure!(answer.status() == 401, "{answer:?}");
    Ok(())
}

const NAME_AS_TOKEN: &str = "planted.token.13912345678";

fn listen(mut from: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut all = Vec::new();
        let _ = from.read_to_end(&mut all);
        String::from_utf8_lossy(&all).into_owned()
    })
}

async fn address(place: &Place) -> Result<String> {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Ok(base) = std::fs::read_to_string(place.folder.path().join("data/suite.address"))
            && base.starts_with("http://")
        {
            return Ok(base);
        }
        ensure!(Instant::now() < end, "the suite does not come up");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Hears everything that goes over NATS, subjects and headers too, by the plain protocol.
async fn wire(url: &str) -> Result<Arc<Mutex<Vec<u8>>>> {
    let (user, server) = url.trim_start_matches("nats://").rsplit_once('@').unwrap_or(("", url));
    let server = server.trim_start_matches("nats://").trim_end_matches('/');
    let mut stream = BufReader::new(TcpStream::connect(server).await?);
    let mut info = String::new();
    stream.read_line(&mut info).await?;
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let options = json!({"verbose": false, "user": name, "pass": password, "headers": true});
    stream.write_all(format!("CONNECT {options}\r\nSUB evt.> 1\r\nPING\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_line(&mut answer).await?;
    ensure!(answer.starts_with("PONG"), "{answer}");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&heard);
    tokio::spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            keep.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
        }
    });
    Ok(heard)
}

/// What the services said, and all that is kept outside the vault of intake.
async fn ledgers(place: &Place) -> Result<Vec<(&'static str, String)>> {
    let mut all = Vec::new();
    for schema in ["intake", "routing", "deadline_scheduler", "notification", "evaluation"] {
        let (said,): (String,) = sqlx::query_as(
            "SELECT coalesce(string_agg(concat_ws(' ', kind, region, actor, trace, convert_from(payload, 'UTF8')), E'\\n'), '')
             FROM outbox_event",
        )
        .fetch_one(&place.tables(schema)?)
        .await?;
        ensure!(!said.is_empty(), "{schema} said nothing");
        all.push(("an event", said));
    }
    let (notices,): (String,) =
        sqlx::query_as("SELECT string_agg(to_jsonb(notice)::text, E'\\n') FROM notice")
            .fetch_one(&place.tables("notification")?)
            .await?;
    all.push(("a notice", notices));
    let (routes,): (String,) =
        sqlx::query_as("SELECT string_agg(to_jsonb(case_route)::text, E'\\n') FROM case_route")
            .fetch_one(&place.tables("routing")?)
            .await?;
    all.push(("routing", routes));
    Ok(all)
}
