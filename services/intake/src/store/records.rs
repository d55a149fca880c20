//! Records and parties of cases that have them.

use contracts::words::Class;
use ids::CaseId;
use sqlx::PgConnection;
use uuid::Uuid;

/// What a record holds; the elements still sealed.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) class: Class,
    pub(crate) fast: Option<String>,
    pub(crate) evidence: Option<String>,
    pub(crate) petition: Option<String>,
    pub(crate) elements: Option<Vec<u8>>,
    pub(crate) purposes: Vec<String>,
    pub(crate) risks: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) grid: Option<String>,
    pub(crate) brought_to: Option<String>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            class: Class::Ordinary,
            fast: None,
            evidence: None,
            petition: None,
            elements: None,
            purposes: Vec::new(),
            risks: Vec::new(),
            tags: Vec::new(),
            grid: None,
            brought_to: None,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    class: String,
    fast: Option<String>,
    evidence: Option<String>,
    petition: Option<String>,
    elements: Option<Vec<u8>>,
    purposes: Vec<String>,
    risks: Vec<String>,
    tags: Vec<String>,
    grid: Option<String>,
    brought_to: Option<String>,
}

/// Reads the record of a case, if it has one.
pub(crate) async fn of_case(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<Record>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT class, fast, evidence, petition, elements, purposes, risks, tags, grid, brought_to
         FROM case_record WHERE case_id = $1",
    )
    .bind(case.0)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Record {
            class: crate::store::find::read("class", &row.class)?,
            fast: row.fast,
            evidence: row.evidence,
            petition: row.petition,
            elements: row.elements,
            purposes: row.purposes,
            risks: row.risks,
            tags: row.tags,
            grid: row.grid,
            brought_to: row.brought_to,
        })
    })
    .transpose()
}

/// Writes the record of a case, new or changed. Few cases have one, so each is a statement of its own.
pub(crate) async fn put(
    connection: &mut PgConnection,
    case: Uuid,
    record: &Record,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_record (case_id, class, fast, evidence, petition, elements, purposes, risks, tags, grid, brought_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (case_id) DO UPDATE SET class = EXCLUDED.class, fast = EXCLUDED.fast, evidence = EXCLUDED.evidence,
             petition = EXCLUDED.petition, elements = EXCLUDED.elements, purposes = EXCLUDED.purposes,
             risks = EXCLUDED.risks, tags = EXCLUDED.tags, grid = EXCLUDED.grid, brought_to = EXCLUDED.brought_to",
    )
    .bind(case)
    .bind(record.class.as_str())
    .bind(record.fast.as_deref())
    .bind(record.evidence.as_deref())
    .bind(record.petition.as_deref())
    .bind(record.elements.as_deref())
    .bind(&record.purposes)
    .bind(&record.risks)
    .bind(&record.tags)
    .bind(record.grid.as_deref())
    .bind(record.brought_to.as_deref())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes kind, urgency and subject, which stand in the hot row.
pub(crate) async fn reclassify(
    connection: &mut PgConnection,
    case: CaseId,
    kind: &str,
    urgency: &str,
    subject: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE case_file SET kind = $2, urgency = $3, subject = $4 WHERE case_id = $1")
        .bind(case.0)
        .bind(kind)
        .bind(urgency)
        .bind(subject)
        .execute(connection)
        .await?;
    Ok(())
}

/// Who tells a case together; the persons still sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Parties {
    pub(crate) nature: String,
    pub(crate) size: i32,
    pub(crate) representatives: i32,
    pub(crate) proxies: i32,
    pub(crate) sealed: Vec<u8>,
}

/// Reads the parties of a case, if it has any.
pub(crate) async fn parties(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<Parties>, sqlx::Error> {
    sqlx::query_as(
        "SELECT nature, size, representatives, proxies, sealed FROM case_parties WHERE case_id = $1",
    )
    .bind(case.0)
    .fetch_optional(connection)
    .await
}

/// Writes the parties of a case, new or changed.
pub(crate) async fn put_parties(
    connection: &mut PgConnection,
    case: Uuid,
    parties: &Parties,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_parties (case_id, nature, size, representatives, proxies, sealed)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (case_id) DO UPDATE SET nature = EXCLUDED.nature, size = EXCLUDED.size,
             representatives = EXCLUDED.representatives, proxies = EXCLUDED.proxies, sealed = EXCLUDED.sealed",
    )
    .bind(case)
    .bind(&parties.nature)
    .bind(parties.size)
    .bind(parties.representatives)
    .bind(parties.proxies)
    .bind(&parties.sealed)
    .execute(connection)
    .await?;
    Ok(())
}
