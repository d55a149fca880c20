//! Answers already given to requests with an `Idempotency-Key` (standard table `idempotency`).

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sqlx::{PgConnection, types::Json};

/// Whose key it is, and the key.
pub(crate) type Key = (String, String);

/// An answer as it is kept: it holds a query code, so it is sealed.
#[derive(Clone)]
pub(crate) struct Given {
    pub(crate) key: Key,
    pub(crate) digest: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Sealed {
    sealed: String,
}

/// Writes answers and gives back those that had been given before by others, with what was answered then.
///
/// A key that another transaction is just writing is waited for, so that two requests at the same moment make one case.
pub(crate) async fn claim(
    connection: &mut PgConnection,
    mut given: Vec<Given>,
) -> Result<HashMap<Key, Given>, sqlx::Error> {
    // One order everywhere, so that two transactions with crossing keys queue up instead of deadlocking.
    given.sort_by(|a, b| a.key.cmp(&b.key));
    let rows = given.iter();
    let claimed: Vec<Key> = sqlx::query_as(
        "INSERT INTO idempotency (scope, key, digest, answer)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::bytea[], $4::jsonb[])
         ON CONFLICT (scope, key) DO NOTHING RETURNING scope, key",
    )
    .bind(rows.clone().map(|row| row.key.0.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.key.1.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.digest.as_slice()).collect::<Vec<_>>())
    .bind(rows.map(|row| Json(Sealed { sealed: STANDARD.encode(&row.sealed) })).collect::<Vec<_>>())
    .fetch_all(&mut *connection)
    .await?;
    if claimed.len() == given.len() {
        return Ok(HashMap::new());
    }
    let lost: Vec<&Key> = given.iter().map(|row| &row.key).filter(|key| !claimed.contains(key)).collect();
    let rows: Vec<(String, String, Vec<u8>, Json<Sealed>)> = sqlx::query_as(
        "SELECT i.scope, i.key, i.digest, i.answer FROM idempotency i
         JOIN UNNEST($1::text[], $2::text[]) AS asked (scope, key) USING (scope, key)",
    )
    .bind(lost.iter().map(|key| key.0.as_str()).collect::<Vec<_>>())
    .bind(lost.iter().map(|key| key.1.as_str()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(scope, key, digest, Json(answer))| {
            let sealed = STANDARD.decode(answer.sealed).unwrap_or_default();
            let key = (scope, key);
            (key.clone(), Given { key, digest, sealed })
        })
        .collect())
}
