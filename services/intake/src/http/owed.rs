//! GET /notices/owed: which written notices are owed, until when, and which are late.

use axum::extract::State;
use identity::{Action, may};
use intake_rules::{State as Stage, decline_reason, notice::Owed};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use crate::{
    app::Desk,
    http::{alike::bounds, broken},
    store::notices::{self, Search},
};

/// Cases shown for each form at most.
const MOST: i64 = 200;

/// What is owed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AllOwed {
    /// Those that are due first come first.
    owed: Vec<Debt>,
    /// So many of them are late.
    late: usize,
}

/// One notice that is owed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Debt {
    number: String,
    region: String,
    form: String,
    form_zh: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Last day on which it is in time, where the pack names a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    late: bool,
}

/// Lists the notices owed under all packs.
#[utoipa::path(get, path = "/notices/owed", tag = "acceptance",
    responses((status = 200, description = "what is owed", body = AllOwed),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn owed(State(desk): State<Desk>, Caller(claims): Caller) -> Result<Json<AllOwed>, Problem> {
    may(&claims, &Action::ReadNotices)?;
    let core = &desk.core;
    let Some(region) = bounds(&claims) else { return Ok(Json(AllOwed { owed: Vec::new(), late: 0 })) };
    let today = core.today();
    let mut owed = Vec::new();
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    for known in core.packs.all() {
        let reasons: Vec<&str> = known
            .pack
            .decline
            .iter()
            .filter(|reason| reason.notice)
            .map(|reason| reason.code.as_str())
            .collect();
        for form in known.pack.notice.iter().filter(|form| form.owed != Owed::OnDemand) {
            let states: Vec<&'static str> = Stage::ALL
                .into_iter()
                .filter(|state| form.is_owed(*state, true))
                .map(Stage::as_str)
                .collect();
            let search = Search {
                pack: &known.stamp.id,
                form: &form.code,
                states: &states,
                reasons: (form.owed == Owed::Declined).then_some(&reasons),
                region: region.as_deref(),
                confidential: may(&claims, &Action::ReadSealed).is_ok(),
                limit: MOST,
            };
            for case in notices::without(&mut connection, &search).await.map_err(broken)? {
                let reason = case.reason.as_deref().and_then(|code| decline_reason(&known.pack, code).ok());
                if !form.is_owed(case.state, reason.is_none_or(|reason| reason.notice)) {
                    continue;
                }
                let debt = form.debt(case.received_at.to_zoned(core.zone.clone()).date(), today);
                owed.push(Debt {
                    number: case.number,
                    region: case.region,
                    form: form.code.clone(),
                    form_zh: form.label.zh.clone(),
                    reason: case.reason,
                    due_on: debt.due,
                    late: debt.late,
                });
            }
        }
    }
    // Those without a limit come last.
    owed.sort_by_key(|debt| (debt.due_on.is_none(), debt.due_on));
    let late = owed.iter().filter(|debt| debt.late).count();
    Ok(Json(AllOwed { owed, late }))
}
