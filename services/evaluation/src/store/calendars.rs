//! Notices of working days as `calendar.published` brought them, and working days that were counted under older ones.

use calendar::{CalendarSet, Calendars, Overlay, Year};
use contracts::clock::{CalendarFile, MovedDay};
use ids::RegionCode;
use jiff_sqlx::Date;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

/// Keeps the days and hours of a notice; what is there already stays.
pub(crate) async fn keep(
    db: &mut PgConnection,
    version: i32,
    file: &CalendarFile,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO calendar_file (kind, key, version, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(&file.kind)
    .bind(&file.key)
    .bind(version)
    .bind(written(version, file))
    .execute(db)
    .await?;
    Ok(())
}

/// The notice in the form of the files, without the names of the days.
fn written(version: i32, file: &CalendarFile) -> String {
    let day =
        |day: &MovedDay| json!({"date": day.date, "name": "", "off": day.off, "intervals": day.intervals});
    let days: Vec<Value> = file.days.iter().map(day).collect();
    match file.key.parse::<i16>() {
        Ok(year) if file.kind == "year" => {
            json!({"year": year, "version": version, "papers": ["calendar.published"], "days": days})
        }
        Ok(_) | Err(_) => {
            json!({"region": file.key, "version": version, "source": "calendar.published", "days": days,
                   "intervals": file.intervals})
        }
    }
    .to_string()
}

/// How many there are: another number says that something was published.
pub(crate) async fn count(db: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM calendar_file").fetch_one(db).await
}

/// The calendars in force: those compiled in, under what was published since. A published year stands over one compiled in unless
/// that has a higher version, as in deadline-scheduler.
///
/// # Errors
/// The database is away, or a file cannot be read.
pub(crate) async fn compiled(db: &mut PgConnection) -> anyhow::Result<Calendars> {
    let files: Vec<(String, String)> = sqlx::query_as(
        "SELECT DISTINCT ON (kind, key) kind, content FROM calendar_file ORDER BY kind, key, version DESC",
    )
    .fetch_all(db)
    .await?;
    let mut set: CalendarSet = calendar::shipped_set().clone();
    for (kind, content) in files {
        if kind == "year" {
            let year: Year = serde_json::from_str(&content)?;
            if !set.years().any(|known| known.year == year.year && known.version > year.version) {
                set.put_year(year);
            }
        } else {
            let overlay: Overlay = serde_json::from_str(&content)?;
            set.put_overlay(overlay);
        }
    }
    Ok(set.compile()?)
}

type Counted = (Uuid, Option<String>, Date, Date, Option<i32>);

/// Counts the working days of up to `most` answered cases after a place anew; the place of the last one, nothing at the end.
pub(crate) async fn recount(
    db: &mut PgConnection,
    calendars: &Calendars,
    after: Uuid,
    most: i64,
) -> Result<Option<Uuid>, sqlx::Error> {
    let rows: Vec<Counted> = sqlx::query_as(
        "SELECT case_id, region, received_day, answered_day, workdays FROM case_fact
         WHERE case_id > $1 AND received_day IS NOT NULL AND answered_day IS NOT NULL ORDER BY case_id LIMIT $2 FOR UPDATE",
    )
    .bind(after)
    .bind(most)
    .fetch_all(&mut *db)
    .await?;
    let Some((last, ..)) = rows.last() else { return Ok(None) };
    let last = *last;
    let days = |(case, region, received, answered, counted): Counted| {
        let region = region.and_then(|code| code.parse::<RegionCode>().ok());
        let calendar = calendars.of(region.as_ref().map_or("", RegionCode::as_str));
        let now = calendar.workdays_between(received.to_jiff(), answered.to_jiff()).ok();
        let now = now.and_then(|days| i32::try_from(days).ok());
        (now != counted).then_some((case, now))
    };
    let (cases, workdays): (Vec<Uuid>, Vec<Option<i32>>) = rows.into_iter().filter_map(days).unzip();
    if !cases.is_empty() {
        sqlx::query(
            "UPDATE case_fact AS f SET workdays = one.workdays, version = version + 1
             FROM UNNEST($1::uuid[], $2::int[]) AS one (case_id, workdays) WHERE f.case_id = one.case_id",
        )
        .bind(cases)
        .bind(workdays)
        .execute(db)
        .await?;
    }
    Ok(Some(last))
}
