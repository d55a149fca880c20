//! The routes of 办理过程.

mod body;
mod end;
mod interim;
mod list;
mod record;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Desk;

/// Routes of the steps of handling.
pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(record::post))
        .routes(routes!(list::of_assignment))
        .routes(routes!(list::of_case))
        .routes(routes!(end::finish))
        .routes(routes!(end::drop))
        .routes(routes!(interim::get))
}
