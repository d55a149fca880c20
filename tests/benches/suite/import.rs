//! (e) How many rows of a legacy mailbox come in a second, from the start of the command until every service has heard
//! of everything, replies included.

use std::{process::Stdio, time::Instant};

use serde::Deserialize;

use crate::{figure::Figure, house::House, messages::body, register::per_second};

#[derive(Deserialize)]
struct Counts {
    saved: usize,
    already: usize,
    failed: usize,
}

pub(crate) async fn measure(house: &House, quick: bool) -> anyhow::Result<Vec<Figure>> {
    let rows = if quick { 1000 } else { 6000 };
    let file = house.path("mailbox.csv");
    let mut sheet = csv::Writer::from_path(&file)?;
    sheet.write_record([
        "留言编号",
        "留言用户",
        "留言主题",
        "留言时间",
        "留言详情",
        "答复意见",
        "答复时间",
    ])?;
    for n in 0..rows {
        let message = &house.city.messages[n % house.city.messages.len()];
        let (year, month, day) = (2015 + n % 5, 1 + n % 12, 1 + n % 27);
        sheet.write_record([
            n.to_string(),
            format!("U{n:07}"),
            message.title.clone(),
            format!("{year}/{month}/{day} 9:{:02}:11", n % 60),
            body(&message.text, n),
            format!(
                "网友您好：{}您反映的问题已转有关单位办理，现答复如下：经核查，情况属实，已完成整改。",
                message.title
            ),
            format!("{year}/{month}/{} 16:20:00", day + 1),
        ])?;
    }
    sheet.flush()?;
    let before = house.usage();
    let begun = Instant::now();
    let name = file.to_string_lossy().into_owned();
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/mappings/message-board.toml");
    let words = [
        "import",
        &name,
        "--mapping",
        mapping,
        "--policy",
        "mailbox-002",
        "--set",
        "kind=complaint",
        "--json",
    ];
    let told = house.huiyin(&words)?.stdout(Stdio::piped()).output().await?;
    let elapsed = begun.elapsed();
    anyhow::ensure!(told.status.success(), "import failed; see {}", house.path("suite.log").display());
    let Counts { saved, already, failed } = serde_json::from_slice(&told.stdout)?;
    anyhow::ensure!(saved == rows, "of {rows} rows {saved} saved, {already} there, {failed} failed");
    let note = format!("{rows} rows with replies in {:.1} s; {}", elapsed.as_secs_f64(), house.used(before));
    Ok(vec![
        Figure::rate("(e) rows imported, until all has been heard", None, per_second(saved, elapsed))
            .note(note),
    ])
}
