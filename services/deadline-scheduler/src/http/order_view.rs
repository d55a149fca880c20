//! An order of supervision as callers see it.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{app::desk::Desk, store::orders::Order};

/// An order of supervision (督办单).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrderView {
    order: Uuid,
    case: Uuid,
    clock: Option<Uuid>,
    /// `notice` 督办单, `joint` 联合督办, `on-site` 现场督办, `listed` 挂牌督办, `criticise` 通报批评, `interview` 约谈, `account` 问责.
    form: String,
    unit: Option<String>,
    grounds: String,
    demand: String,
    /// `proposed`, `ordered`, `answered`, `dropped`, `lifted`.
    state: String,
    requested_by: String,
    #[schema(value_type = String, format = DateTime)]
    requested_at: Timestamp,
    approved_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    approved_at: Option<Timestamp>,
    answer: Option<String>,
    answered_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Timestamp>,
    remark: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    version: i64,
}

impl OrderView {
    /// # Errors
    /// A text does not open with the installation's key.
    pub(super) fn of(desk: &Desk, row: Order) -> anyhow::Result<Self> {
        let place = row.id.0;
        Ok(Self {
            order: row.id.0,
            case: row.case.0,
            clock: row.clock.map(|clock| clock.0),
            form: row.form,
            unit: row.unit,
            grounds: row.grounds,
            demand: desk.texts.open(place, &row.demand)?,
            state: row.state,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            answer: desk.texts.open_some(place, row.answer.as_deref())?,
            answered_by: row.answered_by,
            answered_at: row.answered_at,
            remark: desk.texts.open_some(place, row.remark.as_deref())?,
            ended_at: row.ended_at,
            version: row.version,
        })
    }
}
