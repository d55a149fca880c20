//! Opens an account.

use anyhow::Context as _;
use identity::Role;
use ids::{AccountId, RegionCode, UnitCode};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgConnection;
use web::FieldError;

use crate::{
    app::password,
    store::accounts::{self, Account},
};

/// An account that is to be.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What is typed to sign in: 1 to 64 of `a-z 0-9 . _ @ -`.
    pub login: String,
    /// The password, at most 128 characters.
    pub password: SecretString,
    /// The roles, the primary one first.
    pub roles: Vec<Role>,
    /// The unit for which an officer acts.
    pub unit: Option<UnitCode>,
    /// The region to which the holder is bound; none: the whole installation.
    pub region: Option<RegionCode>,
    /// The function as shown (承办员一号), never the name of a person; 1 to 60 characters.
    pub label: String,
}

/// Why an account was not opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the account is not acceptable")]
    Unfit(Vec<FieldError>),
    #[error("the login is taken")]
    Taken,
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

/// Opens an account.
pub(crate) async fn open(
    db: &mut PgConnection,
    new: &NewAccount,
    password_min: usize,
) -> Result<AccountId, Refused> {
    let errors = unfit(new, password_min);
    if !errors.is_empty() {
        return Err(Refused::Unfit(errors));
    }
    let account = Account {
        id: AccountId::fresh(),
        login: new.login.clone(),
        password_hash: password::hash(&new.password).await?,
        roles: new.roles.clone(),
        unit: new.unit.clone(),
        region: new.region.clone(),
        label: new.label.clone(),
        disabled: false,
    };
    match accounts::insert(db, &account).await {
        Ok(()) => Ok(account.id),
        Err(error) if pg::on_constraint(&error) == Some("accounts_login_taken") => Err(Refused::Taken),
        Err(error) => Err(Refused::Broken(anyhow::Error::new(error).context("storing an account"))),
    }
}

/// Makes sure that an account with this login is there, for the operator's command line and for tests. One that is
/// there keeps its password and its roles.
///
/// # Errors
/// The account is not acceptable, or the database is away.
pub async fn ensure(db: &mut PgConnection, new: &NewAccount) -> anyhow::Result<AccountId> {
    // Looked up before hashing, so that a second start is quick.
    if let Some(account) = accounts::by_login(db, &new.login).await.context("looking for an account")? {
        return Ok(account.id);
    }
    match open(db, new, 8).await {
        Ok(id) => Ok(id),
        Err(Refused::Taken) => accounts::by_login(db, &new.login)
            .await?
            .map(|account| account.id)
            .context("an account was there and is not any more"),
        Err(Refused::Unfit(errors)) => {
            let errors: Vec<_> = errors.iter().map(|e| format!("{}: {}", e.field, e.reason_en)).collect();
            anyhow::bail!("account {}: {}", new.login, errors.join("; "))
        }
        Err(Refused::Broken(error)) => Err(error),
    }
}

fn unfit(new: &NewAccount, password_min: usize) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut say = |wrong: bool, field: &str, zh: &str, en: &str| {
        if wrong {
            errors.push(FieldError::new(field, zh, en));
        }
    };
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._@-".contains(&b);
    say(
        !(1..=64).contains(&new.login.len()) || !new.login.bytes().all(allowed),
        "login",
        "应为 1 至 64 个小写字母、数字或 . _ @ -",
        "must be 1 to 64 of a-z, 0-9 and . _ @ -",
    );
    say(
        new.roles.is_empty() || new.roles.contains(&Role::Citizen),
        "roles",
        "至少一个工作人员角色",
        "must name at least one role of staff",
    );
    let needs_unit = new.roles.contains(&Role::Officer) || new.roles.contains(&Role::Agency);
    say(
        needs_unit && new.unit.is_none(),
        "unit",
        "承办人、外部机构必须有单位",
        "an officer or an agency needs a unit",
    );
    let label_fits =
        (1..=60).contains(&new.label.chars().count()) && !new.label.chars().any(char::is_control);
    say(!label_fits, "label", "应为 1 至 60 个字符", "must have 1 to 60 characters");
    errors.extend(unfit_password(&new.password, password_min));
    errors
}

/// Says what is wrong with a new password.
pub(crate) fn unfit_password(password: &SecretString, least: usize) -> Option<FieldError> {
    let fits = (least..=128).contains(&password.expose_secret().chars().count());
    let error = || {
        FieldError::new(
            "password",
            format!("应为 {least} 至 128 个字符"),
            format!("must have {least} to 128 characters"),
        )
    };
    (!fits).then(error)
}
