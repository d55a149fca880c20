//! `GET /petitions/{case_id}`: where a petition stands, and its documents.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use identity::{Action, may};
use ids::CaseId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem, etag};

use super::view::{DocumentView, PetitionView};
use crate::{
    app::petition::fresh,
    http::{
        Desk,
        outcome::{fault, missing, refuse},
    },
    store::{assignments, cases, petitions},
};

/// A petition with its documents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PetitionDetail {
    /// Where it stands.
    petition: PetitionView,
    /// In the order they were written.
    documents: Vec<DocumentView>,
}

/// Where a petition stands, for the petitioner who holds its token and for staff.
#[utoipa::path(get, path = "/petitions/{case_id}", operation_id = "petition", tag = "petitions",
    security(("bearer" = [])), params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = PetitionDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let hands = assignments::of_cases(&mut connection, &[id]).await.map_err(fault)?;
    let own = hands.iter().find(|hand| claims.unit.as_ref() == Some(&hand.unit));
    let unit = own.map(|hand| hand.unit.clone());
    let may = may(&claims, &Action::ReadCase { case, unit, region: Some(route.region.clone()) });
    refuse(&desk.app, &mut connection, &claims, &route, may, "petition").await?;
    let pack = desk.app.packs.of(&route.pack).and_then(|pack| pack.petition.as_ref()).ok_or_else(missing)?;
    let kept = petitions::get(&mut connection, case).await.map_err(fault)?;
    let petition = kept.unwrap_or_else(|| fresh(case, route.round, pack));
    let documents = petitions::documents(&mut connection, case).await.map_err(fault)?;
    let documents = documents.iter().map(DocumentView::from).collect();
    let detail = PetitionDetail { petition: PetitionView::from(&petition), documents };
    Ok(([etag(petition.version)], Json(detail)).into_response())
}
