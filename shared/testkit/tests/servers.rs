//! The servers that every other test stands on.

use sqlx::{Connection as _, PgConnection};

#[tokio::test]
async fn databases_are_fresh_and_the_servers_go_with_their_last_holder() {
    let first = testkit::database("people").await.unwrap();
    let second = testkit::database("people").await.unwrap();
    assert_ne!(first.url, second.url);
    let mut connection = PgConnection::connect(&first.url).await.unwrap();
    sqlx::query("CREATE TABLE kept (n int)").execute(&mut connection).await.unwrap();
    let mut other = PgConnection::connect(&second.url).await.unwrap();
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE tablename = 'kept'")
        .fetch_one(&mut other)
        .await
        .unwrap();
    assert_eq!(tables, 0);

    let folder = first.servers.folder().to_path_buf();
    let pids = first.servers.pids().await;
    drop(first);
    assert!(folder.exists());
    drop(second);
    assert!(!folder.exists());
    for pid in pids {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
    }
}
