//! Signs in: counts the attempt, checks the password, writes the token.

use identity::{Claims, Keys};
use jiff::Timestamp;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

use crate::{
    app::password,
    config::Config,
    store::{accounts, attempts},
};

/// The longest login that is looked up; longer ones are nobody's.
const LONGEST_LOGIN: usize = 64;

/// What a success gives.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) claims: Claims,
    pub(crate) label: String,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// Unknown login, wrong password or disabled account: which of them is not said.
    #[error("login or password is wrong")]
    Wrong,
    /// Too many attempts at this login.
    #[error("locked for {seconds} s")]
    Locked { seconds: u32 },
    /// Too many people sign in at this moment.
    #[error("too many sign-ins at once")]
    Busy,
    /// It could not be found out.
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(anyhow::Error::new(error).context("signing in"))
    }
}

/// Signs in with login and password.
pub(crate) async fn sign_in(
    pool: &PgPool,
    keys: &Keys,
    config: &Config,
    now: Timestamp,
    login: &str,
    typed: &SecretString,
) -> Result<Session, Refused> {
    let login = login.trim().to_lowercase();
    let digest = digest(&login);
    // The place comes first: no more attempts are ever counted at once than there are places.
    let place = password::place().await.ok_or(Refused::Busy)?;
    let mut db = pool.acquire().await?;
    if let Some(left) = attempts::count(&mut db, &digest, config.attempts, config.lock.as_secs_f64()).await? {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
        return Err(Refused::Locked { seconds: left.ceil() as u32 });
    }
    let account = match login.len() {
        0..=LONGEST_LOGIN => accounts::by_login(&mut db, &login).await?,
        _ => None,
    };
    drop(db);
    let account = account.filter(|account| !account.disabled);
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let fits = password::fits(&place, typed, hash).await?;
    let Some(account) = account.filter(|_| fits) else { return Err(Refused::Wrong) };
    attempts::forget(&mut *pool.acquire().await?, &digest).await?;
    let claims = Claims {
        sub: account.id.0,
        role: account.roles[0],
        roles: account.roles,
        unit: account.unit,
        region: account.region,
        case: None,
        exp: now.as_second().saturating_add(config.session.as_secs()),
    };
    Ok(Session { token: keys.sign(&claims), claims, label: account.label })
}

/// Names a login in the count of attempts without keeping what was typed.
pub(crate) fn digest(login: &str) -> [u8; 32] {
    Sha256::digest(login.as_bytes()).into()
}
