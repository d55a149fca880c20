//! Tables of the public pages, kept for as long as anybody may keep them: a crowd costs one count.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use tokio::sync::Mutex;

use crate::store::portal::Count;

type Tables = [Vec<Count>; 3];

/// The tables of some months.
#[derive(Default)]
pub(crate) struct Tally(Mutex<HashMap<Date, (Instant, Tables)>>);

/// More months than anybody looks at; a stranger who asks for all of history does not fill the memory.
const MOST: usize = 64;

impl Tally {
    /// Gives the tables of a month, counted anew when they are older than `seconds`. One counts, the others wait.
    pub(crate) async fn get_or(
        &self,
        month: Date,
        seconds: u32,
        count: impl Future<Output = anyhow::Result<Tables>>,
    ) -> anyhow::Result<Tables> {
        let mut kept = self.0.lock().await;
        let age = Duration::from_secs(u64::from(seconds));
        if let Some((at, tables)) = kept.get(&month)
            && at.elapsed() < age
        {
            return Ok(tables.clone());
        }
        let tables = count.await?;
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(month, (Instant::now(), tables.clone()));
        Ok(tables)
    }
}
