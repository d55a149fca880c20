//! Rows of `bulletin`.

use jiff::Timestamp;
use notification_rules::bulletin::State;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{FromRow, PgConnection, PgPool, Row as _, postgres::PgRow};
use uuid::Uuid;

/// What is told to the public by decision.
#[derive(Clone, Debug)]
pub(crate) struct Bulletin {
    pub(crate) id: Uuid,
    pub(crate) sort: String,
    pub(crate) region: String,
    pub(crate) title: (String, String),
    pub(crate) body: (String, String),
    pub(crate) publications: Vec<Uuid>,
    pub(crate) state: State,
    pub(crate) drafted_by: String,
    pub(crate) drafted_at: Timestamp,
    pub(crate) released_at: Option<Timestamp>,
    pub(crate) version: i64,
}

impl FromRow<'_, PgRow> for Bulletin {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("bulletin_id")?,
            sort: row.try_get("sort")?,
            region: row.try_get("region")?,
            title: (row.try_get("title_zh")?, row.try_get("title_en")?),
            body: (row.try_get("zh")?, row.try_get("en")?),
            publications: row.try_get("publications")?,
            state: state(row.try_get("state")?)?,
            drafted_by: row.try_get("drafted_by")?,
            drafted_at: row.try_get::<SqlTimestamp, _>("drafted_at")?.to_jiff(),
            released_at: row.try_get::<Option<SqlTimestamp>, _>("released_at")?.map(SqlTimestamp::to_jiff),
            version: row.try_get("version")?,
        })
    }
}

fn state(word: &str) -> Result<State, sqlx::Error> {
    let known = State::ALL.into_iter().find(|state| state.as_str() == word);
    known.ok_or_else(|| sqlx::Error::Decode("bulletin.state holds a word that is none".into()))
}

/// Reads one.
pub(crate) async fn find(pool: &PgPool, id: Uuid) -> Result<Option<Bulletin>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM bulletin WHERE bulletin_id = $1").bind(id).fetch_optional(pool).await
}

/// Writes a draft.
pub(crate) async fn insert(pool: &PgPool, one: &Bulletin) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO bulletin (bulletin_id, sort, region, title_zh, title_en, zh, en, publications, state, drafted_by,
                               drafted_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', $9, $10, 1)",
    )
    .bind(one.id)
    .bind(&one.sort)
    .bind(&one.region)
    .bind(&one.title.0)
    .bind(&one.title.1)
    .bind(&one.body.0)
    .bind(&one.body.1)
    .bind(&one.publications)
    .bind(&one.drafted_by)
    .bind(one.drafted_at.to_sqlx())
    .execute(pool)
    .await?;
    Ok(())
}

/// Locks one.
pub(crate) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Option<Bulletin>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM bulletin WHERE bulletin_id = $1 FOR UPDATE")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Releases or withdraws one.
pub(crate) async fn turn(
    connection: &mut PgConnection,
    id: Uuid,
    state: &str,
    (by, at): (&str, Timestamp),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE bulletin SET state = $2, released_by = coalesce(released_by, $3),
                released_at = coalesce(released_at, $4), version = version + 1
         WHERE bulletin_id = $1",
    )
    .bind(id)
    .bind(state)
    .bind(by)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Those that were released, newest first; drafts as well for whoever may see them, of regions whose codes begin so.
pub(crate) async fn list(
    pool: &PgPool,
    (sort, region): (Option<&str>, Option<&str>),
    drafts: Option<&str>,
) -> Result<Vec<Bulletin>, sqlx::Error> {
    sqlx::query_as(
        "SELECT * FROM bulletin
         WHERE (state = 'released' OR starts_with(region, $3)) AND ($1::text IS NULL OR sort = $1)
               AND ($2::text IS NULL OR starts_with(region, $2))
         ORDER BY released_at DESC NULLS FIRST, bulletin_id DESC LIMIT 200",
    )
    .bind(sort)
    .bind(region)
    .bind(drafts)
    .fetch_all(pool)
    .await
}
