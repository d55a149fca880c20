//! The table of routes.

mod change_account;
mod forward;
mod landing;
mod list_accounts;
mod me;
mod open_account;
mod openapi;
mod sign_in;

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
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(me::me))
        .routes(routes!(open_account::open, list_accounts::list))
        .routes(routes!(change_account::change))
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
