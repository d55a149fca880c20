//! Rows of ratings.

use evaluation_rules::Rating;
use ids::CaseId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

/// Keeps a rating; `rating_pkey` refuses a second one of the round.
pub(crate) async fn insert(
    db: &mut PgConnection,
    case: CaseId,
    round: i32,
    rating: Rating,
    comment: Option<&str>,
    at: Timestamp,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO rating (case_id, round, solved, grade, comment, rated_at, rated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(case.0)
    .bind(round)
    .bind(rating.solved.as_str())
    .bind(rating.grade.as_str())
    .bind(comment)
    .bind(at.to_sqlx())
    .bind(by)
    .execute(db)
    .await?;
    Ok(())
}
