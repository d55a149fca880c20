//! Postings: by which pairs of characters a Chinese text is found, and how well.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;

/// Articles that are published.
pub(crate) const KNOWLEDGE: &str = "knowledge";
/// Public answers that are released.
pub(crate) const ANSWERS: &str = "answers";

/// How much of what is asked must be found, in thousandths: with less a hit is chance.
const LEAST: i32 = 300;

/// Weighs the words of a document: parts with how much each counts. A word that comes again counts less each time.
pub(crate) fn weigh(parts: &[(&str, f32)]) -> BTreeMap<String, f32> {
    let mut weights = BTreeMap::new();
    for (text, weight) in parts {
        for (word, count) in text::search_words(text) {
            #[expect(clippy::cast_precision_loss, reason = "a count of words in one text")]
            let often = 1.0 + (count as f32).ln();
            *weights.entry(word).or_insert(0.0) += weight * often;
        }
    }
    weights
}

/// Writes the postings of a document in place of those it had.
pub(crate) async fn put(
    connection: &mut PgConnection,
    room: &str,
    doc: Uuid,
    weights: &BTreeMap<String, f32>,
) -> Result<(), sqlx::Error> {
    remove(connection, room, doc).await?;
    sqlx::query(
        "INSERT INTO posting (room, token, doc, weight)
         SELECT $1, token, $2, weight FROM UNNEST($3::text[], $4::real[]) AS t (token, weight)",
    )
    .bind(room)
    .bind(doc)
    .bind(weights.keys().map(String::as_str).collect::<Vec<_>>())
    .bind(weights.values().copied().collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a document out.
pub(crate) async fn remove(connection: &mut PgConnection, room: &str, doc: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM posting WHERE room = $1 AND doc = $2")
        .bind(room)
        .bind(doc)
        .execute(connection)
        .await?;
    Ok(())
}

/// Finds the best documents for what is asked, best first: rare words count more (inverse document frequency), and
/// a document that has few of the words is not found at all. A single character finds the words that begin with it.
pub(crate) async fn find(
    connection: &mut PgConnection,
    room: &str,
    asked: &str,
    most: i64,
) -> Result<Vec<(Uuid, f64)>, sqlx::Error> {
    let words: Vec<String> = text::search_words(asked).into_keys().take(64).collect();
    // A single character stands for every pair that it begins.
    let until = words.iter().map(|word| match word.chars().count() {
        1 => format!("{word}\u{10FFFF}"),
        _ => word.clone(),
    });
    let until: Vec<String> = until.collect();
    sqlx::query_as(
        "WITH hits AS (
            SELECT a.ord, p.doc, max(p.weight) AS weight
            FROM UNNEST($2::text[], $3::text[]) WITH ORDINALITY AS a (low, high, ord)
            JOIN posting p ON p.room = $1 AND p.token >= a.low COLLATE \"C\" AND p.token <= a.high COLLATE \"C\"
            GROUP BY a.ord, p.doc),
         rare AS (SELECT ord, 1.0 / ln(2 + count(*)::float8) AS worth FROM hits GROUP BY ord)
         SELECT doc, sum(weight * worth)::float8 * count(*) AS score
         FROM hits JOIN rare USING (ord)
         GROUP BY doc HAVING count(*) * 1000 >= $4 * cardinality($2::text[])
         ORDER BY score DESC, doc LIMIT $5",
    )
    .bind(room)
    .bind(words)
    .bind(until)
    .bind(LEAST)
    .bind(most)
    .fetch_all(connection)
    .await
}
