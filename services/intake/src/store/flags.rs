//! Flags on cases.

use intake_rules::flag::FlagState;
use jiff::{Timestamp, civil::Date};
use pg::{SqlTimestamp, ToSqlx};
use sqlx::PgConnection;
use uuid::Uuid;

/// A flag as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub(crate) flag_id: Uuid,
    pub(crate) flag: String,
    pub(crate) ground: String,
    pub(crate) facts: String,
    pub(crate) author: String,
    pub(crate) set_at: Timestamp,
    pub(crate) until: Date,
    pub(crate) state: FlagState,
    pub(crate) objection: Option<String>,
    pub(crate) decision: Option<String>,
    pub(crate) handed: Option<Handed>,
}

/// A note that the matter was handed over.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    pub(crate) to: String,
    pub(crate) on: Date,
    pub(crate) reference: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    flag_id: Uuid,
    flag: String,
    ground: String,
    facts: String,
    author: String,
    set_at: SqlTimestamp,
    until: jiff_sqlx::Date,
    state: String,
    objection: Option<String>,
    decision: Option<String>,
    handed_to: Option<String>,
    handed_on: Option<jiff_sqlx::Date>,
    handed_ref: Option<String>,
}

/// Reads the flags of a case; asked after the case row was locked, nobody changes them meanwhile.
pub(crate) async fn of_case(connection: &mut PgConnection, case: Uuid) -> Result<Vec<Flag>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT flag_id, flag, ground, facts, author, set_at, until, state, objection, decision, handed_to, handed_on,
                handed_ref
         FROM case_flag WHERE case_id = $1 ORDER BY set_at, flag_id",
    )
    .bind(case)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Flag {
                flag_id: row.flag_id,
                flag: row.flag,
                ground: row.ground,
                facts: row.facts,
                author: row.author,
                set_at: row.set_at.to_jiff(),
                until: row.until.to_jiff(),
                state: FlagState::read(&row.state)
                    .ok_or_else(|| sqlx::Error::Decode("case_flag.state cannot be read".into()))?,
                objection: row.objection,
                decision: row.decision,
                handed: row.handed_to.zip(row.handed_on).map(|(to, on)| Handed {
                    to,
                    on: on.to_jiff(),
                    reference: row.handed_ref,
                }),
            })
        })
        .collect()
}

/// Writes a new flag.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    case: Uuid,
    flag: &Flag,
    pack: &contracts::case::PackRef,
) -> Result<(), sqlx::Error> {
    let handed = flag.handed.as_ref();
    sqlx::query(
        "INSERT INTO case_flag (flag_id, case_id, flag, ground, facts, author, set_at, until, state, handed_to, handed_on,
                                handed_ref, pack_id, pack_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(flag.flag_id)
    .bind(case)
    .bind(&flag.flag)
    .bind(&flag.ground)
    .bind(&flag.facts)
    .bind(&flag.author)
    .bind(flag.set_at.to_sqlx())
    .bind(flag.until.to_sqlx())
    .bind(flag.state.as_str())
    .bind(handed.map(|handed| handed.to.as_str()))
    .bind(handed.map(|handed| handed.on.to_sqlx()))
    .bind(handed.and_then(|handed| handed.reference.as_deref()))
    .bind(&pack.id)
    .bind(pack.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes an objection down.
pub(crate) async fn object(
    connection: &mut PgConnection,
    flag: Uuid,
    state: FlagState,
    text: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE case_flag SET state = $2, objection = $3, objected_at = $4 WHERE flag_id = $1")
        .bind(flag)
        .bind(state.as_str())
        .bind(text)
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a supervisor's decision down.
pub(crate) async fn decide(
    connection: &mut PgConnection,
    flag: Uuid,
    state: FlagState,
    reason: &str,
    by: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_flag SET state = $2, decision = $3, decided_by = $4, decided_at = $5 WHERE flag_id = $1",
    )
    .bind(flag)
    .bind(state.as_str())
    .bind(reason)
    .bind(by)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}
