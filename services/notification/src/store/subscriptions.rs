//! Rows of `subscription`: who learns outside of what.

use jiff::Timestamp;
use notification_rules::{
    outside::{Filter, Grant},
    subscription::State,
};
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{FromRow, PgConnection, PgExecutor, PgPool, Row as _, postgres::PgRow};
use uuid::Uuid;

/// A subscription.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) id: Uuid,
    pub(crate) subscriber: String,
    pub(crate) label: (String, String),
    /// A column of the media.
    pub(crate) medium: bool,
    pub(crate) filter: Filter,
    pub(crate) grants: std::collections::BTreeSet<Grant>,
    pub(crate) url: Option<String>,
    pub(crate) secret: Option<Vec<u8>>,
    pub(crate) old_secret: Option<Vec<u8>>,
    /// Position of the last entry that was taken.
    pub(crate) place: i64,
    /// Position of the last entry before it was made.
    pub(crate) began: i64,
    pub(crate) state: State,
    pub(crate) actor: String,
    pub(crate) made_at: Timestamp,
    pub(crate) version: i64,
}

impl FromRow<'_, PgRow> for Subscription {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let broken = |column: &str| sqlx::Error::Decode(format!("{column} is not what was written").into());
        let failures = u32::try_from(row.try_get::<i32, _>("failures")?).unwrap_or_default();
        let state = match row.try_get::<&str, _>("state")? {
            "active" => State::Active {
                failures,
                failing_since: row
                    .try_get::<Option<SqlTimestamp>, _>("failing_since")?
                    .map(SqlTimestamp::to_jiff),
                next_at: row.try_get::<SqlTimestamp, _>("next_at")?.to_jiff(),
            },
            "disabled" => State::Disabled,
            "stopped" => State::Stopped,
            _ => return Err(broken("subscription.state")),
        };
        Ok(Self {
            id: row.try_get("subscription_id")?,
            subscriber: row.try_get("subscriber")?,
            label: (row.try_get("label_zh")?, row.try_get("label_en")?),
            medium: row.try_get("medium")?,
            filter: serde_json::from_str(row.try_get("filter")?)
                .map_err(|_| broken("subscription.filter"))?,
            grants: serde_json::from_str(row.try_get("grants")?)
                .map_err(|_| broken("subscription.grants"))?,
            url: row.try_get("url")?,
            secret: row.try_get("secret")?,
            old_secret: row.try_get("old_secret")?,
            place: row.try_get("place")?,
            began: row.try_get("began")?,
            state,
            actor: row.try_get("actor")?,
            made_at: row.try_get::<SqlTimestamp, _>("made_at")?.to_jiff(),
            version: row.try_get("version")?,
        })
    }
}

/// The word of a state in tables.
pub(crate) const fn state_word(state: State) -> &'static str {
    match state {
        State::Active { .. } => "active",
        State::Disabled => "disabled",
        State::Stopped => "stopped",
    }
}

/// Writes a new one; `false`: this subscriber has one of this name.
pub(crate) async fn insert(connection: &mut PgConnection, one: &Subscription) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO subscription (subscription_id, subscriber, label_zh, label_en, medium, filter, grants, url, secret,
                                   place, state, failures, next_at, actor, made_at, version, began)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'active', 0, $12, $11, $12, 1, $13)
         ON CONFLICT (subscriber, label_zh) DO NOTHING",
    )
    .bind(one.id)
    .bind(&one.subscriber)
    .bind(&one.label.0)
    .bind(&one.label.1)
    .bind(one.medium)
    .bind(serde_json::to_string(&one.filter).expect("a filter is a plain struct"))
    .bind(serde_json::to_string(&one.grants).expect("grants are plain words"))
    .bind(&one.url)
    .bind(&one.secret)
    .bind(one.place)
    .bind(&one.actor)
    .bind(one.made_at.to_sqlx())
    .bind(one.began)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes where one stands.
pub(crate) async fn save(connection: &mut PgConnection, one: &Subscription) -> Result<(), sqlx::Error> {
    let (failures, since, next_at) = match one.state {
        State::Active { failures, failing_since, next_at } => (failures, failing_since, Some(next_at)),
        State::Disabled | State::Stopped => (0, None, None),
    };
    sqlx::query(
        "UPDATE subscription SET place = $2, state = $3, failures = $4, failing_since = $5,
                next_at = coalesce($6, next_at), secret = $7, old_secret = $8, version = version + $9
         WHERE subscription_id = $1",
    )
    .bind(one.id)
    .bind(one.place)
    .bind(state_word(one.state))
    .bind(i32::try_from(failures).unwrap_or(i32::MAX))
    .bind(since.map(|at| at.to_sqlx()))
    .bind(next_at.map(|at| at.to_sqlx()))
    .bind(&one.secret)
    .bind(&one.old_secret)
    .bind(1_i64)
    .execute(connection)
    .await?;
    Ok(())
}

/// All of them, or those of one agency.
pub(crate) async fn list(pool: &PgPool, of: Option<&str>) -> Result<Vec<Subscription>, sqlx::Error> {
    sqlx::query_as(
        "SELECT * FROM subscription WHERE $1::text IS NULL OR subscriber = $1
         ORDER BY subscriber, label_zh LIMIT 5000",
    )
    .bind(of)
    .fetch_all(pool)
    .await
}

/// Locks one.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<Subscription>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM subscription WHERE subscription_id = $1 FOR UPDATE")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// One of them.
pub(crate) async fn find(pool: &PgPool, id: Uuid) -> Result<Option<Subscription>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM subscription WHERE subscription_id = $1")
        .bind(id)
        .fetch_optional(pool)
        .await
}

/// Those to which entries are to be pushed now, and to whom nobody pushes yet.
pub(crate) async fn due(pool: &PgPool, now: Timestamp, most: i64) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT subscription_id FROM subscription
         WHERE state = 'active' AND url IS NOT NULL AND next_at <= $1 AND (taken_until IS NULL OR taken_until <= $1)
               AND place < (SELECT position FROM publication_head) ORDER BY next_at LIMIT $2",
    )
    .bind(now.to_sqlx())
    .bind(most)
    .fetch_all(pool)
    .await
}

/// Takes one to push to until a moment, unless another worker has it.
pub(crate) async fn take(
    pool: &PgPool,
    id: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Subscription>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE subscription SET taken_until = $3
         WHERE subscription_id = $1 AND state = 'active' AND next_at <= $2
               AND (taken_until IS NULL OR taken_until <= $2)
         RETURNING *",
    )
    .bind(id)
    .bind(now.to_sqlx())
    .bind(until.to_sqlx())
    .fetch_optional(pool)
    .await
}

/// Locks one that this worker has taken; nothing when another one has it by now.
pub(crate) async fn lock_taken(
    connection: &mut PgConnection,
    id: Uuid,
    until: Timestamp,
) -> Result<Option<Subscription>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM subscription WHERE subscription_id = $1 AND taken_until = $2 FOR UPDATE")
        .bind(id)
        .bind(until.to_sqlx())
        .fetch_optional(connection)
        .await
}

/// Keeps one that is locked until a moment, or lets it go.
pub(crate) async fn lease(
    connection: &mut PgConnection,
    id: Uuid,
    until: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE subscription SET taken_until = $2 WHERE subscription_id = $1")
        .bind(id)
        .bind(until.map(|at| at.to_sqlx()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets one go at the end of a turn, which found nothing more to push up to a place; unless a person set it elsewhere.
pub(crate) async fn give_back(
    pool: &PgPool,
    id: Uuid,
    until: Timestamp,
    (from, to): (i64, i64),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE subscription SET taken_until = NULL, place = CASE WHEN place = $3 THEN $4 ELSE place END
         WHERE subscription_id = $1 AND taken_until = $2",
    )
    .bind(id)
    .bind(until.to_sqlx())
    .bind(from)
    .bind(to)
    .execute(pool)
    .await?;
    Ok(())
}

/// Says whether there is any subscription; one that is stopped may be started again, and is left out of nothing.
pub(crate) async fn any(executor: impl PgExecutor<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM subscription)").fetch_one(executor).await
}
