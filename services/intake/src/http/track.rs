//! POST /track: who has number and query code sees where the case is and gets a token for it.

use axum::extract::State;
use identity::Claims;
use ids::CaseNumber;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Json, Origin, Problem};

use crate::{
    app::{self, Desk},
    http::fault,
    store::{dossier, secrecy},
};

/// What the citizen was given at registration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// The case number.
    #[schema(value_type = String, example = "260302511602000017")]
    number: CaseNumber,
    /// The ten digits.
    #[schema(example = "0123456789")]
    query_code: String,
}

/// Where a case is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tracked {
    number: String,
    state: String,
    state_zh: &'static str,
    state_en: &'static str,
    version: i64,
    steps: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    /// For rating, supplement, withdrawal and reopening of this one case.
    token: String,
    /// Until when the token holds.
    #[schema(value_type = String, format = DateTime)]
    token_until: Timestamp,
}

/// One step that the citizen may know of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Step {
    #[schema(value_type = String, format = DateTime)]
    time: Timestamp,
    event: String,
    zh: &'static str,
    en: &'static str,
}

/// Tracks a case by number and query code.
#[utoipa::path(post, path = "/track", tag = "citizens", request_body = Keys,
    responses((status = 200, description = "where it is", body = Tracked),
              (status = 404, description = "number or query code is wrong", body = Problem),
              (status = 429, description = "too many wrong codes", body = Problem)),
    security(()))]
pub(crate) async fn track(
    State(desk): State<Desk>,
    origin: Origin,
    Json(keys): Json<Keys>,
) -> Result<Json<Tracked>, Problem> {
    let core = &desk.core;
    let from = origin.behind(core.config.trusted_proxies);
    let file = app::track::track(core, from, &keys.number, &keys.query_code).await?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let secret = secrecy::hides(&mut connection, &file).await?;
        Ok((secret, dossier::of_case(&mut connection, file.case_id).await?))
    };
    let (secret, entries) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    // Of a sealed case, or one whose result is, who tracks it learns the state and nothing of whose hands it is in.
    let entries = if secret { Vec::new() } else { entries };
    let invalid = file.state == intake_rules::State::Invalid;
    let steps = entries.into_iter().filter_map(|entry| {
        let (zh, en) = match entry.what.kind.as_str() {
            "case.declined" if invalid => (file.state.zh(), file.state.en()),
            kind => label(kind)?,
        };
        Some(Step { time: entry.what.happened_at, event: entry.what.kind, zh, en })
    });
    let until = core.now().as_second() + core.config.citizen_token_minutes * 60;
    Ok(Json(Tracked {
        number: file.number.to_string(),
        state: file.state.as_str().to_owned(),
        state_zh: file.state.zh(),
        state_en: file.state.en(),
        version: file.version,
        steps: steps.collect(),
        due_at: file.due_at.filter(|_| !secret),
        token: core.platform.keys.sign(&Claims::citizen(file.case_id, until)),
        token_until: Timestamp::from_second(until).map_err(anyhow::Error::from)?,
    }))
}

/// What a step is called before the citizen; steps inside the house have no name there.
fn label(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "case.registered" => ("已登记", "registered"),
        "case.accepted" => ("已受理", "accepted"),
        "case.declined" => ("不予受理", "not accepted"),
        "case.supplemented" => ("已补充", "supplemented"),
        "case.merged" => ("已与同一事项合并办理", "handled together with the same matter"),
        "case.unmerged" => ("已恢复单独办理", "handled on its own again"),
        "case.renewed" => ("已收到新情况", "new facts received"),
        "case.materials_requested" => ("请补充材料", "materials asked for"),
        "case.materials_received" => ("材料已收到", "materials received"),
        "case.notice_issued" => ("已出具书面告知", "written notice issued"),
        "case.flagged" => ("已设标记，您可以查看并提出异议", "a flag was set; you may read it and object"),
        "case.flag_lifted" => ("标记已撤销", "a flag was taken away"),
        "case.withdrawn" => ("已撤回", "withdrawn"),
        "assignment.dispatched" => ("已转交承办单位", "handed to a unit"),
        "assignment.signed" => ("承办单位已签收", "signed for by the unit"),
        "assignment.contacted" => ("承办单位已联系您", "the unit has been in contact"),
        "case.answered" => ("已答复", "answered"),
        "case.closed" => ("已办结", "closed"),
        "case.rated" => ("已评价", "rated"),
        "case.reopened" => ("重新办理", "reopened"),
        _ => return None,
    })
}
