//! What was owed is what shares are counted over: a limit that there was, an answer that was given, a contact that could be a case.

use contracts::{
    Body, StoredEvent,
    clock::{ClockExpired, ClockMet, Met},
    contact::ContactRecorded,
    words::{Channel, ContactKind},
};
use identity::Role;
use ids::{ClockId, ContactId, EventId};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, noon, now},
    tale::Tale,
};

/// Events of a source that has said so many about the case before.
fn after(tale: &Tale, first: i64, bodies: Vec<Body>) -> Vec<StoredEvent> {
    let mut events = tale.events(bodies);
    for (at, event) in (first..).zip(&mut events) {
        (event.version, event.id) = (at, EventId::fresh());
    }
    events
}

async fn figure(desk: &Desk, code: &str) -> (Value, Value, Value) {
    let token = desk.staff(Role::Supervisor, None);
    let table = desk.get("/figures?policy=mailbox-002&from=2026-06-01&to=2026-06-30", &token).await.2;
    let figures = table["rows"][0]["figures"].as_array().unwrap();
    let one = figures.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{code}"));
    (one["numerator"].clone(), one["denominator"].clone(), one["value"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_limit_was_set_nothing_is_counted_and_a_missed_one_counts() {
    let desk = Desk::new().await;
    let tales: Vec<Tale> =
        (1..=4).map(|serial| Tale::new(serial, date(2026, 6, 8), date(2026, 6, 15), None)).collect();
    for tale in &tales {
        desk.hear(&tale.told().concat()).await;
    }
    for code in ["response_rate", "sign_in_time_rate"] {
        assert_eq!(figure(&desk, code).await, (json!(0), json!(0), Value::Null), "{code}");
    }
    let met = |late: bool| -> Body {
        let one = |name: &str| Met { clock: ClockId::derived(name), name: name.into(), met_at: now(), late };
        ClockMet { clocks: vec![one("contact"), one("sign")] }.into()
    };
    let passed = |name: &str| -> Body {
        let clock = ClockId::derived(name);
        ClockExpired { clock, name: name.into(), unit: None, due_at: now(), lateness_ms: 0 }.into()
    };
    desk.hear(&after(&tales[0], 2, vec![met(false)])).await;
    assert_eq!(figure(&desk, "response_rate").await, (json!(1), json!(1), json!(1.0)));
    desk.hear(&after(&tales[1], 2, vec![passed("contact"), passed("sign")])).await;
    desk.hear(&after(&tales[2], 2, vec![passed("handle")])).await;
    for code in ["response_rate", "sign_in_time_rate"] {
        assert_eq!(figure(&desk, code).await, (json!(1), json!(2), json!(0.5)), "{code}");
    }
    desk.hear(&after(&tales[3], 2, vec![met(true)])).await;
    assert_eq!(figure(&desk, "sign_in_time_rate").await.1, json!(3), "met, and too late");
    let token = desk.staff(Role::Leader, None);
    let preview = "/reports/preview?policy=mailbox-002&series=bulletin&day=2025-06-15";
    let report = desk.get(preview, &token).await.2;
    let tables = report["tables"].as_array().unwrap();
    let rows = tables.iter().find(|table| table["code"] == "figures").unwrap()["rows"].as_array().unwrap();
    let response = rows.iter().find(|row| row[0]["value"] == "响应率").unwrap();
    assert_eq!(response[3]["is"], "nothing", "no limit in that month, no share");
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_operators_answer_on_the_spot_is_answered_directly() {
    let desk = Desk::new().await;
    let mut told = Tale::new(1, date(2026, 6, 2), date(2026, 6, 9), None).told().concat();
    let kinds = [
        ContactKind::Consultation,
        ContactKind::Consultation,
        ContactKind::Enquiry,
        ContactKind::Case,
        ContactKind::Abandoned,
    ];
    for (serial, kind) in (1_u32..).zip(kinds) {
        let contact = ContactId::derived(&format!("call {serial}"));
        let region: ids::RegionCode = "511602".parse().unwrap();
        let body: Body =
            ContactRecorded { contact, kind, channel: Channel::Phone, region, line: None, case: None }.into();
        told.push(StoredEvent {
            id: EventId::fresh(),
            aggregate: contact.0,
            version: 1,
            kind: body.kind().to_owned(),
            time: noon(date(2026, 6, 3)),
            payload: String::from_utf8(body.to_json()).unwrap(),
            ..told[0].clone()
        });
    }
    desk.hear(&told).await;
    let token = desk.staff(Role::Leader, None);
    let preview = "/reports/preview?policy=mailbox-002&series=bulletin&day=2026-06-15";
    let report = desk.get(preview, &token).await.2;
    let tables = report["tables"].as_array().unwrap();
    let rows = tables.iter().find(|table| table["code"] == "contact").unwrap()["rows"].as_array().unwrap();
    let direct = rows.last().unwrap();
    assert_eq!((&direct[0]["value"], &direct[1]["value"]), (&json!("直接答复率"), &json!(0.75)));
    assert_eq!(direct[2]["is"], "nothing", "nobody called in May");
    let figures = desk.get("/figures?policy=mailbox-002", &token).await.2;
    assert!(figures["formulas"].as_array().unwrap().iter().all(|one| one["code"] != "direct_rate"));
    assert!(desk.running.stop().await);
}
