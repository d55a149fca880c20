//! What failed in other case systems, one test each; `nineteen.rs` has the list. Three more stand with the endpoints of
//! calendars: a holiday nobody vouches for, an edited calendar, a storm of recomputation. Quiet hours and digests of
//! alerts are notification's.

use calendar::{CalendarSet, Calendars, DayEntry, Overlay, Unit, WorkHours, day_of};
use contracts::{
    Body,
    record::{CaseMaterialsRequested, CaseMerged, CaseUnmerged},
    words::Kind,
};
use deadline_scheduler::{DeadlineScheduler, bench, tasks::timers::fire_due};
use deadline_scheduler_rules::{Deadlines, Entry, Run, Span, missing_year, reckon, spans, warnings};
use ids::CaseId;
use jiff::{SignedDuration, Timestamp, civil::date};
use runtime::Service as _;

use super::{
    desk::{Desk, SHARDS, hours},
    happenings::{entry, pack},
};

fn region(intervals: &[&str], days: Vec<DayEntry>) -> Calendars {
    let mut set: CalendarSet = calendar::shipped_set().clone();
    let intervals: Vec<String> = intervals.iter().map(|text| (*text).to_owned()).collect();
    set.put_overlay(Overlay {
        region: "5116".to_owned(),
        version: 1,
        source: "made up".to_owned(),
        days,
        intervals: Some(WorkHours::try_from(intervals).unwrap()),
    });
    set.compile().unwrap()
}

fn one(rest: &[(&str, &str)]) -> Entry {
    let text = format!(
        "calendar = \"national\"\n{}",
        entry("one", "handle", "case.accepted", "case.answered", rest)
    );
    let pack: Deadlines = toml::from_str(&text).unwrap();
    pack.clocks[0].clone()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn run(started_at: Timestamp, pauses: &[Span]) -> Run<'_> {
    Run { started_at, given: None, extended: 0, pauses }
}

#[test]
fn a_calendar_that_runs_out_says_so() {
    let calendar = calendar::shipped();
    let last = date(calendar.published_through(), 12, 20);
    assert!(calendar.add_workdays(last, 30).unwrap().provisional, "told as provisional");
    assert!(calendar.add_workdays(calendar.last_day(), 1).is_err(), "refused beyond the last day");
    assert_eq!(missing_year(date(2026, 11, 1), 2026), Some(2027), "and the alarm comes in November");
}

#[test]
fn a_day_round_the_clock_loses_no_minute() {
    let calendars = region(&["00:00-24:00"], Vec::new());
    let start = at("2026-03-01T16:00:00Z");
    let due = calendars.of("511602").add_work_hours(start, 48).unwrap();
    assert_eq!(due.at, start + hours(48));
}

#[tokio::test]
async fn no_clock_runs_after_its_stop_event() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Complaint, now - hours(24 * 60));
    desk.tell(now - hours(24 * 60), accepted).await;
    let answered = desk.answered(now - hours(24 * 59));
    desk.tell(now - hours(24 * 59), answered).await;
    assert_eq!((desk.fire().await, desk.late().await), (0, vec![false]));
}

#[tokio::test]
async fn a_merged_case_escalates_no_more() {
    let mut desk = Desk::new("hotline-004").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Complaint, now - hours(24 * 60));
    desk.tell(now - hours(24 * 60), accepted).await;
    desk.tell(now - hours(24 * 59), CaseMerged { into: CaseId::fresh(), round: 1 }).await;
    assert_eq!((desk.fire().await, desk.armed().await), (0, 0));
}

#[tokio::test]
async fn an_order_of_a_merged_case_ends_with_it_and_is_not_owed_again_when_it_is_parted() {
    let mut desk = Desk::new("hotline-004").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Complaint, now);
    desk.tell(now, accepted).await;
    let insert = "INSERT INTO supervision (order_id, case_id, form, unit, region, grounds, demand, state, requested_by,
            requested_at, approved_by, approved_at, version)
        SELECT gen_random_uuid(), $1, 'notice', 'water', '511602', 'overdue', 'x', state, 'supervisor:x', now(),
            CASE WHEN state <> 'proposed' THEN 'leader:x' END, CASE WHEN state <> 'proposed' THEN now() END, 1
        FROM UNNEST(ARRAY['proposed', 'ordered']) AS state";
    sqlx::query(insert).bind(desk.case.0).execute(&desk.db.pool).await.unwrap();
    desk.tell(now + hours(1), CaseMerged { into: CaseId::fresh(), round: 1 }).await;
    let states: Vec<String> = sqlx::query_scalar("SELECT state FROM supervision ORDER BY state")
        .fetch_all(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(states, ["dropped", "lifted"]);
    let kinds = desk.kinds().await;
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "supervision.lifted").count(),
        1,
        "only what bound somebody"
    );
    desk.tell(now + hours(2), CaseUnmerged { from: CaseId::fresh() }).await;
    let open: i64 = sqlx::query_scalar("SELECT count(*) FROM clock WHERE name = 'supervision' AND state = 0")
        .fetch_one(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(open, 0);
}

#[test]
fn a_pause_is_counted_in_time_of_work_and_what_is_used_and_left_is_the_limit() {
    let calendar = calendar::shipped();
    let entry = one(&[("limit", "{ amount = 16, unit = \"work-hours\" }")]);
    // Thursday 10:00 in Shanghai; paused from 16:00 to Friday 10:00.
    let start = at("2026-03-05T02:00:00Z");
    let pause = Span { since: at("2026-03-05T08:00:00Z"), until: Some(at("2026-03-06T02:00:00Z")) };
    let due = reckon(&entry, &run(start, &[pause]), calendar).unwrap();
    let whole = calendar.work_between(start, due.at).unwrap();
    let still = calendar.work_between(pause.since, pause.until.unwrap()).unwrap();
    assert_eq!(whole - still, hours(16), "the night between was never counted");
    assert_eq!(still, SignedDuration::from_mins(150));
    // The same pause in two pieces moves it as far.
    let middle = at("2026-03-06T01:30:00Z");
    let pieces = [Span { until: Some(middle), ..pause }, Span { since: middle, ..pause }];
    assert_eq!(reckon(&entry, &run(start, &pieces), calendar).unwrap().at, due.at);
}

#[tokio::test]
async fn a_pause_is_not_lost_when_the_limit_changes() {
    let still = [("pause", "[\"case.materials_requested\"]"), ("resume", "[\"case.materials_received\"]")];
    let several = [
        &still[..],
        &[("applies", "{ multi_unit = true }"), ("limit", "{ amount = 40, unit = \"workdays\" }")],
    ]
    .concat();
    let entries = [
        entry("several", "handle", "case.accepted", "case.answered", &several),
        entry("one", "handle", "case.accepted", "case.answered", &still),
    ];
    let mut desk = Desk::under("made-up", &pack(&entries)).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    desk.tell(now, CaseMaterialsRequested { count: 1, request: 1 }).await;
    for (unit, part) in [("water", contracts::words::Part::Lead), ("roads", contracts::words::Part::Co)] {
        let dispatched = desk.dispatched(unit, part);
        desk.tell(now + hours(1), dispatched).await;
    }
    let clocks = desk.clocks().await;
    let due = calendar::shipped().add_workdays(day_of(now), 40).unwrap().date;
    assert_eq!(clocks, [("handle".to_owned(), 1, due)], "longer, and still paused");
}

#[test]
fn a_warning_keeps_to_the_hours_of_its_limit() {
    let calendars = region(&["09:00-12:00", "13:30-17:30"], Vec::new());
    let calendar = calendars.of("511602");
    let warn = "[{ share = 0.5 }, { share = 0.9 }, { before = 2, unit = \"work-hours\" }]";
    let entry = one(&[("limit", "{ amount = 14, unit = \"work-hours\" }"), ("warn", warn)]);
    let start = at("2026-03-05T09:00:00Z");
    let due = reckon(&entry, &run(start, &[]), calendar).unwrap();
    let told = warnings(&entry, start, &due, calendar);
    assert_eq!(told.len(), 3);
    for instant in told {
        let worked = calendar
            .work_between(instant - SignedDuration::from_secs(1), instant + SignedDuration::from_secs(1));
        assert!(worked.unwrap() > SignedDuration::ZERO, "{instant} is outside the hours");
    }
}

#[test]
fn a_warning_by_share_is_not_said_on_a_day_off() {
    let calendar = calendar::shipped();
    let entry = one(&[("limit", "{ amount = 5, unit = \"workdays\" }"), ("warn", "[{ share = 0.5 }]")]);
    for day in 0..28 {
        let start = at("2026-03-02T02:00:00Z") + hours(24 * day);
        let due = reckon(&entry, &run(start, &[]), calendar).unwrap();
        for instant in warnings(&entry, start, &due, calendar) {
            assert!(calendar.is_workday(day_of(instant)).unwrap(), "{instant}");
        }
    }
}

#[test]
fn a_lunch_break_is_possible() {
    let calendars = region(&["08:30-12:00", "14:30-18:00"], Vec::new());
    let due = calendars.of("511602").add_work_hours(at("2026-03-05T03:30:00Z"), 1).unwrap();
    assert_eq!(due.at, at("2026-03-05T07:00:00Z"), "half an hour before noon, half an hour after the break");
}

#[test]
fn make_up_days_and_short_days_are_possible() {
    let short = DayEntry {
        date: date(2026, 2, 13),
        name: "小年".to_owned(),
        off: false,
        intervals: Some(WorkHours::try_from(vec!["09:00-11:00".to_owned()]).unwrap()),
    };
    let calendars = region(&["09:00-12:00", "13:30-17:30"], vec![short]);
    let city = calendars.of("511602");
    assert!(city.is_workday(date(2026, 2, 14)).unwrap(), "a Saturday worked for the Spring Festival");
    assert!(!city.is_workday(date(2026, 2, 16)).unwrap(), "a Monday off");
    let due = city.add_work_hours(at("2026-02-13T01:00:00Z"), 3).unwrap();
    assert_eq!(due.at, at("2026-02-14T02:00:00Z"), "two hours on the short day, one on the made-up one");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_say_a_breach_once() {
    let desk = Desk::new("mailbox-002").await;
    bench::arm(&desk.db, 400, 400).await.unwrap();
    let shards: Vec<i16> = SHARDS.collect();
    let drain = async || while fire_due(&desk.db, &shards, 64).await.unwrap() > 0 {};
    tokio::join!(drain(), drain(), drain());
    let (said, cases): (i64, i64) =
        sqlx::query_as("SELECT count(*), count(DISTINCT aggregate_id) FROM outbox_event")
            .fetch_one(&desk.db.pool)
            .await
            .unwrap();
    assert_eq!((said, cases), (400, 400));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_breaches_at_once_are_five_hundred_exact_events() {
    let desk = Desk::new("mailbox-002").await;
    bench::arm(&desk.db, 500, 500).await.unwrap();
    while desk.fire().await > 0 {}
    let said = desk.said().await;
    assert_eq!(said.len(), 500);
    assert!(said.iter().all(|body| matches!(body, Body::ClockExpired(_))));
    assert_eq!(desk.armed().await, 0);
}

#[test]
fn a_far_due_day_is_found_without_walking_there() {
    let calendar = calendar::shipped();
    let start = at("2026-03-02T02:00:00Z");
    // A walk of five thousand days each would take minutes.
    for hours in (0..2_000_000u32).step_by(20) {
        let due = calendar.add_work_hours(start, hours % 40_000).unwrap();
        assert!(due.at >= start);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn due_alarms_are_found_by_an_index_however_many_are_armed() {
    let desk = Desk::new("mailbox-002").await;
    bench::arm(&desk.db, 20_000, 10).await.unwrap();
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT ctid FROM timer WHERE shard = 7 AND due_at <= now() ORDER BY due_at LIMIT 100",
    )
    .fetch_all(&desk.db.pool)
    .await
    .unwrap();
    assert!(plan.iter().any(|line| line.contains("timer_due")), "{plan:#?}");
    assert!(!plan.iter().any(|line| line.contains("Seq Scan")), "{plan:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_or_holds_a_case_does_not_delay_its_alarm() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Complaint, now - hours(24 * 60));
    desk.tell(now - hours(24 * 60), accepted).await;
    let mut other = desk.db.pool.begin().await.unwrap();
    sqlx::query("SELECT * FROM case_facts FOR UPDATE").fetch_all(&mut *other).await.unwrap();
    sqlx::query("SELECT * FROM clock").fetch_all(&mut *other).await.unwrap();
    let fired = tokio::time::timeout(std::time::Duration::from_secs(10), desk.fire()).await;
    assert_eq!(fired.unwrap(), 3);
    other.rollback().await.unwrap();
    let said = desk.said().await;
    let late = said.iter().any(|body| matches!(body, Body::ClockExpired(expired) if expired.lateness_ms > 0));
    assert!(late, "each says how late it came");
}

#[test]
fn a_day_is_that_of_the_calendars_zone_not_of_the_server() {
    // 23:30 in London is the next morning in Guang'an.
    let entry = one(&[("limit", "{ amount = 1, unit = \"workdays\" }")]);
    let due = reckon(&entry, &run(at("2026-03-03T23:30:00Z"), &[]), calendar::shipped()).unwrap();
    assert_eq!((due.date, due.at), (date(2026, 3, 5), at("2026-03-05T16:00:00Z")));
    assert_eq!(entry.limit.unit, Unit::Workdays);
    assert_eq!(spans(&[], &entry, None), []);
    assert_eq!(DeadlineScheduler::NAME, "deadline-scheduler");
}
