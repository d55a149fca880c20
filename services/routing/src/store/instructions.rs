//! 批示: instructions of leaders, and the reports on them.

use contracts::{case::PackRef, words::Urgency};
use ids::{AccountId, CaseId, InstructionId, RegionCode, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use routing_rules::instruction::State;
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use super::{bad, lists::Place};

/// One row of `instruction`.
#[derive(Clone, Debug)]
pub(crate) struct Instruction {
    pub(crate) id: InstructionId,
    pub(crate) case: CaseId,
    pub(crate) region: RegionCode,
    pub(crate) kind: String,
    pub(crate) rank: String,
    pub(crate) urgency: Urgency,
    pub(crate) text: String,
    pub(crate) state: State,
    pub(crate) report_by: Option<Date>,
    pub(crate) sent_back: bool,
    pub(crate) pack: PackRef,
    pub(crate) actor: String,
    pub(crate) account: AccountId,
    pub(crate) at: Timestamp,
    pub(crate) version: i64,
}

/// One report of a unit, with the leader's answer.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) instruction: InstructionId,
    pub(crate) at: Timestamp,
    pub(crate) text: String,
    pub(crate) actor: String,
    pub(crate) accepted: Option<bool>,
    pub(crate) answer: Option<String>,
    pub(crate) answered_at: Option<Timestamp>,
}

/// Writes an instruction, or what can change of one that is there.
pub(crate) async fn keep(connection: &mut PgConnection, row: &Instruction) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO instruction (id, case_id, region, kind, rank, urgency, text, state, report_by, sent_back, pack,
            pack_version, actor, account, at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, sent_back = excluded.sent_back,
            version = excluded.version",
    )
    .bind(row.id.0)
    .bind(row.case.0)
    .bind(row.region.as_str())
    .bind(&row.kind)
    .bind(&row.rank)
    .bind(row.urgency.as_str())
    .bind(&row.text)
    .bind(row.state.as_str())
    .bind(row.report_by.map(|day| day.to_sqlx()))
    .bind(row.sent_back)
    .bind(&row.pack.id)
    .bind(row.pack.version)
    .bind(&row.actor)
    .bind(row.account.0)
    .bind(row.at.to_sqlx())
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads one instruction.
pub(crate) async fn get(
    connection: &mut PgConnection,
    id: InstructionId,
) -> Result<Option<Instruction>, sqlx::Error> {
    let row =
        sqlx::query("SELECT * FROM instruction WHERE id = $1").bind(id.0).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Which instructions a list shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) case: Option<CaseId>,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) state: Option<State>,
    pub(crate) prefix: String,
}

/// Reads instructions with the lead unit of their cases, the oldest first; those of sealed cases only where the case is named.
pub(crate) async fn list(
    connection: &mut PgConnection,
    wanted: &Wanted,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(Instruction, Option<String>)>, sqlx::Error> {
    let (at, id) = after.map_or((None, uuid::Uuid::nil()), |place| (Some(place.at.to_sqlx()), place.id));
    let rows = sqlx::query(
        "SELECT instruction.*, lead.unit FROM instruction LEFT JOIN LATERAL (
            SELECT unit FROM assignment WHERE assignment.case_id = instruction.case_id AND part = 'lead'
            ORDER BY round DESC, dispatched_at DESC, place DESC, id DESC LIMIT 1) lead ON true
         WHERE ($1::uuid IS NULL OR case_id = $1)
           AND ($1::uuid IS NOT NULL
                OR NOT EXISTS (SELECT 1 FROM case_route r WHERE r.case_id = instruction.case_id AND r.confidential))
           AND ($2::text IS NULL OR lead.unit = $2)
           AND ($3::text IS NULL OR state = $3) AND starts_with(region, $4)
           AND ($5::timestamptz IS NULL OR (at, instruction.id) > ($5, $6))
         ORDER BY at, instruction.id LIMIT $7",
    )
    .bind(wanted.case.map(|case| case.0))
    .bind(wanted.unit.as_ref().map(UnitCode::as_str))
    .bind(wanted.state.map(State::as_str))
    .bind(&wanted.prefix)
    .bind(at)
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((read(row)?, row.try_get("unit")?))).collect()
}

/// Counts instructions by kind, rank and state, of cases whose instruction was written in `[from, to)`; sealed cases are not counted.
pub(crate) async fn count(
    connection: &mut PgConnection,
    prefix: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(String, String, String, i64)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT kind, rank, state, count(*) AS many FROM instruction
         WHERE at >= $1 AND at < $2 AND starts_with(region, $3)
           AND NOT EXISTS (SELECT FROM case_route r WHERE r.case_id = instruction.case_id AND r.confidential)
         GROUP BY kind, rank, state ORDER BY kind, rank, state",
    )
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .bind(prefix)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok((row.try_get("kind")?, row.try_get("rank")?, row.try_get("state")?, row.try_get("many")?))
        })
        .collect()
}

/// Writes a report, or the leader's answer to one that is there.
pub(crate) async fn keep_report(connection: &mut PgConnection, row: &Report) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO instruction_report (instruction_id, at, text, actor, accepted, answer, answered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (instruction_id, at) DO UPDATE SET accepted = excluded.accepted, answer = excluded.answer,
            answered_at = excluded.answered_at",
    )
    .bind(row.instruction.0)
    .bind(row.at.to_sqlx())
    .bind(&row.text)
    .bind(&row.actor)
    .bind(row.accepted)
    .bind(&row.answer)
    .bind(row.answered_at.map(|at| at.to_sqlx()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the reports on instructions, oldest first.
pub(crate) async fn reports(
    connection: &mut PgConnection,
    ids: &[uuid::Uuid],
) -> Result<Vec<Report>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT * FROM instruction_report WHERE instruction_id = ANY($1) ORDER BY instruction_id, at",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Report {
                instruction: InstructionId(row.try_get("instruction_id")?),
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
                text: row.try_get("text")?,
                actor: row.try_get("actor")?,
                accepted: row.try_get("accepted")?,
                answer: row.try_get("answer")?,
                answered_at: row
                    .try_get::<Option<SqlTimestamp>, _>("answered_at")?
                    .map(SqlTimestamp::to_jiff),
            })
        })
        .collect()
}

fn read(row: &PgRow) -> Result<Instruction, sqlx::Error> {
    let word = |column: &'static str| row.try_get::<String, _>(column);
    Ok(Instruction {
        id: InstructionId(row.try_get("id")?),
        case: CaseId(row.try_get("case_id")?),
        region: word("region")?.parse().map_err(|_| bad("instruction.region"))?,
        kind: word("kind")?,
        rank: word("rank")?,
        urgency: word("urgency")?.parse().map_err(|_| bad("instruction.urgency"))?,
        text: word("text")?,
        state: State::read(&word("state")?).ok_or_else(|| bad("instruction.state"))?,
        report_by: row.try_get::<Option<SqlDate>, _>("report_by")?.map(SqlDate::to_jiff),
        sent_back: row.try_get("sent_back")?,
        pack: PackRef { id: row.try_get("pack")?, version: row.try_get("pack_version")? },
        actor: word("actor")?,
        account: AccountId(row.try_get("account")?),
        at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
        version: row.try_get("version")?,
    })
}
