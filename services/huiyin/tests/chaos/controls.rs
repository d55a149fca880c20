//! Negative controls: carriers that are broken on purpose lose events, and the audit says so. The healer is off, as it
//! would mend the loss; each fault is met by holding the world still at the right moment, not by chance.

use std::{sync::Arc, time::Duration};

use contracts::StoredEvent;
use ids::EventId;
use sqlx::Connection as _;
use tokio::time::sleep;
use uuid::Uuid;

use crate::world::{World, broken};

const HEARD: &str = "SELECT count(*) FROM routing.inbox_position WHERE source = 'intake'";
const PENDING: &str = "SELECT count(*) FROM intake.outbox_pending";

/// Intake and routing, one of them broken; the first case has come through.
async fn world(broken: &'static str, sabotage: &'static str) -> (Arc<World>, Uuid) {
    let world = World::new("off").await;
    for service in ["intake", "routing"] {
        world.serve(service, if service == broken { sabotage } else { "" }).await;
    }
    let case = world.register("first").await;
    world.until("the first case at routing", HEARD, 1).await;
    (world, case.parse().unwrap())
}

async fn lost(world: &World) {
    // What came after the loss is parked, once the stream has brought it again.
    let url = world.held.servers.nats_url.clone();
    let bus = bus::Bus::connect(&bus::Settings { url, name: "test".into(), replicas: 1 }).await.unwrap();
    for _ in 0..100 {
        let waiting = bus.waiting("routing").await.unwrap();
        if waiting.undelivered + waiting.unanswered == 0 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let (code, report) = world.audit("1s").await;
    assert_eq!(code, Some(1), "the loss was not seen: {report:#}");
    assert!(broken(&report).contains(&"I3"), "the loss was not named: {report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ack_before_commit_is_noticed() {
    let (world, _) = world("routing", "ack-before-commit").await;
    // Routing cannot get at its positions: it has acknowledged and not yet applied.
    let mut holder = sqlx::PgConnection::connect(&world.held.url).await.unwrap();
    let mut held = holder.begin().await.unwrap();
    sqlx::query("LOCK TABLE routing.inbox_position IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *held)
        .await
        .unwrap();
    world.register("second").await;
    world.until("intake's outbox", PENDING, 0).await;
    // What waits for the lock was acknowledged before; a moment for the acknowledgement to leave the process.
    let blocked = "SELECT least(count(*), 1) FROM pg_locks WHERE NOT granted";
    world.until("routing at the lock", blocked, 1).await;
    sleep(Duration::from_millis(300)).await;
    world.kill("routing").await;
    held.rollback().await.unwrap();
    world.serve("routing", "").await;
    world.register("third").await;
    world.until("the third case at routing", HEARD, 2).await;
    lost(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_before_ack_is_noticed() {
    let (world, _) = world("intake", "delete-before-ack").await;
    world.held.servers.kill_nats().await.unwrap();
    world.register("second").await;
    world.until("intake's outbox", PENDING, 0).await;
    world.kill("intake").await;
    world.held.servers.restart_nats().await.unwrap();
    world.serve("intake", "").await;
    world.register("third").await;
    world.until("the third case at routing", HEARD, 2).await;
    lost(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_over_the_outbox_is_noticed() {
    let (world, case) = world("intake", "cursor-outbox").await;
    // A writer that took its place in the ledger first and commits last.
    let settings = pg::Settings { url: world.held.url.clone(), schema: "intake".into(), max_connections: 1 };
    let intake = pg::Database::open(&settings).unwrap();
    let mut slow = intake.pool.begin().await.unwrap();
    let mut events = [StoredEvent {
        id: EventId::fresh(),
        source: "intake".into(),
        aggregate: case,
        version: 0,
        kind: "case.supplemented".into(),
        region: "511600".into(),
        time: "2026-02-13T01:00:00Z".parse().unwrap(),
        actor: "citizen".into(),
        causation: None,
        trace: None,
        historic: false,
        payload: "{\"count\":1}".into(),
    }];
    pg::outbox::append(&mut slow, &mut events).await.unwrap();
    world.register("second").await;
    world.until("the second case at routing", HEARD, 2).await;
    slow.commit().await.unwrap();
    world.register("third").await;
    world.until("the third case at routing", HEARD, 3).await;
    world.until("intake's outbox", PENDING, 0).await;
    lost(&world).await;
}
