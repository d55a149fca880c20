//! Units: who there is.

use ids::{RegionCode, UnitCode};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use super::{bad, directory};

/// An office that handles cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The tenant's own code.
    pub code: UnitCode,
    /// What people call it.
    pub name: String,
    /// Where it is competent.
    pub region: RegionCode,
    /// The unit above.
    pub parent: Option<UnitCode>,
    /// `department`, `government`, `township`, … as the tenant sorts them.
    pub kind: String,
    /// On duty round the clock (水电气热).
    pub duty24h: bool,
    /// Gets new cases.
    pub active: bool,
    /// Function labels of those who handle there; never names.
    pub functions: Vec<String>,
}

impl Unit {
    /// A unit that only an old file names: the code is its name, and it gets no new cases by itself.
    #[must_use]
    pub fn of_an_old_file(code: UnitCode, region: RegionCode) -> Self {
        let name = code.to_string();
        let kind = "legacy".to_owned();
        Self { code, name, region, parent: None, kind, duty24h: false, active: false, functions: Vec::new() }
    }
}

/// Writes units, new or changed; answers how many rows changed. Every process sees them with its next batch.
///
/// # Errors
/// The database refused.
pub async fn upsert(connection: &mut PgConnection, units: &[Unit]) -> Result<u64, sqlx::Error> {
    let changed = write(
        connection,
        units,
        "INSERT INTO unit (code, name, region, parent, kind, duty24h, active, functions)
         SELECT code, name, region, parent, kind, duty24h, active, string_to_array(functions, E'\\n')
         FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::bool[], $8::text[])
              AS new (code, name, region, parent, kind, duty24h, active, functions)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, region = excluded.region, parent = excluded.parent,
            kind = excluded.kind, duty24h = excluded.duty24h, active = excluded.active, functions = excluded.functions
         WHERE unit.* IS DISTINCT FROM excluded.*",
    )
    .await?;
    if changed > 0 {
        directory::touch(connection).await?;
    }
    Ok(changed)
}

/// Writes units that are not there yet and leaves the others as they are.
pub(crate) async fn add_missing(connection: &mut PgConnection, units: &[Unit]) -> Result<u64, sqlx::Error> {
    let added = write(
        connection,
        units,
        "INSERT INTO unit (code, name, region, parent, kind, duty24h, active, functions)
         SELECT code, name, region, parent, kind, duty24h, active, string_to_array(functions, E'\\n')
         FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::bool[], $8::text[])
              AS new (code, name, region, parent, kind, duty24h, active, functions)
         ON CONFLICT (code) DO NOTHING",
    )
    .await?;
    if added > 0 {
        directory::touch(connection).await?;
    }
    Ok(added)
}

async fn write(
    connection: &mut PgConnection,
    units: &[Unit],
    statement: &'static str,
) -> Result<u64, sqlx::Error> {
    // The same order everywhere, so that two writers wait for one another and never in a circle.
    let mut sorted: Vec<&Unit> = units.iter().collect();
    sorted.sort_by(|a, b| a.code.cmp(&b.code));
    let units = sorted.iter();
    let done = sqlx::query(statement)
        .bind(units.clone().map(|unit| unit.code.as_str()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.name.as_str()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.region.as_str()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.parent.as_ref().map(UnitCode::as_str)).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.kind.as_str()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.duty24h).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.active).collect::<Vec<_>>())
        .bind(units.map(|unit| unit.functions.join("\n")).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// Reads all units, by code.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Unit>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM unit ORDER BY code").fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<Unit, sqlx::Error> {
    let parent: Option<String> = row.try_get("parent")?;
    Ok(Unit {
        code: row.try_get::<String, _>("code")?.parse().map_err(|_| bad("unit.code"))?,
        name: row.try_get("name")?,
        region: row.try_get::<String, _>("region")?.parse().map_err(|_| bad("unit.region"))?,
        parent: parent.map(|code| code.parse().map_err(|_| bad("unit.parent"))).transpose()?,
        kind: row.try_get("kind")?,
        duty24h: row.try_get("duty24h")?,
        active: row.try_get("active")?,
        functions: row.try_get("functions")?,
    })
}
