//! A pack changed in place: what runs stays under the text it was opened under, also after the next start.

use std::collections::BTreeMap;

use runtime::{Changed, PolicyFiles};
use serde_json::json;

use super::*;
use crate::app::recompute::next_batch;

const TEXT: &str = include_str!("../../../../../deploy/policy/mailbox-002/deadlines.toml");

fn pack(version: i32, text: &str) -> PolicyFiles {
    let head = format!("id = \"mailbox-002\"\nversion = {version}\nvalid_from = \"2011-01-01\"");
    let pack = BTreeMap::from([("pack".to_owned(), head), ("deadlines".to_owned(), text.to_owned())]);
    PolicyFiles::from_texts(vec![pack]).unwrap()
}

/// Fifteen days in the place of twenty, and another name for it.
fn shorter() -> String {
    TEXT.replace("limit = { amount = 20, unit", "limit = { amount = 15, unit")
        .replace("\"handle-long\"", "\"handle-main\"")
}

async fn refused(desk: Desk, packs: PolicyFiles) -> String {
    desk.restarted(packs, Changed::Refuse).await.err().expect("refused").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_follows_its_old_text_when_the_pack_is_changed_in_place() {
    let desk = Desk::under(pack(1, TEXT)).await;
    let (old, answered) = (desk.told("mailbox-002", 0).await, desk.told("mailbox-002", 0).await);
    let before = desk.clock(old, "handle").await.2;
    let desk = desk.restarted(pack(2, &shorter()), Changed::Refuse).await.unwrap();
    let now = desk.db.now().await.unwrap();
    let today = calendar::day_of(now);
    assert_eq!(calendar::shipped().workdays_between(today, before).unwrap(), 20);

    // A notice comes out: ten working days of the next weeks are off.
    let file = super::calendars::festival(today, 1);
    let admin = staff(Role::Admin, None);
    assert_eq!(desk.post("/calendar/files", &admin, None, file).await.0, StatusCode::ACCEPTED);
    while next_batch(&desk.db, &desk.live).await.unwrap() {}
    let after = desk.clock(old, "handle").await.2;
    assert_eq!(
        calendar::shipped().workdays_between(before, after).unwrap(),
        10,
        "twenty days still, and ten off"
    );

    // The entry has another name today; its answer meets the limit all the same, and nothing is climbed.
    let answer = contracts::case::CaseAnswered {
        unit: "water-bureau".parse().unwrap(),
        outcome: contracts::words::Outcome::Explained,
        mode: contracts::words::Mode::Assignment,
        round: 1,
        answered_at: now,
        level: None,
        cause: None,
        remedy: None,
    };
    desk.hear(answered, 2, now, answer.into()).await;
    let said = desk.said(answered).await;
    assert_eq!(said.last().unwrap().0, "clock.met");
    let (version, state): (i32, i16) =
        sqlx::query_as("SELECT pack_version, state FROM clock WHERE case_id = $1 AND name = 'handle'")
            .bind(answered.0)
            .fetch_one(&desk.db.pool)
            .await
            .unwrap();
    assert_eq!((version, state), (1, 2));

    // An extension of the old limit is granted by the old text as well.
    let (clock, _, _) = desk.clock(old, "handle").await;
    let ask = json!({"amount": 8, "reason": "investigation", "grounds": "水质检测需要时间"});
    let officer = staff(Role::Officer, Some("water-bureau"));
    let path = format!("/cases/{old}/clocks/{clock}/extensions");
    assert_eq!(desk.post(&path, &officer, None, ask).await.0, StatusCode::CREATED);
}

const RUNNING: &str = "[running]\nnames = [\"handle\"]\nbasis = \"choice\"\nsource = \"made up\"";

impl Desk {
    /// Ears of a process that was started with the older pack and still runs.
    fn older(&mut self, live: &crate::app::live::Live) {
        self.hearing = crate::Hearing::new(live.clone(), runtime::Wake::default(), runtime::Clock::default());
    }

    /// The version on the clock, and how many working days it has.
    async fn stamped(&self, case: CaseId) -> (i32, u32) {
        let (version, started, day): (i32, pg::SqlTimestamp, pg::SqlDate) = sqlx::query_as(
            "SELECT pack_version, started_at, due_day FROM clock WHERE case_id = $1 AND name = 'handle'",
        )
        .bind(case.0)
        .fetch_one(&self.db.pool)
        .await
        .unwrap();
        let from = calendar::day_of(started.to_jiff());
        (version, calendar::shipped().workdays_between(from, day.to_jiff()).unwrap())
    }

    async fn later(&self, by: &str) {
        let later = "UPDATE recomputation SET done_at = done_at - $1::text::interval";
        sqlx::query(later).bind(by).execute(&self.db.pool).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_process_neither_takes_a_newer_packs_job_nor_stamps_what_it_does_not_know() {
    let desk = Desk::under(pack(1, TEXT)).await;
    let (old, live) = (desk.told("mailbox-002", 0).await, desk.live.clone());
    let newer = TEXT.replace("limit = { amount = 20, unit", "limit = { amount = 15, unit");
    let mut desk = desk.restarted(pack(2, &format!("{newer}\n{RUNNING}")), Changed::Refuse).await.unwrap();
    let mut connection = desk.db.pool.acquire().await.unwrap();
    let (job, now) = (("pack", "mailbox-002:2"), desk.db.now().await.unwrap());
    crate::store::recomputations::ask(&mut connection, job, 1, "system", now).await.unwrap();
    drop(connection);
    assert!(!next_batch(&desk.db, &live).await.unwrap(), "the older process has no such pack");
    assert_eq!(desk.stamped(old).await, (1, 20));

    // It hears of a case under the newer one before it has looked: the text is in the database.
    let fresh = desk.live.clone();
    desk.older(&live);
    let case = desk.told_under(("mailbox-002", 2), 0, false).await;
    assert_eq!(desk.stamped(case).await, (2, 15));
    while next_batch(&desk.db, &live).await.unwrap() {}
    assert_eq!(desk.stamped(old).await, (2, 15), "now it has the pack and can do the job");

    // Of a version that is nowhere the newest stands in, and says so.
    let nowhere = desk.told_under(("mailbox-002", 9), 0, false).await;
    assert_eq!(desk.stamped(nowhere).await, (2, 15));
    let said = desk.said(nowhere).await;
    assert!(said.iter().all(|(_, body)| body["pack"]["version"] == 2), "{said:?}");

    // What an older process opened behind the first pass is found by the second, an hour later.
    let late = desk.told("mailbox-002", 0).await;
    desk.later("50 minutes").await;
    assert!(!next_batch(&desk.db, &fresh).await.unwrap());
    assert_eq!(desk.stamped(late).await, (1, 20));
    desk.later("20 minutes").await;
    while next_batch(&desk.db, &fresh).await.unwrap() {}
    assert_eq!(desk.stamped(late).await, (2, 15));
    let counted: (i64, i64, bool) =
        sqlx::query_as("SELECT looked_at, moved, checked_at IS NOT NULL FROM recomputation")
            .fetch_one(&desk.db.pool)
            .await
            .unwrap();
    assert_eq!(counted, (1, 2, true));
    desk.later("1 day").await;
    assert!(!next_batch(&desk.db, &fresh).await.unwrap(), "twice and no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_opened_under_the_old_calendar_behind_a_notice_is_found_a_minute_later() {
    let mut desk = Desk::under(pack(1, TEXT)).await;
    let stale = DeadlineScheduler::kept(&desk.db, &pack(1, TEXT), Changed::Refuse).await.unwrap();
    let today = calendar::day_of(desk.db.now().await.unwrap());
    let (file, admin) = (super::calendars::festival(today, 1), staff(Role::Admin, None));
    assert_eq!(desk.post("/calendar/files", &admin, None, file).await.0, StatusCode::ACCEPTED);
    while next_batch(&desk.db, &desk.live).await.unwrap() {}
    desk.older(&stale);
    let case = desk.told("mailbox-002", 0).await;
    assert_eq!(desk.stamped(case).await, (1, 20));
    assert!(!next_batch(&desk.db, &stale).await.unwrap(), "not yet");
    desk.later("2 minutes").await;
    // The stale process itself may do it: with the job it takes up what the job is about.
    while next_batch(&desk.db, &stale).await.unwrap() {}
    assert_eq!(desk.stamped(case).await, (1, 30));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_says_which_limits_run_under_a_text_that_is_nowhere() {
    let desk = Desk::under(pack(1, TEXT)).await;
    desk.told("mailbox-002", 0).await;
    let db = desk.db.clone();
    sqlx::query("DELETE FROM pack_text").execute(&db.pool).await.unwrap();
    let desk = desk.restarted(pack(2, TEXT), Changed::Warn).await.unwrap();
    let said = refused(desk, pack(2, TEXT)).await;
    assert!(said.contains("handle-long") && said.contains("mailbox-002, version 1"), "{said}");
    let said = refused(Desk::under(pack(1, TEXT)).await.with_text("[[").await, pack(2, TEXT)).await;
    assert!(said.contains("version 1"), "kept, but nobody can read it: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_its_own_version_lost_is_told_and_old_limits_without_a_text_go_on() {
    let desk = Desk::under(pack(1, TEXT)).await;
    desk.told("mailbox-002", 0).await;
    let desk = desk.restarted(pack(1, &shorter()), Changed::Warn).await.unwrap();
    let said = refused(desk, pack(1, &shorter())).await;
    assert!(said.contains("handle-long") && said.contains("no longer has"), "{said}");

    // Opened before texts were kept: the newest version stands in, as long as it has the entry.
    let desk = Desk::under(pack(1, TEXT)).await;
    desk.told("mailbox-002", 0).await;
    let db = desk.db.clone();
    sqlx::query("UPDATE pack_text SET deadlines = NULL").execute(&db.pool).await.unwrap();
    let desk = desk.restarted(pack(2, TEXT), Changed::Refuse).await.unwrap();
    let said = refused(desk, pack(3, &shorter())).await;
    assert!(said.contains("version 1"), "{said}");
}

impl Desk {
    async fn with_text(self, text: &str) -> Self {
        self.told("mailbox-002", 0).await;
        sqlx::query("UPDATE pack_text SET deadlines = $1").bind(text).execute(&self.db.pool).await.unwrap();
        self
    }
}
