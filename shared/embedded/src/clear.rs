//! Removing a data folder that nobody needs any more.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::home::Home;
use crate::{nats, postgres};

/// Ends what a killed owner left in the folder and removes the folder with all its data.
///
/// # Errors
/// When the folder is owned by a living process, or cannot be removed.
pub async fn clear(data_dir: &Path) -> Result<()> {
    let home = Home::take(data_dir).await?;
    postgres::mend(&home).await?;
    nats::mend(&home).await?;
    let folder = home.root();
    std::fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))
}
