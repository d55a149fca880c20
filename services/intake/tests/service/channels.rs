//! The doors: lines, mailboxes with forms, other bodies with reports, hand-over, surges and topics; hostile input beside.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{House, house, message, token};
use identity::Role;

impl House {
    pub(crate) async fn put(&self, path: &str, kind: &str, body: &str, role: Role) -> (StatusCode, Value) {
        let request = self.client.put(format!("{}{path}", self.base)).bearer_auth(token(role, None, None));
        let answer = request.header("content-type", kind).body(body.to_owned()).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    /// Asks with a bearer and gives status and body; no body is null.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        bearer: &str,
        version: Option<&str>,
        body: &Value,
    ) -> (StatusCode, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).json(body);
        if !bearer.is_empty() {
            request = request.bearer_auth(bearer);
        }
        if let Some(version) = version {
            request = request.header("if-match", version);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }
}

#[tokio::test]
async fn seventy_three_lines_lead_to_one_and_a_case_names_its_own() {
    let house = house().await;
    let modes = ["cancelled", "parallel", "sub-centre"];
    let mut file = String::from("number,name,owner,mode,into_number,region,since\n");
    for at in 0..73 {
        file.push_str(&format!(
            "{},热线{at},某局{at},{},12345,511600,2004-08-01\n",
            96_000 + at,
            modes[at % 3]
        ));
    }
    let (status, answer) = house.put("/lines", "text/csv; charset=utf-8", &file, Role::Supervisor).await;
    assert_eq!((status, &answer["rows"]), (StatusCode::OK, &json!(73)), "{answer}");
    let kept: Value =
        house.client.get(format!("{}/lines", house.base)).send().await.unwrap().json().await.unwrap();
    let lines = kept["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 73);
    assert!(lines.iter().all(|line| line["into_number"] == "12345"));
    assert_eq!(lines[2]["mode"], "sub-centre");

    let mut body = message();
    body["line"] = json!("96002");
    let made: Value = house.post("/cases", &body, &[]).await.json().await.unwrap();
    let operator = token(Role::Operator, None, None);
    let door = house.json(&format!("/cases/{}/door", made["number"].as_str().unwrap()), &operator).await;
    assert_eq!(door, json!({"line": "96002"}));
    body["line"] = json!("110");
    assert_eq!(house.post("/cases", &body, &[]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let toml = "[[lines]]\nnumber = \"96001\"\nname = \"供水\"\nowner = \"水务\"\nmode = \"parallel\"\ninto_number = \"12345\"\n";
    assert_eq!(house.put("/lines", "application/toml", toml, Role::Admin).await.0, StatusCode::OK);
    assert_eq!(house.count("SELECT count(*) FROM merged_line").await, 1);
    for (kind, bad) in [
        ("text/csv", "number,name,owner,mode,into_number\n96001,a,b,gone,12345\n"),
        (
            "text/csv",
            "number,name,owner,mode,into_number\n96001,a,b,parallel,12345\n96001,a,b,parallel,12345\n",
        ),
        ("text/csv", "number,name,owner,mode,into_number\n12345,a,b,parallel,12345\n"),
        ("text/csv", "number,name,owner,mode,into_number\n9600x,a,b,parallel,12345\n"),
        ("text/csv", "number,secret\n1,2\n"),
        ("application/json", "{\"lines\": [], \"more\": []}"),
        ("application/json", "{\"lines\": [{\"number\": 1}]}"),
        ("application/toml", "lines = 3"),
    ] {
        let (status, answer) = house.put("/lines", kind, bad, Role::Admin).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(answer["errors"][0]["field"].as_str().unwrap().starts_with("lines"), "{bad}");
    }
    assert_eq!(
        house.put("/lines", "text/html", "x", Role::Admin).await.0,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(house.put("/lines", "text/csv", &file, Role::Operator).await.0, StatusCode::FORBIDDEN);
    // Who is bound to a region would drop the lines of all others.
    let county = token(Role::Supervisor, None, Some("511602"));
    let (status, _) = house.ask(Method::PUT, "/lines", &county, None, &json!({"lines": []})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(house.count("SELECT count(*) FROM merged_line").await, 1);
    house.stop().await;
}

#[tokio::test]
async fn a_pack_says_who_enters_by_which_channel() {
    let house = house().await;
    let table: Value =
        house.client.get(format!("{}/channels", house.base)).send().await.unwrap().json().await.unwrap();
    let wechat = table["channels"].as_array().unwrap().iter().find(|row| row["code"] == "wechat").unwrap();
    assert_eq!((&wechat["zh"], &wechat["enter"][0]), (&json!("微信"), &json!("citizen")));
    let operator = format!("Bearer {}", token(Role::Operator, None, None));
    let auth = [("authorization", operator.as_str())];
    for (code, word) in [("wechat", "wechat"), ("fax", "fax"), ("line-sub-centre", "phone"), ("grid", "grid")]
    {
        let mut body = message();
        body["channel"] = json!(code);
        let made: Value = house.post("/cases", &body, &auth).await.json().await.unwrap();
        let path = format!("/cases/{}?party=false", made["number"].as_str().unwrap());
        let case = house.json(&path, &operator[7..]).await;
        assert_eq!(case["channel"], word);
    }
    for (code, status) in [("app", 201), ("wechat", 201), ("fax", 422), ("superior", 422), ("../x", 422)] {
        let mut body = message();
        body["channel"] = json!(code);
        assert_eq!(house.post("/cases", &body, &[]).await.status().as_u16(), status, "{code}");
    }
    house.stop().await;
}

#[tokio::test]
async fn each_mailbox_has_a_form_that_registers_once_and_escapes_what_it_shows() {
    let house = house().await;
    let tree = json!({"mailboxes": [
        {"code": "mayor", "zh": "市长信箱", "en": "Mayor's mailbox", "region": "511600", "pack": "mailbox-002"},
        {"code": "county", "zh": "区长信箱", "en": "County mailbox", "parent": "mayor", "region": "511602",
         "pack": "mailbox-002", "frames": "https://www.example.gov.cn  https://county.example.gov.cn"},
        {"code": "housing", "zh": "局长信箱", "en": "Bureau mailbox", "parent": "county", "region": "511602",
         "unit": "housing", "pack": "mailbox-002"},
    ]});
    let (status, answer) = house.put("/mailboxes", "application/json", &tree.to_string(), Role::Admin).await;
    assert_eq!(status, StatusCode::OK, "{answer}");

    let page = house.client.get(format!("{}/mailboxes/county/form", house.base)).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("frame-ancestors https://www.example.gov.cn https://county.example.gov.cn"));
    let html = page.text().await.unwrap();
    assert!(
        html.contains("<label for=\"text\">") && html.contains("lang=\"zh-CN\"") && !html.contains("<script")
    );
    let alone = house.client.get(format!("{}/mailboxes/mayor/form", house.base)).send().await.unwrap();
    assert!(alone.headers()["content-security-policy"].to_str().unwrap().ends_with("frame-ancestors 'none'"));

    let key = html.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let send = |name: &str, text: &str| {
        let fields = [
            ("key", key.as_str()),
            ("name", name),
            ("phone", "13800000000"),
            ("kind", "complaint"),
            ("title", "路灯"),
            ("text", text),
        ];
        let body = fields.map(|(field, value)| format!("{field}={}", encoded(value))).join("&");
        let place = format!("{}/mailboxes/housing/letters", house.base);
        house.client.post(place).header("content-type", "application/x-www-form-urlencoded").body(body).send()
    };
    let bad = send("<script>alert(1)</script>", "").await.unwrap();
    assert_eq!(bad.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let bad = bad.text().await.unwrap();
    assert!(bad.contains("role=\"alert\"") && bad.contains("&lt;script&gt;") && !bad.contains("<script>"));
    let first = send("测试者", "路灯不亮").await.unwrap();
    assert_eq!(first.status(), StatusCode::CREATED);
    let second = send("测试者", "路灯不亮").await.unwrap();
    assert_eq!(first.text().await.unwrap(), second.text().await.unwrap());
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT channel, region, unit_hint, mailbox FROM case_file JOIN case_matter USING (case_id)
         JOIN case_entry USING (case_id)",
    )
    .fetch_all(&house.db.pool)
    .await
    .unwrap();
    assert_eq!(
        rows,
        [("mailbox", "511602", "housing", "housing")].map(|(a, b, c, d)| (
            a.into(),
            b.into(),
            c.into(),
            d.into()
        ))
    );

    for (place, value) in [
        ("/mailboxes/1/parent", json!("county")),
        ("/mailboxes/1/parent", json!("nowhere")),
        ("/mailboxes/1/frames", json!("https://a.cn; script-src *")),
        ("/mailboxes/0/pack", json!("../x")),
        ("/mailboxes/0/region", json!("999999")),
        ("/mailboxes/2/code", json!("county")),
    ] {
        let mut bad = tree.clone();
        *bad.pointer_mut(place).unwrap_or(&mut Value::Null) = value.clone();
        let (status, _) = house.put("/mailboxes", "application/json", &bad.to_string(), Role::Admin).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{place} {value}");
    }
    let nobody = house.client.get(format!("{}/mailboxes/x/form", house.base)).send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
    house.stop().await;
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

const BODIES: &str = r#"
[[origins]]
code = "province"
zh = "省 12345"
en = "Provincial hotline"
sort = "superior"
channel = "superior"
unit = "province-12345"
reports = true
[[origins]]
code = "110"
zh = "110"
en = "Police"
sort = "emergency"
channel = "emergency"
takes = true
[[origins]]
code = "supervision"
zh = "互联网+督查"
en = "Internet plus inspection"
sort = "supervision"
channel = "handover"
unit = "supervision-office"
"#;

#[tokio::test]
async fn a_hand_down_makes_one_case_however_often_it_is_delivered() {
    let house = house().await;
    assert_eq!(house.put("/origins", "application/toml", BODIES, Role::Admin).await.0, StatusCode::OK);
    let province = token(Role::Agency, Some("province-12345"), None);
    let other = token(Role::Agency, Some("supervision-office"), None);
    let mut delivery = json!({"serial": "SC-2026-0001", "message": message()});
    let post = |body: &Value, bearer: &str| {
        let (body, bearer) = (body.clone(), bearer.to_owned());
        let house = &house;
        async move { house.ask(Method::POST, "/origins/province/cases", &bearer, None, &body).await }
    };
    assert_eq!(post(&delivery, &other).await.0, StatusCode::NOT_FOUND);
    assert_eq!(post(&delivery, &token(Role::Importer, None, None)).await.0, StatusCode::FORBIDDEN);
    let (first, second) = tokio::join!(post(&delivery, &province), post(&delivery, &province));
    let mut statuses = [first.0.as_u16(), second.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201], "{first:?} {second:?}");
    assert_eq!(first.1["number"], second.1["number"]);
    // With other words, by another hand, after the short memory for keys is gone: still the same case.
    sqlx::query("DELETE FROM idempotency").execute(&house.db.pool).await.unwrap();
    delivery["message"]["title"] = json!("再次交办");
    let (status, third) = post(&delivery, &token(Role::Operator, None, None)).await;
    assert_eq!(
        (status, &third["number"], &third["repeated"]),
        (StatusCode::OK, &first.1["number"], &json!(true))
    );
    assert_eq!(third.get("query_code"), None);
    assert_eq!(house.count("SELECT count(*) FROM case_file").await, 1);
    delivery["serial"] = json!("\u{1b}[2J");
    assert_eq!(post(&delivery, &province).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    delivery["serial"] = json!("x".repeat(101));
    assert_eq!(post(&delivery, &province).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.count("SELECT count(*) FROM case_entry").await, 1);
    let reports = house.json("/origins/province/reports", &province).await;
    assert_eq!(reports, json!({"reports": []}));
    assert_eq!(house.get("/origins/province/reports", &other).await.status(), StatusCode::NOT_FOUND);
    let path = "/origins/province/reports/SC-2026-0001/ack";
    let (status, _) = house.ask(Method::POST, path, &province, None, &json!({"round": 1})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    house.stop().await;
}

#[tokio::test]
async fn the_pack_finds_the_way_to_an_emergency_line() {
    let house = house().await;
    house.put("/origins", "application/toml", BODIES, Role::Admin).await;
    let made: Value = house.post("/cases", &message(), &[]).await.json().await.unwrap();
    let path = format!("/cases/{}/hand-over", made["number"].as_str().unwrap());
    let operator = token(Role::Operator, None, None);
    for (wish, way, leaves) in [
        (json!({"to": "110", "remit": "unclear", "danger": true}), "transfer", true),
        (json!({"to": "110", "remit": "theirs"}), "transfer", true),
        (json!({"to": "110", "remit": "unclear"}), "three-party", false),
        (json!({"to": "110", "remit": "disputed"}), "first-receiver", false),
    ] {
        let (status, done) = house.ask(Method::POST, &path, &operator, None, &wish).await;
        assert_eq!((status, &done["way"], &done["leaves"]), (StatusCode::OK, &json!(way), &json!(leaves)));
    }
    let said = "SELECT count(*) FROM outbox_event WHERE kind = 'case.handed_over'";
    assert_eq!(house.count(said).await, 3);
    for wish in [
        json!({"to": "province", "remit": "theirs"}),
        json!({"to": "nobody", "remit": "theirs"}),
        json!({"to": "110", "remit": "mine"}),
    ] {
        let (status, _) = house.ask(Method::POST, &path, &operator, None, &wish).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wish}");
    }
    let wish = json!({"to": "110", "remit": "theirs"});
    let leader = token(Role::Leader, None, None);
    assert_eq!(house.ask(Method::POST, &path, &leader, None, &wish).await.0, StatusCode::FORBIDDEN);
    let card = house.json(&format!("/cases/{}/card", made["number"].as_str().unwrap()), &operator).await;
    assert!(card["ask_zh"].as_str().unwrap().contains("查询码") && !card.to_string().contains("测试者"));
    house.stop().await;
}

#[tokio::test]
async fn surges_and_topics_hold_for_their_days() {
    let house = house().await;
    let surges = "code,zh,en,region,first_day,last_day,factor\nfestival,春节,Spring festival,,2026-02-10,2026-02-24,1.8\n";
    assert_eq!(house.put("/surges", "text/csv", surges, Role::Supervisor).await.0, StatusCode::OK);
    let operator = token(Role::Operator, None, None);
    let rows = |list: &Value| list["surges"].as_array().unwrap().len();
    assert_eq!(rows(&house.json("/surges?on=2026-02-24", &operator).await), 1);
    assert_eq!(rows(&house.json("/surges?on=2026-02-25", &operator).await), 0);
    for bad in [
        "2026-02-24,2026-02-10,1.8",
        "2026-02-10,2026-02-24,0",
        "2026-02-10,2026-02-24,NaN",
        "2026-02-30,2026-03-01,1",
    ] {
        let file = format!("code,zh,en,region,first_day,last_day,factor\nx,甲,a,,{bad}\n");
        assert_eq!(
            house.put("/surges", "text/csv", &file, Role::Admin).await.0,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{bad}"
        );
    }

    let topics = json!({"topics": [
        {"code": "parks", "zh": "公园", "en": "Parks", "question": "哪里需要公园？", "first_day": "2020-01-01",
         "last_day": "2999-12-31", "published": true},
        {"code": "past", "zh": "过去", "en": "Past", "question": "?", "first_day": "2020-01-01",
         "last_day": "2020-12-31", "published": true},
        {"code": "draft", "zh": "草稿", "en": "Draft", "question": "?", "first_day": "2020-01-01",
         "last_day": "2999-12-31"},
    ]});
    assert_eq!(
        house.put("/topics", "application/json", &topics.to_string(), Role::Operator).await.0,
        StatusCode::OK
    );
    let mut body = message();
    for (topic, kind, status) in [
        ("parks", "suggestion", 201),
        ("parks", "complaint", 422),
        ("past", "suggestion", 422),
        ("draft", "suggestion", 422),
    ] {
        (body["topic"], body["kind"]) = (json!(topic), json!(kind));
        assert_eq!(house.post("/cases", &body, &[]).await.status().as_u16(), status, "{topic} {kind}");
    }
    let shown: Value =
        house.client.get(format!("{}/topics", house.base)).send().await.unwrap().json().await.unwrap();
    let shown = shown["topics"].as_array().unwrap();
    assert_eq!(shown.len(), 2);
    let parks = shown.iter().find(|topic| topic["code"] == "parks").unwrap();
    assert_eq!((&parks["contributions"], &parks["open"]), (&json!(1), &json!(true)));
    house.stop().await;
}
