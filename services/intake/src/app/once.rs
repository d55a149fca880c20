//! Answers of creations that carry an `Idempotency-Key`: kept sealed, given again to the same request.

use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use web::Problem;

use crate::{
    app::Core,
    http::fault,
    store::answers::{self, Given},
};

/// The space of a caller's keys at a place. Strangers have none in common: a key of theirs is bound to what they say, so that
/// nobody's key shows or blocks what another one said.
pub(crate) fn scope(place: &str, actor: &str, digest: &[u8]) -> String {
    if actor != CITIZEN {
        return format!("{place}/{actor}");
    }
    let words: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{place}/{actor}/{words}")
}

/// What everybody is called who is not known.
pub(crate) const CITIZEN: &str = "citizen";

/// Keeps an answer under its key, in the transaction of what it answers. Gives back the earlier answer where there is one:
/// then the caller lets its transaction go.
pub(crate) async fn once<T: Serialize + DeserializeOwned>(
    core: &Core,
    transaction: &mut PgConnection,
    key: Option<(String, String)>,
    digest: &[u8],
    answer: &T,
) -> Result<Option<T>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let bound = [key.0.as_bytes(), b"\0", key.1.as_bytes()].concat();
    let plain = serde_json::to_vec(answer).map_err(anyhow::Error::from)?;
    let kept = Given { key: key.clone(), digest: digest.to_vec(), sealed: core.vault.seal(&bound, &plain) };
    let before = answers::claim(transaction, vec![kept]).await.map_err(|error| fault(error.into()))?;
    let Some(given) = before.get(&key) else { return Ok(None) };
    if given.digest != digest {
        return Err(Problem::conflict(
            "此 Idempotency-Key 已用于内容不同的请求。",
            "This Idempotency-Key was used for a request with another body.",
        ));
    }
    let plain = core.vault.open(&bound, &given.sealed);
    let plain = plain.ok_or_else(|| anyhow::anyhow!("a kept answer does not open"))?;
    Ok(Some(serde_json::from_slice(&plain).map_err(anyhow::Error::from)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_key_is_bound_to_what_was_said() {
        assert_eq!(scope("cases", "operator:1", &[1]), scope("cases", "operator:1", &[2]));
        assert_ne!(scope("cases", CITIZEN, &[1]), scope("cases", CITIZEN, &[2]));
        assert_eq!(scope("cases", CITIZEN, &[1, 0xab]), "cases/citizen/01ab");
    }
}
