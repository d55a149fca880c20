//! The audit can fail: each invariant is broken on purpose, with SQL, and is named for it, alone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "audit/breaks.rs"]
mod breaks;
#[path = "audit/front.rs"]
mod front;
#[path = "audit/world.rs"]
mod world;

use std::time::Duration;

use huiyin::audit::{audit, words};
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

/// A column that is new holds words of people or it does not: whoever adds it says which, or sealed words stand readable unseen.
#[tokio::test(flavor = "multi_thread")]
async fn every_column_that_can_hold_words_is_in_the_registry() {
    let held = testkit::database("columns").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = huiyin::settings_for_tests(&held.url, &held.servers.nats_url, folder.path()).unwrap();
    runtime::migrate(huiyin::CATALOGUE, &settings).await.unwrap();
    let mut connection = PgConnection::connect(&held.url).await.unwrap();
    let (mut wrong, mut known) = (Vec::new(), 0);
    for entry in huiyin::CATALOGUE {
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT c.table_name::text, c.column_name::text FROM information_schema.columns c
             WHERE c.table_schema = $1 AND c.udt_name IN ('text', '_text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea')",
        )
        .bind(entry.schema)
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let own = || words::all().filter(|table| table.service == entry.name);
        let names = |table: &words::Table, column: &str| {
            table.codes.contains(&column) || table.words.iter().any(|(word, _)| *word == column)
        };
        let shared = |table: &str| words::SHARED.contains(&table) || table.starts_with("outbox_event_");
        for (table, column) in columns.iter().filter(|(table, _)| !shared(table)) {
            known += 1;
            if !own().any(|one| one.name == table && names(one, column)) {
                wrong.push(format!("{}.{table}.{column} is not in the registry", entry.name));
            }
        }
        for one in own() {
            for column in one.codes.iter().copied().chain(one.words.iter().map(|(word, _)| *word)) {
                if !columns
                    .iter()
                    .any(|(table, there)| (table.as_str(), there.as_str()) == (one.name, column))
                {
                    wrong.push(format!("{}.{}.{column} is in no table", entry.name, one.name));
                }
            }
        }
        let pool = pg::Database::open(&pg::Settings {
            url: settings.database_url(entry.name).to_owned(),
            schema: entry.schema.to_owned(),
            max_connections: 1,
        });
        let pool = pool.unwrap().pool;
        for (column, statement) in own().flat_map(|table| table.words) {
            let found = sqlx::query(*statement).bind(0.0_f64).fetch_all(&pool).await;
            if let Err(error) = found {
                wrong.push(format!("{} {column}: {error}", entry.name));
            }
        }
    }
    assert!(wrong.is_empty() && known > 200, "{known}\n{}", wrong.join("\n"));
}

/// Breaks one copy of the world in each way, and reads what the audit says of it.
async fn broken_on_purpose(breaks: Vec<breaks::Break>) {
    let (held, mut settings, _folder) = world::settled().await;
    let (server, whole) = held.url.rsplit_once('/').unwrap();
    let mut whole_report = audit(&settings, Duration::from_secs(20)).await.unwrap();
    // What is found by rule is told at its own time.
    for _ in 0..50 {
        if whole_report.is_quiet() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        whole_report = audit(&settings, Duration::from_secs(20)).await.unwrap();
    }
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
        let wanted: &[&str] = if id == breaks::HOLDS { &[] } else { &[id] };
        if report.broken() != wanted {
            eprintln!("{what}: {:?}, not {wanted:?}\n{}", report.broken(), report.table());
            missed.push(what);
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
