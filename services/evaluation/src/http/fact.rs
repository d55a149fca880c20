//! `GET /cases/{case_id}/fact`: what counting knows of one case.

use anyhow::Context as _;
use axum::extract::State;
use calendar::Calendars;
use evaluation_rules::Fact;
use identity::{Action, may};
use ids::CaseId;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use crate::{Parts, store::facts};

/// What counting knows of one case; a field is missing until its source has spoken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shown {
    case_id: Uuid,
    number: Option<String>,
    /// Id of the policy pack.
    pack: Option<String>,
    pack_version: Option<i32>,
    region: Option<String>,
    kind: Option<&'static str>,
    channel: Option<String>,
    /// The unit that answered, else the lead unit.
    unit: Option<String>,
    /// `open`, `answered`, `closed`, `withdrawn`, `declined`, in the present round.
    state: &'static str,
    accepted: bool,
    historic: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    received_at: Option<Timestamp>,
    /// Asia/Shanghai; not counted by any limit.
    #[schema(value_type = Option<String>, format = Date)]
    received_day: Option<Date>,
    /// The last day in time, whole.
    #[schema(value_type = Option<String>, format = Date)]
    due_day: Option<Date>,
    /// The due day lies beyond the last published year.
    provisional: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = Date)]
    answered_day: Option<Date>,
    outcome: Option<String>,
    /// After `received_day` up to and including `answered_day`.
    workdays: Option<u32>,
    /// First answered on or before the due day.
    in_time: Option<bool>,
    round: i32,
    reopen_count: i32,
    rated_round: Option<i32>,
    solved: Option<&'static str>,
    grade: Option<&'static str>,
    /// Of the first rating, in the words of the pack at that time.
    first_satisfied: Option<bool>,
    first_solved: Option<&'static str>,
    #[schema(value_type = Option<String>, format = DateTime)]
    registered_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    dispatched_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    signed_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    contacted_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
}

impl Shown {
    fn of(fact: Fact, calendars: &Calendars) -> Self {
        let stages = fact.reached;
        let (received_day, answered_day) = (fact.received_day(), fact.answered_day());
        Self {
            case_id: fact.case.0,
            state: fact.state().as_str(),
            workdays: fact.workdays(calendars.of(fact.region.as_ref().map_or("", ids::RegionCode::as_str))),
            in_time: answered_day.zip(fact.due).map(|(day, due)| day <= due.day),
            number: fact.number.map(String::from),
            pack_version: fact.pack.as_ref().map(|pack| pack.version),
            pack: fact.pack.map(|pack| pack.id),
            region: fact.region.map(String::from),
            kind: fact.kind.map(evaluation_rules::Kind::as_str),
            channel: fact.channel,
            unit: fact.unit.map(String::from),
            accepted: fact.accepted,
            historic: fact.historic,
            received_at: fact.received_at,
            received_day,
            due_day: fact.due.map(|due| due.day),
            provisional: fact.due.is_some_and(|due| due.provisional),
            answered_at: fact.answer.as_ref().map(|answer| answer.at),
            answered_day,
            outcome: fact.answer.map(|answer| answer.outcome),
            round: fact.round,
            reopen_count: fact.reopen_count,
            rated_round: fact.rated.map(|rated| rated.round),
            solved: fact.rated.map(|rated| rated.solved.as_str()),
            grade: fact.rated.map(|rated| rated.grade.as_str()),
            first_satisfied: fact.first.and_then(|first| first.satisfied),
            first_solved: fact.first.map(|first| first.solved.as_str()),
            registered_at: stages.registered,
            dispatched_at: stages.dispatched,
            signed_at: stages.signed,
            contacted_at: stages.contacted,
            closed_at: stages.closed,
        }
    }
}

/// 指标要素 how one case counts
#[utoipa::path(
    get, path = "/cases/{case_id}/fact", operation_id = "case_fact", params(("case_id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Shown, headers(("ETag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(crate) async fn fact(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
) -> Result<([(axum::http::HeaderName, axum::http::HeaderValue); 1], Json<Shown>), Problem> {
    let case = CaseId(case);
    let mut db = parts.db.pool.acquire().await.context("reading a fact")?;
    let stored = facts::read(&mut db, case).await.context("reading a fact")?;
    let region = stored.as_ref().and_then(|stored| stored.fact.region.clone());
    let seen = runtime::seals::sees(&mut db, &claims, case.0, region.as_ref()).await;
    // A sealed case is answered for as one that is not there.
    let seen = seen.context("reading a fact")?;
    let stored = stored.filter(|_| seen);
    let (unit, region) = stored
        .as_ref()
        .map(|stored| (stored.fact.unit.clone(), stored.fact.region.clone()))
        .unwrap_or_default();
    let missing = || Problem::not_found("没有该件。", "There is no such case.");
    may(&claims, &Action::ReadCase { case, unit, region })?;
    let stored = stored.ok_or_else(missing)?;
    Ok(([web::etag(stored.version)], Json(Shown::of(stored.fact, &parts.calendars.now()))))
}
