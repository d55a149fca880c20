//! The digest of each county: what came in, what was answered, what is overdue, at the hour that the pack names.

use std::collections::BTreeMap;

use calendar::Calendar;
use contracts::{Body, Event, words::Outcome};
use ids::{CaseId, EventId, NoticeId, RegionCode};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use notification_rules::{
    decide::{Owed, day},
    render::{Both, Values},
    sections::{Every, Text, next},
    words::{Audience, ClockName, Kind, Variable, Way},
};
use sqlx::PgConnection;

use super::{Core, deliver::End, failed};
use crate::{
    regions,
    store::{
        days::{self, Sort},
        notices::Row,
        outward::{self, ways_text},
        watch,
    },
};

/// Days for which counts are kept: longer than digests are ever apart, holidays and a standstill included.
const KEPT: i32 = 60;

/// Counts of one county.
#[derive(Default)]
struct Counts {
    kinds: Vec<(String, i64)>,
    answered: i64,
    overdue: i64,
}

/// Writes down on which day cases were answered or became overdue, by the time of the event.
pub(crate) async fn hear(
    connection: &mut PgConnection,
    now: Timestamp,
    batch: &[Event],
) -> Result<(), sqlx::Error> {
    let oldest = since(now);
    let day = |event: &Event| {
        let day = calendar::day_of(event.time);
        Some((day, counted(&event.body)?, event.aggregate)).filter(|_| day >= oldest)
    };
    days::insert(connection, &batch.iter().filter_map(day).collect::<Vec<_>>()).await
}

/// What an event counts as: an explanation why nothing can be done yet is no answer, and of all limits that of handling
/// says whether a case is overdue.
fn counted(body: &Body) -> Option<Sort> {
    match body {
        Body::CaseAnswered(body) if body.outcome != Outcome::NotYetPossible => Some(Sort::Answered),
        Body::ClockExpired(body) if body.name == ClockName::Handle.as_str() => Some(Sort::Overdue),
        _ => None,
    }
}

fn since(now: Timestamp) -> Date {
    let today = calendar::day_of(now);
    today.checked_sub(KEPT.days()).unwrap_or(today)
}

/// Makes the digests that are due. Answers how many counties were told.
pub(crate) async fn look(core: &Core) -> Result<usize, sqlx::Error> {
    let (now, calendars, mut told) = (core.office.now(), core.office.calendars(), 0);
    for (id, ready) in core.packs.newest() {
        let Some((at, every, text)) = &ready.notices.settings.county else { continue };
        let mut transaction = core.platform.db.pool.begin().await?;
        let name = format!("county:{id}");
        let last = watch::lock(&mut transaction, &name, now).await?;
        let mut hour = next(*at, last.checked_add(1.second()).unwrap_or(last));
        while hour <= now && !falls_on(*every, hour, calendars.national()) {
            hour = next(*at, hour.checked_add(1.second()).unwrap_or(now));
        }
        if hour <= now {
            told += tell(core, &mut transaction, id, text, (last, hour)).await?;
            watch::save(&mut transaction, &name, hour).await?;
            days::forget(&mut transaction, since(now)).await?;
        }
        transaction.commit().await?;
    }
    if told > 0 {
        core.platform.wake.outbox();
    }
    Ok(told)
}

fn falls_on(every: Every, hour: Timestamp, calendar: &Calendar) -> bool {
    let date = calendar::day_of(hour);
    match every {
        Every::Day => true,
        Every::Workday => calendar.is_workday(date).unwrap_or(true),
        Every::Week => date.weekday() == jiff::civil::Weekday::Monday,
    }
}

async fn tell(
    core: &Core,
    transaction: &mut PgConnection,
    pack: &str,
    text: &Text,
    (last, hour): (Timestamp, Timestamp),
) -> Result<usize, sqlx::Error> {
    // Whole days: from the day of the last digest up to the day before this one.
    let (from, to) = (calendar::day_of(last), calendar::day_of(hour));
    let mut counties: BTreeMap<String, Counts> = BTreeMap::new();
    for (county, kind, count) in watch::received(transaction, pack, (from, to)).await? {
        counties.entry(county).or_default().kinds.push((kind, count));
    }
    for (county, count) in days::counted(transaction, pack, Sort::Answered, (from, to)).await? {
        counties.entry(county).or_default().answered = count;
    }
    for (county, count) in days::counted(transaction, pack, Sort::Overdue, (from, to)).await? {
        counties.entry(county).or_default().overdue = count;
    }
    let rows: Vec<Row> = counties
        .iter()
        .filter_map(|(county, counts)| row(core, (pack, county), counts, text, (from, to)))
        .collect();
    let outward: Vec<outward::Row> = rows.iter().filter_map(|row| outward_row(core, row)).collect();
    let told = rows.len();
    failed::write(transaction, rows).await?;
    outward::insert(transaction, &outward).await?;
    Ok(told)
}

fn row(
    core: &Core,
    (pack, county): (&str, &str),
    counts: &Counts,
    text: &Text,
    (from, to): (Date, Date),
) -> Option<Row> {
    let region: RegionCode = county.parse().ok()?;
    let until = to.yesterday().unwrap_or(to).max(from);
    let total: i64 = counts.kinds.iter().map(|(_, count)| count).sum();
    let values: Values = [
        (Variable::Area, Both::same(regions::name_of(&region))),
        (Variable::Since, day(from)),
        (Variable::Until, day(until)),
        (Variable::Count, Both::same(total.to_string())),
        (Variable::Kinds, kinds(&counts.kinds)),
        (Variable::Answered, Both::same(counts.answered.to_string())),
        (Variable::Overdue, Both::same(counts.overdue.to_string())),
    ]
    .into();
    let name = format!("county:{pack}:{county}:{to}");
    let now = core.office.now();
    let id = NoticeId::derived(&name);
    Some(Row {
        id,
        case: CaseId(id.0),
        cause: EventId::derived(&name),
        number: String::new(),
        region,
        pack: format!("{pack}:0"),
        owed: Owed {
            template: "county".to_owned(),
            audience: Audience::County,
            recipient: county.to_owned(),
            ways: Vec::new(),
            urgent: false,
            digest: false,
            title: text.title.filled(&values),
            body: text.body.filled(&values),
        },
        end: End::Inbox,
        created_at: now,
        sent_at: Some(now),
        ends_by: None,
    })
}

fn kinds(counts: &[(String, i64)]) -> Both<String> {
    let one = |(kind, count): &(String, i64)| {
        let kind: Option<Kind> = kind.parse().ok();
        let (zh, en) = kind.map_or(("其他", "other"), |kind| (kind.zh(), kind.en()));
        (format!("{zh}{count}"), format!("{en} {count}"))
    };
    let (zh, en): (Vec<String>, Vec<String>) = counts.iter().map(one).unzip();
    Both::of(zh.join("、"), en.join(", "))
}

/// The county's leaders are written to beside their inbox where they left an address.
fn outward_row(core: &Core, row: &Row) -> Option<outward::Row> {
    let known = |way: &Way| core.office.reaches(Audience::County, &row.owed.recipient, *way);
    let ways: Vec<Way> = [Way::Wecom, Way::Email, Way::Sms].into_iter().filter(known).collect();
    (!ways.is_empty()).then(|| outward::Row {
        notice: row.id.0,
        ways: ways_text(&ways),
        case: row.case.0,
        audience: row.owed.audience.to_string(),
        recipient: row.owed.recipient.clone(),
        region: row.region.to_string(),
        pack: row.pack.split(':').next().unwrap_or_default().to_owned(),
        urgent: false,
        digest: false,
        not_before: row.created_at,
    })
}
