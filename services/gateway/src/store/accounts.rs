//! Rows of accounts.

use identity::Role;
use ids::{AccountId, RegionCode, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

/// One account as stored.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) login: String,
    pub(crate) password_hash: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) region: Option<RegionCode>,
    pub(crate) label: String,
    pub(crate) disabled: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    login: String,
    password_hash: String,
    roles: Vec<String>,
    unit: Option<String>,
    region: Option<String>,
    label: String,
    disabled: bool,
}

impl TryFrom<Row> for Account {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let unreadable = |column: &str| sqlx::Error::ColumnDecode {
            index: format!("accounts.{column} of {}", row.id),
            source: "unknown word".into(),
        };
        let roles: Result<Vec<Role>, _> = row.roles.iter().map(|word| word.parse()).collect();
        let roles = roles.map_err(|_| unreadable("roles"))?;
        if roles.is_empty() {
            return Err(unreadable("roles"));
        }
        let unit = row.unit.as_deref().map(str::parse).transpose().map_err(|_| unreadable("unit"))?;
        let region = row.region.as_deref().map(str::parse).transpose().map_err(|_| unreadable("region"))?;
        Ok(Self {
            id: AccountId(row.id),
            login: row.login,
            password_hash: row.password_hash,
            roles,
            unit,
            region,
            label: row.label,
            disabled: row.disabled,
        })
    }
}

/// Finds an account by its login, in small letters.
pub(crate) async fn by_login(db: &mut PgConnection, login: &str) -> Result<Option<Account>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, login, password_hash, roles, unit, region, label, disabled FROM accounts WHERE login = $1",
    )
    .bind(login)
    .fetch_optional(db)
    .await?;
    row.map(Account::try_from).transpose()
}

/// Finds an account by its id.
pub(crate) async fn by_id(db: &mut PgConnection, id: AccountId) -> Result<Option<Account>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, login, password_hash, roles, unit, region, label, disabled FROM accounts WHERE id = $1",
    )
    .bind(id.0)
    .fetch_optional(db)
    .await?;
    row.map(Account::try_from).transpose()
}

/// Reads for which units accounts act; those that act for none are missing.
pub(crate) async fn units_of(
    db: &mut PgConnection,
    accounts: &[AccountId],
) -> Result<Vec<(AccountId, UnitCode)>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT id, unit FROM accounts WHERE id = ANY($1) AND unit IS NOT NULL ORDER BY id")
            .bind(accounts.iter().map(|account| account.0).collect::<Vec<_>>())
            .fetch_all(db)
            .await?;
    let unreadable = |id: Uuid| sqlx::Error::ColumnDecode {
        index: format!("accounts.unit of {id}"),
        source: "not a unit code".into(),
    };
    rows.into_iter()
        .map(|(id, unit)| Ok((AccountId(id), unit.parse().map_err(|_| unreadable(id))?)))
        .collect()
}

/// Writes a new account; a login that is taken is refused by `accounts_login_taken`.
pub(crate) async fn insert(db: &mut PgConnection, account: &Account) -> Result<(), sqlx::Error> {
    let roles: Vec<&str> = account.roles.iter().map(|role| role.as_str()).collect();
    sqlx::query(
        "INSERT INTO accounts (id, login, password_hash, roles, unit, region, label, disabled)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(account.id.0)
    .bind(&account.login)
    .bind(&account.password_hash)
    .bind(roles)
    .bind(account.unit.as_ref().map(UnitCode::as_str))
    .bind(account.region.as_ref().map(RegionCode::as_str))
    .bind(&account.label)
    .bind(account.disabled)
    .execute(db)
    .await?;
    Ok(())
}

/// Lists accounts by login, after one of them.
pub(crate) async fn list(
    db: &mut PgConnection,
    after: &str,
    limit: i64,
) -> Result<Vec<Account>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, login, password_hash, roles, unit, region, label, disabled FROM accounts
         WHERE login > $1 ORDER BY login LIMIT $2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Account::try_from).collect()
}

/// Changes what is given and keeps the rest; gives the login, or nothing when there is no such account.
pub(crate) async fn change(
    db: &mut PgConnection,
    id: AccountId,
    disabled: Option<bool>,
    password_hash: Option<&str>,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE accounts SET disabled = coalesce($2, disabled), password_hash = coalesce($3, password_hash),
           changed_at = clock_timestamp() WHERE id = $1 RETURNING login",
    )
    .bind(id.0)
    .bind(disabled)
    .bind(password_hash)
    .fetch_optional(db)
    .await
}
