//! Seals what an older version wrote readable about sealed cases: requests for more time, explanations, orders. Ends when none
//! is left.

use std::{sync::Arc, time::Duration};

use pg::Database;
use runtime::texts::Texts;
use tokio_util::sync::CancellationToken;

use crate::store::plain;

const MOST: i64 = 200;
const PAUSE: Duration = Duration::from_secs(10);

/// Runs until told to stop; what one pass could not do the next one does.
pub(crate) async fn run(db: Database, texts: Arc<Texts>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut left = true;
    while left && !stop.is_cancelled() {
        match pass(&db, &texts).await {
            Ok(done) => left = done > 0,
            Err(error) => {
                tracing::debug!(%error, "sealing of older texts put off");
                tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(PAUSE) => {} }
            }
        }
    }
    stop.cancelled().await;
    Ok(())
}

/// Seals a handful in one transaction; says how many.
pub(crate) async fn pass(db: &Database, texts: &Texts) -> Result<usize, sqlx::Error> {
    let mut transaction = db.pool.begin().await?;
    let found = plain::some(&mut transaction, MOST).await?;
    for row in &found {
        let words = row.words.iter().map(|words| words.as_deref().map(|words| texts.seal(row.place, words)));
        plain::replace(&mut transaction, row, &words.collect::<Vec<_>>()).await?;
    }
    transaction.commit().await?;
    Ok(found.len())
}
