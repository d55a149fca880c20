//! The routes of charges: 包案、七包一、专班、积案、纪检督办.

mod candidates;
mod change;
mod demands;
mod list;
mod log;
mod open;
mod view;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Desk;

/// Routes of charges.
pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(open::post, list::of_case))
        .routes(routes!(list::register))
        .routes(routes!(candidates::get))
        .routes(routes!(change::name))
        .routes(routes!(change::note))
        .routes(routes!(change::done))
        .routes(routes!(change::end))
        .routes(routes!(log::post))
        .routes(routes!(demands::get))
        .routes(routes!(demands::state))
}
