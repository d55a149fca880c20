//! Rows of `public_answer`: which answers are public now.

use std::collections::BTreeMap;

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Writes publications by case.
pub(crate) async fn add(
    connection: &mut PgConnection,
    there: BTreeMap<Uuid, Uuid>,
) -> Result<(), sqlx::Error> {
    let (cases, publications): (Vec<Uuid>, Vec<Uuid>) = there.into_iter().unzip();
    sqlx::query(
        "INSERT INTO public_answer (publication_id, case_id) SELECT * FROM UNNEST($1::uuid[], $2::uuid[])
         ON CONFLICT (publication_id) DO NOTHING",
    )
    .bind(publications)
    .bind(cases)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets those of some cases.
pub(crate) async fn remove(connection: &mut PgConnection, cases: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM public_answer WHERE case_id = ANY($1)").bind(cases).execute(connection).await?;
    Ok(())
}

/// Those of some publications that are public.
pub(crate) async fn among(pool: &PgPool, publications: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar("SELECT publication_id FROM public_answer WHERE publication_id = ANY($1)")
        .bind(publications)
        .fetch_all(pool)
        .await
}
