//! The table of routes. One endpoint = one file.

mod answer;
mod assignment;
mod assignments;
mod case;
mod catalogue;
mod catalogue_versions;
mod charges;
mod common;
mod competence;
mod contact;
mod contacts;
mod coordination;
mod copies;
mod dispatch;
mod disputes;
mod findings;
mod give_back;
mod handling;
mod import;
mod inputs;
mod instructions;
mod outcome;
mod petition;
mod proposals;
mod register;
mod reply;
mod return_review;
mod returns;
mod review;
mod settle;
mod sign;
mod sub_dispatch;
mod unit;
mod unit_body;
mod unit_end;
mod unit_import;
mod units;
mod views;
mod waiting;

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::{App, Dispatches, Transitions};

/// What every endpoint is given.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    pub(crate) transitions: Transitions,
    pub(crate) dispatches: Dispatches,
}

/// Every route of the service, below `/api/routing`.
pub(crate) fn router(desk: Desk) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(units::get, units::put))
        .routes(routes!(findings::get))
        .routes(routes!(unit_import::post))
        .routes(routes!(unit::get))
        .routes(routes!(unit_end::post))
        .routes(routes!(returns::get))
        .routes(routes!(competence::get))
        .routes(routes!(catalogue::get, catalogue::put))
        .routes(routes!(catalogue_versions::list))
        .routes(routes!(catalogue_versions::get))
        .routes(routes!(proposals::post, proposals::list))
        .routes(routes!(proposals::review))
        .routes(routes!(disputes::get))
        .routes(routes!(settle::post))
        .routes(routes!(settle::confer, settle::list))
        .routes(routes!(coordination::post, coordination::get))
        .routes(routes!(copies::get))
        .routes(routes!(sub_dispatch::post))
        .routes(routes!(contacts::get))
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
