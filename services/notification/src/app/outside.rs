//! What goes outside: entries get their places, the stream `CASE_PUB` is fed, receivers are pushed to.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use hmac::{Hmac, Mac as _};
use http_body_util::Full;
use hyper::{Method, Request, header};
use notification_rules::{
    guard::Guard,
    outside::Entry,
    subscription::{Command, Effect, decide},
};
use outward::Post;
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::{
    Core,
    subscribing::{self, Turn},
};
use crate::store::{
    publication::{self, Placed},
    subscriptions::{self, Subscription},
};

/// The purpose of the key that seals secrets of subscriptions.
pub(crate) const SECRET: &str = "subscription-secret";
const MOST: i64 = 500;
/// Entries that are pushed to one receiver before the next one has its turn.
const TURN: usize = 50;

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

/// Pushes to everybody to whom something is due. Answers how many entries were taken.
pub(crate) async fn push(core: &Core, post: &Post) -> anyhow::Result<usize> {
    let due = subscriptions::due(&core.platform.db.pool, core.office.now()).await?;
    let turns = futures::future::join_all(due.into_iter().map(|id| turn(core, post, id))).await;
    let mut taken = 0;
    for turn in turns {
        taken += turn?;
    }
    Ok(taken)
}

/// Pushes some entries to one receiver, in order. The row's lock keeps other workers away meanwhile.
async fn turn(core: &Core, post: &Post, id: Uuid) -> anyhow::Result<usize> {
    let pool = &core.platform.db.pool;
    let mut transaction = pool.begin().await?;
    let Some(mut one) = subscriptions::lock_free(&mut transaction, id).await? else { return Ok(0) };
    let entries = publication::after(pool, one.place, MOST).await?;
    let Some(last) = entries.last().map(|last| last.position) else { return Ok(0) };
    let readable = readable(core, &one, entries).await?;
    let cut = readable.len() > TURN;
    let mut taken = 0;
    for (placed, entry) in readable.into_iter().take(TURN) {
        let command = deliver(core, post, &one, &cloud_event(&placed, &entry)).await;
        let now = core.office.now();
        let (state, effect) =
            decide(one.state, command, now, &core.office.patience, core.config.webhook.give_up);
        one.state = state;
        match effect {
            Some(Effect::Advance) => {
                one.place = placed.position;
                taken += 1;
            }
            Some(Effect::TellDisabled) => {
                tracing::warn!(subscription = %one.id, "a receiver is no longer pushed to");
                let turn = Turn::Suspended { gone: command == Command::Gone };
                subscribing::say(core, &mut transaction, &one, turn, "system").await?;
            }
            None => {}
        }
        if effect != Some(Effect::Advance) {
            subscriptions::save(&mut transaction, &one).await?;
            transaction.commit().await?;
            core.platform.wake.outbox();
            return Ok(taken);
        }
    }
    if !cut {
        one.place = last;
    }
    subscriptions::save(&mut transaction, &one).await?;
    transaction.commit().await?;
    Ok(taken)
}

/// Sends one entry, signed as Standard Webhooks has it: HMAC-SHA-256 over id, time and body.
async fn deliver(core: &Core, post: &Post, one: &Subscription, event: &Value) -> Command {
    let failed = Command::Failed { retry_after: None };
    let Some(url) = &one.url else { return failed };
    let (id, now) = (event["id"].as_str().unwrap_or_default(), core.office.now().as_second());
    let body = event.to_string();
    let secrets = [&one.secret, &one.old_secret].into_iter().flatten();
    let signed: Vec<String> = secrets
        .filter_map(|sealed| core.platform.secrets.open(SECRET, one.id.as_bytes(), sealed))
        .map(|secret| format!("v1,{}", sign(&secret, &format!("{id}.{now}.{body}"))))
        .collect();
    let request = Request::builder()
        .method(Method::POST)
        .uri(url)
        .header(header::CONTENT_TYPE, "application/cloudevents+json")
        .header("webhook-id", id)
        .header("webhook-timestamp", now.to_string())
        .header("webhook-signature", signed.join(" "))
        .body(Full::from(Bytes::from(body)));
    let Ok(request) = request else { return failed };
    match post.send(request).await {
        Some(reply) if reply.status.is_success() => Command::Taken,
        Some(reply) if reply.status.as_u16() == 410 => Command::Gone,
        Some(reply) => Command::Failed { retry_after: reply.retry_after },
        None => failed,
    }
}

/// Signs a text.
pub(crate) fn sign(secret: &[u8], text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}
