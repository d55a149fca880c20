//! Walking several tables side by side, each read in the order of its ids.

use futures::{StreamExt as _, stream::BoxStream};
use uuid::Uuid;

/// A table that is read row by row, with a look at the row that comes next.
pub(super) struct Sorted<'a, T> {
    rows: BoxStream<'a, Result<T, sqlx::Error>>,
    id: fn(&T) -> Uuid,
    next: Option<T>,
}

impl<'a, T> Sorted<'a, T> {
    /// Begins to read; the first row is fetched, so that the statement sees the table as it is now.
    pub(super) async fn begin(
        mut rows: BoxStream<'a, Result<T, sqlx::Error>>,
        id: fn(&T) -> Uuid,
    ) -> Result<Self, sqlx::Error> {
        let next = rows.next().await.transpose()?;
        Ok(Self { rows, id, next })
    }

    /// The id of the row that comes next.
    pub(super) fn ahead(&self) -> Option<Uuid> {
        self.next.as_ref().map(self.id)
    }

    /// Takes the next row.
    pub(super) async fn take(&mut self) -> Result<Option<T>, sqlx::Error> {
        let following = if self.next.is_some() { self.rows.next().await.transpose()? } else { None };
        Ok(std::mem::replace(&mut self.next, following))
    }

    /// Takes the next row if it has this id.
    pub(super) async fn take_of(&mut self, id: Uuid) -> Result<Option<T>, sqlx::Error> {
        if self.ahead() == Some(id) { self.take().await } else { Ok(None) }
    }

    /// Takes the next row if its id comes before this one; `None` stands for the end of all ids.
    pub(super) async fn take_before(&mut self, id: Option<Uuid>) -> Result<Option<T>, sqlx::Error> {
        match self.ahead() {
            Some(ahead) if id.is_none_or(|id| ahead < id) => self.take().await,
            Some(_) | None => Ok(None),
        }
    }
}
