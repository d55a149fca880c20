//! Staff are written to in the hours that limits count: those of the calendars that deadline-scheduler published.

use contracts::clock::{CalendarFile, CalendarPublished, MovedDay};
use identity::Role;
use jiff::civil::date;
use serde_json::json;

use crate::{
    house::{House, gateway, profile},
    life::{Life, whole},
};

const SATURDAY: &str = "2026-03-07T02:00:00Z";

/// A calendar says of that Saturday that it is worked from nine to twelve, or not at all.
pub(crate) fn published(kind: &str, key: &str, worked: bool) -> Life {
    let intervals = worked.then(|| vec!["09:00-12:00".to_owned()]);
    let day = MovedDay { date: date(2026, 3, 7), off: !worked, intervals };
    let file = CalendarFile { kind: kind.to_owned(), key: key.to_owned(), days: vec![day], intervals: None };
    let mut life = Life::new(&format!("calendar {key}"), false);
    life.say(CalendarPublished { year: 2026, version: 99, file: Some(file) });
    life
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saturday_that_a_notice_makes_a_short_working_day_is_one_for_messages_too() {
    let (url, _) = gateway(vec![json!({"code": 0})]).await;
    let section = |folder: &std::path::Path| format!("sms.profile = \"{}\"", profile(folder, &url).display());
    let house = House::start_at(SATURDAY, section).await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "13900139000"});
    assert_eq!(house.ask("PUT", &admin, "/points/officer/water/sms", Some(body)).await.0, 204);
    house.say(&whole("before", false).events).await;
    let monday =
        "SELECT count(*) FROM outward WHERE audience = 'officer' AND not_before = '2026-03-09T01:00:00Z'";
    house.until(1, monday).await;

    // What nobody opened for eight hours of work is known by the same calendar: when its mark moves, it is in force.
    let looked = "SELECT extract(epoch FROM seen_to)::bigint FROM watch WHERE name = 'unread:mailbox-002'";
    house.until(1, "SELECT count(*) FROM watch WHERE name = 'unread:mailbox-002'").await;
    let before = house.desk.count(looked).await;
    house.say(&published("year", "2026", true).events).await;
    house.until(1, "SELECT count(*) FROM calendar_file").await;
    house.moves(before, looked).await;
    assert_eq!(house.desk.count("SELECT count(*) FROM parcel WHERE audience = 'officer'").await, 0);
    house.say(&whole("after", false).events).await;
    let at_once = "SELECT count(*) FROM parcel WHERE audience = 'officer' AND state = 'brought'";
    house.until(1, at_once).await;
    house.until(1, monday).await;

    // The city itself keeps the day off: its own word stands over the country's. It is in force at some look of the desk.
    house.say(&published("region", "5116", false).events).await;
    house.until(2, "SELECT count(*) FROM calendar_file").await;
    for number in 0..100 {
        house.say(&whole(&format!("city {number}"), false).events).await;
        house
            .until(number + 3, "SELECT count(DISTINCT case_id) FROM notice WHERE audience = 'officer'")
            .await;
        if house.desk.count(monday).await > 1 {
            house.stop().await;
            return;
        }
    }
    panic!("the city's own day off was never heard of");
}
