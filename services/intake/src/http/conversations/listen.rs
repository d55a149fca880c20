//! POST /conversations/{id}/listenings: the supervision office asks to listen in; the switch joins it, muted.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::case::PackRef;
use identity::{Action, may};
use ids::CaseId;
use intake_rules::{Heard, ListenState};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Later, Path, Problem};

use super::{Listened, listened, no_such_conversation, no_switch, switch_away, switch_refused};
use crate::{
    app::{Desk, listening, sealed},
    http::{broken, fault, given::Given},
    store::{
        conversations,
        listenings::{self, NewListening},
    },
};

/// A request to listen in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = conversations::Wish)]
pub(crate) struct Wish {
    /// The extension of the office that is joined, muted: 2 to 8 digits.
    extension: String,
    /// A ground of the pack.
    ground: String,
}

/// Listens in. The request is written down before the switch is asked, whatever comes of it; for a sealed matter the look is
/// written into its dossier first.
#[utoipa::path(post, path = "/conversations/{id}/listenings", tag = "listening", request_body = Wish,
    params(("id" = String, Path, description = "conversation")),
    responses((status = 201, description = "the listener hears", body = Listened),
              (status = 200, description = "the listener is on the line already", body = Listened),
              (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 409, description = "over, not allowed by the pack, or no switch is connected", body = Problem),
              (status = 422, body = Problem), (status = 502, description = "the switch refused", body = Problem),
              (status = 503, description = "the switch does not answer", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn listen(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    sent: Later<Wish>,
) -> Result<Response, Problem> {
    may(&claims, &Action::ListenIn)?;
    let core = &desk.core;
    let wish = sent.read()?;
    let id: Uuid = id.parse().map_err(|_| no_such_conversation())?;
    let mut transaction = core.platform.db.pool.begin().await.map_err(broken)?;
    let row =
        conversations::lock(&mut transaction, id).await.map_err(broken)?.ok_or_else(no_such_conversation)?;
    if !listening::knows(&mut transaction, &claims, &row).await.map_err(broken)? {
        return Err(no_such_conversation());
    }
    if row.ended_at.is_some() {
        return Err(is_over());
    }
    let known = core.packs.of_case(&row.pack_id)?;
    let rules = known.pack.listening.as_ref().ok_or_else(|| {
        Problem::conflict("本规则包不设监听。", "The policy pack of this conversation has no listening in.")
    })?;
    let mut given = Given::default();
    let digits = wish.extension.bytes().all(|byte| byte.is_ascii_digit());
    given.ensure(
        digits && (2..=8).contains(&wish.extension.len()),
        "extension",
        "应为2至8位分机号",
        "must be an extension of 2 to 8 digits",
    );
    let grounds: Vec<&str> = rules.grounds.iter().map(|known| known.code.as_str()).collect();
    given.word("ground", &wish.ground, &grounds);
    given.check()?;
    let switch = core.switch.as_ref().ok_or_else(no_switch)?;
    let (listener, by_right, now) = (claims.actor(), listening::is_secret(&row), core.now());
    let pack = PackRef { id: row.pack_id.clone(), version: known.stamp.version };
    let new = NewListening {
        id: Uuid::now_v7(),
        conversation: id,
        operator: &row.operator,
        region: &row.region,
        listener: &listener,
        extension: &wish.extension,
        ground: &wish.ground,
        by_right,
        at: now,
        leave_due: listening::lost_at(now),
        pack: &pack,
    };
    let fresh = listenings::ask(&mut transaction, &new).await.map_err(broken)?;
    let asked = listenings::running(&mut transaction, id, &listener).await.map_err(broken)?;
    let asked = asked.ok_or_else(|| anyhow::anyhow!("a listening is gone that was just written"))?;
    transaction.commit().await.map_err(broken)?;
    if !fresh {
        return answer(core, asked, StatusCode::OK).await;
    }
    if let Some(case) = row.case_id.filter(|_| row.sealed) {
        sealed::look(core, CaseId(case), &claims, "call.listened").await.map_err(broken)?;
    }
    let (kept, heard) = listening::join(core, switch, &asked).await.map_err(fault)?;
    match (heard, listening::state(&kept)?) {
        (Heard::Refused, _) => Err(switch_refused()),
        (Heard::Away, _) => Err(switch_away()),
        (Heard::Taken, ListenState::Ended) => Err(is_over()),
        (Heard::Taken, _) => answer(core, kept, StatusCode::CREATED).await,
    }
}

async fn answer(
    core: &crate::app::Core,
    row: listenings::Row,
    status: StatusCode,
) -> Result<Response, Problem> {
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    let tries = listenings::tries(&mut connection, &[row.listening_id]).await.map_err(broken)?;
    Ok((status, Json(listened(row, &tries)?)).into_response())
}

fn is_over() -> Problem {
    Problem::conflict("该通话已经结束。", "The conversation is over.")
}
