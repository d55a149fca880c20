//! Who is kept out of sealed matters, what is told of secret results, and what the file of an accusation holds.

use contracts::{
    StoredEvent,
    line::{ASK_LINE, ASK_UNITS, AskLine, AskUnits, Line, Units},
    petition::CaseLineDrawn,
    replies::{ASK_REPLIES, AskReplies, PURPOSE, Replies, ToldReply},
};
use futures::StreamExt as _;
use ids::{AccountId, AssignmentId, CaseId, EventId, UnitCode};
use reqwest::Method;
use runtime::{Secrets, texts::Texts};
use uuid::Uuid;

use super::*;
use crate::sealed::{accusation, call, named};

/// Answers a subject as its owner would.
async fn answers(house: &House, subject: &'static str, answer: impl Fn(&[u8]) -> Vec<u8> + Send + 'static) {
    let url = house.database.servers.nats_url.clone();
    let settings = bus::Settings { url, name: "others".into(), replicas: 1 };
    let bus = bus::Bus::connect(&settings).await.unwrap();
    let mut questions = bus.answer(subject.to_owned(), "others".to_owned()).await.unwrap();
    tokio::spawn(async move {
        while let Some(message) = questions.next().await {
            let Some(inbox) = message.reply else { continue };
            bus.reply(inbox, answer(&message.payload)).await;
        }
    });
}

fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

/// Answers as routing and the gateway would: `housing` stands under `city` and over `permits`; account 18 acts for `city`,
/// account 19 for `permits`, account 20 for `water`.
pub(crate) async fn units_are_known(house: &House) {
    answers(house, ASK_LINE, |question| {
        let asked: AskLine = serde_json::from_slice(question).unwrap();
        let mut units = asked.units;
        if units.contains(&unit("housing")) {
            units.extend(["city", "permits"].map(unit));
        }
        units.sort();
        serde_json::to_vec(&Line { units }).unwrap()
    })
    .await;
    answers(house, ASK_UNITS, |question| {
        let asked: AskUnits = serde_json::from_slice(question).unwrap();
        let known = [(18, "city"), (19, "permits"), (20, "water")];
        let known = known.map(|(account, code)| (AccountId(Uuid::from_u128(account)), unit(code)));
        let units = known.into_iter().filter(|(account, _)| asked.accounts.contains(account)).collect();
        serde_json::to_vec(&Units { units }).unwrap()
    })
    .await;
}

#[tokio::test]
async fn nobody_of_the_line_of_the_accused_is_named_or_sees_the_case_when_the_tree_moves() {
    let house = house().await;
    let made: Value = house.post("/cases", &accusation(), &[]).await.json().await.unwrap();
    let (case, number) = (made["case_id"].as_str().unwrap(), made["number"].as_str().unwrap());
    let (keeper, path) = (named(Role::Keeper, None, 5), format!("/cases/{number}"));
    let put = async |hands: &[u128], barred: &[&str]| {
        let hands: Vec<Uuid> = hands.iter().map(|hand| Uuid::from_u128(*hand)).collect();
        let body = Some(json!({"hands": hands, "barred": barred}));
        call(&house, Method::PUT, &format!("{path}/hands"), &keeper, body).await
    };
    // Who knows the units is away: nobody is named by guess.
    assert_eq!(put(&[7], &["housing"]).await.0, StatusCode::SERVICE_UNAVAILABLE);
    units_are_known(&house).await;
    for (hands, at) in [([7, 18], "hands[1]"), ([19, 20], "hands[0]")] {
        let (status, problem) = put(&hands, &["housing"]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["field"], at);
        assert!(problem["errors"][0]["reason"].as_str().unwrap().contains("上下级"), "{problem}");
    }
    assert_eq!(house.count("SELECT count(*) FROM case_hands").await, 0, "what is refused leaves nothing");
    // Without anybody accused they are hands like others.
    assert_eq!(put(&[18, 19], &[]).await.0, StatusCode::NO_CONTENT);
    assert_eq!(put(&[7, 20], &["housing"]).await.0, StatusCode::NO_CONTENT);
    let said: Vec<u8> = sqlx::query_scalar(
        "SELECT payload FROM outbox_event WHERE kind = 'case.hands_named' ORDER BY version DESC LIMIT 1",
    )
    .fetch_one(&house.db.pool)
    .await
    .unwrap();
    let said: Value = serde_json::from_slice(&said).unwrap();
    assert_eq!(
        (&said["barred"], &said["line"]),
        (&json!(["housing"]), &json!(["city", "housing", "permits"]))
    );
    let listed = house.json(&format!("{path}/hands"), &keeper).await;
    assert_eq!(listed["barred"], json!(["housing"]), "the keeper reads whom the keeper named");

    let given = "INSERT INTO dossier_entry (case_id, seq, event_id, source, kind, happened_at, actor, detail, hash)
        SELECT case_id, 900 + place, gen_random_uuid(), 'routing', 'assignment.dispatched', now(), 'system',
            json_build_object('unit', u.unit, 'assignment', gen_random_uuid()), sha256('')
        FROM case_file, unnest(ARRAY['city', 'housing', 'permits', 'water']) WITH ORDINALITY AS u (unit, place)";
    sqlx::query(given).execute(&house.db.pool).await.unwrap();
    let sees = async |house: &House, unit: &str| {
        let officer = named(Role::Officer, Some(unit), 7);
        let (one, _) = call(house, Method::GET, &path, &officer, None).await;
        let list = house.json("/cases", &named(Role::Dispatcher, Some(unit), 7)).await;
        (one == StatusCode::OK, list.to_string().contains(number))
    };
    for (unit, seen) in [("city", false), ("housing", false), ("permits", false), ("water", true)] {
        assert_eq!(sees(&house, unit).await, (seen, seen), "{unit}");
    }
    // Routing tells that the tree has moved; a line that was drawn for others does not hold.
    let mut version = 0;
    for (barred, line, water) in [
        ("housing", ["housing", "water"], false),
        ("roads", ["roads", "city"], false),
        ("housing", ["city", "housing"], true),
    ] {
        version += 1;
        let body = CaseLineDrawn { barred: vec![unit(barred)], line: line.map(unit).to_vec() };
        tell(&house, case.parse().unwrap(), version, body.into()).await;
        assert_eq!(sees(&house, "water").await, (water, water), "{barred} {line:?}");
        assert_eq!(sees(&house, "housing").await, (false, false));
    }
    house.stop().await;
}

/// Lets intake hear something of another service and waits until it has.
pub(crate) async fn tell(house: &House, case: CaseId, version: i64, body: contracts::Body) {
    let event = StoredEvent {
        id: EventId::fresh(),
        source: body.owner().to_owned(),
        aggregate: case.0,
        version,
        kind: body.kind().to_owned(),
        region: "511602".to_owned(),
        time: Clock::default().now(),
        actor: "system".to_owned(),
        causation: None,
        trace: None,
        historic: false,
        payload: String::from_utf8(body.to_json()).unwrap(),
    };
    let hearing = intake::hearing();
    runtime::apply_once(&house.db, "intake", &hearing, &[event], true).await.unwrap();
}

#[tokio::test]
async fn the_file_of_an_accusation_is_complete_and_made_for_named_hands_only() {
    let house = house().await;
    let made: Value = house.post("/cases", &accusation(), &[]).await.json().await.unwrap();
    let (case, number) = (made["case_id"].as_str().unwrap(), made["number"].as_str().unwrap());
    let keeper = named(Role::Keeper, None, 5);
    let hands = json!({"hands": [Uuid::from_u128(7)]});
    let (status, _) =
        call(&house, Method::PUT, &format!("/cases/{number}/hands"), &keeper, Some(hands)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let close = "UPDATE case_file SET state = 'closed', closed_round = 1";
    sqlx::query(close).execute(&house.db.pool).await.unwrap();
    // Routing keeps its words sealed, and so they travel.
    let texts = Texts::new(&Secrets::new(SECRET.into()), PURPOSE);
    let (assignment, case): (_, Uuid) = (AssignmentId::derived("a hand-over"), case.parse().unwrap());
    let reply = ToldReply {
        assignment: Some(assignment),
        unit: unit("water"),
        unit_name: "水务局".to_owned(),
        round: 1,
        attempt: 1,
        outcome: "supported".to_owned(),
        public_text: texts.seal(assignment.0, "所反映问题已查实。"),
        internal_text: Some(texts.seal(assignment.0, "内部核查结论")),
        reasons: Some(texts.seal(assignment.0, "事实与理由")),
        legal_basis: Some(texts.seal(assignment.0, "处分条例")),
        completed_on: None,
        public: false,
        released: true,
        at: "2026-03-02T00:00:00Z".parse().unwrap(),
    };
    answers(&house, ASK_REPLIES, move |question| {
        let asked: AskReplies = serde_json::from_slice(question).unwrap();
        let replies = if asked.case.0 == case { vec![reply.clone()] } else { Vec::new() };
        let answer = serde_json::to_vec(&Replies { replies }).unwrap();
        assert!(!String::from_utf8_lossy(&answer).contains("查实"), "no word travels in clear");
        answer
    })
    .await;
    let path = format!("/cases/{number}/archive");
    let (hand, stranger) = (named(Role::Supervisor, None, 7), named(Role::Supervisor, None, 8));
    for method in [Method::POST, Method::GET] {
        assert_eq!(call(&house, method, &path, &stranger, Some(json!({}))).await.0, StatusCode::NOT_FOUND);
    }
    let (status, archived) = call(&house, Method::POST, &path, &hand, Some(json!({}))).await;
    assert_eq!(status, StatusCode::OK, "{archived}");
    assert_eq!(call(&house, Method::GET, &path, &stranger, None).await.0, StatusCode::NOT_FOUND);
    let file = house.json(&format!("{path}?format=json"), &hand).await;
    let told = &file["replies"][0];
    assert_eq!(
        [&told["public_text"], &told["internal_text"], &told["reasons"], &told["legal_basis"]],
        [&json!("所反映问题已查实。"), &json!("内部核查结论"), &json!("事实与理由"), &json!("处分条例")]
    );
    assert_eq!(file["case"]["title"], "举报某科长收礼");
    let page = house.get(&path, &hand).await.text().await.unwrap();
    assert!(page.contains("内部核查结论") && !page.contains('\u{1}'));
    let looks = house.json(&format!("/cases/{number}/looks"), &named(Role::Auditor, None, 9)).await;
    let by = looks["looks"].as_array().unwrap().iter().filter(|look| {
        look["kind"] == "archive.read" && look["actor"].as_str().unwrap().starts_with("supervisor:")
    });
    assert_eq!(by.count(), 2, "{looks}");
    house.stop().await;
}

#[tokio::test]
async fn the_pack_makes_results_of_a_kind_secret_from_the_first_moment() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy/mailbox-002");
    let pack = folder.path().join("mailbox-002");
    std::fs::create_dir(&pack).unwrap();
    for file in std::fs::read_dir(shipped).unwrap() {
        let file = file.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let text = match file.file_name() == "intake.toml" {
            true => text.replacen("[confidential]\n", "[confidential]\nresult_kinds = [\"suggestion\"]\n", 1),
            false => text,
        };
        std::fs::write(pack.join(file.file_name()), text).unwrap();
    }
    let house = house_under(|settings| settings.policy.folder = folder.path().to_owned()).await;
    let mut body = message();
    body["kind"] = json!("suggestion");
    let made: Value = house.post("/cases", &body, &[]).await.json().await.unwrap();
    let open: Value = house.post("/cases", &message(), &[]).await.json().await.unwrap();
    // What is found by rule is told at its own time.
    let kinds = async |made: &Value| -> Vec<String> {
        let told =
            "SELECT kind FROM outbox_event WHERE aggregate_id = $1 AND kind <> 'case.found' ORDER BY version";
        sqlx::query_scalar(told)
            .bind(made["case_id"].as_str().unwrap().parse::<Uuid>().unwrap())
            .fetch_all(&house.db.pool)
            .await
            .unwrap()
    };
    assert_eq!(kinds(&made).await, ["case.registered", "case.accepted", "case.result_sealed"]);
    assert_eq!(kinds(&open).await, ["case.registered", "case.accepted"]);
    let track = async |made: &Value| -> usize {
        let keys = json!({"number": made["number"], "query_code": made["query_code"]});
        let tracked: Value = house.post("/track", &keys, &[]).await.json().await.unwrap();
        tracked["steps"].as_array().unwrap().len()
    };
    assert_eq!((track(&made).await, track(&open).await), (0, 2), "the state only, and every step");

    // The kind is changed, and the secrecy of the rule with it.
    let operator = token(Role::Operator, None, None);
    for (version, made, kind) in [(1, &made, "complaint"), (1, &open, "suggestion"), (2, &open, "suggestion")]
    {
        let path = format!("{}/cases/{}/classify", house.base, made["number"].as_str().unwrap());
        let request =
            house.client.post(path).bearer_auth(&operator).header("if-match", format!("\"{version}\""));
        let answer = request.json(&json!({"kind": kind, "reason": "更正类别"})).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.unwrap());
    }
    let ends = ["case.result_sealed", "case.classified", "case.result_unsealed"];
    assert_eq!(kinds(&made).await[2..], ends);
    assert_eq!(kinds(&open).await[2..], ["case.classified", "case.result_sealed", "case.classified"]);
    assert_eq!(track(&open).await, 0);
    let grounds =
        "SELECT count(*) FROM case_secrecy WHERE actor = 'system:pack' AND starts_with(grounds, chr(1))";
    assert_eq!(house.count(grounds).await, 2, "each with its grounds, sealed");

    let row = json!({"source": "board", "external_id": "1", "kind": "suggestion", "title": "建议", "text": "建议增设路灯。",
        "region": "511602", "channel": "mailbox", "received_at": "2011-03-02T09:30:00+08:00", "answered": false});
    let importer = format!("Bearer {}", token(Role::Importer, None, None));
    let load = json!({"pack": "mailbox-002", "rows": [row]});
    for _ in 0..2 {
        let answer = house.post("/imports", &load, &[("authorization", &importer)]).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let told = "SELECT count(*) FROM outbox_event WHERE kind = 'case.result_sealed' AND historic";
    assert_eq!(house.count(told).await, 1, "of what is brought in too, once");
    house.stop().await;
}

#[tokio::test]
async fn edits_that_an_older_version_kept_readable_are_sealed_at_the_next_start() {
    let house = house().await;
    let (number, case) = crate::publishing::closed(&house, |_| ()).await;
    crate::publishing::routing_tells(&house, &case, "张三已领取补助。", true).await;
    let reviewer = token(Role::Reviewer, None, None);
    let bearer = format!("Bearer {reviewer}");
    let made = house.post("/publications", &json!({"case": number}), &[("authorization", &bearer)]).await;
    let made: Value = made.json().await.unwrap();
    let path = format!("/publications/{}", made["publication"].as_str().unwrap());
    let words = json!({"title": "补助", "question": "何时领取。", "answer": "已领取补助。"});
    let edit = house.client.put(format!("{}{path}", house.base)).bearer_auth(&reviewer);
    let edited = edit.header("if-match", "\"1\"").json(&words).send().await.unwrap();
    assert_eq!(edited.status(), StatusCode::OK, "{}", edited.text().await.unwrap());
    let old = r#"UPDATE publication_log SET detail = '{"was": {"answer": "张三已领取补助。"}, "is": {"answer": "已领取补助。"}}'
        WHERE deed = 'edited'"#;
    sqlx::query(old).execute(&house.db.pool).await.unwrap();
    let house = reopen(house).await;
    let readable = "SELECT count(*) FROM publication_log WHERE detail::text LIKE '%领取%'";
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while house.count(readable).await > 0 {
        assert!(std::time::Instant::now() < end, "still readable");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let shown = house.json(&path, &reviewer).await;
    assert!(shown.to_string().contains("张三已领取"), "moderators read on: {shown}");
    assert_eq!(house.count("SELECT count(*) FROM publication_log WHERE detail ? 'from_routing'").await, 1);
    house.stop().await;
}
