//! GET /cases/{number}/sorting: where the pack's lists would send a matter (五类分流). A suggestion; a person decides.

use axum::extract::State;
use identity::{Action, may};
use intake_rules::{decline_reason, sorting::sort};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use crate::{app::Desk, http::access};

/// Where a matter would go.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sorting {
    /// `handle`, `transfer`, `route`, `explain`, `police`.
    lane: &'static str,
    lane_zh: &'static str,
    /// The word of the list that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<String>,
    /// Reason code of the pack.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What the reason stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_basis: Option<String>,
    /// Where the citizen should go.
    #[serde(skip_serializing_if = "Option::is_none")]
    refer_to: Option<String>,
    /// Kind of petition that a matter of this kind is.
    #[serde(skip_serializing_if = "Option::is_none")]
    petition: Option<String>,
    /// Lanes that a person may name in `classify`.
    petition_lanes: Vec<String>,
}

/// Sorts a matter by the lists of its pack.
#[utoipa::path(get, path = "/cases/{number}/sorting", tag = "acceptance",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "a suggestion", body = Sorting),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn sorting(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Sorting>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::DecideAcceptance)?;
    let pack = &desk.core.packs.of_case(&file.pack.id)?.pack;
    let sorted = sort(&pack.sorting, &file.title, &file.body);
    let reason = sorted.reason.and_then(|code| decline_reason(pack, code).ok());
    Ok(Json(Sorting {
        lane: sorted.lane.as_str(),
        lane_zh: sorted.lane.zh(),
        word: sorted.word.map(str::to_owned),
        reason: reason.map(|reason| reason.code.clone()),
        legal_basis: reason.map(|reason| reason.legal_basis.clone()),
        refer_to: reason.map(|reason| reason.refer_to.zh.clone()),
        petition: pack.petition.of(&file.kind).map(str::to_owned),
        petition_lanes: pack.petition.lanes.iter().map(|lane| lane.code.clone()).collect(),
    }))
}
