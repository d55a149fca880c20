//! The demonstration city: units, catalogue, staff and a hundred cases in every stage, all made by the project.

mod accounts;
mod cases;
mod city;

use anyhow::Context as _;
use identity::Role;
use serde_json::Value;

use crate::{Suite, commands::say};

/// Opens the city if it is not there. A start that was broken off is completed by the next one.
pub(crate) async fn ensure(suite: &Suite) -> anyhow::Result<()> {
    let city = city::read()?;
    accounts::ensure(suite, &city).await.context("opening accounts")?;
    let done = suite.settings.process.data.join("demo.done");
    if done.exists() {
        return Ok(());
    }
    say("正在建立示范城市 opening the demonstration city…");
    let admin = suite.client(Role::Admin)?;
    let units: Value = admin.put("/api/routing/units", &city::units(&city)).await.context("units")?;
    drop(units);
    let catalogue: Value =
        admin.put("/api/routing/catalogue", &city::catalogue(&city)).await.context("catalogue")?;
    drop(catalogue);
    cases::make(suite, &city).await.context("cases")?;
    std::fs::write(done, "")?;
    Ok(())
}

/// Tells how to sign in.
pub(crate) fn tell(suite: &Suite) -> anyhow::Result<()> {
    accounts::tell(suite)
}
