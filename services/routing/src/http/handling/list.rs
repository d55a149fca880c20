//! `GET /assignments/{id}/steps` and `GET /cases/{case_id}/steps`: the process is not hidden.

use axum::extract::State;
use identity::{Action, Role, may};
use ids::{AssignmentId, CaseId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use super::body::StepView;
use crate::{
    app::reach::papers,
    http::{
        Desk,
        outcome::{fault, missing, refuse},
    },
    store::{assignments, cases, steps},
};

/// Steps of handling, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepList {
    /// With what was written down.
    steps: Vec<StepView>,
}

/// One line of what was done, as the citizen reads it: no working papers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgressLine {
    /// A step code of the pack.
    step: String,
    /// In Chinese.
    label: String,
    /// In English.
    label_en: String,
    /// The unit's code.
    unit: String,
    /// `running`, `done`.
    state: &'static str,
    /// When.
    at: String,
    /// When it ended.
    ended_at: Option<String>,
}

/// What was done about a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Progress {
    /// Oldest first.
    progress: Vec<ProgressLine>,
}

/// 办理过程 of a hand-over, for staff.
#[utoipa::path(get, path = "/assignments/{id}/steps", tag = "handling", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment")),
    responses((status = 200, body = StepList), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn of_assignment(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<StepList>, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let row = assignments::get(&mut connection, AssignmentId(id)).await.map_err(fault)?;
    let row = row.ok_or_else(missing)?;
    let route = cases::get(&mut connection, row.case).await.map_err(fault)?.ok_or_else(missing)?;
    let may = papers(&claims, &route, [&row]);
    refuse(&desk.app, &mut connection, &claims, &route, may, "assignment").await?;
    let steps = steps::of_case(&mut connection, row.case).await.map_err(fault)?;
    let own = steps.iter().filter(|step| step.assignment == row.id);
    let steps = own.map(|step| StepView::of(step, &desk.app.vault)).collect::<anyhow::Result<_>>()?;
    Ok(Json(StepList { steps }))
}

/// 办理过程 of a case in outline, for the citizen who holds its token and for staff.
#[utoipa::path(get, path = "/cases/{case_id}/steps", tag = "handling", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = Progress), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn of_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Progress>, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let allowed = if claims.has(Role::Citizen) {
        may(&claims, &Action::ReadCase { case, unit: None, region: Some(route.region.clone()) })
    } else {
        let hands = assignments::of_cases(&mut connection, &[id]).await.map_err(fault)?;
        papers(&claims, &route, &hands)
    };
    refuse(&desk.app, &mut connection, &claims, &route, allowed, "case").await?;
    let pack = desk.app.packs.of(&route.pack);
    let kind = |code: &str| pack.and_then(|pack| pack.handling.as_ref()?.kind(code));
    let steps = steps::of_case(&mut connection, case).await.map_err(fault)?;
    let shown = steps.iter().filter(|step| step.state != routing_rules::step::State::Dropped);
    let line = |step: &steps::Step| ProgressLine {
        step: step.code.clone(),
        label: kind(&step.code).map_or_else(|| step.code.clone(), |kind| kind.label.zh.clone()),
        label_en: kind(&step.code).map_or_else(|| step.code.clone(), |kind| kind.label.en.clone()),
        unit: step.unit.to_string(),
        state: step.state.as_str(),
        at: step.at.to_string(),
        ended_at: step.ended_at.map(|at| at.to_string()),
    };
    Ok(Json(Progress { progress: shown.map(line).collect() }))
}
