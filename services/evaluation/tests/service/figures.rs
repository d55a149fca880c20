//! Figures by formula: the database counts what the rules count, and shows the cases behind each.

use std::collections::BTreeMap;

use contracts::{
    Body, StoredEvent,
    clock::{ClockMet, Met},
    record::{CaseMerged, CaseUnmerged},
};
use evaluation_rules::{Alike, Evaluation, Fact, Measure, figure};
use identity::Role;
use ids::{CaseId, ClockId};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, now},
    tale::{Tale, mixed, tales},
};

fn rules() -> Evaluation {
    toml::from_str(include_str!("../../../../deploy/policy/mailbox-002/evaluation.toml")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_figure_is_what_the_rules_count_and_lists_the_cases_behind_it() {
    let (desk, tales, rules) = (Desk::new().await, tales(200), rules());
    for batch in mixed(&tales, 3) {
        desk.hear(&batch).await;
    }
    let as_of = date(2026, 5, 1);
    let facts: Vec<_> = tales.iter().map(Tale::fact).collect();
    let cells = |by| -> Vec<Alike> {
        // Where no days are asked for, those of the year until today are.
        let days = date(2026, 1, 1)..=calendar::day_of(now());
        let belong =
            facts.iter().filter(|fact| fact.day_by(by, as_of).is_some_and(|day| days.contains(&day)));
        let cell = |fact: &Fact| Alike {
            marks: fact.marks_on(as_of, calendar::day_of(now())),
            workdays: fact.workdays(calendar::shipped()),
            cases: 1,
        };
        belong.map(cell).collect()
    };
    let token = desk.staff(Role::Supervisor, None);
    let (status, _, table) = desk.get(&format!("/figures?policy=mailbox-002&as_of={as_of}"), &token).await;
    assert_eq!(status, 200, "{table}");
    assert_eq!(table["formulas"].as_array().unwrap().len(), rules.indicators.len());
    for (at, indicator) in rules.indicators.iter().enumerate() {
        if indicator.unit == Measure::Hours {
            continue;
        }
        let counted = indicator.counted(rules.counting.merged, &rules.rating);
        let expected = figure(indicator, &counted, &cells(indicator.by), rules.percentile.method);
        let shown = &table["rows"][0]["figures"][at];
        assert_eq!(shown["code"], indicator.code);
        assert_eq!(shown["numerator"], expected.numerator, "{}", indicator.code);
        assert_eq!(shown["denominator"], json!(expected.denominator), "{}", indicator.code);
        assert_eq!(shown["value"], json!(expected.value), "{}", indicator.code);
        let listed = behind(
            &desk,
            &token,
            &format!("/figures/{}/cases?policy=mailbox-002&as_of={as_of}&limit=70", indicator.code),
        )
        .await;
        let numerator = listed.values().filter(|case| case["in_numerator"] == true).count();
        assert_eq!(numerator as u64, expected.numerator, "{}", indicator.code);
        assert_eq!(
            listed.len() as u64,
            expected.denominator.unwrap_or(expected.numerator),
            "{}",
            indicator.code
        );
    }
    let grouped =
        desk.get(&format!("/figures?policy=mailbox-002&as_of={as_of}&group_by=month"), &token).await.2;
    assert_eq!(grouped["rows"][0]["group"], "2026-01");
    for bad in [
        "/figures",
        "/figures?policy=mailbox-002&from=2026-02-01&to=2026-01-01",
        "/figures?policy=mailbox-002&day=1",
    ] {
        assert_eq!(desk.get(bad, &token).await.0, 400, "{bad}");
    }
    assert_eq!(desk.get("/figures/nothing/cases?policy=mailbox-002", &token).await.0, 404);
    assert_eq!(desk.get("/figures?policy=mailbox-002", &desk.citizen(tales[0].case)).await.0, 403);
    assert!(desk.running.stop().await);
}

/// Every case behind a figure, page after page.
async fn behind(desk: &Desk, token: &str, path: &str) -> BTreeMap<String, Value> {
    let (mut found, mut next) = (BTreeMap::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let (status, link, rows) = desk.get(&path, token).await;
        assert_eq!(status, 200, "{rows}");
        for row in rows.as_array().unwrap() {
            assert!(found.insert(row["case_id"].to_string(), row.clone()).is_none(), "a case came twice");
        }
        next = link.map(|link| {
            let address = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
            address.strip_prefix("/api/evaluation").unwrap().to_owned()
        });
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_is_left_once_and_a_merging_is_taken_back() {
    let desk = Desk::new().await;
    let tale = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), None);
    let mut events: Vec<StoredEvent> = tale.told().concat();
    let met =
        |name: &str, late| Met { clock: ClockId::derived(name), name: name.into(), met_at: now(), late };
    events.extend(after(
        &tale,
        2,
        vec![ClockMet { clocks: vec![met("sign", false), met("contact", true)] }.into()],
    ));
    let other = CaseId::derived("other");
    let merging: Vec<Body> =
        vec![CaseMerged { into: other, round: 1 }.into(), CaseUnmerged { from: other }.into()];
    let merging = after(&tale, 2, merging);
    events.push(merging[0].clone());
    desk.hear(&events).await;
    assert_eq!(
        marks(&desk, tale.case).await,
        ["contact_due", "dispatched", "late", "merged", "sign_due", "signed_in_time"]
    );
    desk.hear(&merging[1..]).await;
    assert_eq!(
        marks(&desk, tale.case).await,
        ["contact_due", "dispatched", "late", "sign_due", "signed_in_time"]
    );
    assert!(desk.running.stop().await);
}

/// Events of a source that has said so many about the case before.
fn after(tale: &Tale, first: i64, bodies: Vec<Body>) -> Vec<StoredEvent> {
    let mut events = tale.events(bodies);
    for (at, event) in (first..).zip(&mut events) {
        event.version = at;
        event.id = ids::EventId::fresh();
    }
    events
}

async fn marks(desk: &Desk, case: CaseId) -> Vec<&'static str> {
    let bits: i64 = sqlx::query_scalar("SELECT marks FROM case_fact WHERE case_id = $1")
        .bind(case.0)
        .fetch_one(&desk.db.pool)
        .await
        .unwrap();
    let mut words: Vec<_> = evaluation_rules::Mark::ALL
        .iter()
        .filter(|mark| evaluation_rules::Marks(bits).has(**mark))
        .map(|mark| mark.as_str())
        .collect();
    words.sort_unstable();
    words
}
