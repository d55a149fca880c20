//! 考核申诉: a unit asks, another person decides, figures follow, and what was taken out comes back.

use contracts::Body;
use identity::Role;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{desk::Desk, tale::Tale};

async fn figure(desk: &Desk, token: &str, code: &str) -> (u64, u64, u64) {
    let path = "/figures?policy=mailbox-002&as_of=2026-06-15";
    let table = desk.get(path, token).await.2;
    let figures = table["rows"][0]["figures"].as_array().unwrap();
    let one = figures.iter().find(|one| one["code"] == code).unwrap();
    let number = |field: &str| one[field].as_u64().unwrap_or_default();
    (number("numerator"), number("denominator"), number("excluded"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_exclusion_leaves_both_sides_of_a_figure_and_a_revoked_one_comes_back() {
    let desk = Desk::new().await;
    let on_time = Tale::new(1, date(2026, 6, 1), date(2026, 6, 8), Some(date(2026, 6, 5)));
    let late = Tale::new(3, date(2026, 6, 1), date(2026, 6, 8), Some(date(2026, 6, 9)));
    for tale in [&on_time, &late] {
        desk.hear(&tale.told().concat()).await;
    }
    let supervisor = desk.staff(Role::Supervisor, None);
    let before = figure(&desk, &supervisor, "in_time_rate").await;
    assert_eq!(before, (1, 2, 0));

    let path = format!("/cases/{}/exclusions", late.case);
    let appeal = json!({"indicator": "in_time_rate", "reason": "impossible", "grounds": "汛期道路中断，无法到场。",
        "evidence": ["sha256:0a1b"]});
    let officer = desk.officer(late.unit());
    assert_eq!(desk.post(&path, &desk.officer("water"), appeal.clone()).await.0, 403);
    assert_eq!(desk.post(&path, &desk.citizen(late.case), appeal.clone()).await.0, 403);
    let with = |field: &str, value: Value| {
        let mut changed = appeal.clone();
        changed[field] = value;
        changed
    };
    assert_eq!(desk.post(&path, &officer, with("reason", json!("because"))).await.0, 409);
    assert_eq!(desk.post(&path, &officer, with("indicator", json!("nothing"))).await.0, 409);
    assert_eq!(desk.post(&path, &officer, with("evidence", json!([]))).await.0, 422);
    assert_eq!(desk.post(&path, &officer, with("grounds", json!("  "))).await.0, 422);

    let (status, asked) = desk.post(&path, &officer, appeal.clone()).await;
    assert_eq!((status, &asked["state"]), (201, &json!("asked")), "{asked}");
    assert_eq!(desk.post(&path, &officer, appeal.clone()).await.0, 409, "one stands already");
    assert_eq!(figure(&desk, &supervisor, "in_time_rate").await, before, "asking changes nothing");
    assert_eq!(desk.get("/exclusions", &officer).await.2.as_array().unwrap().len(), 1);
    assert_eq!(desk.get("/exclusions", &desk.officer("water")).await.2, json!([]));

    let decide = format!("/exclusions/{}/decision", asked["id"].as_str().unwrap());
    let grant = json!({"verdict": "grant", "reason": "情况属实"});
    assert_eq!(desk.put(&decide, &officer, 1, grant.clone()).await.0, 403);
    assert_eq!(desk.post(&decide, &supervisor, grant.clone()).await.0, 428);
    assert_eq!(desk.put(&decide, &supervisor, 9, grant.clone()).await.0, 412);
    for _ in 0..2 {
        let (status, granted) = desk.put(&decide, &supervisor, 1, grant.clone()).await;
        assert_eq!((status, &granted["state"], &granted["version"]), (200, &json!("granted"), &json!(2)));
        assert!(granted["decided_by"].as_str().unwrap().starts_with("supervisor:"));
    }
    assert_eq!(figure(&desk, &supervisor, "in_time_rate").await, (1, 1, 1));
    assert_eq!(figure(&desk, &supervisor, "closing_rate").await, (2, 2, 0), "no other indicator");
    let row = async || {
        desk.get("/indicators?policy=mailbox-002&as_of=2026-06-15", &supervisor).await.2["rows"][0].clone()
    };
    let fixed = async || {
        let row = row().await;
        ["cases", "due", "in_time", "excluded"].map(|field| row[field].as_u64().unwrap())
    };
    assert_eq!(fixed().await, [2, 1, 1, 1], "the rate says the same wherever it stands");

    // Another one for every indicator takes the case out once, not twice.
    let (_, every) = desk.post(&path, &officer, with("indicator", json!("*"))).await;
    let decide_every = format!("/exclusions/{}/decision", every["id"].as_str().unwrap());
    assert_eq!(desk.put(&decide_every, &supervisor, 1, grant.clone()).await.0, 200);
    assert_eq!(figure(&desk, &supervisor, "in_time_rate").await, (1, 1, 1));
    assert_eq!(figure(&desk, &supervisor, "closing_rate").await, (1, 1, 1));
    assert_eq!(fixed().await, [1, 1, 1, 1]);
    for path in [&decide, &decide_every] {
        let revoke = json!({"verdict": "revoke", "reason": "佐证不实"});
        let other = desk.person(9, Role::Supervisor);
        let (status, revoked) = desk.put(path, &other, 2, revoke).await;
        assert_eq!(status, 200);
        let steps = revoked["steps"].as_array().unwrap();
        let said: Vec<_> = steps.iter().map(|step| (&step["state"], &step["words"])).collect();
        let [asked, granted, taken] = ["asked", "granted", "revoked"].map(Value::from);
        let [yes, no] = ["情况属实", "佐证不实"].map(Value::from);
        assert_eq!(
            said,
            [(&asked, &Value::Null), (&granted, &yes), (&taken, &no)],
            "who granted it is not lost"
        );
        assert_ne!(steps[1]["by"], steps[2]["by"]);
    }
    assert_eq!(fixed().await, [2, 2, 1, 0]);
    let said: Vec<String> = desk
        .said(late.case)
        .await
        .into_iter()
        .filter_map(|body| match body {
            Body::ExclusionDecided(said) => Some(format!("{} {} {}", said.indicator, said.unit, said.result)),
            _ => None,
        })
        .collect();
    let unit = late.unit();
    let expected = [
        "in_time_rate {} exclusion-granted",
        "* {} exclusion-granted",
        "in_time_rate {} exclusion-revoked",
        "* {} exclusion-revoked",
    ];
    assert_eq!(said, expected.map(|line| line.replace("{}", unit)));
    let listed = desk.get("/exclusions?state=revoked", &supervisor).await.2;
    assert_eq!(listed[0]["steps"].as_array().unwrap().len(), 3);
    assert_eq!(figure(&desk, &supervisor, "in_time_rate").await, before);
    assert_eq!(desk.put(&decide, &supervisor, 3, grant).await.0, 409);

    // Who asks for a unit does not decide.
    let (_, own) = desk.post(&path, &supervisor, appeal).await;
    let decide = format!("/exclusions/{}/decision", own["id"].as_str().unwrap());
    assert_eq!(desk.put(&decide, &supervisor, 1, json!({"verdict": "grant", "reason": "好"})).await.0, 409);
    assert!(desk.running.stop().await);
}
