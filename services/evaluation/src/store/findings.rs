//! Rows of findings: counted many at once, listed by page.

use std::collections::BTreeMap;

use evaluation_rules::Defect;
use ids::{CaseId, EventId, FindingId, RegionCode, UnitCode};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// How often one defect was seen in one batch.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    pub(crate) times: i32,
    pub(crate) least: i32,
    pub(crate) at: Timestamp,
    pub(crate) region: RegionCode,
    pub(crate) cause: EventId,
}

/// A count after the batch.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Count {
    pub(crate) id: Uuid,
    #[sqlx(rename = "case_id")]
    pub(crate) case: Uuid,
    pub(crate) defect: String,
    pub(crate) unit: String,
    pub(crate) times: i32,
}

/// One raised finding.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Raised {
    pub(crate) id: Uuid,
    pub(crate) case_id: Uuid,
    pub(crate) number: Option<String>,
    pub(crate) defect: String,
    pub(crate) unit: String,
    pub(crate) times: i32,
    pub(crate) region: String,
    pub(crate) raised_at: SqlTimestamp,
}

/// Adds sightings to the counts and gives the counts as they are now.
pub(crate) async fn add(
    db: &mut PgConnection,
    seen: &BTreeMap<(CaseId, Defect, Option<UnitCode>), Sighting>,
) -> Result<Vec<Count>, sqlx::Error> {
    let unit = |unit: &Option<UnitCode>| unit.as_ref().map_or_else(String::new, ToString::to_string);
    let id = |(case, defect, of): &(CaseId, Defect, Option<UnitCode>)| {
        FindingId::derived(&format!("{case}:{}:{}", defect.as_str(), unit(of))).0
    };
    sqlx::query_as(
        "INSERT INTO finding (id, case_id, defect, unit, times, region, first_at, last_at, raised_at)
         SELECT id, case_id, defect, unit, times, region, at, at, CASE WHEN times >= least THEN at END
         FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::int[], $7::text[], $8::timestamptz[])
              AS seen (id, case_id, defect, unit, times, least, region, at)
         ORDER BY case_id, defect, unit
         ON CONFLICT (case_id, defect, unit) DO UPDATE
         SET times = finding.times + EXCLUDED.times, last_at = greatest(finding.last_at, EXCLUDED.last_at),
             raised_at = coalesce(finding.raised_at, CASE WHEN finding.times + EXCLUDED.times >=
                (SELECT l.least FROM UNNEST($1::uuid[], $6::int[]) AS l (id, least) WHERE l.id = EXCLUDED.id)
                THEN EXCLUDED.last_at END)
         RETURNING id, case_id, defect, unit, times",
    )
    .bind(seen.keys().map(id).collect::<Vec<_>>())
    .bind(seen.keys().map(|(case, _, _)| case.0).collect::<Vec<_>>())
    .bind(seen.keys().map(|(_, defect, _)| defect.as_str()).collect::<Vec<_>>())
    .bind(seen.keys().map(|(_, _, of)| unit(of)).collect::<Vec<_>>())
    .bind(seen.values().map(|one| one.times).collect::<Vec<_>>())
    .bind(seen.values().map(|one| one.least).collect::<Vec<_>>())
    .bind(seen.values().map(|one| one.region.as_str()).collect::<Vec<_>>())
    .bind(seen.values().map(|one| one.at.to_sqlx()).collect::<Vec<_>>())
    .fetch_all(db)
    .await
}

/// Lists what was raised, newest last; sealed cases are in no list.
pub(crate) async fn list(
    db: &mut PgConnection,
    defect: Option<&str>,
    unit: Option<&UnitCode>,
    region: &str,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Raised>, sqlx::Error> {
    let (after_at, after_id) = after.unwrap_or((Timestamp::UNIX_EPOCH, Uuid::nil()));
    sqlx::query_as(
        "SELECT finding.id, case_id, number, defect, finding.unit, times, finding.region, raised_at
         FROM finding JOIN case_fact USING (case_id)
         WHERE raised_at IS NOT NULL AND (raised_at, finding.id) > ($1, $2) AND ($3::text IS NULL OR defect = $3)
           AND ($4::text IS NULL OR finding.unit = $4 OR case_fact.unit = $4)
           AND finding.region >= $5 AND finding.region < $5 || ':'
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = finding.case_id)
         ORDER BY raised_at, finding.id LIMIT $6",
    )
    .bind(after_at.to_sqlx())
    .bind(after_id)
    .bind(defect)
    .bind(unit.map(UnitCode::as_str))
    .bind(region)
    .bind(most)
    .fetch_all(db)
    .await
}
