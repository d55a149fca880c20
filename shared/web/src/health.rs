//! `/livez` says that the process turns; `/readyz` asks what it depends on.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{FutureExt as _, future::BoxFuture, future::join_all};

use crate::{FieldError, Json, Problem};

const PATIENCE: Duration = Duration::from_secs(2);

/// One thing without which the process is not ready.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    ask: Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>,
}

impl Check {
    /// Names the thing and how to ask it; an answer later than two seconds counts as no.
    pub fn new<F>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = bool> + Send + 'static,
    {
        Self { name, ask: Arc::new(move || ask().boxed()) }
    }
}

/// Gives the routes of health. Merge them after [`crate::layers()`], so that a busy server still answers them.
pub fn routes(checks: Vec<Check>) -> Router {
    Router::new()
        .route("/livez", get(|| async { Json(serde_json::json!({ "alive": true })) }))
        .route("/readyz", get(readyz))
        .with_state(Arc::new(checks))
}

async fn readyz(State(checks): State<Arc<Vec<Check>>>) -> Response {
    let answers = checks.iter().map(|check| async {
        let good = tokio::time::timeout(PATIENCE, (check.ask)()).await.unwrap_or(false);
        (check.name, good)
    });
    let answers = join_all(answers).await;
    let failed: Vec<FieldError> = answers
        .iter()
        .filter(|(_, good)| !good)
        .map(|(name, _)| FieldError::new(*name, "未就绪", "not ready"))
        .collect();
    if failed.is_empty() {
        let names: Vec<_> = answers.iter().map(|(name, _)| name).collect();
        Json(serde_json::json!({ "ready": true, "checks": names })).into_response()
    } else {
        Problem::unavailable().errors(failed).into_response()
    }
}
