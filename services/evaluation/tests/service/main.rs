//! The service as a process on private servers: facts from events in any order, figures, ratings, follow-ups.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up has failed")]

mod appeals;
mod calls;
mod capacity;
mod city;
mod desk;
mod digest;
mod doors;
mod figures;
mod findings;
mod hotline;
mod latencies;
mod mailbox;
mod month_end;
mod opinions;
mod oversight;
mod owed;
mod printing;
mod renewed;
mod reports;
mod rounds;
mod schedule;
mod scores;
mod seasons;
mod since;
mod standing;
mod tale;
mod week;

use std::collections::BTreeMap;

use contracts::{
    Body, StoredEvent,
    case::CaseAnswered,
    words::{Kind, Mode, Outcome},
};
use desk::{Desk, now};
use evaluation_rules::{Cell, Method, past_before, row};
use identity::Role;
use ids::{CaseId, EventId};
use jiff::civil::date;
use serde_json::{Value, json};
use tale::{Tale, mixed, tales};

async fn snapshot(desk: &Desk) -> BTreeMap<uuid::Uuid, (Value, i64)> {
    let rows: Vec<(uuid::Uuid, Value, i64)> = sqlx::query_as(
        "SELECT case_id, to_jsonb(case_fact) - 'version' - 'followup_round',
                (SELECT count(*) FROM outbox_event WHERE aggregate_id = case_id) FROM case_fact",
    )
    .fetch_all(&desk.db.pool)
    .await
    .unwrap();
    rows.into_iter().map(|(case, fact, said)| (case, (fact, said))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_of_the_sources_ends_in_the_same_facts_and_the_figures_are_those_of_the_rules() {
    let tales = tales(300);
    let mut seen = Vec::new();
    for seed in [1, 2] {
        let desk = Desk::new().await;
        for batch in mixed(&tales, seed) {
            desk.hear(&batch).await;
            // What comes again changes nothing.
            desk.hear(&batch).await;
        }
        seen.push(snapshot(&desk).await);
        if seed == 2 {
            check_figures(&desk, &tales).await;
        }
        assert!(desk.running.stop().await);
    }
    assert_eq!(seen[0].len(), tales.len());
    for tale in &tales {
        let asked = tale.answered.is_some() && !tale.historic;
        for seen in &seen {
            let said = &seen[&tale.case.0].1;
            // Whether somebody asks about a case that was withdrawn hangs on which was heard first; else once.
            assert!(tale.withdrawn || *said == i64::from(asked), "{said} {asked}");
        }
        assert_eq!(seen[0][&tale.case.0].0, seen[1][&tale.case.0].0);
    }
}

async fn check_figures(desk: &Desk, tales: &[Tale]) {
    let token = desk.staff(Role::Supervisor, None);
    let (as_of, today) = (date(2026, 5, 1), calendar::day_of(now()));
    let expect = |keep: &dyn Fn(&Tale) -> bool| {
        let cells = tales
            .iter()
            .filter(|tale| keep(tale))
            // The day of counting is over, and with it the limits that ended with it.
            .filter_map(|tale| Cell::of(&tale.fact(), past_before(as_of, today), calendar::shipped()));
        let mut row = serde_json::to_value(row(cells, Method::Linear)).unwrap();
        row["excluded"] = json!(0);
        row
    };
    let figures = async |query: &str| {
        let path = format!("/indicators?policy=mailbox-002&as_of={as_of}{query}");
        let (status, _, table) = desk.get(&path, &token).await;
        assert_eq!(status, 200, "{table}");
        table["rows"].as_array().unwrap().clone()
    };
    let all = figures("").await;
    assert_eq!(all, [expect(&|_| true)]);
    assert!(all[0]["overdue"].as_u64().unwrap() > 0 && all[0]["rate"].as_f64().unwrap() < 1.0);
    let spring = figures("&from=2026-02-01&to=2026-03-31&region=511600&kind=help&unit=water").await;
    let within = date(2026, 2, 1)..=date(2026, 3, 31);
    let keep = |tale: &Tale| {
        within.contains(&tale.received)
            && tale.region.starts_with("5116")
            && tale.kind == Kind::Help
            && tale.unit() == "water"
    };
    assert_eq!(spring, [expect(&keep)]);
    let by_kind = figures("&group_by=kind").await;
    assert_eq!(by_kind.len(), 3);
    assert_eq!(by_kind[0]["group"], "complaint");
    assert_eq!(by_kind[0]["cases"], expect(&|tale| tale.kind == Kind::Complaint)["cases"]);
    assert_eq!(figures("&group_by=month").await[0]["group"], "2026-01");
    assert_eq!(figures("&from=2030-01-01").await[0]["rate"], Value::Null);
    for bad in ["?policy=nobody", "", "?policy=mailbox-002&from=2026-13-01", "?policy=mailbox-002&region=5"] {
        assert_eq!(desk.get(&format!("/indicators{bad}"), &token).await.0, 400, "{bad}");
    }
    let citizen = desk.citizen(tales[0].case);
    assert_eq!(desk.get("/indicators?policy=mailbox-002", &citizen).await.0, 403);
}

fn answered(serial: i64) -> Tale {
    Tale::new(serial, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_rates_once_a_round_and_an_unsatisfied_case_goes_round_again() {
    let desk = Desk::new().await;
    let (tale, waiting) = (answered(1), Tale::new(2, date(2026, 6, 8), date(2026, 6, 15), None));
    let events: Vec<StoredEvent> = [&tale, &waiting].iter().flat_map(|tale| tale.told()).flatten().collect();
    desk.hear(&events).await;
    assert_eq!(desk.kinds(tale.case).await, ["followup.opened"]);

    let (path, own) = (format!("/cases/{}/rating", tale.case), desk.citizen(tale.case));
    let poor = json!({"solved": "no", "grade": "poor", "comment": "路灯还是不亮，请再看一看。"});
    assert_eq!(desk.post(&path, &desk.citizen(waiting.case), poor.clone()).await.0, 403);
    let elsewhere = desk.staff(Role::Operator, Some("512000"));
    assert_eq!(desk.post(&path, &elsewhere, poor.clone()).await.0, 403);
    let unanswered = format!("/cases/{}/rating", waiting.case);
    assert_eq!(desk.post(&unanswered, &desk.citizen(waiting.case), poor.clone()).await.0, 409);
    let nobody = CaseId::derived("nobody");
    let path_of_nobody = format!("/cases/{nobody}/rating");
    assert_eq!(desk.post(&path_of_nobody, &desk.citizen(nobody), poor.clone()).await.0, 404);
    let (status, problem) = desk.post(&path, &own, json!({"solved": "no", "grade": "awful"})).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("grade")));
    let long = json!({"solved": "no", "grade": "poor", "comment": "长".repeat(1001)});
    assert_eq!(desk.post(&path, &own, long).await.0, 422);

    let (status, taken) = desk.post(&path, &own, poor.clone()).await;
    assert_eq!((status, &taken), (200, &json!({"round": 1, "reopened": true, "reason": "unsatisfied"})));
    assert_eq!(desk.post(&path, &own, poor).await.1, taken, "the same again gives the same answer");
    let kinds = ["followup.opened", "case.rated", "followup.completed", "case.reopened"];
    assert_eq!(desk.kinds(tale.case).await, kinds);
    let said =
        serde_json::to_string(&desk.said(tale.case).await.iter().map(Body::to_json).collect::<Vec<_>>());
    assert!(!said.unwrap().contains("路灯"));
    let (_, _, fact) = desk.get(&format!("/cases/{}/fact", tale.case), &own).await;
    assert_eq!((&fact["state"], &fact["round"], &fact["in_time"]), (&json!("open"), &json!(2), &json!(true)));
    assert_eq!((&fact["workdays"], &fact["grade"]), (&json!(4), &json!("poor")));

    // The second round is answered and asked about; no round is left after it.
    let again = CaseAnswered {
        unit: "water".parse().unwrap(),
        outcome: Outcome::Supported,
        mode: Mode::Forwarding,
        round: 2,
        answered_at: now(),
        level: None,
        cause: None,
        remedy: None,
    };
    let mut second = tale.events(vec![again.into()]);
    second[0].version = 3;
    second[0].id = EventId::fresh();
    desk.hear(&second).await;
    assert_eq!(desk.kinds(tale.case).await.last(), Some(&"followup.opened"));
    let reopen = format!("/cases/{}/reopen", tale.case);
    let supervisor = desk.staff(Role::Supervisor, None);
    assert_eq!(desk.post(&reopen, &supervisor, json!({"reason": "new-facts"})).await.0, 409);
    let (status, taken) = desk.post(&path, &own, json!({"solved": "yes", "grade": "very-good"})).await;
    assert_eq!((status, &taken["reopened"], &taken["round"]), (200, &json!(false), &json!(2)));
    assert_eq!(desk.post(&path, &own, json!({"solved": "no", "grade": "poor"})).await.0, 409);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_work_the_follow_ups() {
    let desk = Desk::new().await;
    let tales: Vec<Tale> = (1..=5).map(answered).collect();
    let events: Vec<StoredEvent> = tales.iter().flat_map(Tale::told).flatten().collect();
    desk.hear(&events).await;
    let operator = desk.staff(Role::Operator, Some("511600"));
    let (status, link, first) = desk.get("/followups?limit=3", &operator).await;
    assert_eq!((status, first.as_array().unwrap().len()), (200, 3), "{first}");
    let after = link.unwrap().split("after=").nth(1).unwrap().split('>').next().unwrap().to_owned();
    let (_, link, second) = desk.get(&format!("/followups?limit=3&after={after}"), &operator).await;
    assert_eq!((second.as_array().unwrap().len(), link), (2, None));
    let other = desk.staff(Role::Operator, Some("512000"));
    assert_eq!(desk.get("/followups", &other).await.2, json!([]));
    assert_eq!(desk.get("/followups", &desk.citizen(tales[0].case)).await.0, 403);
    assert_eq!(desk.get("/followups?state=lost", &operator).await.0, 400);

    let complete = format!("/followups/{}/complete", first[0]["id"].as_str().unwrap());
    for _ in 0..2 {
        let (status, task) = desk.post(&complete, &operator, json!({"result": "unreachable"})).await;
        assert_eq!(
            (status, &task["state"], &task["result"]),
            (200, &json!("completed"), &json!("unreachable"))
        );
    }
    assert_eq!(desk.post(&complete, &operator, json!({"result": "declined"})).await.0, 409);
    assert_eq!(desk.post(&complete, &other, json!({"result": "unreachable"})).await.0, 403);
    assert_eq!(desk.post(&complete, &operator, json!({"result": "rated"})).await.0, 422);
    let done: CaseId = first[0]["case_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(desk.kinds(done).await, ["followup.opened", "followup.completed"]);

    let reopened: CaseId = second[0]["case_id"].as_str().unwrap().parse().unwrap();
    let path = format!("/cases/{reopened}/reopen");
    let supervisor = desk.staff(Role::Supervisor, None);
    let (status, answer) = desk.post(&path, &supervisor, json!({"reason": "unsolved"})).await;
    assert_eq!((status, answer), (200, json!({"round": 2})));
    assert_eq!(desk.post(&path, &supervisor, json!({"reason": "unsolved"})).await.0, 409);
    let kinds = ["followup.opened", "followup.completed", "case.reopened"];
    assert_eq!(desk.kinds(reopened).await, kinds);
    assert_eq!(desk.get("/followups?state=completed", &operator).await.2.as_array().unwrap().len(), 2);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn time_ends_a_follow_up_that_nobody_answers() {
    let desk = Desk::sweeping(1).await;
    // Long ago by the clock of the process.
    let tale = Tale::new(1, date(2025, 6, 9), date(2025, 6, 16), Some(date(2025, 6, 12)));
    desk.hear(&tale.told().concat()).await;
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while desk.kinds(tale.case).await.len() < 2 && std::time::Instant::now() < patience {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let said = desk.said(tale.case).await;
    let [Body::FollowUpOpened(opened), Body::FollowUpCompleted(completed)] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!((opened.followup, completed.result.as_str()), (completed.followup, "unreachable"));
    let happened: jiff_sqlx::Timestamp =
        sqlx::query_scalar("SELECT happened_at FROM outbox_event WHERE kind = 'followup.completed'")
            .fetch_one(&desk.db.pool)
            .await
            .unwrap();
    assert_eq!(happened.to_jiff(), calendar::end_of_day(date(2025, 6, 19)));
    assert!(desk.running.stop().await);
}
