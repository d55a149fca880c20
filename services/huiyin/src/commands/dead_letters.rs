//! `huiyin dead-letters`: events that could not be applied, and what a person decides about them.

use std::process::ExitCode;

use clap::Subcommand;
use pg::SqlTimestamp;
use uuid::Uuid;

use super::say;
use crate::{CATALOGUE, Suite, cli::Place};

/// What can be done.
#[derive(Subcommand)]
pub(crate) enum DeadLetters {
    /// 列出 / list them
    List,
    /// 重放 / hear one again, after its cause was mended
    Replay {
        /// 服务 / the service that could not apply it
        service: String,
        /// 来源 / the service that said it
        source: String,
        /// 案件 / the case's id
        aggregate: Uuid,
        /// 版本 / its version
        version: i64,
        /// 理由 / why
        #[arg(long)]
        why: String,
    },
}

/// Does it.
pub(crate) async fn perform(letters: DeadLetters, place: Place) -> anyhow::Result<ExitCode> {
    let suite = Suite::found(place.settings(&[])?).await?;
    let outcome = decide(&suite, letters).await;
    suite.stop().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn decide(suite: &Suite, letters: DeadLetters) -> anyhow::Result<()> {
    let open = |name: &str| -> anyhow::Result<pg::Database> {
        let entry = runtime::select(CATALOGUE, &[name.to_owned()])?[0];
        pg::Database::open(&pg::Settings {
            url: suite.settings.database_url(entry.name).to_owned(),
            schema: entry.schema.to_owned(),
            max_connections: 1,
        })
    };
    match letters {
        DeadLetters::List => {
            for entry in CATALOGUE {
                let rows: Vec<(String, Uuid, i64, String, SqlTimestamp)> = sqlx::query_as(
                    "SELECT source, aggregate_id, version, reason, failed_at FROM dead_letter
                     WHERE state = 'open' ORDER BY failed_at",
                )
                .fetch_all(&open(entry.name)?.pool)
                .await?;
                for (source, aggregate, version, reason, at) in rows {
                    say(format_args!(
                        "{}  {source}  {aggregate}  {version}  {}  {reason}",
                        entry.name,
                        at.to_jiff()
                    ));
                }
            }
        }
        DeadLetters::Replay { service, source, aggregate, version, why } => {
            let db = open(&service)?;
            let mut transaction = db.pool.begin().await?;
            let event =
                pg::inbox::release(&mut transaction, &source, aggregate, version, ("operator", &why)).await?;
            anyhow::ensure!(event.is_some(), "没有这封死信 no such open dead letter");
            transaction.commit().await?;
            say("已放回,稍后重放 released; it is heard again within seconds");
        }
    }
    Ok(())
}
