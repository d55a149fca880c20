//! The limits that hold for every route, in the order in which a request meets them.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use futures::StreamExt as _;
use tokio::sync::Semaphore;
use tower_http::{catch_panic::CatchPanicLayer, timeout::RequestBodyTimeoutLayer};

use crate::{Problem, observe::observe, refusals};

/// How much of a body that is too long is still read, so that a simple client sees the answer and not a reset.
const DRAINED: usize = 32 * 1024 * 1024;
const DRAINED_FOR: Duration = Duration::from_secs(5);

/// What one process takes upon itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest body, in bytes.
    pub body: usize,
    /// The longest body of a file that is handed in: what is posted to a path that ends in `/attachments`, in bytes.
    pub upload: usize,
    /// The longest time from the head of such a request to the head of its answer.
    pub upload_time: Duration,
    /// The longest silence within a body.
    pub body_silence: Duration,
    /// The longest time from the head of a request to the head of its answer.
    pub request: Duration,
    /// How many requests are served at once; the next one is turned away.
    pub in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            upload: 16 * 1024 * 1024,
            upload_time: Duration::from_secs(300),
            body_silence: Duration::from_secs(10),
            request: Duration::from_secs(30),
            in_flight: 1024,
        }
    }
}

/// Lays over the routes: span and request id, strict headers, problems for all errors, a net under panics, load
/// shedding (503 with `Retry-After`), the time limit (503), and the limits of the body (408, 413).
pub fn layers(router: Router, limits: &Limits) -> Router {
    let places = Arc::new(Semaphore::new(limits.in_flight));
    router
        // A fallback of its own, or a later `merge` would bring in one that lies outside these layers.
        .fallback(|| async { Problem::of(StatusCode::NOT_FOUND) })
        .layer(DefaultBodyLimit::max(limits.body))
        .layer(RequestBodyTimeoutLayer::new(limits.body_silence))
        .layer(from_fn_with_state((limits.body, limits.upload), refuse_long_body))
        .layer(from_fn_with_state((limits.request, limits.upload_time), in_time))
        .layer(from_fn_with_state(places, shed))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(refusals::as_problems))
        .layer(from_fn(refusals::strict_headers))
        .layer(from_fn(observe))
}

async fn shed(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    match places.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => Problem::unavailable().into_response(),
    }
}

/// Says whether a request hands in a file, by this service or by one behind the door.
fn uploads(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path().ends_with("/attachments")
}

async fn in_time(
    State((usual, upload)): State<(Duration, Duration)>,
    request: Request,
    next: Next,
) -> Response {
    let limit = if uploads(&request) { upload } else { usual };
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::of(StatusCode::SERVICE_UNAVAILABLE).into_response(),
    }
}

async fn refuse_long_body(
    State((usual, upload)): State<(usize, usize)>,
    request: Request,
    next: Next,
) -> Response {
    let longest = if uploads(&request) { upload } else { usual };
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced: Option<usize> = announced.and_then(|value| value.parse().ok());
    if announced.is_none_or(|length| length <= longest) {
        return next.run(request).await;
    }
    // A client that waits for "100 Continue" has sent nothing yet.
    if !request.headers().contains_key(header::EXPECT) {
        let _ = tokio::time::timeout(DRAINED_FOR, drain(request.into_body())).await;
    }
    Problem::too_large().into_response()
}

async fn drain(body: Body) {
    let mut read = 0;
    let mut chunks = body.into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        read += chunk.len();
        if read > DRAINED {
            break;
        }
    }
}

fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    // What was panicked with may hold a person's words: the hook printed the place, that is enough.
    tracing::error!("a handler panicked");
    Problem::of(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}
