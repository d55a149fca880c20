//! Articles of the knowledge base and entries of the service catalogue.

use ids::{ArticleId, UnitCode};
use intake_rules::ArticleState;
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// The office of a service (办事窗口).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Office {
    /// What it is called.
    pub(crate) name: String,
    /// Where it is.
    #[serde(default)]
    pub(crate) address: String,
    /// When it is open.
    #[serde(default)]
    pub(crate) hours: String,
    /// Its own telephone.
    #[serde(default)]
    pub(crate) phone: String,
    /// Pages to read further.
    #[serde(default)]
    pub(crate) links: Vec<String>,
}

/// One row of `article`.
#[derive(Clone, Debug)]
pub(crate) struct Article {
    pub(crate) id: ArticleId,
    pub(crate) form: String,
    pub(crate) state: ArticleState,
    pub(crate) revision: i32,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) questions: Vec<String>,
    pub(crate) materials: Vec<String>,
    pub(crate) subject: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) owner_unit: UnitCode,
    pub(crate) refer_unit: Option<String>,
    pub(crate) office: Option<Office>,
    pub(crate) source: Option<String>,
    pub(crate) valid_until: Option<Date>,
    pub(crate) next_review_on: Option<Date>,
    pub(crate) published_on: Option<Date>,
    pub(crate) reviewed_on: Option<Date>,
    pub(crate) uses: i64,
    pub(crate) changed_at: Timestamp,
    pub(crate) actor: String,
    pub(crate) version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    article_id: Uuid,
    form: String,
    state: String,
    revision: i32,
    title: String,
    body: String,
    questions: Vec<String>,
    materials: Vec<String>,
    subject: Option<String>,
    region: Option<String>,
    owner_unit: String,
    refer_unit: Option<String>,
    office: Option<Json<Office>>,
    source: Option<String>,
    valid_until: Option<SqlDate>,
    next_review_on: Option<SqlDate>,
    published_on: Option<SqlDate>,
    reviewed_on: Option<SqlDate>,
    uses: i64,
    changed_at: SqlTimestamp,
    actor: String,
    version: i64,
}

macro_rules! reading {
    ($rest:literal) => {
        concat!(
            "SELECT article_id, form, state, revision, title, body, questions, materials, subject, region, owner_unit,
                    refer_unit, office, source, valid_until, next_review_on, published_on, reviewed_on, uses, changed_at,
                    actor, version FROM article ",
            $rest
        )
    };
}

/// Reads one article, locked until the end of the transaction.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: ArticleId,
) -> Result<Option<Article>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(reading!("WHERE article_id = $1 FOR UPDATE"))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.map(Article::try_from).transpose()
}

/// Reads articles by their ids, in no order.
pub(crate) async fn by_ids(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Article>, sqlx::Error> {
    let rows: Vec<Row> =
        sqlx::query_as(reading!("WHERE article_id = ANY($1)")).bind(ids).fetch_all(connection).await?;
    rows.into_iter().map(Article::try_from).collect()
}

/// Reads published articles whose review was due on `today` or before, longest overdue first.
pub(crate) async fn due(
    connection: &mut PgConnection,
    today: Date,
    owner: Option<&str>,
    most: i64,
) -> Result<Vec<Article>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(reading!(
        "WHERE state = 'published' AND next_review_on <= $1 AND ($2::text IS NULL OR owner_unit = $2)
         ORDER BY next_review_on, article_id LIMIT $3"
    ))
    .bind(today.to_sqlx())
    .bind(owner)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Article::try_from).collect()
}

/// Reads the newest drafts, which somebody is to publish or to withdraw.
pub(crate) async fn drafts(
    connection: &mut PgConnection,
    owner: Option<&str>,
    most: i64,
) -> Result<Vec<Article>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(reading!(
        "WHERE state = 'draft' AND ($1::text IS NULL OR owner_unit = $1) ORDER BY changed_at DESC LIMIT $2"
    ))
    .bind(owner)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Article::try_from).collect()
}

/// Writes an article whole, new or changed; what stood before under a lower revision is kept beside.
pub(crate) async fn write(connection: &mut PgConnection, article: &Article) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO article (article_id, form, state, revision, title, body, questions, materials, subject, region,
             owner_unit, refer_unit, office, source, valid_until, next_review_on, published_on, reviewed_on, uses,
             changed_at, actor, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
         ON CONFLICT (article_id) DO UPDATE SET state = excluded.state, revision = excluded.revision,
             title = excluded.title, body = excluded.body, questions = excluded.questions,
             materials = excluded.materials, subject = excluded.subject, region = excluded.region,
             refer_unit = excluded.refer_unit, office = excluded.office, source = excluded.source,
             valid_until = excluded.valid_until, next_review_on = excluded.next_review_on,
             published_on = excluded.published_on, reviewed_on = excluded.reviewed_on,
             changed_at = excluded.changed_at, actor = excluded.actor, version = excluded.version",
    )
    .bind(article.id.0)
    .bind(&article.form)
    .bind(article.state.as_str())
    .bind(article.revision)
    .bind(&article.title)
    .bind(&article.body)
    .bind(&article.questions)
    .bind(&article.materials)
    .bind(&article.subject)
    .bind(&article.region)
    .bind(article.owner_unit.as_str())
    .bind(&article.refer_unit)
    .bind(article.office.as_ref().map(Json))
    .bind(&article.source)
    .bind(article.valid_until.map(|day| day.to_sqlx()))
    .bind(article.next_review_on.map(|day| day.to_sqlx()))
    .bind(article.published_on.map(|day| day.to_sqlx()))
    .bind(article.reviewed_on.map(|day| day.to_sqlx()))
    .bind(article.uses)
    .bind(article.changed_at.to_sqlx())
    .bind(&article.actor)
    .bind(article.version)
    .execute(connection)
    .await?;
    Ok(())
}

impl TryFrom<Row> for Article {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let bad = |column: &str| sqlx::Error::Decode(format!("article.{column} cannot be read").into());
        Ok(Self {
            id: ArticleId(row.article_id),
            form: row.form,
            state: ArticleState::read(&row.state).ok_or_else(|| bad("state"))?,
            revision: row.revision,
            title: row.title,
            body: row.body,
            questions: row.questions,
            materials: row.materials,
            subject: row.subject,
            region: row.region,
            owner_unit: row.owner_unit.parse().map_err(|_| bad("owner_unit"))?,
            refer_unit: row.refer_unit,
            office: row.office.map(|Json(office)| office),
            source: row.source,
            valid_until: row.valid_until.map(SqlDate::to_jiff),
            next_review_on: row.next_review_on.map(SqlDate::to_jiff),
            published_on: row.published_on.map(SqlDate::to_jiff),
            reviewed_on: row.reviewed_on.map(SqlDate::to_jiff),
            uses: row.uses,
            changed_at: row.changed_at.to_jiff(),
            actor: row.actor,
            version: row.version,
        })
    }
}
