//! The table of routes under `/api/deadline-scheduler`.

mod board;
mod calendar_add;
mod calendar_between;
mod case_clocks;
mod view;

use pg::Database;
use utoipa_axum::{router::OpenApiRouter, routes};

/// All endpoints.
pub(crate) fn routes(db: Database) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(case_clocks::case_clocks))
        .routes(routes!(board::board))
        .routes(routes!(calendar_add::calendar_add))
        .routes(routes!(calendar_between::calendar_between))
        .with_state(db)
}

#[cfg(test)]
mod tests;
