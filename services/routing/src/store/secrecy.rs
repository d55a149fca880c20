//! Cases whose result is secret, as intake told it.

use std::collections::BTreeMap;

use contracts::{Body, Event};
use sqlx::PgConnection;
use uuid::Uuid;

/// Keeps what a batch says of it, the last word of each case; a batch that says nothing costs nothing.
pub(crate) async fn keep(connection: &mut PgConnection, batch: &[Event]) -> Result<(), sqlx::Error> {
    let mut last = BTreeMap::<Uuid, bool>::new();
    for event in batch {
        match &event.body {
            Body::CaseResultSealed(_) => last.insert(event.aggregate, true),
            Body::CaseResultUnsealed(_) => last.insert(event.aggregate, false),
            _ => None,
        };
    }
    let of = |secret: bool| -> Vec<Uuid> {
        last.iter().filter(|(_, now)| **now == secret).map(|(case, _)| *case).collect()
    };
    let (secret, open) = (of(true), of(false));
    if !secret.is_empty() {
        let statement = "INSERT INTO result_secret (case_id) SELECT id FROM UNNEST($1::uuid[]) AS id ON CONFLICT DO NOTHING";
        sqlx::query(statement).bind(secret).execute(&mut *connection).await?;
    }
    if !open.is_empty() {
        sqlx::query("DELETE FROM result_secret WHERE case_id = ANY($1)")
            .bind(open)
            .execute(connection)
            .await?;
    }
    Ok(())
}
