//! What goes outside: entries get their places, the stream `CASE_PUB` is fed; who may read which of them.

use std::collections::BTreeMap;

use notification_rules::{guard::Guard, outside::Entry};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Core;
use crate::store::{
    publication::{self, Placed},
    subscriptions::Subscription,
};

/// The purpose of the key that seals secrets of subscriptions.
pub(crate) const SECRET: &str = "subscription-secret";
/// Entries that are looked at in one go.
pub(crate) const MOST: i64 = 500;

/// Gives entries their places.
pub(crate) async fn place(core: &Core) -> Result<u64, sqlx::Error> {
    let mut transaction = core.platform.db.pool.begin().await?;
    let placed = publication::place(&mut transaction, MOST).await?;
    transaction.commit().await?;
    Ok(placed)
}

/// Feeds the stream. What it has taken is remembered afterwards: a repeat is dropped there by its id.
pub(crate) async fn publish(core: &Core) -> anyhow::Result<usize> {
    let pool = &core.platform.db.pool;
    let from = publication::published(pool).await?;
    let entries = publication::after(pool, from, MOST).await?;
    let still = public(core, &entries).await?;
    let mut done = 0;
    for placed in &entries {
        if still.contains(&placed.entry.case) {
            // Agencies have no grant on the stream: codes and times only.
            let entry = placed.entry.entry.clone().granted(&std::collections::BTreeSet::new());
            let region = &entry.region;
            let subject = format!("pub.v1.{}.{}.{}", region.province(), region.city(), entry.event);
            let event = serde_json::to_vec(&cloud_event(placed, &entry))?;
            core.platform.bus.publish_public(subject, &placed.entry.id.to_string(), event).await?;
        }
        publication::set_published(pool, placed.position).await?;
        done += 1;
    }
    Ok(done)
}

/// The cases of which something may still be learnt: neither sealed nor secret by now.
pub(crate) async fn public(
    core: &Core,
    entries: &[Placed],
) -> Result<std::collections::BTreeSet<Uuid>, sqlx::Error> {
    let mut cases: std::collections::BTreeSet<Uuid> = entries.iter().map(|one| one.entry.case).collect();
    let asked: Vec<Uuid> = cases.iter().copied().collect();
    for (case, pack, guard) in publication::guards(&core.platform.db.pool, &asked).await? {
        let guard: Guard = serde_json::from_str(&guard).unwrap_or(Guard { sealed: true, ..Guard::default() });
        let secret = pack.and_then(|pack| core.packs.settings(&pack)).map(|settings| settings.secret.clone());
        if guard.hushed(&secret.unwrap_or_default()) {
            cases.remove(&case);
        }
    }
    Ok(cases)
}

/// An entry as everybody outside reads it: a CloudEvent in structured form.
pub(crate) fn cloud_event(placed: &Placed, entry: &Entry) -> Value {
    let mut data: BTreeMap<&str, Value> =
        [("event", json!(entry.event)), ("region", json!(entry.region)), ("at", json!(placed.entry.at))]
            .into();
    let more = [
        ("kind", &entry.kind),
        ("sort", &entry.sort),
        ("number", &entry.number),
        ("unit", &entry.unit),
        ("result", &entry.result),
    ];
    data.extend(more.into_iter().filter_map(|(name, value)| Some((name, json!(value.as_ref()?)))));
    json!({
        "specversion": "1.0",
        "id": placed.entry.id,
        "source": "cn.huiyin",
        "type": format!("cn.huiyin.pub.{}.v1", entry.event),
        "subject": placed.entry.case,
        "time": placed.entry.at,
        "datacontenttype": "application/json",
        "sequence": format!("{:019}", placed.position),
        "data": data,
    })
}

/// What of some entries one subscription reads.
pub(crate) async fn readable(
    core: &Core,
    one: &Subscription,
    entries: Vec<Placed>,
) -> Result<Vec<(Placed, Entry)>, sqlx::Error> {
    let still = public(core, &entries).await?;
    let read = |placed: Placed| {
        let known = &placed.entry.entry;
        let may = still.contains(&placed.entry.case) && (!one.medium || known.is_for_media());
        let wanted = may && one.filter.wants(known);
        let entry = placed.entry.entry.clone().granted(&one.grants);
        wanted.then_some((placed, entry))
    };
    Ok(entries.into_iter().filter_map(read).collect())
}
