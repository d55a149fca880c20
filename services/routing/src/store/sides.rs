//! Small tables beside the hand-overs: subjects, ways, and children that get another parent.

use std::collections::HashMap;

use ids::{AssignmentId, CaseId};
use sqlx::{PgConnection, Row as _};

/// The subject that intake gave a case.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) case: CaseId,
    pub(crate) subject: String,
}

/// How a hand-over was made beside the plain way.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) assignment: AssignmentId,
    pub(crate) way: &'static str,
    pub(crate) basis: Option<String>,
}

/// What was passed down stands under another hand-over from now on.
#[derive(Clone, Debug)]
pub(crate) struct Adoption {
    pub(crate) case: CaseId,
    pub(crate) from: AssignmentId,
    pub(crate) to: AssignmentId,
}

/// Writes subjects; the newest word counts.
pub(crate) async fn keep_subjects(
    connection: &mut PgConnection,
    rows: &[Subject],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let newest: HashMap<CaseId, &str> = rows.iter().map(|row| (row.case, row.subject.as_str())).collect();
    let mut rows: Vec<_> = newest.into_iter().collect();
    rows.sort();
    sqlx::query(
        "INSERT INTO case_subject (case_id, subject) SELECT * FROM UNNEST($1::uuid[], $2::text[])
         ON CONFLICT (case_id) DO UPDATE SET subject = excluded.subject",
    )
    .bind(rows.iter().map(|(case, _)| case.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, subject)| *subject).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the subjects of cases that have one.
pub(crate) async fn subjects(
    connection: &mut PgConnection,
    cases: &[CaseId],
) -> Result<HashMap<CaseId, String>, sqlx::Error> {
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query("SELECT case_id, subject FROM case_subject WHERE case_id = ANY($1)")
        .bind(cases.iter().map(|case| case.0).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((CaseId(row.try_get("case_id")?), row.try_get("subject")?))).collect()
}

/// Writes ways.
pub(crate) async fn keep_ways(connection: &mut PgConnection, rows: &[Way]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO dispatch_way (assignment_id, way, basis)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING",
    )
    .bind(rows.iter().map(|row| row.assignment.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.way).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.basis.as_deref()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the ways of a case's hand-overs that have one: hand-over, way, basis.
pub(crate) async fn ways_of(
    connection: &mut PgConnection,
    assignments: &[AssignmentId],
) -> Result<HashMap<AssignmentId, (String, Option<String>)>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM dispatch_way WHERE assignment_id = ANY($1)")
        .bind(assignments.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let id = AssignmentId(row.try_get("assignment_id")?);
            Ok((id, (row.try_get("way")?, row.try_get("basis")?)))
        })
        .collect()
}

/// Puts what was passed down under another hand-over.
pub(crate) async fn adopt(connection: &mut PgConnection, adoption: &Adoption) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE assignment SET parent = $3 WHERE case_id = $1 AND parent = $2")
        .bind(adoption.case.0)
        .bind(adoption.from.0)
        .bind(adoption.to.0)
        .execute(connection)
        .await?;
    Ok(())
}
