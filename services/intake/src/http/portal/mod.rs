//! What everybody may read without signing in.

pub(crate) mod answer;
pub(crate) mod answers;
pub(crate) mod status;

use axum::http::{HeaderValue, header};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::Core, store::publications::Publication};

/// A public answer. No number and no id of the case: nothing here leads back to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicAnswer {
    publication: String,
    title: String,
    question: String,
    answer: String,
    kind: String,
    subject: Option<String>,
    region: String,
    unit: Option<String>,
    #[schema(value_type = String, format = Date)]
    received_on: Date,
    #[schema(value_type = Option<String>, format = DateTime)]
    released_at: Option<Timestamp>,
    /// The month whose typical case it is.
    #[schema(value_type = Option<String>, format = Date)]
    typical_month: Option<Date>,
}

impl PublicAnswer {
    fn of(row: Publication) -> Self {
        Self {
            publication: row.id.to_string(),
            title: row.title,
            question: row.question,
            answer: row.answer,
            kind: row.kind,
            subject: row.subject,
            region: row.region,
            unit: row.unit,
            received_on: row.received_on,
            released_at: row.released_at,
            typical_month: row.typical_month,
        }
    }
}

/// For how long an answer may be kept by whoever asked.
fn cacheable(core: &Core) -> (header::HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("public, max-age={}", core.config.public_seconds));
    (header::CACHE_CONTROL, value.unwrap_or(HeaderValue::from_static("no-store")))
}
