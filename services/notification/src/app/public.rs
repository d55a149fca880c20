//! Which answers are public: heard from intake, asked when a bulletin speaks of some.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Body, Event};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::public_answers;

/// Takes in what a batch tells; most batches tell nothing and cost nothing.
pub(crate) async fn hear(connection: &mut PgConnection, batch: &[Event]) -> Result<(), sqlx::Error> {
    let (mut there, mut gone) = (BTreeMap::new(), BTreeSet::<Uuid>::new());
    for event in batch {
        match &event.body {
            Body::CasePublished(body) => {
                there.insert(event.aggregate, body.publication.0);
            }
            Body::CaseUnpublished(_) => {
                there.remove(&event.aggregate);
                gone.insert(event.aggregate);
            }
            _ => {}
        }
    }
    if !gone.is_empty() {
        public_answers::remove(connection, &gone.into_iter().collect::<Vec<_>>()).await?;
    }
    if !there.is_empty() {
        public_answers::add(connection, there).await?;
    }
    Ok(())
}
