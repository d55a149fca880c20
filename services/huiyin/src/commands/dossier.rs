//! `huiyin dossier`: proves that no dossier was touched, anchors their ends, brings the file of a closed case out.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use ids::CaseNumber;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::say;
use crate::{Suite, cli::Place};

/// What can be done.
#[derive(Subcommand)]
pub(crate) enum Dossier {
    /// 校验档案链 / compute the chains again and name what was changed, swapped, dropped or cut; exit code 0 only if none
    Verify(Verify),
    /// 立锚 / write the ends of all chains down now, unless that was done today
    Anchor,
    /// 导出归档文件 / bring the one file of a closed case out, archiving it first where that was not done
    Export {
        /// 编号 / the case's number
        number: CaseNumber,
        /// 文件,.html 或 .json / where to: a name that ends in .html or .json
        #[arg(long)]
        out: PathBuf,
        /// 知悉人员账号,密件必填 / for a sealed case: the account of a named hand, in whose name the look is written down
        #[arg(long)]
        hand: Option<ids::AccountId>,
    },
}

/// Which dossiers.
#[derive(Args)]
pub(crate) struct Verify {
    /// 一件 / one case, by its number
    #[arg(long, required_unless_present = "all")]
    case: Option<CaseNumber>,
    /// 全部,含锚 / all, and the anchors
    #[arg(long, conflicts_with = "case")]
    all: bool,
    /// JSON
    #[arg(long)]
    json: bool,
}

/// Does it.
pub(crate) async fn perform(dossier: Dossier, place: Place) -> anyhow::Result<ExitCode> {
    let suite = Suite::found(place.settings(&[])?).await?;
    let outcome = match dossier {
        Dossier::Verify(asked) => verify(&suite, asked).await,
        Dossier::Anchor => anchor(&suite).await,
        Dossier::Export { number, out, hand } => export(&suite, &number, out, hand).await,
    };
    suite.stop().await?;
    outcome
}

/// The tables of intake, with as much time as a long reading takes.
fn tables(suite: &Suite) -> anyhow::Result<sqlx::PgPool> {
    let db = pg::Database::open(&pg::Settings {
        url: suite.settings.database_url("intake").to_owned(),
        schema: "intake".to_owned(),
        max_connections: 2,
    })?;
    let options = db.pool.connect_options().as_ref().clone().options([("statement_timeout", "0")]);
    db.pool.set_connect_options(options);
    Ok(db.pool)
}

fn secrets(suite: &Suite) -> runtime::Secrets {
    runtime::Secrets::new(suite.settings.security.secret.clone())
}

async fn verify(suite: &Suite, asked: Verify) -> anyhow::Result<ExitCode> {
    let verified = intake::dossiers::verify(&tables(suite)?, &secrets(suite), asked.case.as_ref()).await;
    let verified = match verified {
        Err(sqlx::Error::RowNotFound) => anyhow::bail!("没有这个编号 there is no case with this number"),
        other => other.context("reading the dossiers")?,
    };
    let newest =
        verified.newest.as_ref().map(|(number, digest)| json!({"anchor": number, "digest": hex(digest)}));
    if asked.json {
        let findings: Vec<Value> = verified
            .findings
            .iter()
            .map(|found| json!({"case": found.case, "seq": found.seq, "broken": found.broken.as_str()}))
            .collect();
        say(json!({"cases": verified.cases, "entries": verified.entries, "anchors": verified.anchors,
                   "newest_anchor": newest, "findings": findings}));
    } else {
        for found in &verified.findings {
            let case = if found.case.is_empty() { "锚 anchor" } else { found.case.as_str() };
            say(format_args!("{case}  {}  {} {}", found.seq, found.broken.zh(), found.broken.as_str()));
        }
        say(format_args!(
            "档案 dossiers {}  条目 entries {}  锚 anchors {}  问题 findings {}",
            verified.cases,
            verified.entries,
            verified.anchors,
            verified.findings.len()
        ));
        if let Some(newest) = newest {
            say(format_args!("最新锚 newest anchor {} {}", newest["anchor"], newest["digest"]));
        }
    }
    Ok(if verified.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn anchor(suite: &Suite) -> anyhow::Result<ExitCode> {
    let now = runtime::Clock::default().now();
    let day = calendar::day_of(now);
    match intake::dossiers::anchor(&tables(suite)?, &secrets(suite), now, day).await? {
        Some(made) => {
            say(format_args!("锚 anchor {}  链 heads {}  {}", made.anchor, made.heads, hex(&made.digest)))
        }
        None => say("今日已立锚 anchored today already"),
    }
    Ok(ExitCode::SUCCESS)
}

async fn export(
    suite: &Suite,
    number: &CaseNumber,
    out: PathBuf,
    hand: Option<ids::AccountId>,
) -> anyhow::Result<ExitCode> {
    let format = match out.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "html",
        Some("json") => "json",
        _ => anyhow::bail!("--out: 文件名须以 .html 或 .json 结尾 the name must end in .html or .json"),
    };
    // A sealed case is there for its named hands only; whoever else asks is told that there is none.
    let client = match hand {
        Some(hand) => suite.account(hand, identity::Role::Supervisor)?,
        None => suite.client(identity::Role::Supervisor)?,
    };
    let path = format!("/api/intake/cases/{number}/archive");
    let made: Value = client.post(&path, &json!({})).await?;
    let request = client.request(reqwest::Method::GET, &path).query(&[("format", format)]);
    let mut answer = request.send().await?.error_for_status()?;
    // Under another name until it is whole, so that nobody takes half a file for one.
    let partial = out.with_extension(format!("{format}.partial"));
    let mut file = tokio::fs::File::create(&partial).await.with_context(|| partial.display().to_string())?;
    while let Some(piece) = answer.chunk().await? {
        file.write_all(&piece).await?;
    }
    file.sync_all().await?;
    tokio::fs::rename(&partial, &out).await.with_context(|| out.display().to_string())?;
    say(format_args!(
        "{}  第 {} 版 edition  SHA-256 {}",
        out.display(),
        made["edition"],
        made["digest"].as_str().unwrap_or_default()
    ));
    Ok(ExitCode::SUCCESS)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
