//! Who takes cases in charge: charges, their roles, their plans and logs.

use std::collections::HashMap;

use contracts::case::PackRef;
use ids::{AccountId, CaseId, RegionCode, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use routing_rules::charge::State;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{bad, lists::Place};
use crate::app::sealed::Sight;

/// One row of `charge`.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub(crate) id: Uuid,
    pub(crate) case: CaseId,
    pub(crate) region: RegionCode,
    pub(crate) code: String,
    pub(crate) state: State,
    pub(crate) reason: String,
    pub(crate) pack: PackRef,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    pub(crate) ended_by: Option<String>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) conclusion: Option<String>,
    pub(crate) version: i64,
}

/// Who fills a role now.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) charge: Uuid,
    pub(crate) role: String,
    pub(crate) function: String,
    pub(crate) account: AccountId,
    pub(crate) at: Timestamp,
}

/// One row of `charge_entry`.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: Uuid,
    pub(crate) charge: Uuid,
    pub(crate) kind: String,
    pub(crate) text: String,
    pub(crate) due: Option<Date>,
    pub(crate) done_at: Option<Timestamp>,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) answer: Option<String>,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
}

/// Writes a charge, or what can change of one that is there.
pub(crate) async fn keep(connection: &mut PgConnection, charge: &Charge) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO charge (id, case_id, region, code, state, reason, pack, pack_version, actor, at, ended_by,
            ended_at, conclusion, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_by = excluded.ended_by,
            ended_at = excluded.ended_at, conclusion = excluded.conclusion, version = excluded.version",
    )
    .bind(charge.id)
    .bind(charge.case.0)
    .bind(charge.region.as_str())
    .bind(&charge.code)
    .bind(charge.state.as_str())
    .bind(&charge.reason)
    .bind(&charge.pack.id)
    .bind(charge.pack.version)
    .bind(&charge.actor)
    .bind(charge.at.to_sqlx())
    .bind(&charge.ended_by)
    .bind(charge.ended_at.map(|at| at.to_sqlx()))
    .bind(&charge.conclusion)
    .bind(charge.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads one charge.
pub(crate) async fn get(connection: &mut PgConnection, id: Uuid) -> Result<Option<Charge>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM charge WHERE id = $1").bind(id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Reads the charges of a case, the newest last.
pub(crate) async fn of_case(connection: &mut PgConnection, case: CaseId) -> Result<Vec<Charge>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM charge WHERE case_id = $1 ORDER BY at, id")
        .bind(case.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Reads a register: the charges of a code, the oldest first. Sealed cases are left out.
pub(crate) async fn register(
    connection: &mut PgConnection,
    code: &str,
    state: Option<&str>,
    prefix: &str,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Charge>, sqlx::Error> {
    let (at, id) = after.map_or((None, Uuid::nil()), |place| (Some(place.at.to_sqlx()), place.id));
    let rows = sqlx::query(
        "SELECT * FROM charge WHERE code = $1 AND ($2::text IS NULL OR state = $2) AND starts_with(region, $3)
           AND ($4::timestamptz IS NULL OR (at, id) > ($4, $5))
           AND NOT EXISTS (SELECT FROM case_route WHERE case_route.case_id = charge.case_id AND confidential)
         ORDER BY at, id LIMIT $6",
    )
    .bind(code)
    .bind(state)
    .bind(prefix)
    .bind(at)
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// The codes under which cases are in charge now.
pub(crate) async fn active_codes(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<HashMap<Uuid, Vec<String>>, sqlx::Error> {
    let rows = sqlx::query("SELECT case_id, code FROM charge WHERE case_id = ANY($1) AND state = 'active'")
        .bind(cases)
        .fetch_all(connection)
        .await?;
    let mut codes: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in rows {
        codes.entry(row.try_get("case_id")?).or_default().push(row.try_get("code")?);
    }
    Ok(codes)
}

/// Names who fills a role from now on; whoever filled it before stays as history.
pub(crate) async fn name(
    connection: &mut PgConnection,
    named: &Named,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE charge_role SET until = $3 WHERE charge_id = $1 AND role = $2 AND until IS NULL")
        .bind(named.charge)
        .bind(&named.role)
        .bind(named.at.to_sqlx())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO charge_role (charge_id, role, function, account, actor, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(named.charge)
    .bind(&named.role)
    .bind(&named.function)
    .bind(named.account.0)
    .bind(actor)
    .bind(named.at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Who fills the roles of charges now.
pub(crate) async fn named(
    connection: &mut PgConnection,
    charges: &[Uuid],
) -> Result<Vec<Named>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT * FROM charge_role WHERE charge_id = ANY($1) AND until IS NULL ORDER BY role")
            .bind(charges)
            .fetch_all(connection)
            .await?;
    rows.iter()
        .map(|row| {
            Ok(Named {
                charge: row.try_get("charge_id")?,
                role: row.try_get("role")?,
                function: row.try_get("function")?,
                account: AccountId(row.try_get("account")?),
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
            })
        })
        .collect()
}

/// Writes an entry; one that is there already has its end and its answer changed.
pub(crate) async fn note(connection: &mut PgConnection, entry: &Entry) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO charge_entry (id, charge_id, kind, text, due, done_at, unit, answer, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET done_at = excluded.done_at, answer = excluded.answer",
    )
    .bind(entry.id)
    .bind(entry.charge)
    .bind(&entry.kind)
    .bind(&entry.text)
    .bind(entry.due.map(|day| day.to_sqlx()))
    .bind(entry.done_at.map(|at| at.to_sqlx()))
    .bind(entry.unit.as_ref().map(UnitCode::as_str))
    .bind(&entry.answer)
    .bind(&entry.actor)
    .bind(entry.at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the entries of charges, oldest first.
pub(crate) async fn entries(
    connection: &mut PgConnection,
    charges: &[Uuid],
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM charge_entry WHERE charge_id = ANY($1) ORDER BY at, id")
        .bind(charges)
        .fetch_all(connection)
        .await?;
    rows.iter().map(entry).collect()
}

/// Reads one entry.
pub(crate) async fn entry_of(connection: &mut PgConnection, id: Uuid) -> Result<Option<Entry>, sqlx::Error> {
    let row =
        sqlx::query("SELECT * FROM charge_entry WHERE id = $1").bind(id).fetch_optional(connection).await?;
    row.as_ref().map(entry).transpose()
}

/// What is demanded of a unit by the inspectors, with the case; at most two hundred, those without an answer first.
pub(crate) async fn demands(
    connection: &mut PgConnection,
    unit: &UnitCode,
    sight: &Sight,
) -> Result<Vec<(Entry, CaseId)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT charge_entry.*, case_id
         FROM charge_entry JOIN charge ON charge.id = charge_id JOIN case_route USING (case_id)
         WHERE charge_entry.kind = 'demand' AND unit = $1
           AND (NOT confidential OR EXISTS (SELECT FROM case_seal seal
                WHERE seal.case_id = case_route.case_id AND $2 = ANY(seal.hands) AND NOT seal.barred && $3))
         ORDER BY answer IS NOT NULL, charge_entry.at, charge_entry.id LIMIT 200",
    )
    .bind(unit.as_str())
    .bind(sight.account)
    .bind(&sight.line)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((entry(row)?, CaseId(row.try_get("case_id")?)))).collect()
}

fn entry(row: &PgRow) -> Result<Entry, sqlx::Error> {
    let unit: Option<String> = row.try_get("unit")?;
    Ok(Entry {
        id: row.try_get("id")?,
        charge: row.try_get("charge_id")?,
        kind: row.try_get("kind")?,
        text: row.try_get("text")?,
        due: row.try_get::<Option<SqlDate>, _>("due")?.map(SqlDate::to_jiff),
        done_at: row.try_get::<Option<SqlTimestamp>, _>("done_at")?.map(SqlTimestamp::to_jiff),
        unit: unit.map(|unit| unit.parse().map_err(|_| bad("charge_entry.unit"))).transpose()?,
        answer: row.try_get("answer")?,
        actor: row.try_get("actor")?,
        at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
    })
}

fn read(row: &PgRow) -> Result<Charge, sqlx::Error> {
    let word = |column: &'static str| row.try_get::<String, _>(column);
    Ok(Charge {
        id: row.try_get("id")?,
        case: CaseId(row.try_get("case_id")?),
        region: word("region")?.parse().map_err(|_| bad("charge.region"))?,
        code: word("code")?,
        state: State::read(&word("state")?).ok_or_else(|| bad("charge.state"))?,
        reason: word("reason")?,
        pack: PackRef { id: row.try_get("pack")?, version: row.try_get("pack_version")? },
        actor: word("actor")?,
        at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
        ended_by: row.try_get("ended_by")?,
        ended_at: row.try_get::<Option<SqlTimestamp>, _>("ended_at")?.map(SqlTimestamp::to_jiff),
        conclusion: row.try_get("conclusion")?,
        version: row.try_get("version")?,
    })
}
