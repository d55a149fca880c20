//! `huiyin import`: a legacy mailbox comes in, row by row, and a bad row never stops the rest.

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::say;
use crate::{
    CATALOGUE, Suite,
    cli::Place,
    import::{
        Counts, FailureFile, Item, Mapping, Reader,
        drive::{BATCH, BYTES, Drive},
        failed_path,
    },
    settled,
};

/// Options of `import`.
#[derive(Args)]
pub(crate) struct Import {
    /// 文件 / the file (CSV)
    file: PathBuf,
    /// 列映射 / how its columns are read
    #[arg(long)]
    mapping: PathBuf,
    /// 规则包 / the pack whose limits hold
    #[arg(long)]
    policy: String,
    /// 常量 / what the file lacks, such as kind=complaint
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// JSON
    #[arg(long)]
    json: bool,
}

/// Imports and tells what became of the rows. Exit code 0 also when rows failed: they stand in their own file.
pub(crate) async fn perform(import: Import, place: Place) -> anyhow::Result<ExitCode> {
    let mapping = Arc::new(Mapping::read(&import.mapping, &import.set)?);
    let reader = Reader::open(&import.file, mapping.clone())?;
    let settings = place.settings(&[])?;
    let packs = runtime::PolicyFiles::read(&settings.policy.folder)?;
    anyhow::ensure!(packs.pack(&import.policy).is_some(), "没有规则包 no such pack: {}", import.policy);
    let suite = Suite::join_or_start(settings).await?;
    let outcome = bring(&import, &mapping, reader, &suite).await;
    let settling = if outcome.is_ok() { wait_until_heard(&suite).await } else { Ok(()) };
    suite.stop().await?;
    let (counts, failed) = outcome?;
    settling?;
    if import.json {
        let Counts { saved, already, failed: count } = counts;
        say(json!({"saved": saved, "already": already, "failed": count, "failed_file": failed}));
    } else {
        say(format_args!(
            "新增 saved {}  已有 already there {}  失败 failed {}",
            counts.saved, counts.already, counts.failed
        ));
        if let Some(path) = failed {
            say(format_args!("失败的行 failed rows: {}", path.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn bring(
    import: &Import,
    mapping: &Mapping,
    mut reader: Reader,
    suite: &Suite,
) -> anyhow::Result<(Counts, Option<PathBuf>)> {
    let failures = FailureFile::new(failed_path(&import.file), reader.headers());
    let client = suite.client(identity::Role::Importer)?;
    let mut drive = Drive::new(client, &import.policy, &mapping.source, failures);
    let bar = progress(reader.progress().1)?;
    let (mut rows, mut bytes) = (Vec::with_capacity(BATCH), 0);
    while let Some(item) = reader.next() {
        match item? {
            Item::Row(row) => {
                bytes += row.title.len() + row.body.len();
                rows.push(*row);
            }
            Item::Duplicate { .. } => drive.counts.already += 1,
            Item::Failed(failure) => drive.fail(&failure)?,
        }
        if rows.len() == BATCH || bytes > BYTES {
            drive.register(std::mem::take(&mut rows)).await?;
            bytes = 0;
            bar.set_position(reader.progress().0);
        }
    }
    drive.register(rows).await?;
    drive.finish().await?;
    bar.finish_and_clear();
    Ok((drive.counts, drive.failures.finish()?.map(|(path, _)| path)))
}

/// The figures are right only when every service has heard everything.
async fn wait_until_heard(suite: &Suite) -> anyhow::Result<()> {
    let mut quiet_since = std::time::Instant::now();
    let mut last = None;
    loop {
        // A database that is away for a moment is no reason to have brought everything in for nothing.
        let still = settled(CATALOGUE, &suite.settings).await.ok();
        if still.is_some_and(|still| still.pending == 0 && still.unheard == 0) {
            return Ok(());
        }
        if last.replace(still) != Some(still) {
            quiet_since = std::time::Instant::now();
        }
        anyhow::ensure!(
            quiet_since.elapsed() < Duration::from_secs(120),
            "事件未处理完 events are not applied: {still:?}; see `huiyin audit` and `huiyin dead-letters list`"
        );
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

fn progress(bytes: u64) -> anyhow::Result<ProgressBar> {
    let style = "{bar:40} {percent}%  {bytes_per_sec}  剩余 left {eta}";
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template(style)?);
    Ok(bar)
}
