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
    while next_batch(&desk.db, &desk.live.now()).await.unwrap() {}
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
