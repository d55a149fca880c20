//! The knowledge base (知识库) and the service catalogue (办事指南).

pub(crate) mod deeds;
pub(crate) mod due;
pub(crate) mod get;
pub(crate) mod input;
pub(crate) mod propose;
pub(crate) mod revise;
pub(crate) mod search;
pub(crate) mod used;

use intake_rules::standing;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::articles::{Article, Office};

/// An article as its readers see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArticleView {
    article: String,
    /// `article` or `service` (办事指南).
    form: String,
    /// `draft`, `published`, `expired` or `withdrawn`.
    state: &'static str,
    revision: i32,
    title: String,
    body: String,
    /// How citizens ask for it.
    questions: Vec<String>,
    /// What to bring (所需材料).
    materials: Vec<String>,
    subject: Option<String>,
    region: Option<String>,
    /// The unit that answers for it.
    owner_unit: String,
    /// The competent office to which a caller is referred.
    refer_unit: Option<String>,
    office: Option<Office>,
    /// What it stands on.
    source: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    valid_until: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    next_review_on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    published_on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    reviewed_on: Option<Date>,
    /// How often it answered somebody.
    uses: i64,
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
    /// Who changed it last; never a name.
    actor: String,
    version: i64,
}

impl ArticleView {
    pub(crate) fn of(article: Article, today: Date) -> Self {
        Self {
            article: article.id.to_string(),
            form: article.form,
            state: standing(article.state, article.valid_until, today),
            revision: article.revision,
            title: article.title,
            body: article.body,
            questions: article.questions,
            materials: article.materials,
            subject: article.subject,
            region: article.region,
            owner_unit: article.owner_unit.to_string(),
            refer_unit: article.refer_unit,
            office: article.office,
            source: article.source,
            valid_until: article.valid_until,
            next_review_on: article.next_review_on,
            published_on: article.published_on,
            reviewed_on: article.reviewed_on,
            uses: article.uses,
            changed_at: article.changed_at,
            actor: article.actor,
            version: article.version,
        }
    }
}
