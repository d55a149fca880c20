//! Contacts that make no case: enquiries, answers on the spot, praise, abusive calls, abandoned calls.

mod attempt;
pub(crate) mod figures;
mod get_contact;
mod list;
mod make_case;
mod object;
mod record;
mod review;

use identity::Claims;
use ids::RegionCode;
use jiff::Timestamp;
use pg::SqlTimestamp;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::Problem;

use crate::{
    app::{Core, Desk, contacts::life},
    http::{fault, given::within},
    store::contacts::{self, ContactRow},
};

/// The routes of this part.
pub(crate) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(record::record, list::list_contacts))
        .routes(routes!(list::due))
        .routes(routes!(figures::figures))
        .routes(routes!(get_contact::get_contact))
        .routes(routes!(attempt::attempt))
        .routes(routes!(review::review))
        .routes(routes!(object::track))
        .routes(routes!(object::object))
        .routes(routes!(make_case::make_case))
}

/// A contact as it stands after a change.
#[derive(Clone, Debug, Serialize, serde::Deserialize, ToSchema)]
pub(crate) struct ContactStanding {
    contact: String,
    kind: String,
    state: String,
    state_zh: String,
    state_en: String,
    attempts: i32,
    /// Until when a call back is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    /// Opens a decision to the person it is about. Told here and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    version: i64,
}

/// What the caller is shown of a contact.
fn standing(row: &ContactRow) -> Result<ContactStanding, Problem> {
    let state = life(row)?.state;
    Ok(ContactStanding {
        contact: row.contact_id.to_string(),
        kind: row.sort.clone(),
        state: state.as_str().to_owned(),
        state_zh: state.zh().to_owned(),
        state_en: state.en().to_owned(),
        attempts: row.attempts,
        due_at: row.due_at.map(SqlTimestamp::to_jiff),
        code: None,
        version: row.version,
    })
}

/// Locks a contact that the caller's region holds.
pub(crate) async fn open(
    transaction: &mut PgConnection,
    claims: &Claims,
    id: &str,
) -> Result<ContactRow, Problem> {
    let id: Uuid = id.parse().map_err(|_| no_such_contact())?;
    let row = contacts::lock(transaction, id).await;
    let row = row.map_err(|error| fault(error.into()))?.ok_or_else(no_such_contact)?;
    let region: RegionCode = row.region.parse().map_err(anyhow::Error::from)?;
    if within(claims, &region) { Ok(row) } else { Err(no_such_contact()) }
}

/// Begins a transaction.
async fn begin(core: &Core) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, Problem> {
    core.platform.db.pool.begin().await.map_err(|error| fault(error.into()))
}

/// Commits and wakes who carries events.
async fn commit(core: &Core, transaction: sqlx::Transaction<'static, sqlx::Postgres>) -> Result<(), Problem> {
    transaction.commit().await.map_err(|error| fault(error.into()))?;
    core.platform.wake.outbox();
    Ok(())
}

fn no_such_contact() -> Problem {
    Problem::not_found("没有这条来电来件记录。", "There is no such contact.")
}
