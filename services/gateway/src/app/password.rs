//! Passwords as argon2id hashes, made and checked away from the threads that serve.

use std::{sync::LazyLock, time::Duration};

use anyhow::Context as _;
use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{sync::Semaphore, task::spawn_blocking};
use uuid::Uuid;

/// One hash takes 19 MiB and a core for some tens of milliseconds: two at once leave room for the rest.
static PLACES: Semaphore = Semaphore::const_new(2);
const PATIENCE: Duration = Duration::from_secs(5);

/// What an unknown login is checked against, so that it takes as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| digest(Uuid::new_v4().as_bytes()).unwrap_or_default());

/// A place among those who may hash now; given back when dropped.
pub(crate) struct Place(
    #[expect(dead_code, reason = "held, never read")] tokio::sync::SemaphorePermit<'static>,
);

/// Waits for a place, or gives up when too many wait before.
pub(crate) async fn place() -> Option<Place> {
    tokio::time::timeout(PATIENCE, PLACES.acquire()).await.ok()?.ok().map(Place)
}

/// Hashes a new password.
pub(crate) async fn hash(password: &SecretString) -> anyhow::Result<String> {
    let password = password.clone();
    spawn_blocking(move || digest(password.expose_secret().as_bytes()))
        .await
        .context("hashing a password")?
        .map_err(|error| anyhow::anyhow!("hashing a password: {error}"))
}

/// Says whether the password is the one of the hash; without a hash it works as hard and says no.
pub(crate) async fn fits(
    _place: &Place,
    password: &SecretString,
    hash: Option<String>,
) -> anyhow::Result<bool> {
    let password = password.clone();
    spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(&NOBODY);
        let parsed = PasswordHash::new(hash).map_err(|error| anyhow::anyhow!("a stored hash: {error}"))?;
        let same = Argon2::default().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
        Ok(known && same)
    })
    .await
    .context("checking a password")?
}

fn digest(password: &[u8]) -> Result<String, argon2::password_hash::Error> {
    let salt = SaltString::encode_b64(Uuid::new_v4().as_bytes())?;
    Ok(Argon2::default().hash_password(password, &salt)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_knows_its_password_and_nobody_else() {
        let held = place().await.unwrap();
        let stored = hash(&"correct horse".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$") && !stored.contains("correct"));
        assert!(fits(&held, &"correct horse".into(), Some(stored.clone())).await.unwrap());
        assert!(!fits(&held, &"wrong horse".into(), Some(stored)).await.unwrap());
        assert!(!fits(&held, &"correct horse".into(), None).await.unwrap());
    }
}
