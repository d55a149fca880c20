//! Rows of `case_facts`.

use deadline_scheduler_rules::{Class, Kind, Pause, Urgency};
use identity::Claims;
use ids::{AssignmentId, CaseId, RegionCode, UnitCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{list, listed, word};

/// What is known of a case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts {
    pub(crate) case: CaseId,
    pub(crate) kind: Kind,
    pub(crate) urgency: Urgency,
    pub(crate) region: RegionCode,
    pub(crate) multi_unit: bool,
    pub(crate) received_at: Timestamp,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
    pub(crate) round: i32,
    /// Why the round began; nothing for the first one.
    pub(crate) because: Option<String>,
    pub(crate) historic: bool,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) class: Class,
    pub(crate) fast: Option<String>,
    pub(crate) first: bool,
    pub(crate) petition: Option<String>,
    pub(crate) pauses: Vec<Pause>,
    pub(crate) merged_at: Option<Timestamp>,
    /// The assignments of co-units, where these alone make it a case of several.
    pub(crate) co: Vec<AssignmentId>,
    /// An order was proposed or more time asked for at some time.
    pub(crate) waiting: bool,
}

/// Loads and locks, in one order everywhere, so that two batches never cross.
pub(crate) async fn lock(connection: &mut PgConnection, cases: &[Uuid]) -> Result<Vec<Facts>, sqlx::Error> {
    sqlx::query("SELECT * FROM case_facts WHERE case_id = ANY($1) ORDER BY case_id FOR UPDATE")
        .bind(cases)
        .fetch_all(connection)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Loads one.
pub(crate) async fn find(connection: &mut PgConnection, case: CaseId) -> Result<Option<Facts>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM case_facts WHERE case_id = $1")
        .bind(case.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Reads one case for a reader; a sealed one is none for whoever it does not name.
pub(crate) async fn seen(
    connection: &mut PgConnection,
    claims: &Claims,
    case: CaseId,
) -> Result<Option<Facts>, sqlx::Error> {
    let facts = find(&mut *connection, case).await?;
    let region = facts.as_ref().map(|facts| &facts.region);
    let seen = runtime::seals::sees(connection, claims, case.0, region).await?;
    Ok(facts.filter(|_| seen))
}

/// Writes new and changed rows.
pub(crate) async fn save(connection: &mut PgConnection, rows: &[&Facts]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO case_facts (case_id, kind, urgency, region, multi_unit, received_at, pack_id, pack_version, round,
                                 historic, unit, class, fast, first, petition, pauses, merged_at, because, co, waiting)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::timestamptz[], $7::text[],
                              $8::int[], $9::int[], $10::bool[], $11::text[], $12::text[], $13::text[], $14::bool[],
                              $15::text[], $16::text[], $17::timestamptz[], $18::text[], $19::text[], $20::bool[])
         ON CONFLICT (case_id) DO UPDATE SET
            kind = EXCLUDED.kind, urgency = EXCLUDED.urgency, region = EXCLUDED.region,
            multi_unit = EXCLUDED.multi_unit, received_at = EXCLUDED.received_at, pack_id = EXCLUDED.pack_id,
            pack_version = EXCLUDED.pack_version, round = EXCLUDED.round, historic = EXCLUDED.historic,
            unit = EXCLUDED.unit, class = EXCLUDED.class, fast = EXCLUDED.fast, first = EXCLUDED.first,
            petition = EXCLUDED.petition, pauses = EXCLUDED.pauses, merged_at = EXCLUDED.merged_at,
            because = EXCLUDED.because, co = EXCLUDED.co, waiting = EXCLUDED.waiting",
    )
    .bind(rows.iter().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.urgency.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.region.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.multi_unit).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.received_at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.pack_id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.pack_version).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.round).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.historic).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.unit.as_ref().map(UnitCode::as_str)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.class.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.fast.as_deref()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.first).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.petition.as_deref()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| list(&row.pauses)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.merged_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.because.as_deref()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| list(&row.co)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.waiting).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

fn read(row: &PgRow) -> Result<Facts, sqlx::Error> {
    Ok(Facts {
        case: CaseId(row.try_get("case_id")?),
        kind: word("case_facts.kind", row.try_get("kind")?)?,
        urgency: word("case_facts.urgency", row.try_get("urgency")?)?,
        region: word("case_facts.region", row.try_get("region")?)?,
        multi_unit: row.try_get("multi_unit")?,
        received_at: row.try_get::<SqlTimestamp, _>("received_at")?.to_jiff(),
        pack_id: row.try_get("pack_id")?,
        pack_version: row.try_get("pack_version")?,
        round: row.try_get("round")?,
        because: row.try_get("because")?,
        historic: row.try_get("historic")?,
        unit: row
            .try_get::<Option<&str>, _>("unit")?
            .map(|unit| word("case_facts.unit", unit))
            .transpose()?,
        class: row
            .try_get::<Option<&str>, _>("class")?
            .map_or(Ok(Class::Ordinary), |class| word("case_facts.class", class))?,
        fast: row.try_get("fast")?,
        first: row.try_get("first")?,
        petition: row.try_get("petition")?,
        pauses: listed(row.try_get("pauses")?)?,
        merged_at: row.try_get::<Option<SqlTimestamp>, _>("merged_at")?.map(|at| at.to_jiff()),
        co: listed(row.try_get("co")?)?,
        waiting: row.try_get("waiting")?,
    })
}
