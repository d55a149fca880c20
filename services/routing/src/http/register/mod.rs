//! The routes of the long-term register (长期台账).

mod list;
mod review;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Desk;

/// Routes of the register.
pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(list::get))
        .routes(routes!(review::review))
        .routes(routes!(review::reactivate))
        .routes(routes!(review::settle))
}
