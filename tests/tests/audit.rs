//! The audit can fail: each invariant is broken on purpose, with SQL, and is named for it, alone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "audit/breaks.rs"]
mod breaks;
#[path = "audit/front.rs"]
mod front;
#[path = "audit/world.rs"]
mod world;

use std::time::Duration;

use huiyin::audit::audit;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

#[tokio::test(flavor = "multi_thread")]
async fn each_invariant_that_is_broken_is_named() {
    broken_on_purpose(breaks::breaks()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invariant_of_owners_and_seals_that_is_broken_is_named() {
    broken_on_purpose(front::breaks(&["I1", "I9", "I10", "I11"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invariant_of_the_record_that_is_broken_is_named() {
    broken_on_purpose(front::breaks(&["I12", "I13", "I14", "I15", "I16"])).await;
}

/// Breaks one copy of the world in each way, and reads what the audit says of it.
async fn broken_on_purpose(breaks: Vec<breaks::Break>) {
    let (held, mut settings, _folder) = world::settled().await;
    let (server, whole) = held.url.rsplit_once('/').unwrap();
    let whole_report = audit(&settings, Duration::from_secs(20)).await.unwrap();
    assert!(whole_report.holds() && whole_report.is_quiet(), "{}", whole_report.table());
    assert!(whole_report.invariants.iter().all(|finding| finding.checked > 0), "{}", whole_report.table());

    let mut maker = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let mut missed = Vec::new();
    for (at, (what, statement, id)) in breaks.into_iter().enumerate() {
        let close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        sqlx::query(close).bind(whole).execute(&mut maker).await.unwrap();
        let copy = format!("CREATE DATABASE broken_{at} TEMPLATE \"{whole}\" STRATEGY file_copy");
        sqlx::query(AssertSqlSafe(copy)).execute(&mut maker).await.unwrap();
        settings.database.url = format!("{server}/broken_{at}");
        let mut connection = PgConnection::connect(&settings.database.url).await.unwrap();
        let done = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await;
        done.unwrap_or_else(|error| panic!("{what}: {error}"));
        connection.close().await.unwrap();
        let report = audit(&settings, Duration::ZERO).await.unwrap();
        if report.broken() != [id] {
            eprintln!("{what}: {:?}, not {id}\n{}", report.broken(), report.table());
            missed.push(what);
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
