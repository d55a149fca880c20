//! `GET /demands` and `POST /demands/{id}/statement`: what the inspectors demand of a unit, and its statement.

use axum::extract::State;
use identity::{Action, may};
use ids::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, Json, Later, Path, Problem, own_unit};

use crate::{
    app::inspection::state as give,
    app::sealed::Sight,
    http::{
        Desk, common,
        inputs::Inputs,
        outcome::{fault, problem},
    },
    store::charges::{self, Entry},
    vault::Vault,
};

/// A demand as the unit sees it: nothing else of the lane.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemandView {
    /// The demand.
    id: Uuid,
    /// The case.
    case_id: Uuid,
    /// What is demanded.
    text: String,
    /// The day by which the statement is owed.
    due: Option<String>,
    /// The statement given.
    statement: Option<String>,
    /// When it was given.
    stated_at: Option<String>,
    /// When it was demanded.
    at: String,
}

/// Demands on a unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemandList {
    /// Those without a statement first.
    demands: Vec<DemandView>,
}

/// The unit's statement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementRequest {
    /// What the unit says.
    text: String,
}

impl DemandView {
    fn of(entry: &Entry, case: CaseId, vault: &Vault) -> anyhow::Result<Self> {
        Ok(Self {
            id: entry.id,
            case_id: case.0,
            text: vault.open(entry.charge, &entry.text)?,
            due: entry.due.map(|day| day.to_string()),
            statement: vault.open_some(entry.charge, entry.answer.as_deref())?,
            stated_at: entry.done_at.map(|at| at.to_string()),
            at: entry.at.to_string(),
        })
    }
}

/// What the inspectors demand of the caller's unit.
#[utoipa::path(get, path = "/demands", tag = "charges", security(("bearer" = [])),
    responses((status = 200, body = DemandList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<DemandList>, Problem> {
    let unit = common::unit_asked(&claims, claims.unit.clone())?;
    may(&claims, &Action::Handle { unit: unit.clone() })?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let sight = Sight::of(&claims, &directory);
    let rows = charges::demands(&mut connection, &unit, &sight).await.map_err(fault)?;
    let view = |(entry, case): &(Entry, CaseId)| DemandView::of(entry, *case, &desk.app.vault);
    Ok(Json(DemandList { demands: rows.iter().map(view).collect::<anyhow::Result<_>>()? }))
}

/// Gives the unit's statement; it stands once given.
#[utoipa::path(post, path = "/demands/{id}/statement", tag = "charges", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "demand")), request_body = StatementRequest,
    responses((status = 200, body = DemandView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn state(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    request: Later<StatementRequest>,
) -> Result<Json<DemandView>, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }]);
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let text = inputs.text("text", &request.text);
    gate.first(inputs.check())?;
    let (entry, case) = give(&desk.app, &claims, id, &text).await?.map_err(problem)?;
    Ok(Json(DemandView::of(&entry, case, &desk.app.vault)?))
}
