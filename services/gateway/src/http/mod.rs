//! The table of routes.

mod accounts;
mod forward;
mod landing;
mod me;
mod openapi;
mod sessions;

use std::sync::Arc;

use axum::{
    Router,
    routing::{any, get},
};
use identity::Keys;
use jiff::Timestamp;
use sqlx::PgPool;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::config::Config;

pub use openapi::merge;

/// What the endpoints need.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) pool: PgPool,
    pub(crate) keys: Arc<Keys>,
    pub(crate) now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) config: Arc<Config>,
    pub(crate) client: reqwest::Client,
    pub(crate) here: Arc<dyn Fn() -> Vec<(String, serde_json::Value)> + Send + Sync>,
}

/// The gateway's own interface, below `/api/gateway`.
pub(crate) fn own(door: Door) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(sessions::sign_in))
        .routes(routes!(me::me))
        .routes(routes!(accounts::open))
        .with_state(door)
}

/// What stands at the door itself, below `/`: the page, the merged description, and the way to every other service.
pub(crate) fn front(door: Door) -> Router {
    Router::new()
        .route("/", get(landing::page))
        .route("/assets/door.css", get(landing::style))
        .route("/api/openapi.json", get(openapi::merged))
        .route("/api/{service}/{*rest}", any(forward::forward))
        .with_state(door)
}
