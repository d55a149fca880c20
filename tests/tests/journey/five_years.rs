//! Five calendar years of matters, one a day: lists, search, limits by the calendar of each year, figures by year, archives whose
//! time is over.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use pg::SqlTimestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, word};

const FIRST: Date = date(2011, 1, 1);
const LAST: Date = date(2015, 12, 31);
/// Working days for a complaint in the pack of the mailbox.
const LIMIT: u32 = 20;

struct Matter {
    day: Date,
    answered: Date,
    case: Uuid,
    number: String,
}

fn at(day: Date, hour: i8) -> String {
    format!("{day}T{hour:02}:00:00+08:00")
}

/// Every third is answered late, some of them in the next year.
fn answered(day: Date, nth: usize) -> Date {
    day + if nth.is_multiple_of(3) { 45.days() } else { 9.days() }
}

async fn bring_in(house: &House) -> Result<Vec<Matter>> {
    let importer = house.staff(Role::Importer);
    let days: Vec<Date> = FIRST.series(1.day()).take_while(|day| *day <= LAST).collect();
    let mut matters = Vec::new();
    for part in days.chunks(500) {
        let row = |day: &Date| {
            json!({
                "source": "旧信箱", "external_id": day.to_string(), "kind": "complaint", "title": format!("{day} 路灯不亮"),
                "text": format!("{day} 反映：滨河路路灯不亮，请尽快修理。"), "region": "511602", "unit": "cg",
                "mode": "assignment", "channel": "mailbox", "received_at": at(*day, 9), "answered": true,
            })
        };
        let load = json!({"pack": "mailbox-002", "rows": part.iter().map(row).collect::<Vec<_>>()});
        let loaded = house.post(&importer, "/api/intake/imports", load).await?.must(200)?.body;
        let rows = loaded["rows"].as_array().context("rows")?;
        for (day, row) in part.iter().zip(rows) {
            ensure!(row["outcome"] == "saved", "{row}");
            let answered = answered(*day, matters.len());
            matters.push(Matter {
                day: *day,
                answered,
                case: word(row, "case_id")?.parse()?,
                number: word(row, "number")?,
            });
        }
    }
    house.settle().await?;
    for part in matters.chunks(500) {
        let row = |matter: &Matter| json!({"case_id": matter.case, "text": "路灯已修复。", "at": at(matter.answered, 15), "unit": "cg"});
        let rows = json!({"rows": part.iter().map(row).collect::<Vec<_>>()});
        let done = house.post(&importer, "/api/routing/replies/import", rows).await?.must(200)?.body;
        let outcomes: BTreeSet<_> =
            done["rows"].as_array().into_iter().flatten().map(|row| row["outcome"].to_string()).collect();
        ensure!(outcomes == BTreeSet::from(["\"saved\"".to_owned()]), "{outcomes:?}");
    }
    house.settle().await?;
    Ok(matters)
}

/// All pages of the list, as numbers in their order.
async fn list(house: &House, query: &str) -> Result<Vec<Value>> {
    let who = house.staff(Role::Supervisor);
    let (mut path, mut all) = (format!("/api/intake/cases?limit=200{query}"), Vec::new());
    loop {
        let page = house.get(&who, &path).await?.must(200)?;
        all.extend(page.body["cases"].as_array().cloned().unwrap_or_default());
        let link = page.header("link");
        match link.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
            Some((next, _)) => path = next.to_owned(),
            None => return Ok(all),
        }
    }
}

async fn listed(house: &House, matters: &[Matter]) -> Result<()> {
    let all = list(house, "").await?;
    let numbers: Vec<String> = all.iter().map(|case| word(case, "number")).collect::<Result<_>>()?;
    let newest_first: Vec<String> = matters.iter().rev().map(|matter| matter.number.clone()).collect();
    ensure!(numbers == newest_first, "the list is not whole, or not in its order over the ends of years");
    ensure!(list(house, "&state=closed").await?.len() == matters.len(), "all are closed");
    for matter in matters
        .iter()
        .filter(|matter| matter.day.day_of_year() == 1 || matter.day.month() == 12 && matter.day.day() == 31)
    {
        ensure!(
            matter.number.starts_with(&matter.day.strftime("%y%m%d").to_string()),
            "{} {}",
            matter.number,
            matter.day
        );
        let found = list(house, &format!("&number={}", matter.number)).await?;
        ensure!(found.len() == 1 && word(&found[0], "case_id")? == matter.case.to_string(), "{found:?}");
    }
    Ok(())
}

/// The last day of each limit is that of the calendar, which has the holidays of every year.
async fn limits(house: &House, matters: &[Matter]) -> Result<BTreeMap<Uuid, Date>> {
    let tables = house.tables("deadline-scheduler", "deadline_scheduler")?;
    let rows: Vec<(Uuid, SqlTimestamp)> =
        sqlx::query_as("SELECT case_id, due_at FROM clock WHERE name = 'handle'").fetch_all(&tables).await?;
    let told: BTreeMap<Uuid, Date> = rows
        .into_iter()
        .map(|(case, due)| (case, calendar::day_of(due.to_jiff() - jiff::SignedDuration::from_nanos(1))))
        .collect();
    let calendar = calendar::shipped();
    let mut over = 0;
    for matter in matters {
        let due = calendar.add_workdays(matter.day, LIMIT)?.date;
        ensure!(
            told.get(&matter.case) == Some(&due),
            "{}: {:?} and not {due}",
            matter.day,
            told.get(&matter.case)
        );
        over += i32::from(due.year() > matter.day.year());
    }
    ensure!(over > 5 * 15, "limits run over the end of each year: {over}");
    Ok(told)
}

async fn figures(house: &House, matters: &[Matter], due: &BTreeMap<Uuid, Date>) -> Result<()> {
    let leader = house.staff(Role::Leader);
    let mut sum = 0;
    for year in 2011..=2015 {
        let path = format!("/api/evaluation/indicators?policy=mailbox-002&from={year}-01-01&to={year}-12-31");
        let table = house.read(&leader, &path).await?;
        let row = &table["rows"][0];
        let own: Vec<&Matter> = matters.iter().filter(|matter| matter.day.year() == year).collect();
        let in_time = own.iter().filter(|matter| matter.answered <= due[&matter.case]).count();
        ensure!(own.len() == if year == 2012 { 366 } else { 365 } && in_time < own.len(), "{year}");
        ensure!(
            row["cases"] == own.len() && row["due"] == own.len() && row["in_time"] == in_time,
            "{year}: {row}"
        );
        let months = house.read(&leader, &format!("{path}&group_by=month")).await?;
        let months = months["rows"].as_array().map(Vec::len);
        ensure!(months == Some(12), "{year}: {months:?}");
        sum += own.len();
    }
    ensure!(sum == matters.len(), "each case is of one year");
    Ok(())
}

/// Files of the first and the last day of each year: kept for ten years, so their time is over.
async fn archives(house: &House, matters: &[Matter]) -> Result<()> {
    let keeper = house.staff(Role::Supervisor);
    let ends = |matter: &&Matter| {
        matter.day.day_of_year() == 1 || (matter.day.month() == 12 && matter.day.day() == 31)
    };
    let (mut wanted, today) = (Vec::new(), calendar::day_of(runtime::Clock::default().now()));
    for matter in matters.iter().filter(ends) {
        house
            .post(&keeper, &format!("/api/intake/cases/{}/archive", matter.number), json!({}))
            .await?
            .must(200)?;
        // Ten years end with a calendar year.
        if matter.answered.year() + 10 < today.year() {
            wanted.push((matter.answered, matter.number.clone()));
        }
    }
    wanted.sort();
    let due = house.read(&keeper, "/api/intake/archive/due").await?;
    let mut files = Vec::new();
    for file in due["files"].as_array().into_iter().flatten() {
        let closed: Date = word(file, "closed_on")?.parse()?;
        let until: Date = word(file, "keep_until")?.parse()?;
        ensure!(until == date(closed.year() + 10, 12, 31), "{file}");
        files.push((closed, word(file, "number")?));
    }
    files.sort();
    ensure!(files == wanted, "{files:?} and not {wanted:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_years_of_matters_hold_over_the_ends_of_years() -> Result<()> {
    let house = House::open("five_years").await?;
    let matters = bring_in(&house).await?;
    ensure!(matters.len() == 1826, "{}", matters.len());
    listed(&house, &matters).await?;
    let due = limits(&house, &matters).await?;
    figures(&house, &matters, &due).await?;
    archives(&house, &matters).await?;
    house.close().await
}
