//! What stands beside a hand-over for the few that have it: how it was made, who reads along, a quarrel about it.

use sqlx::PgConnection;

use crate::store::{
    copies::{self, Copy},
    disputes::{self, Step},
    sides::{self, Adoption, Subject, Way},
};

/// Rows to be written with the desk; empty for almost every batch.
#[derive(Debug, Default)]
pub(crate) struct Sides {
    pub(crate) subjects: Vec<Subject>,
    pub(crate) ways: Vec<Way>,
    pub(crate) copies: Vec<Copy>,
    pub(crate) disputes: Vec<Step>,
    pub(crate) adoptions: Vec<Adoption>,
}

impl Sides {
    /// Stores what there is.
    pub(crate) async fn save(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sides::keep_subjects(&mut *connection, &self.subjects).await?;
        sides::keep_ways(&mut *connection, &self.ways).await?;
        copies::keep(&mut *connection, &self.copies).await?;
        for step in &self.disputes {
            disputes::keep(&mut *connection, step).await?;
        }
        for adoption in &self.adoptions {
            sides::adopt(&mut *connection, adoption).await?;
        }
        Ok(())
    }
}
