//! `POST` and `GET /catalogue/proposals`, `POST /catalogue/proposals/{id}/review` 派单目录调整建议.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use identity::{Action, Role, Scope, may};
use routing_rules::catalogue::Entry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{
    Caller, Gate, IdempotencyKey, IfMatch, Json, Later, Page, Path, Problem, etag, next_link, own_unit,
};

use super::{
    Desk,
    assignments::{place, written},
    catalogue::EntryBody,
    inputs::Inputs,
    outcome::{fault, problem},
};
use crate::{
    app::proposal::{Word, review as decide},
    store::{
        catalogue,
        lists::Place,
        proposals::{self, Proposal},
    },
};

/// What should be changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalRequest {
    /// `add`, `replace` or `remove`.
    change: String,
    /// The line that is replaced or taken out.
    target: Option<i64>,
    /// The new line.
    entry: Option<EntryBody>,
    /// Why: law, 三定, list.
    grounds: String,
}

/// A proposal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalView {
    /// Its id.
    id: Uuid,
    /// The version for `If-Match`.
    version: i64,
    /// `open`, `adopted` or `refused`.
    state: String,
    /// `add`, `replace` or `remove`.
    change: String,
    /// The line that is replaced or taken out.
    target: Option<i64>,
    /// The new line.
    entry: Option<EntryBody>,
    /// Why.
    grounds: String,
    /// Whose officer proposed it; missing for a dispatcher's.
    unit: Option<String>,
    /// Who proposed it.
    actor: String,
    /// When.
    at: String,
    /// When it was decided.
    decided_at: Option<String>,
    /// Who decided.
    decided_by: Option<String>,
    /// Why so.
    reason: Option<String>,
    /// The version of the catalogue that it led to.
    adopted_as: Option<i32>,
}

/// Proposals.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalList {
    /// Newest first.
    proposals: Vec<ProposalView>,
}

/// The word on a proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = proposals::ReviewRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewRequest {
    /// `true` makes a new version of the catalogue.
    adopt: bool,
    /// Owed for a refusal.
    reason: Option<String>,
}

impl ProposalView {
    fn of(row: Proposal) -> Self {
        Self {
            id: row.id,
            version: row.version,
            state: row.state,
            change: row.change,
            target: row.target,
            entry: row.entry.map(|entry| EntryBody { id: None, ..EntryBody::of(0, entry) }),
            grounds: row.grounds,
            unit: row.unit.map(|unit| unit.to_string()),
            actor: row.actor,
            at: row.at.to_string(),
            decided_at: row.decided_at.map(|at| at.to_string()),
            decided_by: row.decided_by,
            reason: row.reason,
            adopted_as: row.adopted_as,
        }
    }
}

/// Proposes a change of the catalogue: an officer for the own unit, or a dispatcher.
#[utoipa::path(post, path = "/catalogue/proposals", tag = "directory", security(("bearer" = [])),
    request_body = ProposalRequest,
    responses((status = 201, body = ProposalView), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    key: IdempotencyKey,
    request: Later<ProposalRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::ProposeCatalogue { unit: own_unit(&claims) }]);
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let lines = catalogue::lines(&mut connection).await.map_err(fault)?;
    let request = request.read_by(&gate)?;
    let target = lines.iter().find(|(id, _)| Some(*id) == request.target).map(|(_, entry)| entry);
    let unit = if claims.has(Role::Dispatcher) { None } else { claims.unit.clone() };
    let asks = unit.clone().or_else(|| request.entry.as_ref().map(|entry| entry.unit.clone()));
    let asks = asks.or_else(|| target.map(|target| target.unit.clone()));
    let Some(asks) = asks else {
        return Err(Problem::bad_request("entry", "请写明目录条目", "name the line"));
    };
    may(&claims, &Action::ProposeCatalogue { unit: asks })?;
    let mut inputs = Inputs::default();
    let grounds = inputs.text("grounds", &request.grounds);
    let needs = (request.change != "add", request.change != "remove");
    if !["add", "replace", "remove"].contains(&request.change.as_str()) {
        inputs.wrong("change", "应为 add、replace 或 remove", "must be add, replace or remove");
    }
    if needs.0 && target.is_none() {
        inputs.wrong("target", "现行目录中没有这一条目", "no such line holds");
    }
    if needs.1 && request.entry.is_none() {
        inputs.wrong("entry", "请写明新的目录条目", "the new line is missing");
    }
    let entry = request.entry.filter(|_| needs.1).map(|entry| entry.check(&directory, "entry", &mut inputs));
    let own =
        |entry: &Entry| unit.as_ref().is_none_or(|unit| entry.unit == *unit || entry.co_units.contains(unit));
    if !entry.as_ref().is_some_and(own) && !target.is_some_and(own) {
        inputs.wrong("entry", "只能就涉及本单位的条目提出建议", "a unit proposes about its own work only");
    }
    gate.first(inputs.check())?;
    let id = match &key.0 {
        Some(key) => Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}:{key}", claims.actor()).as_bytes()),
        None => Uuid::now_v7(),
    };
    let row = Proposal {
        id,
        version: 1,
        state: "open".to_owned(),
        change: request.change,
        target: request.target.filter(|_| needs.0),
        entry,
        grounds,
        unit,
        actor: claims.actor(),
        at: desk.app.clock.now(),
        decided_at: None,
        decided_by: None,
        reason: None,
        adopted_as: None,
    };
    proposals::insert(&mut connection, &row).await.map_err(fault)?;
    let row = proposals::lock(&mut connection, id).await.map_err(fault)?.unwrap_or(row);
    Ok((StatusCode::CREATED, [etag(row.version)], Json(ProposalView::of(row))).into_response())
}

/// Which proposals are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `open`, `adopted` or `refused`.
    state: Option<String>,
}

/// Lists proposals, newest first; an officer sees those of the own unit.
#[utoipa::path(get, path = "/catalogue/proposals", tag = "directory", security(("bearer" = [])), params(Filter, Page),
    responses((status = 200, body = ProposalList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    web::Query(filter): web::Query<Filter>,
    page: Page,
) -> Result<Response, Problem> {
    may(&claims, &Action::ListCases).or_else(|_| may(&claims, &Action::ManageCatalogue))?;
    let unit = match claims.scope() {
        Scope::Unit(unit) => Some(unit),
        Scope::All | Scope::Region(_) | Scope::Case(_) | Scope::Nothing => None,
    };
    let after = place(&page)?.map(|place| (place.at, place.id));
    let state = filter.state.as_deref();
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let limit = i64::from(page.limit) + 1;
    let mut rows =
        proposals::list(&mut connection, state, unit.as_ref(), after, limit).await.map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|row| Place { at: row.at, id: row.id }).filter(|_| more);
    let body = Json(ProposalList { proposals: rows.into_iter().map(ProposalView::of).collect() });
    Ok(match last {
        Some(last) => {
            let state = state.map(|state| format!("state={state}&")).unwrap_or_default();
            let path = format!("/api/routing/catalogue/proposals?{state}limit={}", page.limit);
            ([(header::LINK, next_link(&path, &written(last)))], body).into_response()
        }
        None => body.into_response(),
    })
}

/// Adopts a proposal (a new version of the catalogue) or refuses it with a reason.
#[utoipa::path(post, path = "/catalogue/proposals/{id}/review", tag = "directory", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "proposal"), ("If-Match" = String, Header, description = "version read")),
    request_body = ReviewRequest,
    responses((status = 200, body = ProposalView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn review(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ReviewRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::ManageCatalogue]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let reason = inputs.optional_line("reason", request.reason.as_deref(), 500);
    gate.first(inputs.check())?;
    let word = Word { adopt: request.adopt, reason };
    let row = decide(&desk.app, &claims, id, version, word).await.map_err(fault)?.map_err(problem)?;
    Ok(([etag(row.version)], Json(ProposalView::of(row))).into_response())
}
