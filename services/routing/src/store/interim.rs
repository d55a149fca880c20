//! Hand-overs in handling, as far as interim reports need them.

use contracts::{case::PackRef, words::Urgency};
use ids::{AssignmentId, CaseId, UnitCode};
use jiff::Timestamp;
use pg::SqlTimestamp;
use sqlx::{PgConnection, Row as _};

use super::bad;

/// One hand-over in handling.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) assignment: AssignmentId,
    pub(crate) case: CaseId,
    pub(crate) region: String,
    pub(crate) number: String,
    pub(crate) urgency: Urgency,
    pub(crate) pack: PackRef,
    pub(crate) signed_at: Timestamp,
}

/// The hand-overs that a unit has signed for and not answered, at most a thousand, the oldest first.
pub(crate) async fn open(
    connection: &mut PgConnection,
    unit: &UnitCode,
    prefix: &str,
) -> Result<Vec<Open>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT assignment.id, case_id, region, number, urgency, pack, pack_version, signed_at
         FROM assignment JOIN case_route USING (case_id)
         WHERE unit = $1 AND assignment.state IN ('signed', 'contacted') AND signed_at IS NOT NULL
           AND starts_with(region, $2) AND NOT confidential
         ORDER BY signed_at, assignment.id LIMIT 1000",
    )
    .bind(unit.as_str())
    .bind(prefix)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Open {
                assignment: AssignmentId(row.try_get("id")?),
                case: CaseId(row.try_get("case_id")?),
                region: row.try_get("region")?,
                number: row.try_get("number")?,
                urgency: row
                    .try_get::<String, _>("urgency")?
                    .parse()
                    .map_err(|_| bad("case_route.urgency"))?,
                pack: PackRef { id: row.try_get("pack")?, version: row.try_get("pack_version")? },
                signed_at: row.try_get::<SqlTimestamp, _>("signed_at")?.to_jiff(),
            })
        })
        .collect()
}
