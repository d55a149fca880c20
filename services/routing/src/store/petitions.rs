//! Petitions after their handling: where each stands, and every document, request and termination of it.

use ids::{CaseId, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use routing_rules::petition::{Lane, Stage, State, Turned};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use super::bad;

/// One row of `petition`.
#[derive(Clone, Debug)]
pub(crate) struct Petition {
    pub(crate) case: CaseId,
    pub(crate) code: String,
    pub(crate) lane: Lane,
    /// Kind of termination that lies with its approver.
    pub(crate) proposed: Option<String>,
    pub(crate) handled_by: Option<UnitCode>,
    pub(crate) organ: Option<UnitCode>,
    pub(crate) asked_on: Option<Date>,
    pub(crate) served_on: Option<Date>,
    pub(crate) ask_by: Option<Date>,
    pub(crate) due_on: Option<Date>,
    pub(crate) version: i64,
}

/// One row of `petition_document`; `contents` is sealed.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) case: CaseId,
    pub(crate) seq: i32,
    pub(crate) form: String,
    pub(crate) serial: String,
    pub(crate) organ: String,
    pub(crate) stage: Stage,
    pub(crate) round: i32,
    pub(crate) result: Option<String>,
    pub(crate) issued_on: Date,
    pub(crate) served_on: Date,
    pub(crate) service: String,
    pub(crate) contents: String,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
}

/// Reads a petition, locked where the case is.
pub(crate) async fn get(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<Petition>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM petition WHERE case_id = $1")
        .bind(case.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Writes a petition, new or changed.
pub(crate) async fn keep(connection: &mut PgConnection, row: &Petition) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO petition (case_id, lane, state, round, extensions, hearing, turned, proposed, handled_by, organ,
            asked_on, served_on, ask_by, due_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (case_id) DO UPDATE SET lane = excluded.lane, state = excluded.state, round = excluded.round,
            extensions = excluded.extensions, hearing = excluded.hearing, turned = excluded.turned,
            proposed = excluded.proposed, handled_by = excluded.handled_by, organ = excluded.organ,
            asked_on = excluded.asked_on, served_on = excluded.served_on, ask_by = excluded.ask_by,
            due_on = excluded.due_on, version = excluded.version",
    )
    .bind(row.case.0)
    .bind(&row.code)
    .bind(row.lane.state.as_str())
    .bind(row.lane.round)
    .bind(row.lane.extensions)
    .bind(row.lane.hearing)
    .bind(match row.lane.turned {
        Turned::No => "no",
        Turned::Refused => "refused",
        Turned::Late => "late",
    })
    .bind(&row.proposed)
    .bind(row.handled_by.as_ref().map(UnitCode::as_str))
    .bind(row.organ.as_ref().map(UnitCode::as_str))
    .bind(row.asked_on.map(|day| day.to_sqlx()))
    .bind(row.served_on.map(|day| day.to_sqlx()))
    .bind(row.ask_by.map(|day| day.to_sqlx()))
    .bind(row.due_on.map(|day| day.to_sqlx()))
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(())
}

fn read(row: &PgRow) -> Result<Petition, sqlx::Error> {
    let day =
        |column: &'static str| row.try_get::<Option<SqlDate>, _>(column).map(|day| day.map(SqlDate::to_jiff));
    let unit = |column: &'static str| -> Result<Option<UnitCode>, sqlx::Error> {
        let code: Option<String> = row.try_get(column)?;
        code.map(|code| code.parse().map_err(|_| bad(column))).transpose()
    };
    let proposed: Option<String> = row.try_get("proposed")?;
    let turned: String = row.try_get("turned")?;
    Ok(Petition {
        case: CaseId(row.try_get("case_id")?),
        code: row.try_get("lane")?,
        lane: Lane {
            state: State::read(row.try_get("state")?).ok_or_else(|| bad("petition.state"))?,
            round: row.try_get("round")?,
            extensions: row.try_get("extensions")?,
            hearing: row.try_get("hearing")?,
            turned: match turned.as_str() {
                "no" => Turned::No,
                "refused" => Turned::Refused,
                "late" => Turned::Late,
                _ => return Err(bad("petition.turned")),
            },
            proposed: proposed.is_some(),
        },
        proposed,
        handled_by: unit("handled_by")?,
        organ: unit("organ")?,
        asked_on: day("asked_on")?,
        served_on: day("served_on")?,
        ask_by: day("ask_by")?,
        due_on: day("due_on")?,
        version: row.try_get("version")?,
    })
}

/// Reads the documents of a petition in their order.
pub(crate) async fn documents(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<Document>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM petition_document WHERE case_id = $1 ORDER BY seq")
        .bind(case.0)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Document {
                case,
                seq: row.try_get("seq")?,
                form: row.try_get("form")?,
                serial: row.try_get("serial")?,
                organ: row.try_get("organ")?,
                stage: stage(row)?,
                round: row.try_get("round")?,
                result: row.try_get("result")?,
                issued_on: row.try_get::<SqlDate, _>("issued_on")?.to_jiff(),
                served_on: row.try_get::<SqlDate, _>("served_on")?.to_jiff(),
                service: row.try_get("service")?,
                contents: row.try_get("contents")?,
                actor: row.try_get("actor")?,
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
            })
        })
        .collect()
}

fn stage(row: &PgRow) -> Result<Stage, sqlx::Error> {
    Stage::read(row.try_get("stage")?).ok_or_else(|| bad("stage"))
}

/// Writes a document; false when its organ has given the serial to another.
pub(crate) async fn add_document(connection: &mut PgConnection, row: &Document) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO petition_document (case_id, seq, form, serial, organ, stage, round, result, issued_on, served_on,
            service, contents, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (organ, serial) DO NOTHING",
    )
    .bind(row.case.0)
    .bind(row.seq)
    .bind(&row.form)
    .bind(&row.serial)
    .bind(&row.organ)
    .bind(row.stage.as_str())
    .bind(row.round)
    .bind(&row.result)
    .bind(row.issued_on.to_sqlx())
    .bind(row.served_on.to_sqlx())
    .bind(&row.service)
    .bind(&row.contents)
    .bind(&row.actor)
    .bind(row.at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A request for 复查 or 复核; `grounds` is sealed.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) case: CaseId,
    pub(crate) stage: Stage,
    pub(crate) round: i32,
    pub(crate) received_on: Date,
    pub(crate) late: bool,
    pub(crate) grounds: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) at: Timestamp,
}

/// Writes a request; a late one is decided by that.
pub(crate) async fn add_request(connection: &mut PgConnection, row: &Asked<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO petition_request (case_id, seq, stage, round, received_on, late, grounds, actor, at, accepted, reason,
            decided_by, decided_at)
         SELECT $1, 1 + count(*), $2, $3, $4, $5, $6, $7, $8, CASE WHEN $5 THEN false END, CASE WHEN $5 THEN 'late' END,
            CASE WHEN $5 THEN 'system' END, CASE WHEN $5 THEN $8 END
         FROM petition_request WHERE case_id = $1",
    )
    .bind(row.case.0)
    .bind(row.stage.as_str())
    .bind(row.round)
    .bind(row.received_on.to_sqlx())
    .bind(row.late)
    .bind(row.grounds)
    .bind(row.actor)
    .bind(row.at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what was decided on the newest request.
pub(crate) async fn decide_request(
    connection: &mut PgConnection,
    case: CaseId,
    accepted: bool,
    reason: Option<&str>,
    actor: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE petition_request SET accepted = $2, reason = $3, decided_by = $4, decided_at = $5
         WHERE case_id = $1 AND decided_at IS NULL",
    )
    .bind(case.0)
    .bind(accepted)
    .bind(reason)
    .bind(actor)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a proposal of termination; `evidence` is sealed.
pub(crate) async fn propose(
    connection: &mut PgConnection,
    case: CaseId,
    kind: &str,
    evidence: &str,
    actor: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO petition_termination (case_id, seq, kind, evidence, proposed_by, proposed_at)
         SELECT $1, 1 + count(*), $2, $3, $4, $5 FROM petition_termination WHERE case_id = $1",
    )
    .bind(case.0)
    .bind(kind)
    .bind(evidence)
    .bind(actor)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Who proposed the termination that lies with its approver.
pub(crate) async fn proposer(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT proposed_by FROM petition_termination WHERE case_id = $1 AND decided_at IS NULL",
    )
    .bind(case.0)
    .fetch_optional(connection)
    .await
}

/// Writes the approver's word.
pub(crate) async fn decide_termination(
    connection: &mut PgConnection,
    case: CaseId,
    approved: bool,
    actor: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE petition_termination SET approved = $2, decided_by = $3, decided_at = $4
         WHERE case_id = $1 AND decided_at IS NULL",
    )
    .bind(case.0)
    .bind(approved)
    .bind(actor)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}
