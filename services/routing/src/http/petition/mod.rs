//! Petitions after their handling: opinions, requests, extensions, terminations, documents.

mod approval;
mod ask;
mod conclude;
mod decision;
mod document;
mod extend;
mod get;
mod hearing;
mod lane;
mod opinion;
mod termination;
mod view;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::Desk;

/// The routes of the lane.
pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(get::get))
        .routes(routes!(lane::put))
        .routes(routes!(opinion::post))
        .routes(routes!(extend::post))
        .routes(routes!(ask::post))
        .routes(routes!(decision::post))
        .routes(routes!(hearing::post))
        .routes(routes!(conclude::post))
        .routes(routes!(termination::post))
        .routes(routes!(approval::post))
        .routes(routes!(document::get))
}
