//! Conversations that go on, and listening in on them (监听).

mod begin;
mod change;
mod end;
mod leave;
mod list;
mod listen;
mod listenings;
mod mine;

use identity::Claims;
use jiff::Timestamp;
use pg::SqlTimestamp;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::Problem;

use crate::{
    app::{Desk, listening},
    http::fault,
    store::{
        conversations::{self, Conversation},
        listenings::{Row, Try},
    },
};

/// The routes of this part.
pub(crate) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(begin::begin, list::going_on))
        .routes(routes!(change::change))
        .routes(routes!(end::end))
        .routes(routes!(listen::listen))
        .routes(routes!(leave::leave))
        .routes(routes!(listenings::list))
        .routes(routes!(mine::mine))
}

/// A conversation as its operator sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = conversations::Told)]
pub(crate) struct Told {
    conversation: Uuid,
    sort: String,
    /// It is for named hands only.
    secret: bool,
    #[schema(value_type = String, format = DateTime)]
    began_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

impl From<&Conversation> for Told {
    fn from(row: &Conversation) -> Self {
        Self {
            conversation: row.conversation_id,
            sort: row.sort.clone(),
            secret: listening::is_secret(row),
            began_at: row.began_at.to_jiff(),
            ended_at: row.ended_at.map(SqlTimestamp::to_jiff),
        }
    }
}

/// A listening, with every request to the switch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = conversations::Listened)]
pub(crate) struct Listened {
    listening: Uuid,
    conversation: Uuid,
    /// Role and account of who answered.
    operator: String,
    /// Role and account of who listened.
    listener: String,
    extension: String,
    /// A ground of the pack.
    ground: String,
    /// `asked`, `on`, `refused`, `away`, `ended`.
    state: String,
    state_zh: String,
    state_en: String,
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    joined_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Why it ended or is to end: `listener`, `time`, `sealed`, `over`.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<String>,
    tries: Vec<SwitchTry>,
    pack: String,
    pack_version: i32,
}

/// A request to the switch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SwitchTry {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `join` or `leave`.
    deed: String,
    /// `taken`, `refused`, `away`.
    heard: String,
}

fn listened(row: Row, tries: &[Try]) -> Result<Listened, Problem> {
    let state = listening::state(&row)?;
    let own = tries.iter().filter(|one| one.listening_id == row.listening_id);
    let shown =
        |one: &Try| SwitchTry { at: one.at.to_jiff(), deed: one.deed.clone(), heard: one.heard.clone() };
    Ok(Listened {
        listening: row.listening_id,
        conversation: row.conversation_id,
        operator: row.operator,
        listener: row.listener,
        extension: row.extension,
        ground: row.ground,
        state: state.as_str().to_owned(),
        state_zh: state.zh().to_owned(),
        state_en: state.en().to_owned(),
        asked_at: row.asked_at.to_jiff(),
        joined_at: row.joined_at.map(SqlTimestamp::to_jiff),
        ended_at: row.ended_at.map(SqlTimestamp::to_jiff),
        ending: row.ending,
        tries: own.map(shown).collect(),
        pack: row.pack_id,
        pack_version: row.pack_version,
    })
}

/// Locks a conversation of the caller's own.
async fn own(transaction: &mut PgConnection, claims: &Claims, id: &str) -> Result<Conversation, Problem> {
    let id: Uuid = id.parse().map_err(|_| no_such_conversation())?;
    let row = conversations::lock(transaction, id).await.map_err(|error| fault(error.into()))?;
    row.filter(|row| claims.acted_as(&row.operator)).ok_or_else(no_such_conversation)
}

fn no_such_conversation() -> Problem {
    Problem::not_found("没有这个进行中的通话。", "There is no such conversation.")
}

fn no_such_listening() -> Problem {
    Problem::not_found("没有这次监听。", "There is no such listening.")
}

/// The answers for a switch that is none, will not, or does not answer.
fn no_switch() -> Problem {
    Problem::conflict(
        "本系统未接入话务交换机（intake.switch.profile 未配置），不能监听。",
        "No telephone switch is connected (intake.switch.profile is not set); nobody can listen in.",
    )
}

fn switch_refused() -> Problem {
    Problem::of(axum::http::StatusCode::BAD_GATEWAY).detail(
        "话务交换机拒绝了请求，本次请求已记录。",
        "The telephone switch refused; the request is written down.",
    )
}

fn switch_away() -> Problem {
    Problem::unavailable().retry_after(5).detail(
        "话务交换机没有应答，本次请求已记录。",
        "The telephone switch did not answer; the request is written down.",
    )
}
