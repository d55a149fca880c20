//! 舆情分析: the sections of a report that look beyond one period, made from courses, gatherings, causes, opinions, seasons and items.

use std::collections::BTreeMap;

use evaluation_rules::{Coded, Course, ItemState, Period, Section, Severity, Source, share_of};
use ids::RegionCode;
use jiff::{ToSpan as _, civil::Date};
use sqlx::PgConnection;

use super::{
    capacity::{Asked, coming},
    report::{Wanted, compared, made},
};
use crate::{
    report::{Cell, Table},
    store::{
        reports::{Often, Span},
        trends,
    },
};

/// 上升较快: subject and county against the mean of the periods before and the same period a year before.
pub(super) async fn rises(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Table, sqlx::Error> {
    let columns = ["主题", "县区", "本期", "上期", "常态均值", "为常态倍数", "去年同期"];
    let Some(trend) = wanted.rules.reports.as_ref().and_then(|reports| reports.trend) else {
        return Ok(made(Section::Rises, &columns, Vec::new()));
    };
    let (courses, last_year) = courses(db, wanted, trend.periods).await?;
    let mut risen: Vec<_> = courses.into_iter().filter(|(_, course)| course.rises(&trend)).collect();
    // What never came before stands first, then by how many times the usual, then by number.
    let key = |course: &Course| course.times().unwrap_or(f64::INFINITY);
    risen.sort_by(|(a_of, a), (b_of, b)| {
        key(b).total_cmp(&key(a)).then(b.now.cmp(&a.now)).then_with(|| a_of.cmp(b_of))
    });
    let row = |((subject, county), course): ((String, String), Course)| {
        vec![
            Cell::Text(subject),
            Cell::Text(county),
            Cell::count(course.now),
            Cell::count(course.before.first().copied().unwrap_or(0)),
            course.usual().map_or(Cell::Nothing, Cell::Number),
            course.times().map_or_else(|| Cell::Text("新出现".to_owned()), Cell::Number),
            if last_year { Cell::count(course.year_before) } else { Cell::Nothing },
        ]
    };
    Ok(made(Section::Rises, &columns, risen.into_iter().take(top(wanted)).map(row).collect()))
}

/// 规律性问题: what came in most of the periods before, whether or not it came in this one.
pub(super) async fn regular(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Table, sqlx::Error> {
    let columns = ["主题", "县区", "前期出现期数", "比较期数", "常态均值", "本期", "去年同期"];
    let Some(trend) = wanted.rules.reports.as_ref().and_then(|reports| reports.trend) else {
        return Ok(made(Section::Regular, &columns, Vec::new()));
    };
    let (courses, last_year) = courses(db, wanted, trend.periods).await?;
    let mut found: Vec<_> = courses.into_iter().filter(|(_, course)| course.regular(&trend)).collect();
    let sum = |course: &Course| course.before.iter().sum::<u64>();
    found.sort_by(|(a_of, a), (b_of, b)| sum(b).cmp(&sum(a)).then_with(|| a_of.cmp(b_of)));
    let whole = |number: usize| u64::try_from(number).map_or(Cell::Nothing, Cell::count);
    let row = |((subject, county), course): ((String, String), Course)| {
        vec![
            Cell::Text(subject),
            Cell::Text(county),
            whole(course.came_in()),
            whole(course.before.len()),
            course.usual().map_or(Cell::Nothing, Cell::Number),
            Cell::count(course.now),
            if last_year { Cell::count(course.year_before) } else { Cell::Nothing },
        ]
    };
    Ok(made(Section::Regular, &columns, found.into_iter().take(top(wanted)).map(row).collect()))
}

/// 同类诉求: the largest gatherings of like cases, with the numbers of the first five.
pub(super) async fn alike(db: &mut PgConnection, span: Span<'_>) -> Result<Table, sqlx::Error> {
    let row = |one: trends::Together| {
        vec![
            Cell::Text(one.subject),
            Cell::Text(one.county),
            Cell::Count(one.cases),
            Cell::Count(one.grouped),
            Cell::Count(one.units),
            Cell::Text(one.numbers.join(" ")),
        ]
    };
    let rows = trends::together(db, span).await?.into_iter().map(row).collect();
    Ok(made(
        Section::Alike,
        &["主题", "县区", "件数", "其中重复、并单、集体", "涉及单位", "编号（前五）"],
        rows,
    ))
}

/// Causes or remedies that replies named, in the words of the pack.
pub(super) async fn named(
    db: &mut PgConnection,
    wanted: Wanted<'_>,
    section: Section,
) -> Result<Table, sqlx::Error> {
    let remedies = section == Section::Remedies;
    let reports = wanted.rules.reports.as_ref();
    let list: &[Coded] =
        reports.map_or(&[], |reports| if remedies { &reports.remedies } else { &reports.causes });
    let worded = |(code, now, before): Often| {
        let known = list.iter().find(|one| one.code == code);
        (known.map_or(code, |one| one.label.zh.clone()), now, before)
    };
    let rows = trends::named(db, wanted.span(), remedies).await?;
    Ok(compared(section, rows.into_iter().map(worded).collect()))
}

/// 舆情线索: what was said outside, the gravest first.
pub(super) async fn opinions(db: &mut PgConnection, span: Span<'_>) -> Result<Table, sqlx::Error> {
    let row = |(source, severity, subject, county, said, cased): trends::Opinions| {
        let source = Source::ALL.iter().find(|one| one.as_str() == source).map_or("", |one| one.zh());
        let severity = Severity::ALL.iter().find(|one| one.as_str() == severity).map_or("", |one| one.zh());
        vec![
            severity.into(),
            source.into(),
            Cell::Text(subject),
            Cell::Text(county),
            Cell::Count(said),
            Cell::Count(cased),
        ]
    };
    let rows = trends::opinions(db, span).await?.into_iter().map(row).collect();
    Ok(made(Section::Opinions, &["程度", "来源", "主题", "县区", "条数", "已转办"], rows))
}

/// 敏感时段: seasons that are on or near, with what a day brought last time and what an ordinary day brings.
pub(super) async fn seasons(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Table, sqlx::Error> {
    let mut rows = Vec::new();
    let since = trends::since(db, &wanted.pack.id).await?;
    // Of a period that is not over only what has passed is counted.
    let today = wanted.as_of;
    let reports = wanted.rules.reports.as_ref();
    let near = reports.map_or(0, |reports| reports.season_days);
    for season in
        reports.map_or(&[][..], |reports| &reports.seasons).iter().filter(|one| one.near(today, near))
    {
        let (next, last) = (season.next(today), season.last(today));
        let so_far = Period { from: next.from, to: next.to.min(today) };
        let year = Period { from: today - 364.days(), to: today };
        let mut daily = async |of: Period| -> Result<Cell, sqlx::Error> {
            // Days before the first case of all are no days without cases.
            let Some(from) = since.map(|since| since.max(of.from)).filter(|from| *from <= of.to) else {
                return Ok(Cell::Nothing);
            };
            let of = Period { from, ..of };
            let cases = trends::cases(db, &wanted.pack.id, wanted.place, of).await?;
            let days = u64::try_from((of.to - of.from).get_days() + 1).unwrap_or(0);
            Ok(share_of(cases.unsigned_abs(), days).map_or(Cell::Nothing, Cell::Number))
        };
        let (now, then, usual) = (daily(so_far).await?, daily(last).await?, daily(year).await?);
        let day = |day: Date| Cell::Text(day.to_string());
        rows.push(vec![Cell::Text(season.label.zh.clone()), day(next.from), day(next.to), now, then, usual]);
    }
    Ok(made(Section::Seasons, &["时段", "起", "止", "本次日均", "上次日均", "近一年日均"], rows))
}

/// 接听能力: the days after the period, for each place that has seats; nothing where the pack or the installation has none.
pub(super) async fn capacity(
    db: &mut PgConnection,
    wanted: Wanted<'_>,
) -> Result<Option<Table>, sqlx::Error> {
    let Some(rule) = &wanted.rules.capacity else { return Ok(None) };
    let columns =
        ["地区", "日期", "常态件数", "常态天数", "时段", "倍数", "预计", "在岗座席", "接听能力", "超出"];
    // What is looked at before its period is over ends with a day that is not whole.
    let running = wanted.as_of < wanted.period.to;
    let today = if running { wanted.as_of } else { wanted.period.to + 1.day() };
    let mut rows = Vec::new();
    for seats in wanted.seats {
        let Ok(place) = seats.region.parse::<RegionCode>() else { continue };
        if wanted.place.is_some_and(|within| !within.contains(&place)) {
            continue;
        }
        let asked = Asked {
            pack: wanted.pack,
            rules: wanted.rules,
            rule,
            place: &place,
            seats: wanted.seats,
            calendars: wanted.calendars,
            today,
            days: rule.days,
        };
        for coming in coming(db, asked).await? {
            let number = |value: Option<f64>| value.map_or(Cell::Nothing, Cell::Number);
            let times: Vec<String> = coming.times.into_iter().map(|time| time.zh).collect();
            rows.push(vec![
                Cell::Text(place.to_string()),
                Cell::Text(coming.day.to_string()),
                Cell::count(coming.usual.matters),
                Cell::count(coming.usual.days),
                Cell::Text(times.join("、")),
                Cell::Number(coming.ahead.rise),
                number(coming.ahead.expected),
                coming.seats.map_or(Cell::Nothing, |seats| Cell::Count(i64::from(seats))),
                number(coming.ahead.capacity),
                if coming.ahead.over { "是" } else { "" }.into(),
            ]);
        }
    }
    Ok((!wanted.seats.is_empty()).then(|| made(Section::Capacity, &columns, rows)))
}

/// 实事与大事 of the year of the period, as they stand.
pub(super) async fn items(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Table, sqlx::Error> {
    let until = wanted.as_of;
    let row = |item: trends::Item| {
        let per_cent = u8::try_from(item.per_cent).unwrap_or(0);
        let state = ItemState::of(&item.state, per_cent);
        let due = item.due.to_jiff();
        let overdue = state.is_some_and(|state| state.overdue(due, until));
        let shown = state.map_or("", ItemState::zh);
        let receptions = item.sessions.zip(item.received);
        vec![
            if item.class == "item" { "实事" } else { "大事" }.into(),
            Cell::Text(item.title),
            Cell::Text(item.unit),
            Cell::Text(due.to_string()),
            Cell::Text(if overdue { format!("{shown}（逾期）") } else { shown.to_owned() }),
            Cell::Share(f64::from(per_cent) / 100.0),
            Cell::Count(i64::from(item.supervised)),
            receptions.map_or(Cell::Nothing, |(held, cases)| Cell::Text(format!("{held} 场 {cases} 件"))),
        ]
    };
    let year = wanted.period.to.year();
    let rows = trends::items(db, year, until, wanted.place).await?.into_iter().map(row).collect();
    Ok(made(Section::Items, &["类", "事项", "责任单位", "时限", "状态", "进度", "督办次数", "接待"], rows))
}

/// By subject and county.
type Courses = BTreeMap<(String, String), Course>;

/// The course of each subject and county: the period, so many before it, and the same a year before; and whether that one can be
/// compared with. Periods that were over before the first case of all cannot.
async fn courses(
    db: &mut PgConnection,
    wanted: Wanted<'_>,
    periods: usize,
) -> Result<(Courses, bool), sqlx::Error> {
    let series = wanted.kind.series;
    let since = trends::since(db, &wanted.pack.id).await?;
    let earlier = std::iter::successors(Some(wanted.period), |period| Some(series.before(*period))).skip(1);
    let counted = |period: &Period| since.is_some_and(|since| since <= period.to);
    let mut all = vec![wanted.period];
    all.extend(earlier.take(periods).take_while(counted));
    let periods = all.len() - 1;
    let year_before = series.year_before(wanted.period);
    all.push(year_before);
    let mut courses = Courses::new();
    for (subject, county, nth, cases) in trends::courses(db, wanted.span(), &all).await? {
        let course = courses.entry((subject, county)).or_default();
        course.before.resize(periods, 0);
        let (nth, cases) = (usize::try_from(nth).unwrap_or(0), cases.unsigned_abs());
        match nth {
            1 => course.now = cases,
            nth if nth == periods + 2 => course.year_before = cases,
            nth => {
                if let Some(slot) = course.before.get_mut(nth.wrapping_sub(2)) {
                    *slot = cases;
                }
            }
        }
    }
    Ok((courses, counted(&year_before)))
}

fn top(wanted: Wanted<'_>) -> usize {
    wanted.rules.reports.as_ref().map_or(10, |reports| reports.top)
}
