//! The table of routes, below `/api/evaluation`.

mod behind;
mod complete;
mod fact;
mod figures;
mod followups;
mod indicators;
mod rating;
mod reopen;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Parts;

/// Every route of the service.
pub(crate) fn routes(parts: Parts) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(rating::rate))
        .routes(routes!(reopen::reopen))
        .routes(routes!(fact::fact))
        .routes(routes!(followups::list))
        .routes(routes!(complete::complete))
        .routes(routes!(indicators::indicators))
        .routes(routes!(figures::figures))
        .routes(routes!(behind::cases))
        .with_state(parts)
}
