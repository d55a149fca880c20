//! Files handed in: by whom, which are taken, who reads them, and what stands of it.

use identity::Role;
use reqwest::{
    Response, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::{House, house, message, token};

const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\x00\x10JFIF the picture of a lamp that is out";

async fn hand_in(
    house: &House,
    number: &str,
    auth: (&str, &str),
    name: &str,
    media: &str,
    bytes: &[u8],
) -> Response {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned()).mime_str(media).unwrap();
    let url = format!("{}/cases/{number}/attachments", house.base);
    house
        .client
        .post(url)
        .header(auth.0, auth.1)
        .multipart(Form::new().part("file", part))
        .send()
        .await
        .unwrap()
}

async fn registered(house: &House, change: impl FnOnce(&mut Value)) -> (String, String) {
    let mut body = message();
    change(&mut body);
    let made: Value = house.post("/cases", &body, &[]).await.json().await.unwrap();
    (made["number"].as_str().unwrap().to_owned(), made["query_code"].as_str().unwrap().to_owned())
}

async fn reason(answer: Response) -> String {
    let body: Value = answer.json().await.unwrap();
    body["errors"][0]["reason_en"].as_str().unwrap_or_default().to_owned()
}

fn bearer(role: Role) -> String {
    format!("Bearer {}", token(role, None, None))
}

#[tokio::test]
async fn a_file_is_taken_once_read_with_a_trace_and_stands_sealed() {
    let house = house().await;
    let (number, code) = registered(&house, |_| ()).await;
    let auth = ("query-code", code.as_str());
    let name = "../../测试者的照片.jpg";
    let first = hand_in(&house, &number, auth, name, "image/jpeg", JPEG).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let first: Value = first.json().await.unwrap();
    assert_eq!((&first["name"], &first["media"]), (&json!("测试者的照片.jpg"), &json!("image/jpeg")));
    let operator = bearer(Role::Operator);
    let again = hand_in(&house, &number, ("authorization", &operator), "b.jpg", "image/jpeg", JPEG).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.json::<Value>().await.unwrap()["attachment"], first["attachment"]);

    let operator = token(Role::Operator, None, None);
    let listed = house.json(&format!("/cases/{number}/attachments"), &operator).await;
    assert_eq!(listed["attachments"].as_array().unwrap().len(), 1);
    let path = format!("/cases/{number}/attachments/{}", first["attachment"].as_str().unwrap());
    let read = house.get(&path, &operator).await;
    assert_eq!(read.status(), StatusCode::OK);
    assert_eq!(read.headers()["x-content-type-options"], "nosniff");
    let disposition = read.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename*=UTF-8''%E6%B5%8B"), "{disposition}");
    assert_eq!(read.bytes().await.unwrap(), JPEG);
    let dossier = house.json(&format!("/cases/{number}/dossier"), &token(Role::Auditor, None, None)).await;
    let kinds: Vec<&str> =
        dossier["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["case.registered", "case.accepted", "case.attached", "attachment.read"]);
    assert_eq!(dossier["whole"], true);

    for table in ["attachment", "dossier_entry", "outbox_event"] {
        let dump = format!("SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t");
        let all: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(dump)).fetch_one(&house.db.pool).await.unwrap();
        assert!(!all.contains("测试者"), "{table}");
    }
    house.stop().await;
}

#[tokio::test]
async fn hostile_files_are_refused_with_their_reason_and_leave_nothing() {
    let house = house().await;
    let (number, code) = registered(&house, |_| ()).await;
    let auth = ("query-code", code.as_str());
    for (name, media, bytes, words) in [
        ("a.exe", "image/jpeg", &b"MZ\x90\x00 program"[..], "programs"),
        ("a.jpg", "image/jpeg", b"MZ\x90\x00 program", "programs"),
        ("a.svg", "image/svg+xml", b"<svg onload=alert(1)>", "programs"),
        ("a.txt", "text/plain", b"<script>alert(1)</script>", "scripts"),
        ("a.exe.jpg", "image/jpeg", JPEG, "two extensions"),
        ("a.png", "image/png", JPEG, "name and declared type"),
        ("a.jpg", "application/pdf", JPEG, "name and declared type"),
        ("a.zip", "application/zip", b"PK\x05\x06rest", "form"),
        ("a.jpg", "image/jpeg", b"", "empty"),
    ] {
        let answer = hand_in(&house, &number, auth, name, media, bytes).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let reason = reason(answer).await;
        assert!(reason.contains(words), "{name}: {reason}");
    }
    let mut long = JPEG.to_vec();
    long.resize(10 * 1024 * 1024 + 1, 0);
    let answer = hand_in(&house, &number, auth, "a.jpg", "image/jpeg", &long).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    long.truncate(10 * 1024 * 1024);
    assert_eq!(
        hand_in(&house, &number, auth, "a.jpg", "image/jpeg", &long).await.status(),
        StatusCode::CREATED
    );
    for at in 1..9_u8 {
        let bytes = [JPEG, &[at]].concat();
        assert_eq!(
            hand_in(&house, &number, auth, "a.jpg", "image/jpeg", &bytes).await.status(),
            StatusCode::CREATED
        );
    }
    let answer = hand_in(&house, &number, auth, "a.jpg", "image/jpeg", &[JPEG, b"ten"].concat()).await;
    assert!(reason(answer).await.contains("as many"));
    assert_eq!(house.count("SELECT count(*) FROM attachment").await, 9);
    let mut kept = 0;
    for folder in std::fs::read_dir(house.files().join("sealed")).unwrap() {
        kept += std::fs::read_dir(folder.unwrap().path()).unwrap().count();
    }
    assert_eq!(kept, 9);
    assert_eq!(std::fs::read_dir(house.files().join("incoming")).unwrap().count(), 0);

    let answer = house.post(&format!("/cases/{number}/attachments"), &json!({}), &[auth]).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    for (auth, status) in [
        (("query-code", "0000000000"), StatusCode::NOT_FOUND),
        (("accept", "*/*"), StatusCode::UNAUTHORIZED),
        (("authorization", bearer(Role::Leader).as_str()), StatusCode::FORBIDDEN),
    ] {
        assert_eq!(hand_in(&house, &number, auth, "a.jpg", "image/jpeg", JPEG).await.status(), status);
    }
    house.stop().await;
}

#[tokio::test]
async fn attachments_of_an_accusation_are_for_those_who_may_see_it() {
    let house = house().await;
    let (number, code) = registered(&house, |body| body["kind"] = json!("report")).await;
    let auth = ("query-code", code.as_str());
    let made: Value = hand_in(&house, &number, auth, "a.jpg", "image/jpeg", JPEG).await.json().await.unwrap();
    let path = format!("/cases/{number}/attachments/{}", made["attachment"].as_str().unwrap());
    let operator = token(Role::Operator, None, None);
    for path in [format!("/cases/{number}/attachments"), path.clone()] {
        assert_eq!(house.get(&path, &operator).await.status(), StatusCode::NOT_FOUND);
        let officer = token(Role::Officer, Some("housing"), None);
        assert_eq!(house.get(&path, &officer).await.status(), StatusCode::NOT_FOUND);
    }
    let other = registered(&house, |_| ()).await.0;
    let elsewhere = path.replace(&number, &other);
    assert_eq!(house.get(&elsewhere, &operator).await.status(), StatusCode::NOT_FOUND);
    house.stop().await;
}
