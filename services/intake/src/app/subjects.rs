//! The known subjects in memory. A tree is asked for again after a second, because another process may have loaded one.

use std::{
    collections::HashSet,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

const LOOK_AGAIN: Duration = Duration::from_secs(1);

type Kept = Option<(Instant, Arc<HashSet<String>>)>;

/// The cache.
#[derive(Default)]
pub(crate) struct Subjects {
    kept: RwLock<Kept>,
}

impl Subjects {
    /// Says whether a code may stand on a case: any code while no tree is loaded.
    pub(crate) async fn allows(&self, db: &pg::Database, code: &str) -> Result<bool, sqlx::Error> {
        let fits = |codes: &HashSet<String>| codes.is_empty() || codes.contains(code);
        if let Some((looked, codes)) =
            self.kept.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
            && looked.elapsed() < LOOK_AGAIN
        {
            return Ok(fits(&codes));
        }
        let codes = crate::store::subjects::codes(&mut *db.pool.acquire().await?).await?;
        let codes = Arc::new(codes);
        let answer = fits(&codes);
        *self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((Instant::now(), codes));
        Ok(answer)
    }

    /// Forgets what was read: a tree was just loaded.
    pub(crate) fn forget(&self) {
        *self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }
}
