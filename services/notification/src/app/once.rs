//! Answers of creations that carry an `Idempotency-Key`: kept sealed, given again to the same request.

use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use web::Problem;

use super::Core;
use crate::store::answers::{self, Given, Key};

/// The purpose of the key that seals kept answers.
const ANSWER: &str = "kept-answer";

/// Keeps an answer under its key, in the transaction of what it answers. Gives back the earlier answer where there is one:
/// then the caller lets its transaction go.
///
/// # Errors
/// The key was used for another request, or the database is away.
pub(crate) async fn once<T: Serialize + DeserializeOwned>(
    core: &Core,
    transaction: &mut PgConnection,
    key: Option<&Key>,
    digest: &[u8],
    answer: &T,
) -> Result<Option<T>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let bound = [key.scope.as_bytes(), b"\0", key.word.as_bytes()].concat();
    let plain = serde_json::to_vec(answer).map_err(anyhow::Error::from)?;
    let kept = Given { digest: digest.to_vec(), sealed: core.platform.secrets.seal(ANSWER, &bound, &plain) };
    let before = answers::claim(transaction, key, &kept).await.map_err(anyhow::Error::from)?;
    let Some(given) = before else { return Ok(None) };
    if given.digest != digest {
        return Err(Problem::conflict(
            "此 Idempotency-Key 已用于内容不同的请求。",
            "This Idempotency-Key was used for a request with another body.",
        ));
    }
    let plain = core.platform.secrets.open(ANSWER, &bound, &given.sealed);
    let plain = plain.ok_or_else(|| anyhow::anyhow!("a kept answer does not open"))?;
    Ok(Some(serde_json::from_slice(&plain).map_err(anyhow::Error::from)?))
}
