//! Every limit is met by a client that goes beyond it.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up has failed")]

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
    routing::{get, post},
};
use http_body_util::BodyExt as _;
use identity::{Claims, Keys};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tower::ServiceExt as _;
use web::{Caller, IdempotencyKey, IfMatch, Json, Limits, Page, Path, Problem, Query, Serve, Verifier};

#[derive(serde::Deserialize)]
struct Told {
    title: String,
}

#[derive(serde::Deserialize)]
struct Count {
    many: u32,
}

fn keys() -> Arc<Keys> {
    Arc::new(Keys::from_secret(&"a secret of this test, long enough".into()))
}

fn now() -> jiff::Timestamp {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

fn routes() -> Router {
    Router::new()
        .route("/told", post(|Json(told): Json<Told>| async move { told.title }))
        .route("/me", get(|Caller(claims): Caller| async move { claims.actor() }))
        .route("/list", get(|page: Page| async move { format!("{} {:?}", page.limit, page.after) }))
        .route("/count", get(|Query(count): Query<Count>| async move { count.many.to_string() }))
        .route("/case/{id}", get(|Path(id): Path<uuid::Uuid>| async move { id.to_string() }))
        .route(
            "/change",
            post(|held: IfMatch| async move { held.require().map(|version| version.to_string()) }),
        )
        .route("/make", post(|key: IdempotencyKey| async move { key.0.unwrap_or_default() }))
        .route("/panic", get(|| async { panicking() }))
        .route("/broken", get(|| async { Problem::from(anyhow::anyhow!("a secret reason")) }))
        .layer(Extension(Verifier::new(keys(), now)))
}

fn panicking() -> StatusCode {
    panic!("on purpose")
}

fn router() -> Router {
    web::layers(routes(), &Limits::default())
}

async fn ask(request: Request<Body>) -> Response<Body> {
    router().oneshot(request).await.unwrap()
}

async fn problem(response: Response<Body>, status: u16) -> Value {
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["status"], status);
    for said in ["type", "title", "title_en", "detail", "detail_en", "instance"] {
        assert!(value[said].as_str().is_some_and(|text| !text.is_empty()), "{said}: {value}");
    }
    value
}

fn get_request(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn told(body: impl Into<Body>) -> Request<Body> {
    Request::post("/told").header(header::CONTENT_TYPE, "application/json").body(body.into()).unwrap()
}

#[tokio::test]
async fn a_bad_body_names_the_field() {
    let value = problem(ask(told(r#"{"titel":"x"}"#)).await, 422).await;
    assert_eq!(value["errors"][0]["field"], "title");
    assert_eq!(value["errors"][0]["reason"], "缺少必填项");
    problem(ask(told("{")).await, 400).await;
    problem(ask(Request::post("/told").body(Body::from("{}")).unwrap()).await, 415).await;
}

#[tokio::test]
async fn what_axum_refuses_is_a_problem_too() {
    let value = problem(ask(get_request("/nowhere")).await, 404).await;
    assert_eq!(value["title"], "未找到");
    let response = ask(get_request("/told")).await;
    assert_eq!(response.headers()[header::ALLOW], "POST");
    problem(response, 405).await;
    problem(ask(get_request("/case/seven")).await, 404).await;
    let whole = router().merge(web::health::routes(Vec::new()));
    problem(whole.oneshot(get_request("/nowhere")).await.unwrap(), 404).await;
}

#[tokio::test]
async fn a_long_body_is_413_announced_or_not() {
    problem(ask(told(vec![b' '; 10 * 1024 * 1024])).await, 413).await;
    let chunks = (0..10).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1024 * 1024]));
    problem(ask(told(Body::from_stream(futures::stream::iter(chunks)))).await, 413).await;
}

#[tokio::test]
async fn a_panic_and_a_failure_tell_nothing() {
    for path in ["/panic", "/broken"] {
        let value = problem(ask(get_request(path)).await, 500).await;
        assert!(!value.to_string().contains("secret") && !value.to_string().contains("purpose"));
    }
}

#[tokio::test]
async fn headers_and_parameters_that_are_rubbish_are_400() {
    for (path, name) in [("/list?limit=0", "limit"), ("/list?limit=x", "limit"), ("/list?after=%21", "after")]
    {
        assert_eq!(problem(ask(get_request(path)).await, 400).await["errors"][0]["field"], name);
    }
    let many = problem(ask(get_request("/count?many=x")).await, 400).await;
    assert_eq!(many["errors"][0]["field"], "many");
    problem(ask(get_request("/count")).await, 400).await;
    let post = |path: &str, name: &str, value: &str| {
        Request::post(path).header(name, value).body(Body::empty()).unwrap()
    };
    problem(ask(post("/change", "if-match", "seven")).await, 400).await;
    problem(ask(Request::post("/change").body(Body::empty()).unwrap()).await, 428).await;
    assert_eq!(ask(post("/change", "if-match", "\"7\"")).await.status(), 200);
    problem(ask(post("/make", "idempotency-key", "with space")).await, 400).await;
    problem(ask(post("/make", "idempotency-key", &"k".repeat(256))).await, 400).await;
    assert_eq!(ask(post("/make", "idempotency-key", "k-1")).await.status(), 200);
}

#[tokio::test]
async fn a_cursor_comes_back_as_it_was_written() {
    let link = web::next_link("/list?limit=2", "2026-03-02|甲");
    let path = link.to_str().unwrap().strip_prefix('<').unwrap().split('>').next().unwrap();
    let body = ask(get_request(path)).await.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "2 Some(Cursor(\"2026-03-02|甲\"))");
}

#[tokio::test]
async fn only_a_token_that_holds_signs_in() {
    let with =
        |value: String| Request::get("/me").header(header::AUTHORIZATION, value).body(Body::empty()).unwrap();
    let claims = Claims::citizen(ids::CaseId::fresh(), now().as_second() + 1);
    let token = keys().sign(&claims);
    assert_eq!(ask(with(format!("Bearer {token}"))).await.status(), 200);
    let ended = keys().sign(&Claims { exp: now().as_second(), ..claims });
    for bad in
        ["Bearer rubbish".to_owned(), format!("Basic {token}"), token.clone(), format!("Bearer {ended}")]
    {
        let response = ask(with(bad)).await;
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
        problem(response, 401).await;
    }
    problem(ask(get_request("/me")).await, 401).await;
}

#[tokio::test]
async fn the_answer_carries_the_trace_of_the_question() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = Request::get("/nowhere")
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .body(Body::empty())
        .unwrap();
    let response = ask(request).await;
    assert_eq!(response.headers()["x-request-id"], trace);
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(problem(response, 404).await["instance"], trace);
}

#[tokio::test]
async fn a_full_house_turns_the_next_one_away_and_a_slow_answer_is_given_up() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, outside) = (entered.clone(), leave.clone());
    let slow = Router::new().route(
        "/slow",
        get(move || async move {
            inside.notify_one();
            outside.notified().await;
        }),
    );
    let limits = Limits { in_flight: 1, request: Duration::from_millis(300), ..Limits::default() };
    let router = web::layers(slow, &limits);
    let first = tokio::spawn(router.clone().oneshot(get_request("/slow")));
    entered.notified().await;
    let second = router.clone().oneshot(get_request("/slow")).await.unwrap();
    assert_eq!(second.headers()[header::RETRY_AFTER], "1");
    problem(second, 503).await;
    problem(first.await.unwrap().unwrap(), 503).await;
    leave.notify_one();
    assert_eq!(router.oneshot(get_request("/slow")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_body_that_stops_coming_is_408() {
    let limits = Limits { body_silence: Duration::from_millis(50), ..Limits::default() };
    let hanging = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    problem(web::layers(routes(), &limits).oneshot(told(hanging)).await.unwrap(), 408).await;
}

#[tokio::test]
async fn a_client_that_hangs_in_the_head_is_closed_and_a_stop_lets_requests_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (entered, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, stopped) = (entered.clone(), stop.clone());
    let slow = Router::new().route(
        "/slow",
        get(move || async move {
            inside.notify_one();
            tokio::time::sleep(Duration::from_millis(300)).await;
            "whole"
        }),
    );
    let serve = Serve { head: Duration::from_millis(100), connections: 2, grace: Duration::from_secs(5) };
    let server = tokio::spawn(serve.run(listener, slow, async move { stopped.notified().await }));

    let mut hanging = TcpStream::connect(address).await.unwrap();
    hanging.write_all(b"GET /slow HTTP/1.1\r\nHo").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), hanging.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the connection was left open");

    let mut asking = TcpStream::connect(address).await.unwrap();
    asking.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    entered.notified().await;
    stop.notify_one();
    let mut answer = String::new();
    asking.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("whole"), "{answer}");
    tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn readiness_names_what_is_missing() {
    let check = |name, good| web::health::Check::new(name, move || async move { good });
    let router = web::health::routes(vec![check("postgres", true), check("nats", false)]);
    let response = router.clone().oneshot(get_request("/readyz")).await.unwrap();
    assert_eq!(response.status(), 503);
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["errors"][0]["field"], "nats");
    assert_eq!(router.oneshot(get_request("/livez")).await.unwrap().status(), 200);
}

#[test]
fn the_description_is_openapi_3_1_and_knows_problems() {
    let (_, api) = web::openapi("test", utoipa_axum::router::OpenApiRouter::default());
    let value = serde_json::to_value(&api).unwrap();
    assert_eq!(value["openapi"], "3.1.0");
    assert!(value["components"]["schemas"]["Problem"]["properties"]["title_en"].is_object());
    assert!(value["components"]["schemas"]["FieldError"].is_object());
    assert_eq!(value["servers"][0]["url"], "/api/test");
    assert_eq!(value["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}
