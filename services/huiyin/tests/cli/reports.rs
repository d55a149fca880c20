//! Figures and reports from the command line: listed, looked at, made for the past, drawn to files.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::kit::{self, Place, checkout, words};

const ROWS: &str = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\r\n\
1,甲,路灯不亮,2019/4/24 16:03:40,请修复路灯。,\"已修复,感谢。\",2019/5/10 9:01:00\r\n\
2,乙,井盖破损,2019/4/25 8:00:00,请更换井盖。,,\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_are_made_listed_and_written_to_files() -> Result<()> {
    let font = checkout().join(".tools/fonts/wqy-microhei.ttc");
    let place =
        Place::open("reports", &format!("[evaluation]\nreport.font = {:?}", font.display().to_string()))
            .await?;
    let file = place.write("rows.csv", ROWS.as_bytes())?;
    kit::json(&mut place.import(&file, "kind=complaint"))?;
    let run = |args: &[&str]| -> Result<String> {
        let output = place.program().arg("report").args(args).output()?;
        ensure!(output.status.success(), "{args:?}: {}", words(&output));
        Ok(String::from_utf8(output.stdout)?)
    };
    let of = ["--policy", "mailbox-002", "--series", "annual", "--day", "2019-06-01"];
    let with = |first: &'static str, more: &[&'static str]| {
        let mut args = vec![first];
        args.extend(of);
        args.extend(more);
        args
    };
    let shown = run(&with("preview", &[]))?;
    ensure!(
        shown.contains("年度报告  2019-01-01 至 2019-12-31") && shown.contains("【主要指标】"),
        "{shown}"
    );
    let pdf = place.folder.path().join("annual.pdf");
    let wrong = place.program().arg("report").args(with("make", &["--format", "pdf"])).output()?;
    ensure!(!wrong.status.success() && words(&wrong).contains("--out"), "{}", words(&wrong));
    let mut make = place.program();
    make.arg("report").args(with("make", &["--format", "pdf", "--out"])).arg(&pdf);
    let made = make.output()?;
    ensure!(made.status.success(), "{}", words(&made));
    ensure!(fs::read(&pdf)?.starts_with(b"%PDF-"), "no PDF");
    let listed: Value = serde_json::from_str(&run(&["list", "--series", "annual", "--format", "json"])?)?;
    let year = listed.as_array().into_iter().flatten().find(|one| one["from"] == "2019-01-01");
    let id = year.and_then(|one| one["id"].as_str()).context("it is not listed")?.to_owned();
    ensure!(run(&["list"])?.contains(&id), "the table lacks it");
    ensure!(run(&["show", &id, "--format", "html"])?.contains("<h1>年度报告</h1>"), "no page");
    let figures = run(&["figures", "--policy", "mailbox-002", "--from", "2019-01-01", "--to", "2019-12-31"])?;
    ensure!(figures.lines().any(|line| line.contains("已答复件数") && line.contains(" 1 ")), "{figures}");
    let year = ["--from", "2019-01-01", "--to", "2019-12-31"];
    let behind = ["figures", "--policy", "mailbox-002", "--code", "in_progress", "--format", "json"];
    let behind = run(&[&behind[..], &year].concat())?;
    let behind: Value = serde_json::from_str(&behind)?;
    ensure!(behind.as_array().is_some_and(|cases| cases.len() == 1), "{behind}");
    ensure!(run(&["scores", "--policy", "mailbox-002", "--year", "2019"])?.starts_with("分组"), "no scores");
    Ok(())
}
