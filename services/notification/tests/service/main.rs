//! The service against a real PostgreSQL: everybody who waits is told once, whatever the order in which things are heard.

mod again;
mod beginning;
mod beside;
mod bindings;
mod calendars;
mod carriers;
mod digest;
mod floods;
mod house;
mod http;
mod letters;
mod life;
mod lines;
mod names;
mod night;
mod openness;
mod outside;
mod patience;
mod receivers;
mod since;
mod slow;
mod upward;
mod watching;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use contracts::{
    StoredEvent,
    case::{CaseDeclined, CaseReopened, CaseSupplemented},
};
use ids::CaseId;
use notification::{Hearing, Notification, Packs, check_pack};
use pg::{Database, Settings};
use proptest::{
    prelude::{Just, Strategy as _},
    strategy::ValueTree as _,
    test_runner::TestRunner,
};
use runtime::{PolicyFiles, Service as _, apply_once};

use life::{Life, registered, whole};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy")
}

struct Desk {
    db: Database,
    hearing: Hearing,
    servers: testkit::Database,
}

/// What the whole life of a case owes.
const TOLD: usize = 15;

type Told = (String, String, String, Option<String>, String, String, String, i32);

impl Desk {
    async fn new() -> Self {
        let servers = testkit::database("notices").await.expect("servers");
        let db = Database::open(&Settings {
            url: servers.url.clone(),
            schema: Notification::SCHEMA.to_owned(),
            max_connections: 4,
        })
        .expect("a pool");
        db.migrate(Notification::migrator()).await.expect("migrations");
        let packs = Packs::read(&PolicyFiles::read(&folder()).expect("packs")).expect("packs hold");
        Self {
            db,
            hearing: Hearing::new(Arc::new(packs), "https://example.test/").expect("calendars"),
            servers,
        }
    }

    async fn hear(&self, batch: &[StoredEvent]) {
        apply_once(&self.db, "notification", &self.hearing, batch, true).await.expect("applied");
    }

    async fn told(&self, case: CaseId) -> Vec<Told> {
        sqlx::query_as(
            "SELECT template, recipient, channel, medium, zh, en, state, attempts FROM notice WHERE case_id = $1
             ORDER BY created_at, template",
        )
        .bind(case.0)
        .fetch_all(&self.db.pool)
        .await
        .expect("rows")
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.db.pool).await.expect("a number")
    }

    async fn said(&self, case: CaseId) -> i64 {
        sqlx::query_scalar(
            "SELECT coalesce(sum(json_array_length(convert_from(payload, 'UTF8')::json -> 'notices')), 0)
             FROM outbox_event WHERE aggregate_id = $1 AND kind = 'notice.sent'",
        )
        .bind(case.0)
        .fetch_one(&self.db.pool)
        .await
        .expect("a number")
    }
}

#[tokio::test]
async fn whoever_waits_is_told_once() {
    let desk = Desk::new().await;
    let life = whole("plain", false);
    desk.hear(&life.events).await;
    desk.hear(&life.events).await;
    let told = desk.told(life.case).await;
    let find = |template: &str| {
        told.iter().find(|told| told.0 == template).unwrap_or_else(|| panic!("{template} in {told:#?}"))
    };
    let accepted = find("case.accepted/citizen");
    assert_eq!((accepted.2.as_str(), accepted.3.as_deref()), ("spool", Some("sms")));
    assert!(
        accepted.4.contains("2026年3月2日") && accepted.4.contains("260302511602000001"),
        "{}",
        accepted.4
    );
    assert!(accepted.5.contains("https://example.test/"));
    assert!(find("clock.opened/handle/citizen").4.contains("办理期限为2026年3月29日（暂定）"));
    assert!(find("clock.warned/unit").5.contains("handling is due by 2026-03-29 (provisional)"));
    // Nobody had the case when it was supplemented: the first unit that got it is told.
    for template in
        ["case.supplemented/unit", "assignment.dispatched/unit", "clock.expired/unit", "case.reopened/unit"]
    {
        assert_eq!(find(template).1, "water", "{template}");
    }
    assert_eq!(find("assignment.returned/centre").1, "centre");
    assert!(find("case.reopened/citizen").4.contains("第2次"));
    assert!(told.iter().all(|told| told.6 == "sent" && told.7 == 1));
    assert!(told.iter().all(|told| !told.4.contains('{') && !told.4.contains('—')), "{told:#?}");
    assert_eq!(desk.said(life.case).await, i64::try_from(told.len()).unwrap());
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 0);
    let odd = "SELECT count(*) FROM outbox_event WHERE historic OR causation IS NULL OR region <> '511602'";
    assert_eq!(desk.count(odd).await, 0);
}

#[tokio::test]
async fn any_order_of_sources_and_any_cut_into_batches_tells_the_same() {
    let desk = Desk::new().await;
    let plain = whole("true order", false);
    desk.hear(&plain.events).await;
    let expected = desk.told(plain.case).await;
    assert_eq!(expected.len(), TOLD);
    let sources = ["intake", "routing", "deadline-scheduler", "evaluation"];
    let mut runner = TestRunner::deterministic();
    for round in 0..12 {
        let life = whole(&format!("round {round}"), false);
        // Which source speaks next: within a source the order stays.
        let turns: Vec<String> = life.events.iter().map(|event| event.source.clone()).collect();
        let turns = Just(turns).prop_shuffle().new_tree(&mut runner).unwrap().current();
        let mut queues: BTreeMap<&str, Vec<StoredEvent>> =
            sources.iter().map(|source| (*source, life.of(source).into_iter().rev().collect())).collect();
        let mixed: Vec<StoredEvent> =
            turns.iter().map(|turn| queues.get_mut(turn.as_str()).unwrap().pop().unwrap()).collect();
        for batch in mixed.chunks(1 + round % 5) {
            desk.hear(batch).await;
            desk.hear(batch).await;
        }
        let order: Vec<&str> = mixed.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(desk.told(life.case).await, expected, "{order:?}");
        assert_eq!(desk.said(life.case).await, TOLD as i64, "{order:?}");
    }
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 0);
    assert_eq!(desk.count("SELECT count(*) FROM case_card WHERE waiting").await, 0);
}

#[tokio::test]
async fn workers_that_hear_of_a_case_at_once_lose_nothing() {
    let desk = Desk::new().await;
    let hear = async |events: Vec<StoredEvent>| {
        for event in events {
            while let Err(error) =
                apply_once(&desk.db, "notification", &desk.hearing, std::slice::from_ref(&event), true).await
            {
                assert!(matches!(error, runtime::ApplyError::Later(_)), "{error:?}");
            }
        }
    };
    // The first round opens the connections; in the others all four find no card and each writes the first one.
    for round in 0..8 {
        let life = whole(&format!("at once {round}"), false);
        let of = |source| hear(life.of(source));
        tokio::join!(of("intake"), of("routing"), of("deadline-scheduler"), of("evaluation"));
        assert_eq!(desk.told(life.case).await.len(), TOLD, "{round}");
        assert_eq!(desk.said(life.case).await, TOLD as i64, "{round}");
    }
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 0);
}

#[tokio::test]
async fn a_history_owes_nobody_but_what_comes_after_it_does() {
    let desk = Desk::new().await;
    let mut life = whole("old", true);
    desk.hear(&life.events).await;
    assert!(desk.told(life.case).await.is_empty());
    assert_eq!(desk.count("SELECT count(*) FROM outbox_event").await, 0);
    assert_eq!(desk.count("SELECT count(*) FROM event_waiting").await, 0);
    life.historic = false;
    let heard = life.events.len();
    life.say(CaseReopened { round: 3, reason: "new-facts".to_owned() });
    desk.hear(&life.events[heard..]).await;
    let told = desk.told(life.case).await;
    assert_eq!(told.iter().map(|told| told.1.as_str()).collect::<Vec<_>>(), ["citizen", "water"]);
}

fn declined(ways: &[&str]) -> CaseDeclined {
    let reachable = ways.iter().map(|way| (*way).to_owned()).collect();
    CaseDeclined { reason: "statutory_route".to_owned(), invalid: None, reachable }
}

#[tokio::test]
async fn a_decline_says_why_and_where_to_turn() {
    let desk = Desk::new().await;
    let mut life = Life::new("declined", false);
    life.say(registered()).say(declined(&["sms", "mail"]));
    desk.hear(&life.events).await;
    let told = desk.told(life.case).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].2.as_str(), told[0].3.as_deref()), ("spool", Some("sms")));
    assert!(told[0].4.contains("法定途径") && told[0].4.contains("人民法院"), "{}", told[0].4);
}

#[tokio::test]
async fn a_case_under_a_missing_pack_is_laid_before_a_person() {
    let desk = Desk::new().await;
    let mut life = Life::new("elsewhere", false);
    let mut body = registered();
    body.pack.id = "no-such-pack".to_owned();
    life.say(body).say(CaseSupplemented { count: 1 });
    let outcome = apply_once(&desk.db, "notification", &desk.hearing, &life.events, true).await;
    assert!(matches!(outcome, Err(runtime::ApplyError::Poison { .. })));
}

#[test]
fn the_packs_shipped_hold_and_a_bad_one_is_told_everything() {
    for pack in std::fs::read_dir(folder()).unwrap() {
        let file = pack.unwrap().path().join("notices.toml");
        if let Ok(text) = std::fs::read_to_string(&file) {
            assert_eq!(check_pack(&text), Vec::<String>::new(), "{}", file.display());
        }
    }
    let bad = "
        [[notice]]
        event = \"case.accepted\"
        audience = \"citizen\"
        channels = [\"inbox\"]
        variables = [\"name\"]
        title = { zh = \"标题\", en = \"Title\" }
        body = { zh = \"{name}\", en = \"{phone}\" }
        [[notice]]
        event = \"case.accepted\"
        colour = \"red\"
        [other]
    ";
    let mistakes = check_pack(bad).join("\n");
    for part in ["\"name\" is no variable", "\"phone\" is no variable", "notice 2: ", "unknown field `other`"]
    {
        assert!(mistakes.contains(part), "{part} in\n{mistakes}");
    }
    assert_eq!(check_pack("not toml").len(), 1);
}
