//! `POST /api/notification/notices/{id}/opened`: whom it was for has opened it.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use identity::{Action, Claims, may};
use ids::{NoticeId, RegionCode, UnitCode};
use notification_rules::words::Audience;
use web::{Caller, Path, Problem};

use super::Desk;
use crate::{
    app::opening,
    store::reading::{self, Kept},
};

/// 已读 mark a notice as opened; repeating it changes nothing
#[utoipa::path(
    post, path = "/notices/{id}/opened", operation_id = "open_notice",
    params(("id" = String, Path, description = "The notice", format = Uuid)), security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(crate) async fn open(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<NoticeId>,
) -> Result<StatusCode, Problem> {
    let core = &desk.core;
    let mut transaction = core.platform.db.pool.begin().await.context("opening a notice")?;
    let notice =
        reading::find(&mut transaction, id).await.context("opening a notice")?.ok_or_else(unknown)?;
    let seen = runtime::seals::sees(&mut transaction, &claims, notice.case.0, Some(&notice.region)).await;
    if !seen.context("opening a notice")? {
        return Err(unknown());
    }
    allowed(&claims, &notice)?;
    if notice.opened_at.is_none() {
        let (actor, now) = (claims.actor(), core.office.now());
        opening::open(&mut transaction, &[id.0], &actor, now).await.context("opening a notice")?;
        transaction.commit().await.context("opening a notice")?;
        core.platform.wake.outbox();
    }
    Ok(StatusCode::NO_CONTENT)
}

fn unknown() -> Problem {
    Problem::not_found("没有这条告知。", "There is no such notice.")
}

/// Only whom it is for opens it; a citizen learns nothing of what others are told.
fn allowed(claims: &Claims, notice: &Kept) -> Result<(), Problem> {
    let audience: Audience = notice.audience.parse().map_err(|_| unknown())?;
    if claims.case.is_some_and(|own| own != notice.case) {
        return Err(unknown());
    }
    match audience {
        Audience::Citizen if claims.case == Some(notice.case) => Ok(()),
        Audience::Citizen => Err(unknown()),
        Audience::Unit | Audience::Officer => {
            let unit: UnitCode = notice.recipient.parse().map_err(|_| unknown())?;
            Ok(may(claims, &Action::Handle { unit })?)
        }
        Audience::Centre => {
            let (case, region) = (notice.case, Some(notice.region.clone()));
            may(claims, &Action::ReadNotices)?;
            Ok(may(claims, &Action::ReadCase { case, unit: None, region })?)
        }
        Audience::County => {
            let county: RegionCode = notice.recipient.parse().map_err(|_| unknown())?;
            may(claims, &Action::Supervise)?;
            match claims.region.as_ref() {
                Some(bound) if !bound.contains(&county) => Err(unknown()),
                Some(_) | None => Ok(()),
            }
        }
        Audience::Supervisor | Audience::Leader | Audience::InCharge => Ok(may(claims, &Action::Supervise)?),
    }
}
