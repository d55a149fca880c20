//! `GET /cases/{case_id}/clocks`: all limits of a case, in the order they began.

use anyhow::Context as _;
use axum::extract::State;
use identity::{Action, Scope, may};
use ids::CaseId;
use pg::Database;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use super::view::ClockView;
use crate::store;

/// Lists the limits of a case: for staff who may read it, and for the citizen who holds its number and query code, who is
/// not shown what runs between offices, nor which office it binds.
#[utoipa::path(get, path = "/cases/{case_id}/clocks", tag = "clocks", params(("case_id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = [ClockView]), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 404, body = Problem)))]
pub(super) async fn case_clocks(
    State(db): State<Database>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
) -> Result<Json<Vec<ClockView>>, Problem> {
    let case = CaseId(case);
    let mut connection = db.pool.acquire().await.context("reading clocks")?;
    let facts = store::facts::seen(&mut connection, &claims, case).await.context("reading facts")?;
    let (unit, region) =
        facts.as_ref().map_or((None, None), |facts| (facts.unit.clone(), Some(facts.region.clone())));
    // Asked before "not found" is said, so that nobody learns by it which cases there are.
    may(&claims, &Action::ReadCase { case, unit, region })?;
    if facts.is_none() {
        return Err(Problem::not_found("没有这个诉求的时限。", "No limits are known of this case."));
    }
    let clocks = store::clocks::of_cases(&mut connection, &[case.0]).await.context("reading clocks")?;
    drop(connection);
    let now = db.now().await.context("asking the time")?;
    let citizen = matches!(claims.scope(), Scope::Case(_));
    let shown = clocks.into_iter().filter(|clock| !(citizen && clock.name.is_internal()));
    let view = |clock| {
        let view = ClockView::at(clock, now);
        if citizen { view.for_citizen() } else { view }
    };
    Ok(Json(shown.map(view).collect()))
}
