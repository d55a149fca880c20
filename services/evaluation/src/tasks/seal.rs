//! Seals words that an older version wrote readable: comments of citizens, appeals and what was decided on them. Ends when none
//! is left.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{Parts, store::plain};

const MOST: i64 = 200;
const PAUSE: Duration = Duration::from_secs(10);

/// Runs until told to stop; what one pass could not do the next one does.
pub(crate) async fn run(parts: Parts, stop: CancellationToken) -> anyhow::Result<()> {
    let mut left = true;
    while left && !stop.is_cancelled() {
        match pass(&parts).await {
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
async fn pass(parts: &Parts) -> Result<usize, sqlx::Error> {
    let mut transaction = parts.db.pool.begin().await?;
    let comments = plain::comments(&mut transaction, MOST).await?;
    for (case, round, comment) in &comments {
        let sealed = parts.texts.seal(*case, comment);
        plain::replace_comment(&mut transaction, *case, *round, &sealed).await?;
    }
    let appeals = plain::appeals(&mut transaction, MOST).await?;
    for (id, grounds, decision) in &appeals {
        let decision = decision.as_deref().map(|decision| parts.texts.seal(*id, decision));
        let grounds = parts.texts.seal(*id, grounds);
        plain::replace_appeal(&mut transaction, *id, &grounds, decision.as_deref()).await?;
    }
    transaction.commit().await?;
    Ok(comments.len() + appeals.len())
}
