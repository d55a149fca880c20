//! 预警: looks from time to time whether like cases of one place rise; each subject, place and week is told once.

use std::time::Duration;

use calendar::day_of;
use evaluation_rules::{Evaluation as Pack, Gathering, PackRef, Sign, signs, weeks};
use ids::RegionCode;
use jiff::{ToSpan as _, civil::Date};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::{
    Parts,
    app::{
        capacity::{self, Asked},
        warning,
    },
    store::alerts::{self, Alert},
};

/// Runs until told to stop.
pub(crate) async fn run(parts: Parts, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        if let Err(error) = pass(&parts).await {
            tracing::debug!(%error, "early warnings put off");
        }
        let pause = Duration::from_secs(parts.config.watch_seconds);
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
    }
    Ok(())
}

/// Looks once. Several processes may look at once: the row of an alert is written by one of them.
pub(crate) async fn pass(parts: &Parts) -> Result<(), sqlx::Error> {
    let now = parts.clock.now();
    let today = day_of(now);
    for (pack, rules) in parts.packs.all() {
        let mut transaction = parts.db.pool.begin().await?;
        let mut found = foreseen(parts, &mut transaction, (pack, rules), today).await?;
        found.extend(gathered(&mut transaction, (pack, rules), today).await?);
        if !warning::raise(&mut transaction, &pack.id, found, now).await? {
            continue;
        }
        transaction.commit().await?;
        parts.wake.outbox();
    }
    Ok(())
}

/// Like cases of one place that rise or gather.
async fn gathered(
    db: &mut PgConnection,
    (pack, rules): (&PackRef, &Pack),
    today: Date,
) -> Result<Vec<Alert>, sqlx::Error> {
    let Some(rule) = &rules.alerts else { return Ok(Vec::new()) };
    let (week, from) = weeks(rule, today);
    let mut found = Vec::new();
    for (subject, place, gathering) in alerts::gatherings(db, &pack.id, from, week, today).await? {
        let Ok(place) = place.parse::<RegionCode>() else { continue };
        for sign in signs(rule, gathering) {
            found.push(warning::noticed(&pack.id, sign, &subject, place.clone(), week, gathering));
        }
    }
    Ok(found)
}

/// Coming weeks with a day that is expected to bring more than the seats can answer, each with its worst day.
async fn foreseen(
    parts: &Parts,
    db: &mut PgConnection,
    (pack, rules): (&PackRef, &Pack),
    today: Date,
) -> Result<Vec<Alert>, sqlx::Error> {
    let Some(rule) = &rules.capacity else { return Ok(Vec::new()) };
    let calendars = parts.calendars.now();
    let mut found: Vec<Alert> = Vec::new();
    for seats in &parts.config.seats {
        let Ok(place) = seats.region.parse::<RegionCode>() else { continue };
        let asked = Asked {
            pack,
            rules,
            rule,
            place: &place,
            seats: &parts.config.seats,
            calendars: &calendars,
            today,
            days: rule.days,
        };
        for coming in capacity::coming(db, asked).await?.into_iter().filter(|coming| coming.ahead.over) {
            let week = coming.day - i64::from(coming.day.weekday().to_monday_zero_offset()).days();
            let whole = |value: Option<f64>| whole(value.unwrap_or_default());
            let (cases, before) = (whole(coming.ahead.expected), whole(coming.ahead.capacity));
            let gathering = Gathering { cases, before, ..Gathering::default() };
            let new =
                warning::noticed(&pack.id, Sign::OverCapacity, CAPACITY, place.clone(), week, gathering);
            match found.iter_mut().find(|one| one.id == new.id) {
                Some(worse) if worse.found.cases >= cases => {}
                Some(worse) => *worse = new,
                None => found.push(new),
            }
        }
    }
    Ok(found)
}

/// What stands in the place of a subject where seats are too few.
const CAPACITY: &str = "capacity";

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "matters of a day")]
fn whole(value: f64) -> u64 {
    value.round().max(0.0) as u64
}
