//! The known regions in memory; a miss looks again in the table, but not more often than once a second.

use std::{
    collections::HashSet,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

const LOOK_AGAIN: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Kept {
    codes: Arc<HashSet<String>>,
    looked: Option<Instant>,
}

/// The cache.
#[derive(Default)]
pub(crate) struct Regions {
    kept: RwLock<Kept>,
    /// One looks, the others wait for what it found: a crowd at the start needs one connection, not all.
    looking: tokio::sync::Mutex<()>,
}

impl Regions {
    /// Says whether a code is in the table.
    pub(crate) async fn knows(&self, db: &pg::Database, code: &str) -> Result<bool, sqlx::Error> {
        if let Some(answer) = self.remembered(code) {
            return Ok(answer);
        }
        let _one = self.looking.lock().await;
        if let Some(answer) = self.remembered(code) {
            return Ok(answer);
        }
        let codes = crate::store::regions::codes(&mut *db.pool.acquire().await?).await?;
        let known = codes.contains(code);
        let mut kept = self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *kept = Kept { codes: Arc::new(codes), looked: Some(Instant::now()) };
        Ok(known)
    }

    /// The set of today, for many questions at once.
    pub(crate) async fn all(&self, db: &pg::Database) -> Result<Arc<HashSet<String>>, sqlx::Error> {
        // A code that no table has: looks again unless that was done just now.
        self.knows(db, "").await?;
        Ok(self.kept.read().unwrap_or_else(std::sync::PoisonError::into_inner).codes.clone())
    }

    fn remembered(&self, code: &str) -> Option<bool> {
        let kept = self.kept.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fresh = kept.looked.is_some_and(|looked| looked.elapsed() < LOOK_AGAIN);
        match kept.codes.contains(code) {
            true => Some(true),
            false => fresh.then_some(false),
        }
    }
}
