//! Who may hold a sealed case.

use std::collections::HashMap;

use contracts::{Event, petition::CaseLineDrawn};
use ids::{AccountId, CaseId, RegionCode, UnitCode};
use pg::ToSqlx as _;
use routing_rules::sealed;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{bad, units};

/// One row of `case_seal`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) hands: Vec<AccountId>,
    pub(crate) barred: Vec<UnitCode>,
}

/// Reads the seals of cases that have one.
pub(crate) async fn of_cases(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<HashMap<CaseId, Seal>, sqlx::Error> {
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query("SELECT case_id, hands, barred FROM case_seal WHERE case_id = ANY($1)")
        .bind(cases)
        .fetch_all(connection)
        .await?;
    let mut seals = HashMap::with_capacity(rows.len());
    for row in rows {
        let hands: Vec<Uuid> = row.try_get("hands")?;
        let barred: Vec<String> = row.try_get("barred")?;
        let barred = barred.iter().map(|unit| unit.parse()).collect::<Result<_, _>>();
        let seal = Seal {
            hands: hands.into_iter().map(AccountId).collect(),
            barred: barred.map_err(|_| bad("case_seal.barred"))?,
        };
        seals.insert(CaseId(row.try_get("case_id")?), seal);
    }
    Ok(seals)
}

/// Keeps the newest word on one case; naming hands is rare, so each has its own statement.
pub(crate) async fn keep(
    connection: &mut PgConnection,
    event: &Event,
    seal: &Seal,
    drawn: &CaseLineDrawn,
    tree: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_seal (case_id, hands, barred, named_at, line, region, tree) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (case_id) DO UPDATE SET hands = excluded.hands, barred = excluded.barred, named_at = excluded.named_at,
            line = excluded.line, region = excluded.region, tree = excluded.tree",
    )
    .bind(event.aggregate)
    .bind(seal.hands.iter().map(|hand| hand.0).collect::<Vec<_>>())
    .bind(codes(&seal.barred))
    .bind(event.time.to_sqlx())
    .bind(codes(&drawn.line))
    .bind(event.region.as_str())
    .bind(tree)
    .execute(connection)
    .await?;
    Ok(())
}

/// A line that the tree of units has moved.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    pub(crate) case: CaseId,
    pub(crate) region: RegionCode,
    pub(crate) drawn: CaseLineDrawn,
}

/// Finds the lines of accused units that are others now than were told. Costs one look where nothing moved or nobody is
/// accused.
pub(crate) async fn moved(connection: &mut PgConnection, tree: i64) -> Result<Vec<Moved>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT case_id, barred, line, region FROM case_seal
         WHERE barred <> '{}' AND tree < $1 AND region IS NOT NULL ORDER BY case_id",
    )
    .bind(tree)
    .fetch_all(&mut *connection)
    .await?;
    let mut moved = Vec::new();
    if rows.is_empty() {
        return Ok(moved);
    }
    let parents = units::parents(connection).await?;
    for row in &rows {
        let barred = row.try_get::<Vec<String>, _>("barred")?;
        let barred = barred.iter().map(|unit| unit.parse()).collect::<Result<Vec<UnitCode>, _>>();
        let barred = barred.map_err(|_| bad("case_seal.barred"))?;
        let line: Vec<UnitCode> = sealed::lines(&barred, &parents).into_iter().collect();
        if codes(&line) != row.try_get::<Vec<String>, _>("line")? {
            moved.push(Moved {
                case: CaseId(row.try_get("case_id")?),
                region: row.try_get::<String, _>("region")?.parse().map_err(|_| bad("case_seal.region"))?,
                drawn: CaseLineDrawn { barred, line },
            });
        }
    }
    Ok(moved)
}

/// Keeps lines as they were drawn for a version of the directory, and that all others were looked at.
pub(crate) async fn draw(
    connection: &mut PgConnection,
    moved: &[Moved],
    tree: i64,
) -> Result<(), sqlx::Error> {
    for Moved { case, drawn, .. } in moved {
        sqlx::query("UPDATE case_seal SET line = $2 WHERE case_id = $1 AND barred = $3")
            .bind(case.0)
            .bind(codes(&drawn.line))
            .bind(codes(&drawn.barred))
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("UPDATE case_seal SET tree = $1 WHERE barred <> '{}' AND tree < $1")
        .bind(tree)
        .execute(connection)
        .await?;
    Ok(())
}

fn codes(units: &[UnitCode]) -> Vec<&str> {
    units.iter().map(UnitCode::as_str).collect()
}
