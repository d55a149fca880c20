//! The table of routes under `/api/deadline-scheduler`.

mod board;
mod calendar_add;
mod calendar_between;
mod calendar_preview;
mod calendar_publish;
mod calendar_state;
mod case_clocks;
mod explain;
mod explanation_list;
mod extension_ask;
mod extension_decide;
mod extension_list;
mod extension_withdraw;
mod inputs;
mod order_act;
mod order_list;
mod order_request;
mod order_view;
mod view;

use axum::extract::FromRef;
use pg::Database;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::desk::Desk;

impl FromRef<Desk> for Database {
    fn from_ref(desk: &Desk) -> Self {
        desk.db.clone()
    }
}

/// All endpoints.
pub(crate) fn routes(desk: Desk) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(case_clocks::case_clocks))
        .routes(routes!(board::board))
        .routes(routes!(calendar_add::calendar_add))
        .routes(routes!(calendar_between::calendar_between))
        .routes(routes!(calendar_state::calendar_state))
        .routes(routes!(calendar_preview::calendar_preview))
        .routes(routes!(calendar_publish::calendar_publish))
        .routes(routes!(extension_ask::extension_ask))
        .routes(routes!(extension_list::of_case))
        .routes(routes!(extension_list::waiting))
        .routes(routes!(extension_decide::extension_decide))
        .routes(routes!(extension_withdraw::extension_withdraw))
        .routes(routes!(explain::explain))
        .routes(routes!(explanation_list::of_case))
        .routes(routes!(explanation_list::filed))
        .routes(routes!(order_request::order_request))
        .routes(routes!(order_list::of_case))
        .routes(routes!(order_list::open))
        .routes(routes!(order_act::order_act))
        .with_state(desk)
}

#[cfg(test)]
mod tests;
