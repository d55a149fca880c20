//! The table of routes. One endpoint = one file.

mod answer;
mod assignment;
mod assignments;
mod case;
mod catalogue;
mod charges;
mod common;
mod contact;
mod dispatch;
mod give_back;
mod handling;
mod import;
mod inputs;
mod instructions;
mod outcome;
mod petition;
mod register;
mod reply;
mod return_review;
mod review;
mod sign;
mod units;
mod views;
mod waiting;

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::{App, Transitions};

/// What every endpoint is given.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    pub(crate) transitions: Transitions,
}

/// Every route of the service, below `/api/routing`.
pub(crate) fn router(desk: Desk) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(units::get, units::put))
        .routes(routes!(catalogue::get, catalogue::put))
        .routes(routes!(waiting::get))
        .routes(routes!(case::get))
        .routes(routes!(dispatch::post))
        .routes(routes!(answer::get))
        .routes(routes!(assignments::get))
        .routes(routes!(assignment::get))
        .routes(routes!(sign::post))
        .routes(routes!(contact::post))
        .routes(routes!(give_back::post))
        .routes(routes!(return_review::post))
        .routes(routes!(reply::post))
        .routes(routes!(review::post))
        .routes(routes!(import::post))
        .merge(petition::routes())
        .merge(handling::routes())
        .merge(charges::routes())
        .merge(instructions::routes())
        .merge(register::routes())
        .with_state(desk)
}
