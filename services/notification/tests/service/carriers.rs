//! Messages leave the suite: by a real mail server, by a gateway over HTTP, patiently and never twice.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use contracts::case::CaseAnswered;
use identity::Role;
use serde_json::{Value, json};

use crate::{
    house::{House, gateway, profile},
    life::{Life, accepted_by, registered, whole},
    upward,
};

pub(crate) struct Mails {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl Mails {
    /// A mail server that wants a sign-in on a secret line.
    pub(crate) fn start(folder: &Path, security: &str) -> Self {
        let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
            .args([
                "-days",
                "30",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .stderr(Stdio::null())
            .status()
            .expect("openssl is installed by `make tools`");
        assert!(made.success());
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new("python3")
            .arg(here.join("tests/service/mail_server.py"))
            .arg(folder.join("mails"))
            .arg(security)
            .args([&certificate, &key])
            .env("PYTHONPATH", here.join("../../.tools/mail"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed by `make tools`");
        let mut line = String::new();
        let output = child.stdout.take().expect("piped");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let port = line.trim().parse().expect("aiosmtpd is fetched by `make tools`");
        Self { child, port, folder: folder.join("mails/new") }
    }

    pub(crate) fn section(&self, folder: &Path, security: &str, password: &str) -> String {
        format!(
            "open_url = \"https://12345.example.test/\"\nretry = [\"1s\", \"2s\"]\n\
             smtp.host = \"localhost\"\nsmtp.port = {}\nsmtp.security = \"{security}\"\nsmtp.user = \"echo\"\n\
             smtp.password = \"{password}\"\nsmtp.from = \"12345热线 <no-reply@example.test>\"\nsmtp.trust = \"{}\"",
            self.port,
            folder.join("cert.pem").display()
        )
    }

    pub(crate) fn taken(&self) -> Vec<String> {
        let Ok(folder) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        folder.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text")).collect()
    }
}

impl Drop for Mails {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What stands behind `/o/` in the text of a mail.
fn link(mail: &str) -> String {
    let (head, body) = mail.split_once("\n\n").expect("head and body");
    let plain = if head.to_lowercase().contains("encoding: base64") {
        let whole: String = body.split_whitespace().collect();
        String::from_utf8(BASE64_STANDARD.decode(whole).expect("base64")).expect("UTF-8")
    } else {
        body.replace("=\n", "").replace("=3D", "=")
    };
    let (_, link) = plain.split_once("/o/").expect("a link");
    link.chars().take_while(char::is_ascii_hexdigit).collect()
}

/// A case whose citizen is reached by these ways, answered.
pub(crate) fn answered(name: &str, ways: &[&str]) -> Life {
    let mut life = Life::new(name, false);
    life.say(registered()).say(accepted_by(ways));
    life.say(CaseAnswered {
        unit: "water".parse().expect("a unit"),
        outcome: contracts::words::Outcome::NotYetPossible,
        mode: contracts::words::Mode::Forwarding,
        round: 1,
        answered_at: "2026-03-02T02:00:00Z".parse().expect("a timestamp"),
        level: None,
        cause: None,
        remedy: None,
    });
    life
}

/// A case of which nothing is owed but the answer, by mail: what went before is history.
pub(crate) fn mailed(name: &str) -> Life {
    let mut life = answered(name, &["mail"]);
    life.events[..2].iter_mut().for_each(|event| event.historic = true);
    life
}

const SENT: &str = "SELECT count(*) FROM notice WHERE channel = 'carrier' AND state = 'sent'";

#[tokio::test(flavor = "multi_thread")]
async fn a_real_mail_server_takes_mails_on_a_secret_line_after_sign_in() {
    for security in ["starttls", "tls"] {
        let mut mails = None;
        let house = House::start(|folder| {
            let server = Mails::start(folder, security);
            let section = server.section(folder, security, "a password of this test");
            mails = Some(server);
            section
        })
        .await;
        let mails = mails.expect("started");
        house.intake("resident@example.test").await;
        let life = mailed("by mail");
        house.say(&life.events).await;
        house.until(1, SENT).await;
        let taken = mails.taken();
        assert_eq!(taken.len(), 1, "{security}");
        let mail = &taken[0];
        assert!(mail.contains("To: resident@example.test") && mail.contains("Message-ID: <"), "{mail}");
        assert!(mail.to_lowercase().contains("utf-8"), "{mail}");
        // The link shows that it was opened, and leads on without a word of the case.
        let id: uuid::Uuid = sqlx::query_scalar("SELECT parcel_id FROM parcel")
            .fetch_one(&house.desk.db.pool)
            .await
            .expect("a parcel");
        let wrong = format!("{}/o/{}{}", house.base, id.simple(), "0".repeat(32));
        assert_eq!(house.http.get(wrong).send().await.expect("an answer").status().as_u16(), 404);
        assert_eq!(house.desk.count("SELECT count(*) FROM parcel WHERE state = 'brought'").await, 1);
        let opened = "SELECT count(*) FROM outbox_event WHERE kind = 'notice.opened'
                      AND convert_from(payload, 'UTF8')::json ->> 'way' = 'email' AND actor = 'system'";
        for _ in 0..2 {
            let link = format!("{}/o/{}", house.base, link(mail));
            assert_eq!(house.http.get(link).send().await.expect("an answer").status().as_u16(), 303);
            assert_eq!(house.desk.count(opened).await, 1, "said once");
        }
        assert_eq!(house.desk.count("SELECT count(*) FROM notice WHERE opened_at IS NOT NULL").await, 1);
        let everything: String = sqlx::query_scalar(
            "SELECT string_agg(p::text, '') || (SELECT string_agg(n::text, '') FROM notice n) FROM parcel p",
        )
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("text");
        assert!(!everything.contains("resident@"), "an address is kept");
        house.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_is_tried_again_under_the_same_key_and_signed() {
    let busy = json!({"code": "BUSY"});
    let (url, calls) = gateway(vec![busy.clone(), busy, json!({"code": 0, "sid": "S1"})]).await;
    let house = House::start(|folder| {
        format!(
            "retry = [\"5s\", \"5m\"]\nsms.profile = \"{}\"\nsms.secret = \"key\"",
            profile(folder, &url).display()
        )
    })
    .await;
    house.intake("resident@example.test").await;
    house.say(&answered("busy", &["sms"]).events[..2]).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'failed' AND attempts = 1").await;
    house.set("2026-03-02T02:00:10Z");
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'failed' AND attempts = 2").await;
    house.set("2026-03-02T02:06:00Z");
    house.until(1, SENT).await;
    house
        .until(1, "SELECT count(*) FROM parcel WHERE state = 'brought' AND receipt = 'S1' AND attempts = 3")
        .await;
    let calls = calls.lock().expect("no panic").clone();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|(headers, _)| headers["idempotency-key"] == calls[0].0["idempotency-key"]));
    assert!(calls.iter().all(|(headers, _)| headers["x-signature"].len() == 64));
    assert!(
        calls[0].1["content"].as_str().expect("text").contains("受理")
            && calls[0].1["phone"] == "13800138000"
    );
    // What is said of it has the way, and no address.
    let said: String = sqlx::query_scalar(
        "SELECT string_agg(convert_from(payload, 'UTF8'), '') FROM outbox_event WHERE kind = 'notice.sent'",
    )
    .fetch_one(&house.desk.db.pool)
    .await
    .expect("text");
    assert!(said.contains("\"sms\"") && !said.contains("138"), "{said}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_goes_the_next_way_and_what_has_none_is_told_to_the_centre_and_replayed() {
    let (url, _) =
        gateway(vec![json!({"code": "INVALID"}), json!({"code": "INVALID"}), json!({"code": 0})]).await;
    let house = House::start(|folder| {
        format!("sms.profile = \"{0}\"\nwechat.profile = \"{0}\"", profile(folder, &url).display())
    })
    .await;
    house.intake("resident@example.test").await;
    // By text message refused, by WeChat no address: nothing is left.
    let life = answered("refused", &["sms", "wechat"]);
    house.say(&life.events).await;
    let failed = "SELECT count(*) FROM notice WHERE state = 'failed'";
    house.until(2, failed).await;
    house
        .until(2, "SELECT count(*) FROM notice WHERE template LIKE 'notice.failed%' AND recipient = 'centre'")
        .await;
    house.until(2, "SELECT count(*) FROM outbox_event WHERE kind = 'notice.failed'").await;
    let auditor = house.token(Role::Auditor, None, None);
    let (status, list) = house.ask("GET", &auditor, "/deliveries/given-up", None).await;
    assert_eq!(status, 200);
    let admin = house.token(Role::Admin, None, None);
    let sms = list
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["way"] == "sms" && one["reason"] == "refused");
    let sms: Vec<&Value> = sms.collect();
    assert!(!sms.is_empty(), "{list}");
    let given_up = async |token: &str| {
        let list = house.ask("GET", token, "/deliveries/given-up", None).await.1;
        let cases = list.as_array().expect("a list").iter().map(|one| one["case_id"].clone());
        cases.collect::<Vec<Value>>()
    };
    let own = json!(life.case);
    assert!(given_up(&auditor).await.iter().all(|case| *case == own));
    assert_eq!(given_up(&house.bound(Role::Auditor, "511600")).await, given_up(&auditor).await);
    assert!(given_up(&house.bound(Role::Auditor, "512000")).await.is_empty(), "another region's");
    let all = given_up(&admin).await;
    assert!(
        !all.is_empty() && all.iter().all(Value::is_null),
        "whom it did not reach, and of no case: {all:?}"
    );
    sqlx::query("INSERT INTO case_seal (case_id, hands, barred) VALUES ($1, '{}', '{}')")
        .bind(life.case.0)
        .execute(&house.desk.db.pool)
        .await
        .expect("sealed");
    assert_eq!(given_up(&auditor).await, all, "it stands there still, and of which case is not told");
    let path = format!("/deliveries/{}/replay", sms[0]["id"].as_str().expect("an id"));
    assert_eq!(house.ask("POST", &auditor, &path, None).await.0, 403);
    assert_eq!(house.ask("POST", &admin, &path, None).await.0, 204);
    house.until(1, SENT).await;
    let (_, counts) = house.ask("GET", &auditor, "/deliveries", None).await;
    assert!(counts.as_array().expect("a list").iter().any(|one| one["state"] == "brought"), "{counts}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_woken_and_no_office_is_written_to_on_a_day_off() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    // Half past nine of a Saturday evening.
    let house = House::start_at("2026-03-07T13:30:00Z", |folder| {
        format!("sms.profile = \"{}\"", profile(folder, &url).display())
    })
    .await;
    house.intake("resident@example.test").await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "13900139000"});
    assert_eq!(house.ask("PUT", &admin, "/points/officer/water/sms", Some(body)).await.0, 204);
    let (_, points) = house.ask("GET", &admin, "/points", None).await;
    assert_eq!(points.as_array().expect("a list").len(), 1);
    assert!(!points.to_string().contains("139001"));
    house.say(&whole("night", false).events).await;
    house.until(5, "SELECT count(*) FROM outward").await;
    // What is urgent goes out at any hour, and when it has, everything else was looked at and stayed.
    let body = json!({"address": "13700137000"});
    assert_eq!(house.ask("PUT", &admin, "/points/leader/leader/sms", Some(body)).await.0, 204);
    house.say(&upward::alert("at night").events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'leader' AND state = 'brought'").await;
    assert_eq!(calls.lock().expect("no panic").len(), 1);
    assert_eq!(house.desk.count("SELECT count(*) FROM outward").await, 5);
    house.set("2026-03-08T00:00:00Z");
    house.until(4, SENT).await;
    assert_eq!(house.desk.count("SELECT count(*) FROM outward WHERE audience = 'officer'").await, 1);
    house.set("2026-03-09T01:00:30Z");
    house.until(0, "SELECT count(*) FROM outward").await;
    house.until(6, "SELECT count(*) FROM parcel WHERE state = 'brought'").await;
    let last = calls.lock().expect("no panic").last().expect("a call").1.clone();
    assert_eq!(last["phone"], "13900139000");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_at_once_to_one_unit_become_one_message_and_stay_five_hundred_notices() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    let house = House::start(|folder| format!("sms.profile = \"{}\"", profile(folder, &url).display())).await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "13900139000"});
    assert_eq!(house.ask("PUT", &admin, "/points/officer/water/sms", Some(body)).await.0, 204);
    // All of them fall due before anything goes out: it is half past seven.
    house.set("2026-03-01T23:30:00Z");
    let mut events = Vec::new();
    for number in 0..500 {
        let life = whole(&format!("storm {number}"), false);
        let wanted = ["case.registered", "case.accepted", "assignment.dispatched", "clock.warned"];
        events.extend(
            life.events.into_iter().filter(|event| wanted.contains(&event.kind.as_str())).map(renumbered),
        );
    }
    house.say(&events).await;
    house.until(500, "SELECT count(*) FROM outward WHERE audience = 'officer'").await;
    house.set("2026-03-02T01:00:00Z");
    house.until(0, "SELECT count(*) FROM outward WHERE audience = 'officer'").await;
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'officer' AND state = 'brought'").await;
    let texts: Vec<String> =
        calls.lock().expect("no panic").iter().map(|(_, body)| body["content"].to_string()).collect();
    let digests: Vec<&String> = texts.iter().filter(|text| text.contains("500条")).collect();
    assert_eq!((texts.len(), digests.len()), (1, 1), "{texts:?}");
    let exact = "SELECT count(*) FROM notice WHERE audience = 'officer' AND state = 'sent'";
    assert_eq!(house.desk.count(exact).await, 500);
    let said = "SELECT count(*) FROM outbox_event, json_array_elements(convert_from(payload, 'UTF8')::json -> 'notices') AS one
                WHERE kind = 'notice.sent' AND one ->> 'audience' = 'officer'";
    assert_eq!(house.desk.count(said).await, 500);
    house.stop().await;
}

/// Left-out events would be waited for: those that remain are numbered anew.
fn renumbered(mut event: contracts::StoredEvent) -> contracts::StoredEvent {
    if event.kind == "assignment.dispatched" || event.kind == "clock.warned" {
        event.version = 1;
    }
    event
}
