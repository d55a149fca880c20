//! The digest of a county counts cases by when it happened to them, not messages by when they went out.

use contracts::{
    case::CaseAnswered,
    clock::ClockExpired,
    words::{Mode, Outcome},
};
use ids::ClockId;
use jiff::Timestamp;

use crate::{
    house::{House, profile},
    life::{Life, accepted_by, registered},
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn answered(name: &str, outcome: Outcome, when: &str) -> Life {
    let mut life = Life::new(name, false);
    life.say(registered()).say(accepted_by(&["sms"])).say(CaseAnswered {
        unit: "water".parse().expect("a unit"),
        outcome,
        mode: Mode::Assignment,
        round: 1,
        answered_at: at(when),
        level: None,
        cause: None,
        remedy: None,
    });
    life.events[2].time = at(when);
    life
}

fn expired(name: &str, clock: &str) -> Life {
    let mut life = Life::new(name, false);
    life.say(registered()).say(accepted_by(&["sms"])).say(ClockExpired {
        clock: ClockId::derived(name),
        name: clock.to_owned(),
        unit: None,
        due_at: at("2026-03-02T01:02:00Z"),
        lateness_ms: 0,
    });
    life
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_reads_how_many_cases_were_answered_and_late_whatever_became_of_the_messages() {
    // Nobody answers at that gateway: no citizen is told of anything.
    let gateway = |folder: &std::path::Path| profile(folder, "http://127.0.0.1:9/send").display().to_string();
    let house =
        House::start_at("2026-03-02T14:30:00Z", |folder| format!("sms.profile = \"{}\"", gateway(folder)))
            .await;
    house.until(4, "SELECT count(*) FROM watch WHERE name LIKE 'county:%'").await;
    for life in [
        answered("in the morning", Outcome::Supported, "2026-03-02T01:05:00Z"),
        answered("late in the evening", Outcome::Explained, "2026-03-02T14:00:00Z"),
        answered("in the last second", Outcome::Supported, "2026-03-02T15:59:59Z"),
        answered("on the next day", Outcome::Supported, "2026-03-02T16:00:00Z"),
        answered("not yet", Outcome::NotYetPossible, "2026-03-02T01:05:00Z"),
        expired("handling", "handle"),
        expired("acceptance", "accept"),
        expired("a right of the citizen", "ask_review"),
    ] {
        house.say(&life.events).await;
        house.say(&life.events).await;
    }
    // Answered a second time on the same day: it is one case.
    let mut again = answered("late in the evening", Outcome::Supported, "2026-03-02T14:00:00Z");
    again.say(CaseAnswered {
        unit: "water".parse().expect("a unit"),
        outcome: Outcome::Supported,
        mode: Mode::Assignment,
        round: 2,
        answered_at: at("2026-03-02T14:10:00Z"),
        level: None,
        cause: None,
        remedy: None,
    });
    again.events[3].time = at("2026-03-02T14:10:00Z");
    house.say(&again.events[3..]).await;
    house.until(6, "SELECT count(*) FROM notice WHERE template LIKE 'case.answered%'").await;
    house.until(5, "SELECT count(*) FROM case_day").await;
    house.set("2026-03-03T09:30:01Z");
    let digests = "SELECT count(*) FROM notice WHERE audience = 'county'";
    house.until(1, digests).await;
    let told = "SELECT count(*) FROM notice WHERE template LIKE 'case.answered%' AND state = 'sent'";
    assert_eq!(house.desk.count(told).await, 0, "no answer was brought");
    let (title, text): (String, String) =
        sqlx::query_as("SELECT title_zh, zh FROM notice WHERE audience = 'county'")
            .fetch_one(&house.desk.db.pool)
            .await
            .expect("text");
    for part in ["广安区", "8件", "答复3件", "超期1件"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(title.contains("广安区") && !text.contains("511602"), "{title}: {text}");
    // What was answered after midnight is the next day's.
    house.set("2026-03-04T09:30:01Z");
    house.until(2, digests).await;
    let next: String =
        sqlx::query_scalar("SELECT zh FROM notice WHERE audience = 'county' ORDER BY created_at DESC")
            .fetch_one(&house.desk.db.pool)
            .await
            .expect("text");
    assert!(next.contains("答复1件") && next.contains("超期0件"), "{next}");
    house.stop().await;
}
