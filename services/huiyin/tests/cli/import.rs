//! A legacy mailbox comes in as it really is: dirty, twice, and broken off in the middle.

use std::{fmt::Write as _, fs, time::Duration};

use anyhow::{Result, ensure};
use jiff::{ToSpan as _, civil::date};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    figures::{Message, report, row, same},
    kit::{self, Background, Place, words},
};

const HEADER: &str = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\r\n";

/// Good rows in every form that files have them.
const DIRTY: &str = "1001,甲,路灯不亮,2019/4/24 16:03:40,\"\n\t\t\n\t路灯\u{a0}不亮_x000D_\n请修\u{3000}复\",\"已修复,感谢。\",2019/5/10 9:01:00\r\n\
1002,乙,咨询入学,2019-04-30 08:00:00,请问如何报名,\"网友您好,请到学校报名。\",2019-06-04 17:59:59\r\n\
1003,丙,井盖破损,2020/1/23 23:59:59,\"井盖\r破损\",,\r\n\
1004,,没有署名,2019/12/31 0:00:00,正文,\"  \n\t \",\r\n\
1004,,没有署名,2019/12/31 0:00:00,正文,\"  \n\t \",\r\n";
const BAD: &str = "1001,甲,另一件事,2019/4/24 16:03:40,编号重复,,\r\n\
1101,丁,没有时间,昨天,正文,,\r\n\
1102,戊,答复早于来信,2019/4/24 16:03:40,正文,\"已答复在前了。\",2018/1/1 9:00:00\r\n\
1103,己,没有答复时间,2019/4/24 16:03:40,正文,\"已经答复过了。\",\r\n\
,庚,没有编号,2019/4/24 16:03:40,正文,,\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dirty_files_come_in_once_and_bad_rows_are_told() -> Result<()> {
    let place = Place::open("import", "").await?;
    let long = format!("1005,辛,很长,2019/4/24 8:00,\"{}\",,\r\n", "长".repeat(9_000));
    let text = format!("\u{feff}{HEADER}{DIRTY}{BAD}{long}");
    let file = place.write("utf8.csv", text.as_bytes())?;
    let counts = kit::json(&mut place.import(&file, "kind=complaint"))?;
    let wanted =
        json!({"saved": 5, "already": 1, "failed": 5, "failed_file": file.with_extension("failed.csv")});
    ensure!(counts == wanted, "{counts} {}", fs::read_to_string(file.with_extension("failed.csv"))?);
    let failed = fs::read_to_string(file.with_extension("failed.csv"))?;
    for told in ["1101", "1102", "1103", "没有编号", "失败原因"] {
        ensure!(failed.contains(told), "{told} is missing: {failed}");
    }
    ensure!(failed.lines().count() == 6 && !failed.contains("1002"), "{failed}");
    let counts = kit::json(&mut place.import(&file, "kind=complaint"))?;
    ensure!(counts["saved"] == 0 && counts["already"] == 6 && counts["failed"] == 5, "{counts}");

    let other = format!(
        "{HEADER}2001,壬,建议增设候车亭,2019-09-29 10:00:00,雨天候车不便。,\"感谢您的建议。\",2019/10/9 10:00:00\r\n"
    );
    let (bytes, _, lossy) = encoding_rs::GB18030.encode(&other);
    ensure!(!lossy, "the text is not of GB18030");
    let file = place.write("gb.csv", &bytes)?;
    let counts = kit::json(&mut place.import(&file, "kind=suggestion"))?;
    ensure!(counts["saved"] == 1 && counts["failed"] == 0 && counts["failed_file"].is_null(), "{counts}");

    let as_of = date(2020, 6, 1);
    let complaints: [Message; 5] = [
        (date(2019, 4, 24), Some(date(2019, 5, 10))),
        (date(2019, 4, 30), Some(date(2019, 6, 4))),
        (date(2020, 1, 23), None),
        (date(2019, 12, 31), None),
        (date(2019, 4, 24), None),
    ];
    // Five working days, two of them before the holiday and a Saturday and a Sunday that are worked.
    let suggestions: [Message; 1] = [(date(2019, 9, 29), Some(date(2019, 10, 9)))];
    let found = report(&place, &["--as-of", "2020-06-01", "--group-by", "kind"])?;
    let (first, second) = (row(&complaints, 20, as_of)?, row(&suggestions, 5, as_of)?);
    ensure!(
        found.len() == 2 && same(&found[0], &first) && same(&found[1], &second),
        "{found:?} {first} {second}"
    );
    cleaned_and_clean(&place).await
}

/// The words that were kept are clean, and the services agree with one another.
async fn cleaned_and_clean(place: &Place) -> Result<()> {
    let bodies: Vec<(String, String)> = sqlx::query_as(
        "SELECT f.number, m.body FROM case_file f JOIN case_matter m USING (case_id) ORDER BY f.received_at",
    )
    .fetch_all(&place.tables("intake")?)
    .await?;
    for (_, body) in &bodies {
        let dirt = body.contains("_x000D_") || body.contains(['\r', '\t', '\u{a0}', '\u{3000}', '\u{feff}']);
        ensure!(!dirt && body.trim() == body, "{body:?}");
    }
    let number = &bodies[0].0;
    let dossier = kit::json(place.program().args(["case", "show", number, "--json"]))?;
    ensure!(dossier["whole"] == true && dossier["number"] == *number, "{dossier}");
    let shown = place.program().args(["case", "show", number]).output()?;
    ensure!(shown.status.success() && words(&shown).contains("case.registered"), "{}", words(&shown));
    let audit = place.program().arg("audit").output()?;
    ensure!(audit.status.success(), "{}", words(&audit));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_killed_is_simply_run_again() -> Result<()> {
    const ROWS: usize = 500;
    let mut text = HEADER.to_owned();
    for at in 0..ROWS {
        let received = date(2018, 1, 2).checked_add(i64::try_from(at)?.days())?;
        let answered = received.checked_add(i64::try_from(at % 60)?.days())?;
        let (title, body) = (format!("第{at}件"), format!("第{at}件的正文，请处理。"));
        let reply = format!("第{at}件已处理完毕，感谢您的监督。");
        writeln!(text, "{at},甲,{title},{received} 08:00:00,{body},{reply},{answered} 09:00:00")?;
    }
    let place = Place::open("killed", "").await?;
    let file = place.write("many.csv", text.as_bytes())?;
    let cases = async |least: i64| {
        let pool = place.tables("intake")?;
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            // Before the first start there is no table.
            let found: Result<(i64,), _> =
                sqlx::query_as("SELECT count(*) FROM case_file").fetch_one(&pool).await;
            match &found {
                Ok((found,)) if *found >= least => return anyhow::Ok(*found),
                Ok(_) | Err(_) => sleep(Duration::from_millis(2)).await,
            }
            ensure!(Instant::now() < end, "no import begins: {found:?}");
        }
    };
    // Killed twice: while cases come in, and while their replies do.
    for least in [1, 400] {
        let running = Background::start(&mut place.import(&file, "kind=complaint"))?;
        cases(least).await?;
        drop(running);
    }
    let there = cases(1).await?;
    let counts = kit::json(&mut place.import(&file, "kind=complaint"))?;
    let (saved, already) = (counts["saved"].as_u64(), counts["already"].as_u64());
    ensure!(saved.zip(already).is_some_and(|(saved, already)| saved + already == ROWS as u64), "{counts}");
    ensure!(counts["failed"] == 0, "{counts}");
    eprintln!("{there} cases were there when it was run again");
    ensure!(cases(1).await? == i64::try_from(ROWS)?, "a case twice, or one missing");
    let found = report(&place, &["--as-of", "2026-01-01"])?;
    ensure!(found[0]["cases"] == ROWS && found[0]["answered"] == ROWS, "{found:?}");
    let audit = place.program().args(["audit", "--json"]).output()?;
    ensure!(audit.status.success(), "{}", words(&audit));
    let counts = kit::json(&mut place.import(&file, "kind=complaint"))?;
    ensure!(counts["saved"] == 0 && counts["already"] == ROWS, "{counts}");
    Ok(())
}
