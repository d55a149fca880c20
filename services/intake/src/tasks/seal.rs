//! Seals what an older version wrote readable: the words of sealed cases, and those that moderators edited; ends when none is
//! left.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    app::{Core, publishing::SEALED, sealed},
    store::{hands, publications},
};

const MOST: i64 = 200;
const PAUSE: Duration = Duration::from_secs(10);

/// Runs until told to stop; what one pass could not do the next one does.
pub(crate) async fn run(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut left = true;
    while left && !stop.is_cancelled() {
        match pass(&core).await {
            Ok(done) => left = done > 0,
            Err(error) => {
                tracing::debug!(%error, "sealing of older cases put off");
                tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(PAUSE) => {} }
            }
        }
    }
    stop.cancelled().await;
    Ok(())
}

/// Seals a handful in one transaction; says how many.
async fn pass(core: &Core) -> Result<usize, sqlx::Error> {
    let mut transaction = core.platform.db.pool.begin().await?;
    let plain = hands::plain_cases(&mut transaction, MOST).await?;
    let seal =
        |(case, title, body): &hands::Plain| (*case, sealed::seal_words(&core.vault, *case, title, body));
    let cases: Vec<_> = plain.iter().map(seal).collect();
    if !cases.is_empty() {
        hands::replace(&mut transaction, &cases).await?;
    }
    let supplements = hands::plain_supplements(&mut transaction, MOST).await?;
    for (case, count, body) in &supplements {
        let body = sealed::seal_text(&core.vault, *case, body);
        hands::replace_supplement(&mut transaction, *case, *count, &body).await?;
    }
    let deeds = publications::plain_deeds(&mut transaction, MOST).await?;
    for deed in &deeds {
        let words = sealed::seal_text(&core.vault, deed.case, &deed.detail.to_string());
        publications::replace_deed(&mut transaction, deed, &json!({SEALED: words})).await?;
    }
    transaction.commit().await?;
    Ok(cases.len() + supplements.len() + deeds.len())
}
