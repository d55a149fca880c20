//! Who may hold a sealed case.

use std::collections::HashMap;

use ids::{AccountId, CaseId, UnitCode};
use jiff::Timestamp;
use pg::ToSqlx as _;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::bad;

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
    case: CaseId,
    seal: &Seal,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_seal (case_id, hands, barred, named_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (case_id) DO UPDATE SET hands = excluded.hands, barred = excluded.barred, named_at = excluded.named_at",
    )
    .bind(case.0)
    .bind(seal.hands.iter().map(|hand| hand.0).collect::<Vec<_>>())
    .bind(seal.barred.iter().map(UnitCode::as_str).collect::<Vec<_>>())
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}
