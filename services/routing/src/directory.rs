//! Units and catalogue in memory; a copy that is as new as the database at the moment of asking.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use ids::UnitCode;
use routing_rules::catalogue::Catalogue;
use sqlx::PgConnection;

use crate::store::{catalogue, directory, units, units::Unit};

/// Units and catalogue of one version.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// The version that was read.
    pub(crate) version: i64,
    /// What is competent for what.
    pub(crate) catalogue: Catalogue,
    /// Every unit, the inactive ones too.
    pub(crate) units: HashMap<UnitCode, Unit>,
}

impl Snapshot {
    /// The unit above each unit that has one.
    pub(crate) fn parents(&self) -> HashMap<UnitCode, UnitCode> {
        let parent = |unit: &Unit| Some((unit.code.clone(), unit.parent.clone()?));
        self.units.values().filter_map(parent).collect()
    }

    /// What people call a unit; the code where it is not known.
    pub(crate) fn name_of(&self, unit: &UnitCode) -> String {
        self.units.get(unit).map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    }
}

/// The newest snapshot that this process has read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    newest: Arc<RwLock<Arc<Snapshot>>>,
}

impl Directory {
    /// Gives the snapshot of the database's version; reads it anew only when the version has moved.
    pub(crate) async fn current(&self, connection: &mut PgConnection) -> Result<Arc<Snapshot>, sqlx::Error> {
        let version = directory::version(&mut *connection).await?;
        let known = self.newest.read().expect("no writer panics").clone();
        if known.version == version {
            return Ok(known);
        }
        let units = units::all(&mut *connection).await?;
        let entries = catalogue::active(&mut *connection).await?;
        let active = units.iter().filter(|unit| unit.active).map(|unit| unit.code.clone());
        let tree = units.iter().map(|unit| (unit.code.clone(), unit.node())).collect();
        let catalogue = Catalogue::new(entries, active).with_tree(tree);
        let units = units.into_iter().map(|unit| (unit.code.clone(), unit)).collect();
        let read = Arc::new(Snapshot { version, catalogue, units });
        // Another task may have read a newer one meanwhile.
        let mut newest = self.newest.write().expect("no writer panics");
        if newest.version < version {
            *newest = read.clone();
        }
        Ok(read)
    }
}
