//! Cases whose result is secret.

use ids::CaseId;
use intake_rules::secrecy::{By, is_secret};
use jiff::Timestamp;
use pg::ToSqlx as _;
use sqlx::PgConnection;

use crate::store::find::File;

/// The actor of what a pack makes secret by kind.
pub(crate) const RULE: &str = "system:pack";

/// Says whether the result of a case is secret.
pub(crate) async fn stands(connection: &mut PgConnection, case: CaseId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM case_secrecy WHERE case_id = $1 AND ended_at IS NULL)")
        .bind(case.0)
        .fetch_one(connection)
        .await
}

/// Says whether the result of a case may be told to nobody outside, be it because the case is sealed.
pub(crate) async fn hides(connection: &mut PgConnection, file: &File) -> Result<bool, sqlx::Error> {
    // A sealed case is not asked about.
    Ok(file.confidential || is_secret(false, stands(connection, file.case_id).await?))
}

/// Who made the result of a case secret, where it is.
pub(crate) async fn by(connection: &mut PgConnection, case: CaseId) -> Result<Option<By>, sqlx::Error> {
    let rule: Option<bool> =
        sqlx::query_scalar("SELECT actor = $2 FROM case_secrecy WHERE case_id = $1 AND ended_at IS NULL")
            .bind(case.0)
            .bind(RULE)
            .fetch_optional(connection)
            .await?;
    Ok(rule.map(|rule| if rule { By::Rule } else { By::Person }))
}

/// Makes the results of new cases secret by rule.
pub(crate) async fn begin_all(
    connection: &mut PgConnection,
    cases: &[(CaseId, Timestamp, String)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_secrecy (case_id, at, actor, grounds)
         SELECT case_id, at, $4, grounds FROM UNNEST($1::uuid[], $2::timestamptz[], $3::text[]) AS new (case_id, at, grounds)",
    )
    .bind(cases.iter().map(|(case, ..)| case.0).collect::<Vec<_>>())
    .bind(cases.iter().map(|(_, at, _)| at.to_sqlx()).collect::<Vec<_>>())
    .bind(cases.iter().map(|(.., grounds)| grounds.as_str()).collect::<Vec<_>>())
    .bind(RULE)
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes it secret.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    case: CaseId,
    at: Timestamp,
    actor: &str,
    grounds: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO case_secrecy (case_id, at, actor, grounds) VALUES ($1, $2, $3, $4)")
        .bind(case.0)
        .bind(at.to_sqlx())
        .bind(actor)
        .bind(grounds)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends the secrecy.
pub(crate) async fn end(
    connection: &mut PgConnection,
    case: CaseId,
    at: Timestamp,
    actor: &str,
    ending: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_secrecy SET ended_at = $2, ended_by = $3, ending = $4 WHERE case_id = $1 AND ended_at IS NULL",
    )
    .bind(case.0)
    .bind(at.to_sqlx())
    .bind(actor)
    .bind(ending)
    .execute(connection)
    .await?;
    Ok(())
}
