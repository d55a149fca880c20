//! 撤并: a unit ends; the catalogue names its successor from then on. Its open cases follow by the task `succession`.

use calendar::day_of;
use routing_rules::catalogue::Entry;

use crate::{
    app::App,
    store::{
        catalogue::{self, Change},
        units::{self, Unit},
    },
};

/// Writes the end of a unit and, where a successor is named, the catalogue without it.
///
/// # Errors
/// The database refused.
pub(crate) async fn end(app: &App, actor: &str, ended: &Unit) -> Result<(), sqlx::Error> {
    let mut transaction = app.db.pool.begin().await?;
    // The order of every change of the directory: its version first.
    catalogue::lock(&mut transaction).await?;
    units::upsert(&mut transaction, std::slice::from_ref(ended)).await?;
    if let Some(successor) = &ended.successor {
        let mut entries = catalogue::active(&mut transaction).await?;
        for Entry { unit, co_units, .. } in &mut entries {
            for named in std::iter::once(&mut *unit).chain(co_units.iter_mut()) {
                if *named == ended.code {
                    named.clone_from(successor);
                }
            }
            co_units.retain(|co_unit| co_unit != unit);
        }
        let at = app.clock.now();
        let (today, note) = (day_of(at), format!("{} 撤并，由 {successor} 承接", ended.code));
        let change = Change { actor, at, today, valid_from: today, note: Some(&note), proposal: None };
        catalogue::replace(&mut transaction, &entries, &change).await?;
    }
    transaction.commit().await
}
