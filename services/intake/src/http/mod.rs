//! The table of routes, mounted under `/api/intake`.

mod accept;
mod access;
mod alike;
mod archive;
pub(crate) mod attachments;
mod calls;
mod channels;
mod classify;
mod contacts;
mod conversations;
mod daily;
mod decline;
mod disclosures;
mod dossier;
mod flags;
mod get_case;
mod given;
mod hands;
mod import;
mod knowledge;
mod links;
mod list;
mod looks;
mod materials;
mod merge;
mod notices;
mod objection;
mod owed;
mod parties;
mod portal;
mod publications;
mod receptions;
mod record;
mod register;
mod registrations;
mod renew;
mod risks;
mod rows;
mod secrecy;
mod sorting;
mod standing;
mod subjects;
mod supplement;
mod track;
mod transition;
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
        .routes(routes!(publications::candidates::candidates))
        .routes(routes!(publications::list::list, publications::draft::draft))
        .routes(routes!(publications::get::get, publications::deeds::edit))
        .routes(routes!(publications::deeds::release))
        .routes(routes!(publications::deeds::refuse))
        .routes(routes!(publications::deeds::unpublish))
        .routes(routes!(publications::deeds::typical))
        .routes(routes!(portal::answers::answers))
        .routes(routes!(portal::answer::answer))
        .routes(routes!(portal::status::status))
        .routes(routes!(disclosures::list::list, disclosures::receive::receive))
        .routes(routes!(disclosures::decide::decide))
        .routes(routes!(disclosures::decide::extend))
        .routes(routes!(registrations::registrations))
        .routes(routes!(archive::make::make, archive::read::read))
        .routes(routes!(archive::due::due))
        .routes(routes!(archive::end::end))
        .routes(routes!(track::track))
        .routes(routes!(import::import))
        .merge(channels::routes())
        .merge(contacts::routes())
        .merge(conversations::routes())
        .routes(routes!(record::get, record::put))
        .routes(routes!(parties::get, parties::put))
        .routes(routes!(classify::classify))
        .routes(routes!(sorting::sorting))
        .routes(routes!(standing::standing))
        .routes(routes!(flags::set, flags::list))
        .routes(routes!(flags::decide))
        .routes(routes!(risks::mark, risks::list))
        .routes(routes!(risks::lift))
        .routes(routes!(calls::record, calls::list))
        .routes(routes!(objection::flags))
        .routes(routes!(objection::object))
        .routes(routes!(materials::ask, materials::list))
        .routes(routes!(materials::received))
        .routes(routes!(notices::issue, notices::list))
        .routes(routes!(owed::owed))
        .routes(routes!(daily::daily))
        .routes(routes!(alike::of_case))
        .routes(routes!(alike::of_text))
        .routes(routes!(merge::merge))
        .routes(routes!(merge::unmerge))
        .routes(routes!(links::link, links::list))
        .routes(routes!(renew::renew))
        .routes(routes!(subjects::get, subjects::put))
        .routes(routes!(hands::get, hands::put))
        .routes(routes!(looks::looks))
        .routes(routes!(looks::sealed))
        .routes(routes!(secrecy::post))
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

/// One field that is wrong.
pub(crate) fn wrong(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::unprocessable(vec![web::FieldError::new(field, zh, en)])
}

/// A fault of the database in the middle of a request.
pub(crate) fn broken(error: sqlx::Error) -> Problem {
    fault(error.into())
}
