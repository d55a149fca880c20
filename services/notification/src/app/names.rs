//! Names of units: heard from routing, kept in a table, held in memory because every text asks for one.

use std::collections::BTreeMap;

use contracts::{Body, Event};
use sqlx::PgConnection;

use crate::{office::Office, store::names};

/// Takes in the names that a batch tells. A process that begins reads those that were told before.
pub(crate) async fn hear(
    connection: &mut PgConnection,
    office: &Office,
    batch: &[Event],
) -> Result<(), sqlx::Error> {
    // Of one unit the last name holds; a statement does not take a row twice.
    let told: BTreeMap<String, String> = batch
        .iter()
        .filter_map(|event| match &event.body {
            Body::UnitDescribed(body) => Some((body.code.to_string(), body.zh.clone())),
            _ => None,
        })
        .collect();
    if !told.is_empty() {
        names::save(connection, &told.into_iter().collect::<Vec<_>>()).await?;
    } else if office.knows_names() {
        return Ok(());
    }
    learn(connection, office).await
}

/// Reads all names; other processes may have heard some.
pub(crate) async fn learn(connection: &mut PgConnection, office: &Office) -> Result<(), sqlx::Error> {
    office.name(names::all(connection).await?.into_iter().collect());
    Ok(())
}
