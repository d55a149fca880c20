//! Rows of `supervision`.

use identity::Claims;
use ids::{CaseId, ClockId, OrderId};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

/// An order of supervision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) case: CaseId,
    pub(crate) clock: Option<ClockId>,
    pub(crate) form: String,
    pub(crate) unit: Option<String>,
    pub(crate) region: String,
    pub(crate) grounds: String,
    pub(crate) demand: String,
    /// `proposed`, `ordered`, `answered`, `dropped`, `lifted`.
    pub(crate) state: String,
    pub(crate) requested_by: String,
    pub(crate) requested_at: Timestamp,
    pub(crate) approved_by: Option<String>,
    pub(crate) approved_at: Option<Timestamp>,
    pub(crate) answer: Option<String>,
    pub(crate) answered_by: Option<String>,
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) remark: Option<String>,
    pub(crate) ended_by: Option<String>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) version: i64,
}

impl Order {
    /// Says whether it bound its unit at any time: an order that was only asked for, or refused, is between those who decide.
    pub(crate) fn was_let_out(&self) -> bool {
        !matches!(self.state.as_str(), "proposed" | "dropped")
    }
}

/// Writes a new order down; one that is there stays as it is.
pub(crate) async fn insert(connection: &mut PgConnection, row: &Order) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO supervision (order_id, case_id, clock_id, form, unit, region, grounds, demand, state, requested_by,
                                  requested_at, approved_by, approved_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
    )
    .bind(row.id.0)
    .bind(row.case.0)
    .bind(row.clock.map(|clock| clock.0))
    .bind(&row.form)
    .bind(row.unit.as_deref())
    .bind(&row.region)
    .bind(&row.grounds)
    .bind(&row.demand)
    .bind(&row.state)
    .bind(&row.requested_by)
    .bind(row.requested_at.to_sqlx())
    .bind(row.approved_by.as_deref())
    .bind(row.approved_at.map(|at| at.to_sqlx()))
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes what became of it.
pub(crate) async fn update(connection: &mut PgConnection, row: &Order) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE supervision SET state = $2, approved_by = $3, approved_at = $4, answer = $5, answered_by = $6,
            answered_at = $7, remark = $8, ended_by = $9, ended_at = $10, version = $11 WHERE order_id = $1",
    )
    .bind(row.id.0)
    .bind(&row.state)
    .bind(row.approved_by.as_deref())
    .bind(row.approved_at.map(|at| at.to_sqlx()))
    .bind(row.answer.as_deref())
    .bind(row.answered_by.as_deref())
    .bind(row.answered_at.map(|at| at.to_sqlx()))
    .bind(row.remark.as_deref())
    .bind(row.ended_by.as_deref())
    .bind(row.ended_at.map(|at| at.to_sqlx()))
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Finds one.
pub(crate) async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<Order>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM supervision WHERE order_id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Lists those of a case, in the order they were asked for.
pub(crate) async fn of_case(connection: &mut PgConnection, case: Uuid) -> Result<Vec<Order>, sqlx::Error> {
    sqlx::query("SELECT * FROM supervision WHERE case_id = $1 ORDER BY requested_at, order_id")
        .bind(case)
        .fetch_all(connection)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Ends what is open of cases that wait on another one or are taken back, each at its instant; answers the orders that bound somebody, with their cases.
pub(crate) async fn end_all(
    connection: &mut PgConnection,
    merged: &[(Uuid, Timestamp)],
) -> Result<Vec<(Uuid, OrderId)>, sqlx::Error> {
    let rows = sqlx::query(
        "UPDATE supervision old SET state = CASE old.state WHEN 'proposed' THEN 'dropped' ELSE 'lifted' END,
            ended_by = 'system', ended_at = new.at, version = old.version + 1
         FROM UNNEST($1::uuid[], $2::timestamptz[]) AS new (case_id, at)
         WHERE old.case_id = new.case_id AND old.state IN ('proposed', 'ordered', 'answered')
         RETURNING old.case_id, old.order_id, old.state",
    )
    .bind(merged.iter().map(|(case, _)| *case).collect::<Vec<_>>())
    .bind(merged.iter().map(|(_, at)| at.to_sqlx()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let mut lifted = Vec::new();
    for row in &rows {
        if row.try_get::<&str, _>("state")? == "lifted" {
            lifted.push((row.try_get("case_id")?, OrderId(row.try_get("order_id")?)));
        }
    }
    lifted.sort();
    Ok(lifted)
}

/// Drops what was proposed about limits that have ended, each at its instant.
pub(crate) async fn drop_proposed(
    connection: &mut PgConnection,
    ended: &[(Uuid, Timestamp)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE supervision old SET state = 'dropped', ended_by = 'system', ended_at = new.at, version = old.version + 1
         FROM UNNEST($1::uuid[], $2::timestamptz[]) AS new (id, at)
         WHERE new.id IN (old.clock_id, old.case_id) AND old.state = 'proposed'",
    )
    .bind(ended.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(ended.iter().map(|(_, at)| at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Proposes again what the merging of a case dropped, except about limits that do not run again.
pub(crate) async fn propose_again(
    connection: &mut PgConnection,
    unmerged: &[(Uuid, Timestamp)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE supervision old SET state = 'proposed', ended_by = NULL, ended_at = NULL, version = old.version + 1
         FROM UNNEST($1::uuid[], $2::timestamptz[]) AS new (case_id, at)
         WHERE old.case_id = new.case_id AND old.state = 'dropped' AND old.ended_by = 'system' AND old.ended_at = new.at
            AND NOT EXISTS (SELECT FROM clock c WHERE c.case_id = old.case_id AND c.clock_id = old.clock_id
                            AND c.state NOT IN (0, 1))",
    )
    .bind(unmerged.iter().map(|(case, _)| *case).collect::<Vec<_>>())
    .bind(unmerged.iter().map(|(_, at)| at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Drops what the ladder proposed for clocks that were moved or paused: another instant, another breach.
pub(crate) async fn drop_void(
    connection: &mut PgConnection,
    moved: &[(CaseId, ClockId)],
) -> Result<(), sqlx::Error> {
    if moved.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE supervision old SET state = 'dropped', ended_by = 'system', ended_at = now(), version = old.version + 1
         FROM UNNEST($1::uuid[], $2::uuid[]) AS new (case_id, clock_id)
         WHERE old.case_id = new.case_id AND old.clock_id = new.clock_id
           AND old.state = 'proposed' AND old.requested_by = 'system'",
    )
    .bind(moved.iter().map(|(case, _)| case.0).collect::<Vec<_>>())
    .bind(moved.iter().map(|(_, clock)| clock.0).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Lists what is not at its end, the oldest first.
pub(crate) async fn open(
    connection: &mut PgConnection,
    (region_prefix, unit): (&str, Option<&str>),
    reader: &Claims,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Order>, sqlx::Error> {
    sqlx::query(
        "SELECT * FROM supervision WHERE state IN ('proposed', 'ordered', 'answered') AND starts_with(region, $1)
            AND ($2::text IS NULL OR (unit = $2 AND state <> 'proposed'))
            AND NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = supervision.case_id
                            AND NOT (seal.hands @> ARRAY[$4::uuid] AND NOT seal.line @> ARRAY[$5::text]))
            AND ($6::timestamptz IS NULL OR (requested_at, order_id) > ($6, $7))
         ORDER BY requested_at, order_id LIMIT $3",
    )
    .bind(region_prefix)
    .bind(unit)
    .bind(most)
    .bind(reader.sub)
    .bind(reader.unit.as_ref().map(ids::UnitCode::as_str))
    .bind(after.map(|(at, _)| at.to_sqlx()))
    .bind(after.map(|(_, id)| id))
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

fn read(row: &PgRow) -> Result<Order, sqlx::Error> {
    let instant =
        |column| Ok::<_, sqlx::Error>(row.try_get::<Option<SqlTimestamp>, _>(column)?.map(|at| at.to_jiff()));
    Ok(Order {
        id: OrderId(row.try_get("order_id")?),
        case: CaseId(row.try_get("case_id")?),
        clock: row.try_get::<Option<Uuid>, _>("clock_id")?.map(ClockId),
        form: row.try_get("form")?,
        unit: row.try_get("unit")?,
        region: row.try_get("region")?,
        grounds: row.try_get("grounds")?,
        demand: row.try_get("demand")?,
        state: row.try_get("state")?,
        requested_by: row.try_get("requested_by")?,
        requested_at: row.try_get::<SqlTimestamp, _>("requested_at")?.to_jiff(),
        approved_by: row.try_get("approved_by")?,
        approved_at: instant("approved_at")?,
        answer: row.try_get("answer")?,
        answered_by: row.try_get("answered_by")?,
        answered_at: instant("answered_at")?,
        remark: row.try_get("remark")?,
        ended_by: row.try_get("ended_by")?,
        ended_at: instant("ended_at")?,
        version: row.try_get("version")?,
    })
}
