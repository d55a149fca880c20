//! The table of routes, mounted under `/api/intake`.

mod accept;
mod access;
mod attachments;
mod channels;
mod contacts;
mod decline;
mod dossier;
mod get_case;
mod given;
mod import;
mod knowledge;
mod list;
mod receptions;
mod register;
mod rows;
mod supplement;
mod track;
mod withdraw;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};
use web::Problem;

use crate::app::Desk;

/// Every endpoint of intake.
pub(crate) fn routes(desk: Desk) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(register::register, list::list))
        .routes(routes!(get_case::get_case))
        .routes(routes!(accept::accept))
        .routes(routes!(decline::decline))
        .routes(routes!(withdraw::withdraw))
        .routes(routes!(supplement::supplement))
        .routes(routes!(dossier::dossier))
        .routes(routes!(attachments::hand_in::hand_in).layer(DefaultBodyLimit::disable()))
        .routes(routes!(attachments::list::list))
        .routes(routes!(attachments::read::read))
        .routes(routes!(knowledge::search::search, knowledge::propose::propose))
        .routes(routes!(knowledge::due::due))
        .routes(routes!(knowledge::get::get, knowledge::revise::revise))
        .routes(routes!(knowledge::deeds::publish))
        .routes(routes!(knowledge::deeds::withdraw))
        .routes(routes!(knowledge::deeds::review))
        .routes(routes!(knowledge::used::used))
        .routes(routes!(track::track))
        .routes(routes!(import::import))
        .merge(channels::routes())
        .merge(contacts::routes())
        .merge(receptions::routes())
        .with_state(desk)
}

/// What a fault of the database answers: 503 when it passes, 500 when it does not.
pub(crate) fn fault(error: anyhow::Error) -> Problem {
    match error.downcast_ref::<sqlx::Error>() {
        Some(cause) if pg::worth_another_try(cause) => {
            tracing::warn!(%error, "request turned away");
            Problem::unavailable()
        }
        Some(_) | None => Problem::internal(&error),
    }
}

/// The answer for a case that is not there, or of which the caller must not learn.
pub(crate) fn no_such_case() -> Problem {
    Problem::not_found("没有这个编号的诉求。", "There is no case with this number.")
}
