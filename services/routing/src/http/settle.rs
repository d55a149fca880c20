//! `POST /cases/{case_id}/settlement`, `POST` and `GET /cases/{case_id}/conferences`: how a dispute ends.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use identity::{Action, may};
use ids::{CaseId, UnitCode};
use jiff::civil::Date;
use routing_rules::dispute::Means;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IdempotencyKey, IfMatch, Json, Later, Path, Problem, etag};

use super::{
    Desk,
    disputes::DisputeView,
    inputs::Inputs,
    outcome::{fault, missing, problem, refuse},
    views::CaseView,
};
use crate::{
    app::{
        reach,
        settle::{Settlement, run},
    },
    store::{
        cases,
        disputes::{self, Conference},
    },
    vault::Vault,
};

/// Who has to do it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettlementRequest {
    /// `conference` 联席会议 or `designation` 指定.
    by: String,
    /// 主办.
    #[schema(value_type = String)]
    unit: UnitCode,
    /// 协办.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    co_units: Vec<UnitCode>,
    /// Why; stays inside.
    conclusion: String,
}

/// Settles a dispute between units, by a conference or by the word of a superior; nobody returns the case after it.
#[utoipa::path(post, path = "/cases/{case_id}/settlement", tag = "cases", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = SettlementRequest,
    responses((status = 200, body = CaseView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<SettlementRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Settle]);
    let version = version.require()?;
    let request = request.read_by(&gate)?;
    let means = Means::read(&request.by).ok_or_else(|| {
        let zh = "应为 conference（联席会议）或 designation（指定）";
        Problem::bad_request("by", zh, "must be conference or designation")
    })?;
    let mut inputs = Inputs::default();
    let conclusion = inputs.text("conclusion", &request.conclusion);
    gate.first(inputs.check())?;
    let mut co_units = request.co_units;
    co_units.sort();
    co_units.dedup();
    co_units.retain(|unit| *unit != request.unit);
    let settlement = Settlement { means, unit: request.unit, co_units, conclusion };
    let answer = run(&desk.app, &claims, CaseId(id), version, &settlement).await.map_err(fault)?;
    let route = answer.map_err(problem)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    Ok(([etag(route.version)], Json(CaseView::of(&route, None, &directory))).into_response())
}

/// A conference about a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConferenceRequest {
    /// On which day.
    #[schema(value_type = String)]
    held_on: Date,
    /// Who presided, as a function label; never a name.
    chair: String,
    /// Units that took part.
    #[schema(value_type = Vec<String>)]
    participants: Vec<UnitCode>,
    /// What was concluded; stays inside.
    conclusion: String,
}

/// The record of a conference.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConferenceView {
    /// Its id.
    id: Uuid,
    /// On which day.
    held_on: String,
    /// Who presided, as a function label.
    chair: String,
    /// Units that took part.
    participants: Vec<String>,
    /// What was concluded.
    conclusion: String,
    /// Who wrote it down.
    actor: String,
    /// When.
    at: String,
}

/// What units quarrelled about, and where they met.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConferenceList {
    /// Oldest first.
    disputes: Vec<DisputeView>,
    /// Oldest first.
    conferences: Vec<ConferenceView>,
}

impl ConferenceView {
    fn of(row: Conference, vault: &Vault) -> anyhow::Result<Self> {
        Ok(Self {
            id: row.id,
            held_on: row.held_on.to_string(),
            chair: vault.open(row.id, &row.chair)?,
            participants: row.participants,
            conclusion: vault.open(row.id, &row.conclusion)?,
            actor: row.actor,
            at: row.at.to_string(),
        })
    }
}

/// 联席会议: writes down a conference about a case.
#[utoipa::path(post, path = "/cases/{case_id}/conferences", tag = "cases", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")), request_body = ConferenceRequest,
    responses((status = 201, body = ConferenceView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn confer(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
    request: Later<ConferenceRequest>,
) -> Result<Response, Problem> {
    may(&claims, &Action::Settle).or_else(|_| may(&claims, &Action::ReviewReturn))?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let here = Action::ReadCase { case, unit: None, region: Some(route.region.clone()) };
    refuse(&desk.app, &mut connection, &claims, &route, may(&claims, &here), "conferences").await?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let pack = desk.app.packs.of(&route.pack).ok_or_else(Problem::unavailable)?;
    let mut inputs = Inputs::default();
    let request = request.read()?;
    let (chair, conclusion) =
        (inputs.line("chair", &request.chair, 100), inputs.text("conclusion", &request.conclusion));
    let mut participants = request.participants;
    participants.sort();
    participants.dedup();
    for unit in participants.iter().filter(|unit| !directory.units.contains_key(unit)) {
        inputs.wrong("participants", format!("没有单位 {unit}"), format!("no unit {unit}"));
    }
    let least = pack.disputes.as_ref().map_or(2, |disputes| disputes.conference_units);
    if participants.len() < least {
        inputs.wrong(
            "participants",
            format!("至少 {least} 个单位参加"),
            format!("at least {least} units take part"),
        );
    }
    let at = desk.app.clock.now();
    if request.held_on > calendar::day_of(at) {
        inputs.wrong("held_on", "会议日期不能晚于今天", "a conference that was held lies in the past");
    }
    inputs.check()?;
    let id = match &key.0 {
        Some(key) => Uuid::new_v5(&case.0, format!("{}:{key}", claims.actor()).as_bytes()),
        None => Uuid::now_v7(),
    };
    let row = Conference {
        id,
        case,
        held_on: request.held_on,
        chair: reach::seal(&desk.app, &route, id, &chair),
        participants: participants.iter().map(ToString::to_string).collect(),
        conclusion: reach::seal(&desk.app, &route, id, &conclusion),
        actor: claims.actor(),
        at,
    };
    disputes::confer(&mut connection, &row).await.map_err(fault)?;
    Ok((StatusCode::CREATED, Json(ConferenceView::of(row, &desk.app.vault)?)).into_response())
}

/// Reads the disputes and conferences about a case.
#[utoipa::path(get, path = "/cases/{case_id}/conferences", tag = "cases", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = ConferenceList), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ConferenceList>, Problem> {
    may(&claims, &Action::ListCases)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let hands = crate::store::assignments::of_cases(&mut connection, &[id]).await.map_err(fault)?;
    let own =
        hands.iter().find(|hand| claims.unit.as_ref() == Some(&hand.unit)).map(|hand| hand.unit.clone());
    let here = Action::ReadCase { case, unit: own, region: Some(route.region.clone()) };
    refuse(&desk.app, &mut connection, &claims, &route, may(&claims, &here), "conferences").await?;
    let known = disputes::of_case(&mut connection, case).await.map_err(fault)?;
    let held = disputes::conferences(&mut connection, case).await.map_err(fault)?;
    let vault = &desk.app.vault;
    let disputes = known.into_iter().map(|row| DisputeView::of(row, vault));
    let conferences = held.into_iter().map(|row| ConferenceView::of(row, vault));
    Ok(Json(ConferenceList {
        disputes: disputes.collect::<anyhow::Result<_>>()?,
        conferences: conferences.collect::<anyhow::Result<_>>()?,
    }))
}
