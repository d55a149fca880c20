//! Rows of early warnings, and the gatherings they are read from.

use evaluation_rules::{Gathering, Mark, Marks, Sign};
use ids::{AlertId, RegionCode};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// One that may be raised.
#[derive(Clone, Debug)]
pub(crate) struct Alert {
    pub(crate) id: AlertId,
    pub(crate) sign: &'static str,
    pub(crate) subject: String,
    pub(crate) place: RegionCode,
    pub(crate) week: Date,
    pub(crate) found: Gathering,
    /// The pack whose numbers it passed.
    pub(crate) policy: String,
}

impl Alert {
    /// What it counts: opinions for what is said outside, what has grown for that, cases of the week for everything else.
    pub(crate) fn counted(&self) -> u64 {
        if self.sign == Sign::Opinion.as_str() {
            self.found.opinions
        } else if self.sign == Sign::Growing.as_str() {
            self.found.growing
        } else {
            self.found.cases
        }
    }
}

/// One as stored.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    pub(crate) pack_id: String,
    pub(crate) sign: String,
    pub(crate) subject: String,
    pub(crate) place: String,
    pub(crate) week: SqlDate,
    pub(crate) cases: i64,
    pub(crate) before: i64,
    pub(crate) raised_at: SqlTimestamp,
}

/// Counts like cases of a pack by subject and county: those of the week, and those since `from` before it; and what is said outside.
pub(crate) async fn gatherings(
    db: &mut PgConnection,
    policy: &str,
    from: Date,
    week: Date,
    today: Date,
) -> Result<Vec<(String, String, Gathering)>, sqlx::Error> {
    let together = Marks::of(&[Mark::Repeated, Mark::Merged, Mark::Collective, Mark::SkipLevel]);
    let rows: Vec<(String, String, [i64; 6])> = sqlx::query_as(
        "WITH told AS (
            SELECT subject, county, count(*) FILTER (WHERE received_day >= $3) AS now,
                   count(*) FILTER (WHERE received_day >= $3 AND marks & $5 <> 0) AS grouped,
                   count(*) FILTER (WHERE received_day >= $3 AND marks & $6 <> 0) AS risky,
                   count(*) FILTER (WHERE received_day < $3) AS before
            FROM case_fact
            WHERE pack_id = $1 AND received_day BETWEEN $2 AND $4 AND accepted AND subject IS NOT NULL
              AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id)
            GROUP BY subject, county
          ), said AS (
            SELECT subject, county, count(*) AS opinions FROM opinion
            WHERE pack_id = $1 AND heard_on BETWEEN $3 AND $4 AND state <> 'dismissed' GROUP BY subject, county
          ), grown AS (
            SELECT fact.subject, fact.county, count(DISTINCT fact.case_id) AS growing
            FROM followup_record AS record JOIN followup ON followup.id = record.followup
                 JOIN case_fact AS fact ON fact.case_id = followup.case_id
            WHERE record.development = 'growing' AND record.recorded_at >= $3::date::timestamp AT TIME ZONE 'Asia/Shanghai'
              AND fact.pack_id = $1 AND fact.subject IS NOT NULL
              AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = fact.case_id)
            GROUP BY 1, 2
          )
          SELECT subject, county, ARRAY[coalesce(now, 0), coalesce(grouped, 0), coalesce(risky, 0), coalesce(before, 0),
                                        coalesce(opinions, 0), coalesce(growing, 0)]
          FROM told FULL JOIN said USING (subject, county) FULL JOIN grown USING (subject, county)
          WHERE coalesce(now, 0) + coalesce(opinions, 0) + coalesce(growing, 0) > 0",
    )
    .bind(policy)
    .bind(from.to_sqlx())
    .bind(week.to_sqlx())
    .bind(today.to_sqlx())
    .bind(together.0)
    .bind(Mark::Risk.bit())
    .fetch_all(db)
    .await?;
    let found = |(subject, place, counts): (String, String, [i64; 6])| {
        let [cases, grouped, risky, before, opinions, growing] = counts.map(i64::unsigned_abs);
        (subject, place, Gathering { cases, grouped, risky, growing, before, opinions })
    };
    Ok(rows.into_iter().map(found).collect())
}

/// Writes down those that are new and gives their ids.
pub(crate) async fn raise(
    db: &mut PgConnection,
    policy: &str,
    alerts: &[Alert],
    at: Timestamp,
) -> Result<Vec<Uuid>, sqlx::Error> {
    if alerts.is_empty() {
        return Ok(Vec::new());
    }
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    sqlx::query_scalar(
        "INSERT INTO alert (id, pack_id, sign, subject, place, week, cases, before, raised_at)
         SELECT id, $1, sign, subject, place, week, cases, before, $2
         FROM UNNEST($3::uuid[], $4::text[], $5::text[], $6::text[], $7::date[], $8::bigint[], $9::bigint[])
              AS one (id, sign, subject, place, week, cases, before)
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(policy)
    .bind(at.to_sqlx())
    .bind(alerts.iter().map(|one| one.id.0).collect::<Vec<_>>())
    .bind(alerts.iter().map(|one| one.sign).collect::<Vec<_>>())
    .bind(alerts.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>())
    .bind(alerts.iter().map(|one| one.place.as_str()).collect::<Vec<_>>())
    .bind(alerts.iter().map(|one| one.week.to_sqlx()).collect::<Vec<_>>())
    .bind(alerts.iter().map(|one| number(one.counted())).collect::<Vec<_>>())
    .bind(alerts.iter().map(|one| number(one.found.before)).collect::<Vec<_>>())
    .fetch_all(db)
    .await
}

/// Lists those of a region, oldest first.
pub(crate) async fn list(
    db: &mut PgConnection,
    region: &str,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Kept>, sqlx::Error> {
    let (after_at, after_id) = after.unwrap_or((Timestamp::UNIX_EPOCH, Uuid::nil()));
    sqlx::query_as(
        "SELECT * FROM alert WHERE (raised_at, id) > ($1, $2) AND place >= $3 AND place < $3 || ':'
         ORDER BY raised_at, id LIMIT $4",
    )
    .bind(after_at.to_sqlx())
    .bind(after_id)
    .bind(region)
    .bind(most)
    .fetch_all(db)
    .await
}
