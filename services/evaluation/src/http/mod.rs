//! The table of routes, below `/api/evaluation`.

mod alerts;
mod attempt;
mod behind;
mod capacity;
mod cause;
mod complete;
mod exclude;
mod exclusion_decision;
mod exclusions;
mod fact;
mod figures;
mod findings;
mod followups;
mod indicators;
mod items;
mod known_times;
mod opinion_act;
mod opinions;
mod paging;
mod rating;
mod record;
mod reopen;
mod report;
mod report_make;
mod report_release;
mod report_words;
mod reports;
mod scores;
mod spot_cases;
mod spot_checks;

use std::sync::Arc;

use axum::Extension;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Parts, vault::Vault};

/// Every route of the service.
pub(crate) fn routes(parts: Parts, vault: Vault) -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(rating::rate))
        .routes(routes!(reopen::reopen))
        .routes(routes!(fact::fact))
        .routes(routes!(followups::list))
        .routes(routes!(complete::complete))
        .routes(routes!(indicators::indicators))
        .routes(routes!(figures::figures))
        .routes(routes!(behind::cases))
        .routes(routes!(exclude::exclude))
        .routes(routes!(exclusions::list))
        .routes(routes!(exclusion_decision::decide))
        .routes(routes!(findings::list))
        .routes(routes!(alerts::list))
        .routes(routes!(attempt::attempt))
        .routes(routes!(record::record, record::recorded))
        .routes(routes!(scores::scores))
        .routes(routes!(reports::list, report_make::make))
        .routes(routes!(report_make::preview))
        .routes(routes!(report_words::write, report_words::read))
        .routes(routes!(report_release::release))
        .routes(routes!(report::report))
        .routes(routes!(opinions::record, opinions::list))
        .routes(routes!(opinion_act::follow))
        .routes(routes!(opinion_act::case))
        .routes(routes!(opinion_act::dismiss))
        .routes(routes!(spot_checks::draw, spot_checks::list))
        .routes(routes!(spot_cases::cases))
        .routes(routes!(spot_cases::look))
        .routes(routes!(spot_cases::judge))
        .routes(routes!(spot_cases::looks))
        .routes(routes!(items::put_on, items::list))
        .routes(routes!(items::step))
        .routes(routes!(cause::name))
        .routes(routes!(capacity::foreseen))
        .routes(routes!(known_times::list, known_times::put))
        .layer(Extension(Arc::new(vault)))
        .with_state(parts)
}
