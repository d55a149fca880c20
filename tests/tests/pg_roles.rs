//! The shipped `roles.sql` gives each service its own schema and nothing else; only the migrating role makes tables.

use anyhow::Context as _;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, migrate::Migrator};

static NO_TABLES_OF_ITS_OWN: Migrator = Migrator::DEFAULT;

fn url(superuser: &str, role: &str) -> anyhow::Result<String> {
    let (_, server) = superuser.rsplit_once('@').context("a URL with a host")?;
    Ok(format!("postgres://{role}:{role}@{server}"))
}

async fn allowed(superuser: &str, role: &str, statement: &'static str) -> anyhow::Result<bool> {
    let mut connection = PgConnection::connect(&url(superuser, role)?).await?;
    let outcome = connection.execute(statement).await;
    connection.close().await?;
    match outcome {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(refusal)) if refusal.code().as_deref() == Some("42501") => Ok(false),
        Err(error) => Err(error).context(statement),
    }
}

#[tokio::test]
async fn a_service_sees_its_own_schema_and_changes_no_table() -> anyhow::Result<()> {
    let database = testkit::database("roles").await?;
    let mut owner = PgConnection::connect(&database.url).await?;
    for _ in 0..2 {
        owner.execute(include_str!("../../deploy/postgres/roles.sql")).await.context("roles.sql")?;
    }
    for role in ["huiyin_migrate", "huiyin_all", "huiyin_audit", "intake", "routing"] {
        owner.execute(AssertSqlSafe(format!("ALTER ROLE {role} PASSWORD '{role}'"))).await?;
    }
    for schema in ["intake", "routing"] {
        let url = url(&database.url, "huiyin_migrate")?;
        let settings = pg::Settings { url, schema: schema.to_owned(), max_connections: 2 };
        pg::Database::open(&settings)?.migrate(&NO_TABLES_OF_ITS_OWN).await?;
    }

    let matters = [
        ("intake", "INSERT INTO intake.outbox_head VALUES (gen_random_uuid(), 1)", true),
        ("intake", "SELECT seq FROM intake.outbox_event", true),
        // Every pass of a service's housekeeping; the months are there, so nothing is made.
        ("intake", "SET search_path = intake; SELECT lay_out_ledger()", true),
        ("intake", "SELECT seq FROM routing.outbox_event", false),
        ("intake", "CREATE TABLE intake.spare (id int)", false),
        ("intake", "ALTER TABLE intake.outbox_head ADD spare int", false),
        ("intake", "TRUNCATE intake.outbox_event", false),
        ("intake", "CREATE SCHEMA spare", false),
        ("huiyin_all", "SELECT FROM intake.outbox_event, routing.outbox_event", true),
        ("huiyin_audit", "SELECT FROM intake.outbox_event, routing.outbox_event", true),
        ("huiyin_audit", "DELETE FROM intake.outbox_head", false),
    ];
    for (role, statement, expected) in matters {
        assert_eq!(allowed(&database.url, role, statement).await?, expected, "{role}: {statement}");
    }
    Ok(())
}
