//! How cases are read, where they are more than ordinary; and what leaders have read.

use contracts::words::{Class, Kind, Urgency};
use ids::{AccountId, CaseId};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{
    bad,
    cases::{self, CaseRoute},
};

/// How one case is read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) case: CaseId,
    pub(crate) class: Class,
    pub(crate) fast: Option<String>,
    pub(crate) received_at: Timestamp,
}

/// What a person or a rule changed of a case after its acceptance.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub(crate) case: CaseId,
    pub(crate) kind: Kind,
    pub(crate) urgency: Urgency,
    pub(crate) class: Class,
    pub(crate) fast: Option<String>,
}

/// Keeps how cases are read.
pub(crate) async fn keep(connection: &mut PgConnection, rows: &[Reading]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "INSERT INTO case_class (case_id, class, fast, received_at)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) ON CONFLICT DO NOTHING",
    )
    .bind(rows.clone().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.class.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.fast.as_deref()).collect::<Vec<_>>())
    .bind(rows.map(|row| row.received_at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes over what was changed of cases that routing has; each case at most once.
pub(crate) async fn change(connection: &mut PgConnection, rows: &[Changed]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    let ids = rows.clone().map(|row| row.case.0).collect::<Vec<_>>();
    sqlx::query(
        "UPDATE case_route old SET kind = new.kind, urgency = new.urgency, version = old.version + 1
         FROM UNNEST($1::uuid[], $2::text[], $3::text[]) AS new (case_id, kind, urgency)
         WHERE old.case_id = new.case_id AND (old.kind, old.urgency) IS DISTINCT FROM (new.kind, new.urgency)",
    )
    .bind(&ids)
    .bind(rows.clone().map(|row| row.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.urgency.as_str()).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO case_class (case_id, class, fast, received_at)
         SELECT case_id, new.class, new.fast, received_at
         FROM UNNEST($1::uuid[], $2::text[], $3::text[]) AS new (case_id, class, fast)
         JOIN case_route USING (case_id)
         ON CONFLICT (case_id) DO UPDATE SET class = excluded.class, fast = excluded.fast",
    )
    .bind(&ids)
    .bind(rows.clone().map(|row| row.class.as_str()).collect::<Vec<_>>())
    .bind(rows.map(|row| row.fast.as_deref()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The class of each case that has one; the others are ordinary.
pub(crate) async fn of(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<(CaseId, Class)>, sqlx::Error> {
    let rows = sqlx::query("SELECT case_id, class FROM case_class WHERE case_id = ANY($1)")
        .bind(cases)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let class: String = row.try_get("class")?;
            Ok((CaseId(row.try_get("case_id")?), class.parse().map_err(|_| bad("case_class.class"))?))
        })
        .collect()
}

/// What a leader has not read of the letters received since `since` under one pack, the oldest first, at most two hundred.
pub(crate) async fn unread(
    connection: &mut PgConnection,
    account: AccountId,
    pack: &str,
    classes: &[&str],
    urgencies: &[&str],
    since: Timestamp,
    prefix: &str,
) -> Result<Vec<(CaseRoute, Class)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT case_route.*, class FROM case_class JOIN case_route USING (case_id)
         WHERE case_class.received_at >= $1 AND pack = $2 AND (class = ANY($3) OR urgency = ANY($4))
           AND starts_with(region, $5) AND NOT confidential
           AND NOT EXISTS (SELECT 1 FROM reading WHERE account = $6 AND reading.case_id = case_route.case_id)
         ORDER BY case_class.received_at, case_id LIMIT 200",
    )
    .bind(since.to_sqlx())
    .bind(pack)
    .bind(classes)
    .bind(urgencies)
    .bind(prefix)
    .bind(account.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let class: String = row.try_get("class")?;
            Ok((cases::read(row)?, class.parse().map_err(|_| bad("case_class.class"))?))
        })
        .collect()
}

/// Notes that a leader has read a letter; answers when it was first noted.
pub(crate) async fn mark(
    connection: &mut PgConnection,
    account: AccountId,
    case: CaseId,
    at: Timestamp,
) -> Result<Timestamp, sqlx::Error> {
    let row = sqlx::query(
        "INSERT INTO reading (account, case_id, at) VALUES ($1, $2, $3)
         ON CONFLICT (account, case_id) DO UPDATE SET at = reading.at RETURNING at",
    )
    .bind(account.0)
    .bind(case.0)
    .bind(at.to_sqlx())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get::<SqlTimestamp, _>("at")?.to_jiff())
}

/// Raises the urgency of a case.
pub(crate) async fn raise(
    connection: &mut PgConnection,
    case: CaseId,
    urgency: Urgency,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE case_route SET urgency = $2 WHERE case_id = $1")
        .bind(case.0)
        .bind(urgency.as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO case_class (case_id, class, received_at)
         SELECT case_id, 'ordinary', received_at FROM case_route WHERE case_id = $1 ON CONFLICT DO NOTHING",
    )
    .bind(case.0)
    .execute(connection)
    .await?;
    Ok(())
}
