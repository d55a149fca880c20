//! Opening: whom a notice was for has read it. The first time stays and is said.

use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{publish, store::notices};

/// Marks notices as opened, by whom where that is known; a repeat changes nothing and says nothing.
pub(crate) async fn open(
    connection: &mut PgConnection,
    ids: &[Uuid],
    actor: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let opened = notices::open_all(connection, ids, at).await?;
    let drafts = opened.iter().filter_map(|one| publish::opened(one, actor, at)).collect();
    runtime::emit(connection, "notification", drafts).await?;
    Ok(())
}
