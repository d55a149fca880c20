//! A world in which everything was used that an invariant speaks of; then nothing runs any more but the servers.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use huiyin::{CATALOGUE, Client, Suite, settings_for_tests, settled as unsettled};
use identity::Role;
use reqwest::{Method, StatusCode};
use runtime::{Clock, Settings};
use serde_json::{Value, json};

/// A few cases, live and brought in, settled. The folder holds the files.
pub(crate) async fn settled() -> (testkit::Database, Settings, tempfile::TempDir) {
    let held = testkit::database("audit").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings_for_tests(&held.url, &held.servers.nats_url, folder.path()).unwrap();
    let suite = Suite::start(settings, Clock::default()).await.unwrap();
    let world = World { suite: &suite };
    world.live().await.unwrap();
    world.brought_in().await.unwrap();
    world.quiet().await;
    world.at_the_door().await.unwrap();
    world.quiet().await;
    world.with_the_units().await.unwrap();
    world.quiet().await;
    let settings = suite.settings.clone();
    assert!(suite.stop().await.unwrap());
    (held, settings, folder)
}

struct World<'a> {
    suite: &'a Suite,
}

impl World<'_> {
    fn client(&self, role: Role) -> Client {
        self.suite.client(role).unwrap()
    }

    /// Waits until everyone has heard everything.
    async fn quiet(&self) {
        let mut quiet = 0;
        while quiet < 5 {
            let still = unsettled(CATALOGUE, &self.suite.settings).await.unwrap();
            quiet = if still.pending + still.unheard == 0 { quiet + 1 } else { 0 };
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn case(&self, kind: &str, title: &str, at: u32) -> Result<Value> {
        let text = format!("第{at}处{title},请派人处理。");
        let body = json!({"kind": kind, "region": "511600", "title": title, "text": text, "channel": "phone",
                          "party": {"name": "测试者", "phone": format!("0826-000000{at}")}});
        self.client(Role::Operator).post("/api/intake/cases", &body).await
    }

    /// Does something under the version that stands now.
    async fn act(&self, who: &Client, read: &str, verb: &str, body: Value) -> Result<Value> {
        let seen = self.client(Role::Supervisor).request(Method::GET, read).send().await?;
        let version = seen.headers().get("etag").context("no version")?.clone();
        let sent =
            who.request(Method::POST, &format!("{read}{verb}")).header("if-match", version).json(&body);
        let answer = sent.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{read}{verb}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    async fn live(&self) -> Result<()> {
        let unit = |code: &str| json!({"code": code, "name": code, "region": "511600", "kind": "department"});
        let mut below = unit("zj");
        below["parent"] = json!("gov");
        let units = json!({"units": [unit("gov"), unit("cg"), below]});
        let admin = self.client(Role::Admin);
        let _: Value = admin.put("/api/routing/units", &units).await?;
        let line = json!({"unit": "cg", "region": "511600", "keywords": ["路灯", "井盖"], "basis": "职责"});
        let _: Value = admin.put("/api/routing/catalogue", &json!({"entries": [line]})).await?;
        for at in 0..3 {
            self.case("complaint", "路灯不亮", at).await?;
        }
        Ok(())
    }

    async fn brought_in(&self) -> Result<()> {
        let rows: Vec<Value> = (0..3)
            .map(|at| {
                json!({"source": "old", "external_id": format!("{at}"), "kind": "complaint", "title": "路面破损",
                       "text": "路面破损,请修补。", "region": "511600", "unit": "511600-zj", "mode": "forwarding",
                       "channel": "mailbox", "received_at": "2020-05-06T02:00:00Z", "answered": false})
            })
            .collect();
        let body = json!({"pack": "mailbox-002", "rows": rows});
        let _: Value = self.client(Role::Importer).post("/api/intake/imports", &body).await?;
        Ok(())
    }

    /// Merged, sealed, flagged, with a file; a contact that became a case and one that did not; a reception day.
    async fn at_the_door(&self) -> Result<()> {
        let operator = self.client(Role::Operator);
        let (root, same) =
            (self.case("complaint", "路灯倾斜", 4).await?, self.case("complaint", "路灯倾斜", 5).await?);
        self.quiet().await;
        let (root, same) = (number(&root), number(&same));
        let path = format!("/api/intake/cases/{same}");
        self.act(&self.client(Role::Dispatcher), &path, "/merge", json!({"into": root})).await?;

        let sealed = number(&self.case("report", "反映采购", 6).await?);
        let hands = json!({"hands": [ids::AccountId::derived("a hand")], "barred": ["zj"]});
        let put =
            self.client(Role::Keeper).request(Method::PUT, &format!("/api/intake/cases/{sealed}/hands"));
        ensure!(put.json(&hands).send().await?.status() == StatusCode::NO_CONTENT, "hands");

        let flag = json!({"flag": "order_violation", "ground": "staying", "facts": "在接待大厅滞留至深夜。"});
        self.act(&operator, &format!("/api/intake/cases/{root}"), "/flags", flag).await?;
        let file = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\
                    content-type: image/jpeg\r\n\r\n";
        let file = [file.as_bytes(), b"\xFF\xD8\xFF\xE0\x00\x10JFIF a lamp that is out", b"\r\n--cut--\r\n"]
            .concat();
        let sent = operator
            .request(Method::POST, &format!("/api/intake/cases/{root}/attachments"))
            .header("content-type", "multipart/form-data; boundary=cut")
            .body(file)
            .send()
            .await?;
        ensure!(sent.status() == StatusCode::CREATED, "{}", sent.text().await?);

        let contact = json!({"kind": "enquiry", "region": "511602", "note": "问了供水抢修电话"});
        let _: Value = operator.post("/api/intake/contacts", &contact).await?;
        let asked: Value = operator.post("/api/intake/contacts", &contact).await?;
        let mut message = json!({"kind": "complaint", "region": "511602", "title": "井盖松动", "text": "井盖松动,请固定。",
                                 "party": {"name": "测试者", "phone": "0826-0000017"}});
        let path = format!("/api/intake/contacts/{}/case", asked["contact"].as_str().context("contact")?);
        let _: Value = operator.post(&path, &message).await?;
        let today = Clock::default().now().to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai")?).date();
        let plan = json!({"rank": "city", "leaders": ["分管副市长"], "region": "511600", "remit": "住建", "place": "一号厅",
                          "day": today, "starts": "09:00:00", "ends": "11:30:00", "capacity": 2});
        let session: Value = operator.post("/api/intake/receptions", &plan).await?;
        let path = format!("/api/intake/receptions/{}", session["session"].as_str().context("session")?);
        self.act(&operator, &path, "/publish", json!({})).await?;
        let wish = json!({"name": "测试者", "phone": "0826-0000018", "matter": "井盖"});
        let _: Value = operator.post(&format!("{path}/bookings"), &wish).await?;
        self.act(&operator, &path, "/open", json!({})).await?;
        message["party"] = json!({});
        let _: Value = operator.post(&format!("{path}/bookings/1/case"), &message).await?;
        Ok(())
    }

    /// One answered, one returned and kept, one returned and undecided, one charged.
    async fn with_the_units(&self) -> Result<()> {
        let officer = self.suite.officer("cg")?;
        let list: Value = officer.get("/api/routing/assignments", &[("state", "dispatched")]).await?;
        let hands = list["assignments"].as_array().context("hand-overs")?;
        ensure!(hands.len() >= 4, "{list}");
        let path =
            |at: usize| format!("/api/routing/assignments/{}", hands[at]["id"].as_str().unwrap_or_default());
        self.act(&officer, &path(0), "/sign", json!({})).await?;
        let reply = json!({"public_text": "路灯已修好,感谢您的监督。", "outcome": "supported", "handler": "承办科室",
                           "completed_on": "2026-01-05", "public": true});
        self.act(&officer, &path(0), "/reply", reply).await?;
        let back = json!({"reason": "not-competent", "explanation": "不属于本单位职责。"});
        for at in [1, 2] {
            self.act(&officer, &path(at), "/return", back.clone()).await?;
        }
        let kept = json!({"agree": false, "reason": "competent"});
        self.act(&self.client(Role::Dispatcher), &path(1), "/return-review", kept).await?;
        let charge = json!({"charge": "leader", "reason": "久拖未决"});
        let charges =
            format!("/api/routing/cases/{}/charges", hands[3]["case_id"].as_str().unwrap_or_default());
        let _: Value = self.client(Role::Leader).post(&charges, &charge).await?;
        Ok(())
    }
}

fn number(made: &Value) -> String {
    made["number"].as_str().unwrap_or_default().to_owned()
}
