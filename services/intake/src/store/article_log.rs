//! What was done with articles: earlier revisions, deeds, uses.

use ids::ArticleId;
use jiff::{Timestamp, civil::Date};
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, types::Json};

use crate::store::articles::Article;

/// Keeps a revision as it was before the next one is written.
pub(crate) async fn keep(connection: &mut PgConnection, before: &Article) -> Result<(), sqlx::Error> {
    let content = serde_json::json!({
        "title": before.title, "body": before.body, "questions": before.questions, "materials": before.materials,
        "subject": before.subject, "region": before.region, "refer_unit": before.refer_unit, "office": before.office,
        "source": before.source, "valid_until": before.valid_until, "published_on": before.published_on,
    });
    sqlx::query(
        "INSERT INTO article_revision (article_id, revision, content, written_at, actor) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(before.id.0)
    .bind(before.revision)
    .bind(Json(content))
    .bind(before.changed_at.to_sqlx())
    .bind(&before.actor)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down a deed.
pub(crate) async fn log(
    connection: &mut PgConnection,
    article: &Article,
    deed: &str,
    late_days: Option<i32>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO article_log (article_id, version, at, actor, deed, late_days) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(article.id.0)
    .bind(article.version)
    .bind(article.changed_at.to_sqlx())
    .bind(&article.actor)
    .bind(deed)
    .bind(late_days)
    .execute(connection)
    .await?;
    Ok(())
}

/// One deed: version, when, who, what, days late.
pub(crate) type Deed = (i64, Timestamp, String, String, Option<i32>);

/// Reads the deeds of an article, oldest first.
pub(crate) async fn of_article(
    connection: &mut PgConnection,
    id: ArticleId,
) -> Result<Vec<Deed>, sqlx::Error> {
    let rows: Vec<(i64, SqlTimestamp, String, String, Option<i32>)> = sqlx::query_as(
        "SELECT version, at, actor, deed, late_days FROM article_log WHERE article_id = $1 ORDER BY version",
    )
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(version, at, actor, deed, late)| (version, at.to_jiff(), actor, deed, late))
        .collect())
}

/// Counts one use; answers how many there are, or nothing when there is no such article to be told.
pub(crate) async fn used(
    connection: &mut PgConnection,
    id: ArticleId,
    day: Date,
) -> Result<Option<i64>, sqlx::Error> {
    let uses: Option<i64> = sqlx::query_scalar(
        "UPDATE article SET uses = uses + 1
         WHERE article_id = $1 AND state = 'published' AND (valid_until IS NULL OR valid_until >= $2) RETURNING uses",
    )
    .bind(id.0)
    .bind(day.to_sqlx())
    .fetch_optional(&mut *connection)
    .await?;
    if uses.is_some() {
        sqlx::query(
            "INSERT INTO article_use AS u (article_id, day, uses) VALUES ($1, $2, 1)
             ON CONFLICT (article_id, day) DO UPDATE SET uses = u.uses + 1",
        )
        .bind(id.0)
        .bind(day.to_sqlx())
        .execute(connection)
        .await?;
    }
    Ok(uses)
}

/// How well each unit keeps its articles: unit, published, due for review, days of the longest delay.
pub(crate) async fn upkeep(
    connection: &mut PgConnection,
    today: Date,
) -> Result<Vec<(String, i64, i64, i32)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT owner_unit, count(*), count(*) FILTER (WHERE next_review_on <= $1),
                coalesce(max($1::date - next_review_on) FILTER (WHERE next_review_on <= $1), 0)
         FROM article WHERE state = 'published' GROUP BY owner_unit ORDER BY 3 DESC, 1",
    )
    .bind(today.to_sqlx())
    .fetch_all(connection)
    .await
}
