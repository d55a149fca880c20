//! Letters to citizens leave the suite by whatever way leads to them, of the core ones as of all others.

use contracts::{
    case::{CaseAnswered, CaseDeclined, CaseReopened},
    followup::FollowUpOpened,
    words::{Mode, Outcome},
};
use ids::FollowUpId;

use crate::{
    Desk,
    life::{Life, accepted_by, registered},
};

fn answered() -> CaseAnswered {
    CaseAnswered {
        unit: "water".parse().expect("a unit"),
        outcome: Outcome::Supported,
        mode: Mode::Assignment,
        round: 1,
        answered_at: "2026-03-02T01:00:00Z".parse().expect("a timestamp"),
        level: None,
        cause: None,
        remedy: None,
    }
}

/// Templates of what a citizen was told, with the way out.
async fn ways(desk: &Desk, life: &Life) -> Vec<(String, Option<String>)> {
    let told = desk.told(life.case).await;
    told.into_iter().filter(|one| one.1 == "citizen").map(|one| (one.0, one.3)).collect()
}

#[tokio::test]
async fn whoever_left_only_a_mail_address_gets_every_core_letter_by_mail() {
    let desk = Desk::new().await;
    for pack in ["mailbox-002", "hotline-004", "hotline-sichuan-2025", "petition-2022"] {
        let mut life = Life::new(pack, false);
        let (mut first, mut second) = (registered(), accepted_by(&["mail"]));
        (first.pack.id, second.pack.id) = (pack.to_owned(), pack.to_owned());
        life.say(first).say(second).say(answered());
        life.say(FollowUpOpened { followup: FollowUpId::derived(pack), round: 1 });
        life.say(CaseReopened { round: 2, reason: "unsatisfied".to_owned() });
        desk.hear(&life.events).await;
        let mut told = ways(&desk, &life).await;
        told.sort();
        let by_mail = |event: &str| (format!("{event}/citizen"), Some("email".to_owned()));
        let core = ["case.accepted", "case.answered", "case.reopened", "followup.opened"].map(by_mail);
        assert_eq!(told, core, "{pack}");
        let mut refused = Life::new(&format!("refused under {pack}"), false);
        let mut first = registered();
        pack.clone_into(&mut first.pack.id);
        refused.say(first).say(CaseDeclined {
            reason: "statutory_route".to_owned(),
            invalid: None,
            reachable: vec!["mail".to_owned()],
        });
        desk.hear(&refused.events).await;
        assert_eq!(ways(&desk, &refused).await, [by_mail("case.declined")], "{pack}");
    }
}

#[tokio::test]
async fn a_decline_of_an_older_suite_that_names_no_way_is_read_in_the_inbox() {
    let desk = Desk::new().await;
    let mut life = Life::new("older", false);
    life.say(registered()).say(crate::declined(&[]));
    desk.hear(&life.events).await;
    assert_eq!(ways(&desk, &life).await, [("case.declined/citizen".to_owned(), None)]);
    // What the acceptance told before leads there still.
    let mut life = Life::new("accepted before", false);
    life.say(registered()).say(accepted_by(&["sms"])).say(crate::declined(&[]));
    desk.hear(&life.events).await;
    let sms = Some("sms".to_owned());
    assert!(ways(&desk, &life).await.contains(&("case.declined/citizen".to_owned(), sms)));
}

#[test]
fn no_pack_leaves_out_a_way_on_which_a_citizen_can_be_told() {
    for pack in std::fs::read_dir(crate::folder()).expect("a folder") {
        let file = pack.expect("there").path().join("notices.toml");
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let pack: toml::Table = toml::from_str(&text).expect("TOML");
        for notice in pack["notice"].as_array().expect("a list") {
            let ways: Vec<&str> = notice["channels"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(toml::Value::as_str)
                .collect();
            if notice["audience"].as_str() == Some("citizen") && ways != ["inbox"] {
                let all = ["sms", "wechat", "email", "inbox"];
                assert_eq!(ways, all, "{} in {}", notice["event"], file.display());
            }
        }
    }
}
