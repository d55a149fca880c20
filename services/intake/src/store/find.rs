//! One case, whole.

use contracts::{case::PackRef, words::Mode};
use ids::{CaseId, CaseNumber, RegionCode, UnitCode};
use intake_rules::State;
use jiff::Timestamp;
use pg::SqlTimestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::cases::state;

/// Everything that stands about a case; the party still sealed.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) case_id: CaseId,
    pub(crate) number: CaseNumber,
    pub(crate) kind: String,
    pub(crate) subject: Option<String>,
    pub(crate) channel: String,
    pub(crate) region: RegionCode,
    pub(crate) urgency: String,
    pub(crate) state: State,
    pub(crate) round: i32,
    pub(crate) pack: PackRef,
    pub(crate) confidential: bool,
    pub(crate) historic: bool,
    pub(crate) multi_unit: bool,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) reason: Option<String>,
    pub(crate) supplements: i32,
    pub(crate) received_at: Timestamp,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) version: i64,
    pub(crate) party: Option<Vec<u8>>,
    pub(crate) unit_hint: Option<UnitCode>,
    pub(crate) mode_hint: Option<Mode>,
    pub(crate) query_code_hash: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct FileRow {
    case_id: Uuid,
    number: String,
    kind: String,
    subject: Option<String>,
    channel: String,
    region: String,
    urgency: String,
    state: String,
    round: i32,
    pack_id: String,
    pack_version: i32,
    confidential: bool,
    historic: bool,
    multi_unit: bool,
    title: String,
    body: String,
    unit: Option<String>,
    reason: Option<String>,
    supplements: i32,
    received_at: SqlTimestamp,
    due_at: Option<SqlTimestamp>,
    version: i64,
    party: Option<Vec<u8>>,
    unit_hint: Option<String>,
    mode_hint: Option<String>,
    query_code_hash: Option<Vec<u8>>,
}

/// Reads a case by its number.
pub(crate) async fn by_number(
    connection: &mut PgConnection,
    number: &CaseNumber,
) -> Result<Option<File>, sqlx::Error> {
    let row: Option<FileRow> = sqlx::query_as(
        "SELECT f.case_id, f.number, f.kind, f.subject, f.channel, f.region, f.urgency, f.state, f.round, f.pack_id,
                f.pack_version, f.confidential, f.historic, f.multi_unit, f.title, m.body, f.unit, f.reason,
                f.supplements, f.received_at, f.due_at, f.version, m.party, m.unit_hint, m.mode_hint,
                f.query_code_hash
         FROM case_file f JOIN case_matter m USING (case_id) WHERE f.number = $1",
    )
    .bind(number.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(File::try_from).transpose()
}

/// Reads a case by its id.
pub(crate) async fn by_id(connection: &mut PgConnection, case: CaseId) -> Result<Option<File>, sqlx::Error> {
    let number: Option<String> = sqlx::query_scalar("SELECT number FROM case_file WHERE case_id = $1")
        .bind(case.0)
        .fetch_optional(&mut *connection)
        .await?;
    match number {
        Some(number) => by_number(connection, &read("number", &number)?).await,
        None => Ok(None),
    }
}

impl TryFrom<FileRow> for File {
    type Error = sqlx::Error;
    fn try_from(row: FileRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            case_id: CaseId(row.case_id),
            number: read("number", &row.number)?,
            kind: row.kind,
            subject: row.subject,
            channel: row.channel,
            region: read("region", &row.region)?,
            urgency: row.urgency,
            state: state(&row.state)?,
            round: row.round,
            pack: PackRef { id: row.pack_id, version: row.pack_version },
            confidential: row.confidential,
            historic: row.historic,
            multi_unit: row.multi_unit,
            title: row.title,
            body: row.body,
            unit: row.unit.as_deref().map(|unit| read("unit", unit)).transpose()?,
            reason: row.reason,
            supplements: row.supplements,
            received_at: row.received_at.to_jiff(),
            due_at: row.due_at.map(SqlTimestamp::to_jiff),
            version: row.version,
            party: row.party,
            unit_hint: row.unit_hint.as_deref().map(|unit| read("unit_hint", unit)).transpose()?,
            mode_hint: row.mode_hint.as_deref().map(|mode| read("mode_hint", mode)).transpose()?,
            query_code_hash: row.query_code_hash,
        })
    }
}

/// Reads a typed word of a column; the error names the column, not the value.
pub(crate) fn read<T: std::str::FromStr>(column: &'static str, word: &str) -> Result<T, sqlx::Error> {
    word.parse().map_err(|_| sqlx::Error::Decode(format!("case_file.{column} cannot be read").into()))
}
