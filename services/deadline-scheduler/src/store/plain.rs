//! Texts about sealed cases that an older version wrote readable.

use pg::SqlTimestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// Which table a row is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Extension,
    Explanation,
    Supervision,
}

/// A row with texts that are not sealed.
pub(crate) struct Plain {
    table: Table,
    /// What its texts are bound to.
    pub(crate) place: Uuid,
    /// Which breach an explanation is about.
    limit_at: Option<SqlTimestamp>,
    /// Its texts, in the order of the statements.
    pub(crate) words: Vec<Option<String>>,
}

type Row = (Uuid, Option<SqlTimestamp>, Vec<Option<String>>);

/// Takes a handful, locked. What the ladder demands are words of the pack: they tell of nobody and stay.
pub(crate) async fn some(connection: &mut PgConnection, most: i64) -> Result<Vec<Plain>, sqlx::Error> {
    let mut all = Vec::new();
    for (table, statement) in [
        (
            Table::Extension,
            "SELECT e.extension_id, NULL::timestamptz, ARRAY[e.grounds, e.remark] FROM extension e JOIN case_seal USING (case_id)
             WHERE (e.grounds <> '' AND NOT starts_with(e.grounds, chr(1)) OR NOT starts_with(e.remark, chr(1)))
             ORDER BY 1 LIMIT $1 FOR UPDATE OF e",
        ),
        (
            Table::Explanation,
            "SELECT e.clock_id, e.limit_at, ARRAY[e.body] FROM explanation e JOIN case_seal USING (case_id)
             WHERE NOT starts_with(e.body, chr(1)) ORDER BY 1, 2 LIMIT $1 FOR UPDATE OF e",
        ),
        (
            Table::Supervision,
            "SELECT s.order_id, NULL::timestamptz,
                    ARRAY[CASE WHEN s.requested_by = 'system' THEN NULL ELSE s.demand END, s.answer, s.remark]
             FROM supervision s JOIN case_seal USING (case_id)
             WHERE (s.requested_by <> 'system' AND NOT starts_with(s.demand, chr(1))
                OR NOT starts_with(s.answer, chr(1)) OR NOT starts_with(s.remark, chr(1)))
             ORDER BY 1 LIMIT $1 FOR UPDATE OF s",
        ),
    ] {
        let rows: Vec<Row> = sqlx::query_as(statement).bind(most).fetch_all(&mut *connection).await?;
        all.extend(rows.into_iter().map(|(place, limit_at, words)| Plain { table, place, limit_at, words }));
    }
    Ok(all)
}

/// Writes sealed texts in the place of readable ones.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    row: &Plain,
    sealed: &[Option<String>],
) -> Result<(), sqlx::Error> {
    let text = |at: usize| sealed.get(at).and_then(Option::as_deref);
    let query = match row.table {
        Table::Extension => {
            sqlx::query("UPDATE extension SET grounds = $2, remark = $3 WHERE extension_id = $1")
                .bind(row.place)
                .bind(text(0))
                .bind(text(1))
        }
        Table::Explanation => {
            sqlx::query("UPDATE explanation SET body = $2 WHERE clock_id = $1 AND limit_at = $3")
                .bind(row.place)
                .bind(text(0))
                .bind(row.limit_at)
        }
        Table::Supervision => sqlx::query(
            "UPDATE supervision SET demand = coalesce($2, demand), answer = $3, remark = $4 WHERE order_id = $1",
        )
        .bind(row.place)
        .bind(text(0))
        .bind(text(1))
        .bind(text(2)),
    };
    query.execute(connection).await?;
    Ok(())
}
