//! The routes of leaders: 阅批、批示、催办.

mod issue;
mod list;
mod reading;
mod turn;
mod view;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Desk;

/// Routes of instructions and reading lists.
pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(issue::post, list::of_case))
        .routes(routes!(list::get))
        .routes(routes!(list::figures))
        .routes(routes!(turn::report))
        .routes(routes!(turn::review))
        .routes(routes!(reading::get))
        .routes(routes!(reading::mark))
}
