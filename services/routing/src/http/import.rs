//! `POST /replies/import`: replies of an older system.

use axum::extract::State;
use identity::{Action, may};
use ids::{CaseId, UnitCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Later, Problem};

use super::{Desk, inputs::Inputs};
use crate::app::import::{Outcome, Row, run};

/// Most rows of one request.
const MOST: usize = 500;

/// Replies of an older system.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportRequest {
    /// At most 500.
    rows: Vec<ImportRow>,
}

/// One reply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportRow {
    /// The case.
    case_id: Uuid,
    /// What the citizen was told.
    text: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// An outcome code of the pack, if the file knows.
    outcome: Option<String>,
    /// The unit that replied, if the file knows.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
}

/// What became of the rows, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportResult {
    /// One for each row.
    rows: Vec<RowResult>,
}

/// What became of one row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowResult {
    /// The case.
    case_id: Uuid,
    /// `saved`, `already`, `not_yet` (the case has not come here yet: send again) or `failed`.
    outcome: &'static str,
    /// Why it failed, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Why it failed, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_en: Option<String>,
}

/// Takes replies of an older system, each with its historic time. Sent again it changes nothing.
#[utoipa::path(post, path = "/replies/import", tag = "import", security(("bearer" = [])),
    request_body = ImportRequest,
    responses((status = 200, body = ImportResult), (status = 403, body = Problem), (status = 413, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    request: Later<ImportRequest>,
) -> Result<Json<ImportResult>, Problem> {
    may(&claims, &Action::ReplyHistoric)?;
    let mut inputs = Inputs::default();
    let request = request.read()?;
    if request.rows.len() > MOST {
        inputs.wrong("rows", format!("每次最多 {MOST} 行"), format!("at most {MOST} rows at once"));
    }
    inputs.check()?;
    let row = |row: ImportRow| Row {
        case: CaseId(row.case_id),
        text: row.text,
        at: row.at,
        outcome: row.outcome,
        unit: row.unit,
    };
    let rows: Vec<Row> = request.rows.into_iter().map(row).collect();
    let outcomes = run(&desk.app, &claims.actor(), &rows).await?;
    let result = |(row, outcome): (&Row, Outcome)| {
        let (outcome, reason, reason_en) = match outcome {
            Outcome::Saved => ("saved", None, None),
            Outcome::Already => ("already", None, None),
            Outcome::NotYet => ("not_yet", None, None),
            Outcome::Failed(zh, en) => ("failed", Some(zh), Some(en)),
        };
        RowResult { case_id: row.case.0, outcome, reason, reason_en }
    };
    Ok(Json(ImportResult { rows: rows.iter().zip(outcomes).map(result).collect() }))
}
