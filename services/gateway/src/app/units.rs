//! For which units accounts act: asked by intake, before it names the hands of a sealed matter.

use contracts::line::{AskUnits, Units};
use sqlx::PgPool;

use crate::store::accounts;

/// Most accounts that are asked for at once.
const MOST: usize = 100;

/// Answers one question; an account that is not known, or acts for no unit, is missing.
///
/// # Errors
/// The question cannot be read or asks for too many; or the database is away.
pub(crate) async fn of_accounts(pool: &PgPool, question: &[u8]) -> anyhow::Result<Vec<u8>> {
    let asked: AskUnits = serde_json::from_slice(question)?;
    anyhow::ensure!(asked.accounts.len() <= MOST, "more than {MOST} accounts are asked for");
    let mut connection = pool.acquire().await?;
    let units = accounts::units_of(&mut connection, &asked.accounts).await?;
    Ok(serde_json::to_vec(&Units { units })?)
}
