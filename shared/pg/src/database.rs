//! One service's door to PostgreSQL: a pool that sees one schema and nothing else.

use std::{str::FromStr, time::Duration};

use anyhow::Context as _;
use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

static STANDARD: Migrator = sqlx::migrate!("./migrations");

/// How to reach a database.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `postgres://user:password@host:port/database`.
    pub url: String,
    /// The service's schema: letters, digits and underscores.
    pub schema: String,
    /// Most connections at once.
    pub max_connections: u32,
}

/// A pool whose `search_path` is one schema.
#[derive(Clone, Debug)]
pub struct Database {
    /// Connections; every statement run here sees the service's own tables only.
    pub pool: PgPool,
    schema: String,
}

impl Database {
    /// Opens the pool. Connects lazily: the first statement finds out whether the server is there.
    ///
    /// # Errors
    /// A URL that cannot be read, or a schema name that is not plain.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        let plain =
            settings.schema.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        anyhow::ensure!(plain && !settings.schema.is_empty(), "schema name must be of a-z, 0-9 and _");
        let options = PgConnectOptions::from_str(&settings.url)
            .map_err(|_| anyhow::anyhow!("database.url cannot be read"))?
            .application_name(&settings.schema)
            .options([
                ("search_path", settings.schema.as_str()),
                ("idle_in_transaction_session_timeout", "30s"),
                ("statement_timeout", "60s"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(settings.max_connections)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Ok(Self { pool, schema: settings.schema.clone() })
    }

    /// The schema that this pool sees.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// Brings the schema to what this build needs: the standard tables (from 0001), then the service's own (from 1001).
    /// Runs under an advisory lock; repeating it changes nothing.
    ///
    /// # Errors
    /// The server is away, or a migration fails.
    pub async fn migrate(&self, own: &'static Migrator) -> anyhow::Result<()> {
        let mut connection = self.pool.acquire().await.context("connecting to PostgreSQL")?;
        sqlx::query("SELECT pg_advisory_lock(hashtext('huiyin.migrate'))").execute(&mut *connection).await?;
        let create = format!("CREATE SCHEMA IF NOT EXISTS {}", self.schema);
        sqlx::query(sqlx::AssertSqlSafe(create)).execute(&mut *connection).await?;
        let steps = STANDARD.iter().chain(own.iter()).cloned().collect();
        let outcome = async {
            Migrator::with_migrations(steps).set_locking(false).run(&mut *connection).await?;
            sqlx::query("SELECT lay_out_ledger()").execute(&mut *connection).await?;
            anyhow::Ok(())
        }
        .await;
        sqlx::query("SELECT pg_advisory_unlock(hashtext('huiyin.migrate'))")
            .execute(&mut *connection)
            .await?;
        outcome.with_context(|| format!("migrating schema {}", self.schema))
    }

    /// Says whether the schema is as new as this build needs; a service refuses to start on an older one.
    ///
    /// # Errors
    /// Names what is missing.
    pub async fn ready(&self, own: &'static Migrator) -> anyhow::Result<()> {
        let applied: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
            .fetch_all(&self.pool)
            .await
            .with_context(|| format!("schema {} is not there: run `huiyin migrate`", self.schema))?;
        let missing = STANDARD.iter().chain(own.iter()).find(|step| !applied.contains(&step.version));
        match missing {
            None => Ok(()),
            Some(step) => {
                anyhow::bail!("schema {} lacks step {}: run `huiyin migrate`", self.schema, step.version)
            }
        }
    }

    /// The database's own time: the only clock that decides on limits.
    ///
    /// # Errors
    /// The server is away.
    pub async fn now(&self) -> Result<jiff::Timestamp, sqlx::Error> {
        let (now,): (jiff_sqlx::Timestamp,) =
            sqlx::query_as("SELECT clock_timestamp()").fetch_one(&self.pool).await?;
        Ok(now.to_jiff())
    }
}
