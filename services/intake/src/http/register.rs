//! POST /cases: a citizen or an operator registers a matter (收文登记).

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use identity::Claims;
use web::{FieldError, IdempotencyKey, Json, MaybeCaller, Problem, etag};

use crate::app::{
    Desk, doors,
    prepare::{self, From, Message},
    register::{Answer, Registered},
};

/// Registers a matter. The query code is told in this answer and never again.
#[utoipa::path(post, path = "/cases", tag = "cases",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body registers once")),
    request_body = Message,
    responses(
        (status = 201, description = "registered", body = Answer, headers(("Location" = String), ("ETag" = String))),
        (status = 409, description = "the key was used for another request", body = Problem),
        (status = 422, description = "fields are wrong", body = Problem),
        (status = 503, description = "not now", body = Problem)),
    security((), ("bearer" = [])))]
pub(crate) async fn register(
    State(desk): State<Desk>,
    MaybeCaller(caller): MaybeCaller,
    IdempotencyKey(key): IdempotencyKey,
    Json(message): Json<Message>,
) -> Result<Response, Problem> {
    let actor = caller.as_ref().map_or_else(|| "citizen".to_owned(), Claims::actor);
    let mut message = message;
    let entry = doors::enter(&desk.core, &mut message).await?;
    let known = prepare::pack(&desk.core, message.pack.as_deref())?;
    let channel = doors::channel(known, caller.as_ref(), &message)?;
    let mut ready = prepare::prepare(&desk.core, message, From { actor, channel, key }).await?;
    ready.entry = entry;
    match desk.register(ready).await {
        Registered::Made(answer) | Registered::Repeated(answer) => Ok(created(&answer)),
        Registered::KeyUsed => Err(Problem::conflict(
            "此 Idempotency-Key 已用于内容不同的请求。",
            "This Idempotency-Key was used for a request with another body.",
        )
        .errors(vec![FieldError::new("Idempotency-Key", "已被使用", "was used before")])),
        Registered::Unavailable => Err(Problem::unavailable()),
        Registered::Failed => Err(anyhow::anyhow!("a registration could not be written").into()),
    }
}

fn created(answer: &Answer) -> Response {
    let place = format!("/api/intake/cases/{}", answer.number);
    let place = HeaderValue::from_str(&place).expect("digits are visible ASCII");
    (StatusCode::CREATED, [(header::LOCATION, place), etag_pair()], Json(answer)).into_response()
}

fn etag_pair() -> (axum::http::HeaderName, HeaderValue) {
    etag(1)
}
