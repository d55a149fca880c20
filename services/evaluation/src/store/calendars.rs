//! Working days that were counted under older calendars.

use calendar::Calendars;
use ids::RegionCode;
use jiff_sqlx::Date;
use sqlx::PgConnection;
use uuid::Uuid;

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
