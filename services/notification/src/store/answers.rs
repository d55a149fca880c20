//! Answers already given to requests with an `Idempotency-Key` (standard table `idempotency`).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sqlx::{PgConnection, types::Json};

/// A caller's key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// Where, and whose.
    pub(crate) scope: String,
    /// As the caller wrote it.
    pub(crate) word: String,
}

/// An answer as it is kept: it may hold a secret of the caller, so it is sealed.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// SHA-256 of the request.
    pub(crate) digest: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Sealed {
    sealed: String,
}

/// Writes an answer, or gives back the one that stands under this key.
///
/// A key that another transaction is just writing is waited for, so that two requests at the same moment create one thing.
pub(crate) async fn claim(
    connection: &mut PgConnection,
    key: &Key,
    given: &Given,
) -> Result<Option<Given>, sqlx::Error> {
    let written = sqlx::query(
        "INSERT INTO idempotency (scope, key, digest, answer) VALUES ($1, $2, $3, $4) ON CONFLICT (scope, key) DO NOTHING",
    )
    .bind(&key.scope)
    .bind(&key.word)
    .bind(&given.digest)
    .bind(Json(Sealed { sealed: STANDARD.encode(&given.sealed) }))
    .execute(&mut *connection)
    .await?;
    if written.rows_affected() == 1 {
        return Ok(None);
    }
    let (digest, Json(answer)): (Vec<u8>, Json<Sealed>) =
        sqlx::query_as("SELECT digest, answer FROM idempotency WHERE scope = $1 AND key = $2")
            .bind(&key.scope)
            .bind(&key.word)
            .fetch_one(connection)
            .await?;
    let sealed = STANDARD.decode(answer.sealed).unwrap_or_default();
    Ok(Some(Given { digest, sealed }))
}
