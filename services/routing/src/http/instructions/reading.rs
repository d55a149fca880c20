//! `GET /reading-list` and `POST /cases/{case_id}/read` 阅批: the letters that a leader is given to read.

use axum::extract::State;
use identity::{Action, may};
use ids::{AccountId, CaseId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use crate::{
    app::{reach::papers, sealed::look},
    http::{
        Desk, common,
        outcome::{fault, missing, problem},
    },
    publish,
    store::{assignments, cases, classes},
};

/// One letter to read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Letter {
    /// The case.
    case_id: Uuid,
    /// Its number.
    number: String,
    /// The redacted title; missing for confidential cases.
    title: Option<String>,
    /// What the message wants.
    kind: &'static str,
    /// `ordinary`, `urgent-read`, `important`.
    class: &'static str,
    /// How soon hands are needed.
    urgency: &'static str,
    /// Where it is: `waiting`, `dispatched`, `answered`, `closed`.
    state: &'static str,
    /// The day of receipt.
    received_at: String,
}

/// Letters to read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadingList {
    /// The oldest first; what was read is not shown again.
    letters: Vec<Letter>,
}

/// When a letter was read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Read {
    /// The first time.
    read_at: String,
}

/// The letters of the pack's classes and urgencies that the caller has not read.
#[utoipa::path(get, path = "/reading-list", tag = "leaders", security(("bearer" = [])),
    responses((status = 200, body = ReadingList), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<ReadingList>, Problem> {
    may(&claims, &Action::Instruct)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let prefix = common::prefix(&claims);
    let mut rows = Vec::new();
    for (id, pack) in desk.app.packs.newest() {
        let Some(rule) = pack.leaders.as_ref().and_then(|leaders| leaders.reading.as_ref()) else { continue };
        let since = desk.app.clock.now() - jiff::SignedDuration::from_hours(24 * i64::from(rule.days));
        let class = rule.classes.iter().map(|class| publish::class_out(*class).as_str());
        let urgency = rule.urgencies.iter().map(|urgency| publish::urgency_out(*urgency).as_str());
        let (class, urgency): (Vec<_>, Vec<_>) = (class.collect(), urgency.collect());
        let account = AccountId(claims.sub);
        let unread = classes::unread(&mut connection, account, id, &class, &urgency, since, &prefix).await;
        rows.extend(unread.map_err(fault)?);
    }
    rows.sort_by_key(|(route, _)| (route.received_at, route.case));
    let letter = |(route, class): &(cases::CaseRoute, contracts::words::Class)| Letter {
        case_id: route.case.0,
        number: route.number.to_string(),
        title: route.title.clone(),
        kind: route.kind.as_str(),
        class: class.as_str(),
        urgency: route.urgency.as_str(),
        state: route.state.as_str(),
        received_at: route.received_at.to_string(),
    };
    Ok(Json(ReadingList { letters: rows.iter().map(letter).collect() }))
}

/// 圈阅: the caller has read the letter.
#[utoipa::path(post, path = "/cases/{case_id}/read", tag = "leaders", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = Read), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn mark(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Read>, Problem> {
    may(&claims, &Action::Instruct)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let hands = assignments::of_cases(&mut connection, &[id]).await.map_err(fault)?;
    papers(&claims, &route, &hands)?;
    look(&desk.app, &mut connection, &claims, &route, "reading").await.map_err(fault)?.map_err(problem)?;
    let account = AccountId(claims.sub);
    let at = classes::mark(&mut connection, account, case, desk.app.clock.now()).await.map_err(fault)?;
    Ok(Json(Read { read_at: at.to_string() }))
}
