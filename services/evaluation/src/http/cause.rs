//! `PUT /cases/{case_id}/cause`: 成因与整改, named by the unit that answered, in the codes of the pack.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use calendar::day_of;
use evaluation_rules::Coded;
use identity::{Action, may};
use ids::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, FieldError, Later, Path, Problem};

use crate::{
    Parts,
    app::{Refused, own_fact},
    store::causes,
};

/// What is named; at least one of both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    /// A code of `reports.cause` of the pack.
    cause: Option<String>,
    /// A code of `reports.remedy` of the pack.
    remedy: Option<String>,
}

/// 成因与整改 name cause and remedy of a case
///
/// Of the present round, once it is answered; feeds the analysis of the pack. It takes the place of what the reply or an earlier call
/// named, both codes together.
#[utoipa::path(
    put, path = "/cases/{case_id}/cause", operation_id = "name_cause", request_body = Named,
    params(("case_id" = Uuid, Path)), security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn name(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    named: Later<Named>,
) -> Result<StatusCode, Problem> {
    let case = CaseId(case);
    let mut transaction = parts.db.pool.begin().await.context("naming a cause")?;
    let stored = own_fact(&mut transaction, &claims, case).await?;
    let fact = &stored.fact;
    let unit = fact.unit.clone().ok_or(Refused::State("该件尚未派到单位。", "No unit has the case yet."))?;
    may(&claims, &Action::Handle { unit }).or_else(|_| may(&claims, &Action::Supervise))?;
    if fact.answered_round < fact.round {
        return Err(Refused::State("该件本轮尚未答复。", "There is no answer of this round yet.").into());
    }
    let rules = fact.pack.as_ref().and_then(|pack| parts.packs.find(pack));
    let reports = rules.and_then(|rules| rules.reports.as_ref());
    let mut wrong = Vec::new();
    let mut known = |field: &'static str, given: &Option<String>, list: Option<&Vec<Coded>>| {
        let listed = |code: &String| list.is_some_and(|list| list.iter().any(|one| one.code == *code));
        if given.as_ref().is_some_and(|code| !listed(code)) {
            wrong.push(FieldError::new(field, "不是规则包中的代码", "is no code of the policy pack"));
        }
    };
    let named = named.read()?;
    known("cause", &named.cause, reports.map(|reports| &reports.causes));
    known("remedy", &named.remedy, reports.map(|reports| &reports.remedies));
    if named.cause.is_none() && named.remedy.is_none() {
        wrong.push(FieldError::new("cause", "成因与整改至少填一项", "name a cause, a remedy or both"));
    }
    if !wrong.is_empty() {
        return Err(Problem::unprocessable(wrong));
    }
    let (round, day, by) = (fact.round, day_of(parts.clock.now()), claims.actor());
    let (cause, remedy) = (named.cause.as_deref(), named.remedy.as_deref());
    let named = causes::Named { case, round, cause, remedy, day, by: &by };
    causes::name(&mut transaction, named).await.context("naming a cause")?;
    transaction.commit().await.context("naming a cause")?;
    Ok(StatusCode::NO_CONTENT)
}
