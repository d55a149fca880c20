//! A pack changed on a Tuesday: exactly the limits that it says move.

use std::collections::BTreeMap;

use contracts::case::PackRef;
use runtime::PolicyFiles;

use super::*;
use crate::{app::desk::Desk as Acting, tasks::recompute::turn};

const TEXT: &str = include_str!("../../../../../deploy/policy/mailbox-002/deadlines.toml");

fn packs(running: &str) -> PolicyFiles {
    let pack = |id: &str, version: i32, text: String| {
        let head = format!("id = \"{id}\"\nversion = {version}\nvalid_from = \"2011-01-01\"");
        BTreeMap::from([("pack".to_owned(), head), ("deadlines".to_owned(), text)])
    };
    let shorter = TEXT.replace("limit = { amount = 20, unit", "limit = { amount = 15, unit");
    let newer = format!("{shorter}\n{running}");
    let all = [("mailbox-002", 1, TEXT.to_owned()), ("mailbox-002", 2, newer), ("other", 1, TEXT.to_owned())];
    PolicyFiles::from_texts(all.into_iter().map(|(id, version, text)| pack(id, version, text)).collect())
        .unwrap()
}

pub(super) async fn settle(desk: &Desk) {
    let acting = Acting {
        db: desk.db.clone(),
        live: desk.live.clone(),
        wake: runtime::Wake::default(),
        texts: std::sync::Arc::new(texts()),
    };
    let mut warned = None;
    while turn(&acting, &mut warned).await.unwrap() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_changed_on_a_tuesday_moves_exactly_the_clocks_it_should() {
    let running = "[running]\nnames = [\"handle\"]\nbasis = \"choice\"\nsource = \"made up\"";
    let desk = Desk::under(packs(running)).await;
    let (old, other, broken) =
        (desk.told("mailbox-002", 0).await, desk.told("other", 0).await, desk.told("mailbox-002", 90).await);
    desk.turn().await;
    let now = desk.db.now().await.unwrap();
    let instruction = contracts::leader::InstructionIssued {
        instruction: ids::InstructionId::derived("mayor"),
        rank: "mayor".to_owned(),
        urgency: contracts::words::Urgency::Ordinary,
        report_by: None,
    };
    desk.hear(old, 2, now, instruction.into()).await;
    let answered = desk.told("mailbox-002", 0).await;
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
    let all = async || {
        let mut days = Vec::new();
        for (case, name) in
            [(other, "handle"), (broken, "handle"), (answered, "handle"), (old, "instruction")]
        {
            days.push(desk.clock(case, name).await);
        }
        days
    };
    let (before, others) = (desk.clock(old, "handle").await.2, all().await);
    settle(&desk).await;
    let after = desk.clock(old, "handle").await.2;
    assert_eq!(
        calendar::shipped().workdays_between(after, before).unwrap(),
        5,
        "20 became 15 from the same start"
    );
    assert_eq!(all().await, others, "another pack, a breach, a closed case and another name stay");
    let said = desk.said(old).await;
    let (_, told) = said.iter().find(|(kind, _)| kind == "clock.recomputed").unwrap();
    let pack: PackRef = serde_json::from_value(told["pack"].clone()).unwrap();
    assert_eq!((told["cause"].as_str(), pack.version), (Some("pack"), 2));
    settle(&desk).await;
    assert_eq!(desk.said(old).await.len(), said.len(), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_says_nothing_of_running_cases_moves_none() {
    let desk = Desk::under(packs("")).await;
    let case = desk.told("mailbox-002", 0).await;
    let before = desk.clock(case, "handle").await;
    settle(&desk).await;
    assert_eq!(desk.clock(case, "handle").await, before);
}
