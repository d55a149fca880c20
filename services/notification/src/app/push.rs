//! Pushing entries to a receiver outside: a turn under a lease, signed, in order; where it stands is kept after each entry.

use std::time::{Duration, Instant};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use hmac::{Hmac, Mac as _};
use http_body_util::Full;
use hyper::{Method, Request, header};
use jiff::{SignedDuration, Timestamp};
use notification_rules::subscription::{Command, Effect, decide};
use outward::Post;
use serde_json::Value;
use sha2::Sha256;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Core,
    outside::{MOST, SECRET, cloud_event, public, readable},
    subscribing::{self, Turn},
};
use crate::store::{
    publication,
    subscriptions::{self, Subscription},
};

/// Entries that are pushed to one receiver before the next one has its turn …
const TURN: usize = 50;
/// … and for how long: a slow one takes nobody else's.
const LONGEST: Duration = Duration::from_secs(30);
/// How long one entry may be under way until another worker may push it: longer than a receiver is waited for.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// The lease of one turn, and how far the turn has come.
struct Lease {
    subscription: Uuid,
    until: Timestamp,
    place: i64,
}

/// Gives one receiver its turn. Says whether it took anything.
pub(crate) async fn turn(
    core: &Core,
    post: &Post,
    id: Uuid,
    stop: &CancellationToken,
) -> anyhow::Result<bool> {
    let pool = &core.platform.db.pool;
    let now = core.office.now();
    let until = later(now);
    let Some(mut one) = subscriptions::take(pool, id, now, until).await? else { return Ok(false) };
    let mut lease = Lease { subscription: id, until, place: one.place };
    let (before, began) = (one.place, Instant::now());
    let entries = publication::after(pool, one.place, MOST).await?;
    let mut through = entries.last().map(|last| last.position);
    for (number, (placed, entry)) in readable(core, &one, entries).await?.into_iter().enumerate() {
        if number == TURN || began.elapsed() > LONGEST || stop.is_cancelled() {
            through = None;
            break;
        }
        // A turn may be long: what was sealed since it began is not told.
        if !public(core, std::slice::from_ref(&placed)).await?.contains(&placed.entry.case) {
            continue;
        }
        let event = cloud_event(&placed, &entry);
        let command = tokio::select! {
            command = deliver(core, post, &one, &event) => command,
            // Nobody knows whether it was taken: it comes again, as the same.
            () = stop.cancelled() => { through = None; break; }
        };
        match note(core, &mut lease, command, placed.position).await? {
            Some(still) => one = still,
            None => return Ok(lease.place != before),
        }
    }
    let place = through.unwrap_or(lease.place);
    subscriptions::give_back(pool, id, lease.until, (lease.place, place)).await?;
    Ok(place != before)
}

fn later(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(Timestamp::MAX)
}

/// Writes down what an attempt came to, and renews the lease. Nothing: the turn is over, and the lease given back.
async fn note(
    core: &Core,
    lease: &mut Lease,
    command: Command,
    position: i64,
) -> anyhow::Result<Option<Subscription>> {
    let mut transaction = core.platform.db.pool.begin().await?;
    let found = subscriptions::lock_taken(&mut transaction, lease.subscription, lease.until).await?;
    // It took too long, and another worker has begun: what that one finds is what counts.
    let Some(mut one) = found else { return Ok(None) };
    let now = core.office.now();
    let (state, effect) = decide(one.state, command, now, &core.office.patience, core.config.webhook.give_up);
    one.state = state;
    // A person may have set it back meanwhile: then the next turn begins there.
    let moved = one.place != lease.place;
    match effect {
        Some(Effect::Advance) if !moved => {
            one.place = position;
            lease.place = position;
        }
        Some(Effect::TellDisabled) => {
            tracing::warn!(subscription = %one.id, "a receiver is no longer pushed to");
            let turn = Turn::Suspended { gone: command == Command::Gone };
            subscribing::say(core, &mut transaction, &one, turn, "system").await?;
        }
        Some(Effect::Advance) | None => {}
    }
    let on = effect == Some(Effect::Advance) && !moved;
    let until = on.then(|| later(now));
    subscriptions::save(&mut transaction, &one).await?;
    subscriptions::lease(&mut transaction, one.id, until).await?;
    transaction.commit().await?;
    if effect == Some(Effect::TellDisabled) {
        core.platform.wake.outbox();
    }
    Ok(until.map(|until| {
        lease.until = until;
        one
    }))
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
fn sign(secret: &[u8], text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}
