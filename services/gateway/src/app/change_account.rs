//! Disables or enables an account, or gives it another password.

use anyhow::Context as _;
use ids::AccountId;
use secrecy::SecretString;
use sqlx::PgPool;
use web::FieldError;

use crate::{
    app::{open_account::unfit_password, password, sign_in::digest},
    store::{accounts, attempts},
};

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the change is not acceptable")]
    Unfit(FieldError),
    #[error("there is no such account")]
    Unknown,
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

/// Changes what is given. A new password lifts the lock of the login.
pub(crate) async fn change(
    pool: &PgPool,
    id: AccountId,
    disabled: Option<bool>,
    new: Option<&SecretString>,
    password_min: usize,
) -> Result<(), Refused> {
    if let Some(error) = new.and_then(|new| unfit_password(new, password_min)) {
        return Err(Refused::Unfit(error));
    }
    let hash = match new {
        Some(new) => Some(password::hash(new).await?),
        None => None,
    };
    let stored = async {
        let mut db = pool.begin().await?;
        let login = accounts::change(&mut db, id, disabled, hash.as_deref()).await?;
        if let (Some(login), true) = (&login, hash.is_some()) {
            attempts::forget(&mut db, &digest(login)).await?;
        }
        db.commit().await?;
        Ok::<_, sqlx::Error>(login)
    };
    let login = stored.await.context("changing an account")?;
    login.map(|_| ()).ok_or(Refused::Unknown)
}
