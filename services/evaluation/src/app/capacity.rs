//! 接听能力: the coming days of a place, each number with what stands behind it.

use std::collections::BTreeMap;

use calendar::Calendars;
use evaluation_rules::{Ahead, CapacityRule, Evaluation as Pack, PackRef, Period, Rise, Volume};
use ids::RegionCode;
use jiff::{ToSpan as _, civil::Date};
use sqlx::PgConnection;

use crate::{
    config::Seats,
    store::capacity::{self, KnownTime},
};

/// A time that covers a coming day.
#[derive(Clone, Debug)]
pub(crate) struct Covering {
    pub(crate) kind: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    /// What times of its kind brought; nothing where its rise is in the usual already.
    pub(crate) rise: Option<Rise>,
}

/// A coming day.
#[derive(Clone, Debug)]
pub(crate) struct Coming {
    pub(crate) day: Date,
    pub(crate) workday: bool,
    pub(crate) usual: Volume,
    pub(crate) times: Vec<Covering>,
    pub(crate) seats: Option<u32>,
    pub(crate) ahead: Ahead,
}

/// A place and what is asked of it.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) pack: &'a PackRef,
    pub(crate) rules: &'a Pack,
    pub(crate) rule: &'a CapacityRule,
    pub(crate) place: &'a RegionCode,
    pub(crate) seats: &'a [Seats],
    pub(crate) calendars: &'a Calendars,
    /// The last whole day is the one before.
    pub(crate) today: Date,
    pub(crate) days: u32,
}

/// A time with its kind; seasons come each year, known times once.
struct Time {
    kind: String,
    zh: String,
    en: String,
    period: Period,
}

/// Weighs the coming days of a place, today first.
pub(crate) async fn coming(db: &mut PgConnection, asked: Asked<'_>) -> Result<Vec<Coming>, sqlx::Error> {
    let Asked { pack, rule, place, today, .. } = asked;
    let Some(first) = capacity::first_day(db, &pack.id, place).await? else { return Ok(Vec::new()) };
    let times = times(asked, capacity::times(db).await?);
    let periods: Vec<Period> = times.iter().map(|time| time.period).collect();
    let from = (today - i64::from(rule.weeks + 1).weeks()).max(first);
    let told: BTreeMap<Date, u64> = volume(db, asked, from, today - 1.day()).await?;
    let mut measured: BTreeMap<&str, Rise> = BTreeMap::new();
    let until = today + i64::from(asked.days).days();
    for kind in times.iter().filter(|time| time.period.to >= today && time.period.from < until) {
        if !measured.contains_key(kind.kind.as_str()) {
            let rise = measure(db, asked, first, times.iter().filter(|time| time.kind == kind.kind)).await?;
            measured.insert(&kind.kind, rise);
        }
    }
    let calendar = asked.calendars.of(place.as_str());
    let own = asked.seats.iter().find(|seats| seats.region == place.as_str());
    let day = |day: Date| {
        let (past, applied) = rule.compared(today, day, first, &periods);
        let matters = past.iter().map(|past| told.get(past).copied().unwrap_or(0)).sum();
        let usual = Volume { matters, days: u64::try_from(past.len()).unwrap_or(u64::MAX) };
        let covers = |time: &&Time| time.period.from <= day && day <= time.period.to;
        let covering = |time: &Time| Covering {
            kind: time.kind.clone(),
            zh: time.zh.clone(),
            en: time.en.clone(),
            rise: measured.get(time.kind.as_str()).copied().filter(|_| applied),
        };
        let times: Vec<Covering> = times.iter().filter(covers).map(covering).collect();
        let rises: Vec<Rise> = times.iter().filter_map(|time| time.rise).collect();
        // Beyond the last notice a day from Monday to Friday is taken for a working day.
        let workday = calendar.is_workday(day).unwrap_or(day.weekday().to_monday_zero_offset() < 5);
        let seats = own.map(|own| if workday { own.workday } else { own.day_off });
        Coming { day, workday, usual, times, seats, ahead: rule.weigh(usual, &rises, seats) }
    };
    Ok((0..i64::from(asked.days)).map(|ahead| day(today + ahead.days())).collect())
}

/// The seasons of the pack in the years that matter, and the known times of the place.
fn times(asked: Asked<'_>, known: Vec<KnownTime>) -> Vec<Time> {
    let year = asked.today.year();
    let seasons = asked.rules.reports.iter().flat_map(|reports| &reports.seasons);
    let yearly = seasons.flat_map(|season| {
        (year - 3..=year + 1).map(|year| Time {
            kind: format!("season:{}", season.label.en),
            zh: season.label.zh.clone(),
            en: season.label.en.clone(),
            period: season.beginning_in(year),
        })
    });
    let place = asked.place.stem();
    let here = |time: &KnownTime| match &time.region {
        None => true,
        Some(region) => region.parse::<RegionCode>().is_ok_and(|region| place.starts_with(region.stem())),
    };
    let once = known.into_iter().filter(here).map(|time| Time {
        kind: time.kind,
        zh: time.zh,
        en: time.en,
        period: Period { from: time.first_day.to_jiff(), to: time.last_day.to_jiff() },
    });
    yearly.chain(once).collect()
}

/// What past times of a kind brought: those that ended, and of which the weeks before are known.
async fn measure(
    db: &mut PgConnection,
    asked: Asked<'_>,
    first: Date,
    times: impl Iterator<Item = &Time>,
) -> Result<Rise, sqlx::Error> {
    let mut all = Rise::default();
    for time in times.filter(|time| time.period.to < asked.today) {
        let before = asked.rule.before(time.period);
        if before.from < first {
            continue;
        }
        let (during, before) = (sum(db, asked, time.period).await?, sum(db, asked, before).await?);
        all = all.with(Rise { during, before });
    }
    Ok(all)
}

async fn sum(db: &mut PgConnection, asked: Asked<'_>, of: Period) -> Result<Volume, sqlx::Error> {
    let told = volume(db, asked, of.from, of.to).await?;
    let days = u64::try_from((of.to - of.from).get_days() + 1).unwrap_or(0);
    Ok(Volume { matters: told.values().sum(), days })
}

async fn volume(
    db: &mut PgConnection,
    asked: Asked<'_>,
    from: Date,
    to: Date,
) -> Result<BTreeMap<Date, u64>, sqlx::Error> {
    let rows = capacity::daily(db, &asked.pack.id, asked.place, (from, to), asked.rule.contacts).await?;
    Ok(rows.into_iter().map(|(day, matters)| (day, matters.unsigned_abs())).collect())
}
