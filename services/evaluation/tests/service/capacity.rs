//! The coming days are weighed against the seats: the usual of the weekday, the measured rise of known times, an alert when it is too much.

use std::{fs, path::Path};

use identity::Role;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, font, now},
    tale::Tale,
};

/// The shipped packs, where one operator handles two and a half matters a day.
fn packs(folder: &Path) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy/mailbox-002");
    let own = folder.join("mailbox-002");
    fs::create_dir(&own).unwrap();
    for file in fs::read_dir(shipped).unwrap() {
        let file = file.unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        fs::write(own.join(file.file_name()), text.replace("handled_a_day = 40.0", "handled_a_day = 2.5"))
            .unwrap();
    }
}

/// Two cases a day from 2 March to 14 June, six on the two days of a project in May.
fn told() -> Vec<Tale> {
    let (first, last) = (date(2026, 3, 2), date(2026, 6, 14));
    let project = [date(2026, 5, 25), date(2026, 5, 26)];
    let mut tales = Vec::new();
    for day in first.series(1.day()).take_while(|day| *day <= last) {
        for _ in 0..if project.contains(&day) { 6 } else { 2 } {
            let serial = i64::try_from(tales.len()).unwrap() + 1;
            tales.push(Tale::new(serial, day, day + 7.days(), None));
        }
    }
    tales
}

fn time(code: &str, first: &str, last: &str) -> Value {
    json!({"code": code, "kind": "project", "zh": "重点项目", "en": "key project", "region": "511602",
        "first_day": first, "last_day": last})
}

async fn put(desk: &Desk, token: &str, times: Value) -> (u16, Value) {
    let request = desk.http.put(format!("{}/capacity/times", desk.base)).bearer_auth(token).json(&times);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn on(foreseen: &Value, day: Date) -> Value {
    let days = foreseen["days"].as_array().unwrap();
    days.iter().find(|one| one["day"] == json!(day)).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn coming_days_are_weighed_against_the_seats_and_too_much_is_told_ahead() {
    let folder = tempfile::tempdir().unwrap();
    packs(folder.path());
    let file = folder.path().join("huiyin.toml");
    fs::write(&file, "[evaluation]\nseats = [{ region = \"511602\", workday = 2, day_off = 1 }]\n").unwrap();
    let desk = Desk::under((&font(), 1, now()), folder.path(), Some(&file)).await;
    let (supervisor, admin) = (desk.staff(Role::Supervisor, None), desk.staff(Role::Admin, None));
    let path = "/capacity?policy=mailbox-002&region=511602";
    assert_eq!(desk.get(path, &supervisor).await.2["days"], json!([]), "nothing is known of the past");
    for chunk in told().chunks(100) {
        desk.hear(&chunk.iter().flat_map(Tale::told).flatten().collect::<Vec<_>>()).await;
    }

    // An ordinary day: the same weekday of the weeks before that lie in no known time.
    let (status, _, foreseen) = desk.get(path, &supervisor).await;
    assert_eq!((status, foreseen["days"].as_array().map(Vec::len)), (200, Some(14)), "{foreseen}");
    let monday = on(&foreseen, date(2026, 6, 22));
    assert_eq!(
        monday["usual"],
        json!({"matters": 4, "days": 2, "a_day": 2.0}),
        "two Mondays before the flood season"
    );
    assert_eq!(
        (&monday["rise"], &monday["expected"]),
        (&json!(1.0), &json!(2.0)),
        "no flood season was measured"
    );
    assert_eq!(
        (&monday["seats"], &monday["capacity"], &monday["over"]),
        (&json!(2), &json!(5.0), &json!(false))
    );
    let festival = on(&foreseen, date(2026, 6, 19));
    assert_eq!(
        (&festival["workday"], &festival["seats"], &festival["capacity"]),
        (&json!(false), &json!(1), &json!(2.5))
    );

    // A project like the one in May, which brought three times the usual.
    let times = json!([time("north", "2026-05-25", "2026-05-26"), time("south", "2026-06-22", "2026-06-23")]);
    assert_eq!(put(&desk, &supervisor, times.clone()).await.0, 403);
    for (field, value) in [("code", "x y"), ("kind", ""), ("zh", ""), ("last_day", "2026-01-01")] {
        let mut wrong = times.clone();
        wrong[1][field] = json!(value);
        let (status, problem) = put(&desk, &admin, wrong).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (422, &json!(format!("1.{field}"))),
            "{problem}"
        );
    }
    let twice = json!([time("north", "2026-05-25", "2026-05-26"), time("north", "2026-06-22", "2026-06-23")]);
    assert_eq!(put(&desk, &admin, twice).await.0, 422);
    assert_eq!(put(&desk, &admin, times.clone()).await, (200, times.clone()));
    assert_eq!(desk.get("/capacity/times", &supervisor).await.2, times);
    let foreseen = desk.get(path, &supervisor).await.2;
    let monday = on(&foreseen, date(2026, 6, 22));
    let project = monday["times"].as_array().unwrap().iter().find(|time| time["kind"] == "project").unwrap();
    assert_eq!(project["during"], json!({"matters": 12, "days": 2, "a_day": 6.0}));
    assert_eq!(project["before"], json!({"matters": 112, "days": 56, "a_day": 2.0}));
    assert_eq!(
        (&monday["rise"], &monday["expected"], &monday["over"]),
        (&json!(3.0), &json!(6.0), &json!(true))
    );
    assert_eq!(on(&foreseen, date(2026, 6, 24))["over"], json!(false));

    // It is told once, for the week, with its worst day.
    let raised = async || {
        let alerts = desk.get("/alerts", &supervisor).await.2;
        let own = alerts.as_array().unwrap().iter().filter(|alert| alert["sign"] == "over-capacity");
        own.cloned().collect::<Vec<Value>>()
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while raised().await.is_empty() {
        assert!(std::time::Instant::now() < deadline, "never told");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let told = raised().await;
    assert_eq!(
        (told.len(), &told[0]["place"], &told[0]["week"]),
        (1, &json!("511602"), &json!("2026-06-22"))
    );
    assert_eq!((&told[0]["cases"], &told[0]["before"]), (&json!(6), &json!(5)));
    let said: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM outbox_event WHERE kind = 'alert.raised' AND payload LIKE '%over-capacity%'",
    )
    .fetch_one(&desk.db.pool)
    .await
    .unwrap();
    assert_eq!(said, 1);

    // The weekly report shows it, each number with what stands behind it.
    let preview = "/reports/preview?policy=mailbox-002&series=weekly&day=2026-06-15";
    let report = desk.get(preview, &supervisor).await.2;
    let table =
        report["tables"].as_array().unwrap().iter().find(|table| table["code"] == "capacity").unwrap();
    let row = table["rows"].as_array().unwrap().iter().find(|row| row[1]["value"] == "2026-06-22").unwrap();
    let cells: Vec<&Value> = row.as_array().unwrap().iter().map(|cell| &cell["value"]).collect();
    assert_eq!(cells[2..4], [&json!(4), &json!(2)]);
    assert_eq!(cells[4], &json!("汛期、重点项目"));
    assert_eq!(cells[5..], [&json!(3.0), &json!(6.0), &json!(2), &json!(5.0), &json!("是")]);

    // Who may ask, and for what.
    let bound = desk.staff(Role::Supervisor, Some("510100"));
    assert_eq!(desk.get(path, &bound).await.0, 400);
    assert_eq!(desk.get("/capacity?policy=mailbox-002", &supervisor).await.0, 400, "a region is needed");
    assert_eq!(desk.get(&format!("{path}&days=63"), &supervisor).await.0, 400);
    assert_eq!(desk.get("/capacity?policy=none&region=511602", &supervisor).await.0, 400);
    assert_eq!(desk.get(path, &desk.staff(Role::Operator, None)).await.0, 403);
    let wider = desk.get("/capacity?policy=mailbox-002&region=511600&days=1", &supervisor).await.2;
    assert_eq!(wider["days"][0]["capacity"], Value::Null, "no seats are configured for the city");
    assert!(desk.running.stop().await);
}
