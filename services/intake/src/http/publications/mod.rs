//! Public answers before the public: candidates, drafts, what moderators do with them.

pub(crate) mod candidates;
pub(crate) mod deeds;
pub(crate) mod draft;
pub(crate) mod get;
pub(crate) mod list;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use crate::store::publications::Publication;

/// A public answer as moderators see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicationView {
    publication: String,
    case_id: String,
    /// `draft`, `released`, `refused` or `withdrawn`.
    state: &'static str,
    state_zh: &'static str,
    kind: String,
    region: String,
    unit: Option<String>,
    /// Redacted, as title, question and answer are.
    title: String,
    question: String,
    answer: String,
    /// False: a moderator typed the answer in.
    from_routing: bool,
    reason: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    typical_month: Option<Date>,
    #[schema(value_type = Option<String>, format = DateTime)]
    released_at: Option<Timestamp>,
    version: i64,
}

impl PublicationView {
    fn of(row: Publication) -> Self {
        Self {
            publication: row.id.to_string(),
            case_id: row.case_id.to_string(),
            state: row.state.as_str(),
            state_zh: row.state.zh(),
            kind: row.kind,
            region: row.region,
            unit: row.unit,
            title: row.title,
            question: row.question,
            answer: row.answer,
            from_routing: row.from_routing,
            reason: row.reason,
            typical_month: row.typical_month,
            released_at: row.released_at,
            version: row.version,
        }
    }
}

/// Reads `2026-11` as the first day of the month.
pub(crate) fn month(word: &str) -> Result<Date, Problem> {
    let wrong = || Problem::bad_request("month", "应为年-月，如 2026-11", "must be a month such as 2026-11");
    if word.len() != 7 {
        return Err(wrong());
    }
    format!("{word}-01").parse().map_err(|_| wrong())
}
