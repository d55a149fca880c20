//! `POST /calendar/files`: puts a notice in force; running limits are reckoned anew after it, closed cases never.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use identity::{Action, may};
use runtime::emit;
use serde_json::Value;
use web::{Caller, FieldError, Later, Problem};

use super::calendar_preview::{notice, under};
use crate::{
    NAME,
    app::{desk::Desk, tell_days},
    store::{self, calendars::File},
};

/// Puts a year's or a region's file in force. Its version is higher than that of the file it follows.
#[utoipa::path(post, path = "/calendar/files", tag = "calendar", security(("bearer" = [])), request_body = Object,
    responses((status = 202, description = "in force; limits are being reckoned anew"), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn calendar_publish(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    file: Later<Value>,
) -> Result<StatusCode, Problem> {
    may(&claims, &Action::Administer)?;
    let file = file.read()?;
    let content = file.to_string();
    let notice = notice(file)?;
    let ((kind, key, version), source) = (notice.name(), notice.source());
    if source.trim().is_empty() {
        return Err(Problem::unprocessable(vec![FieldError::new(
            "papers",
            "应写明通知出处",
            "where the notice stands must be said",
        )]));
    }
    let before = known(&desk, kind, &key).await?;
    if version <= before {
        return Err(in_force(before));
    }
    let rules = under(&desk, notice.clone()).await?;
    let mut transaction = desk.db.pool.begin().await.context("publishing a calendar")?;
    let now = store::now(&mut transaction).await.context("asking the time")?;
    let version_row = i32::try_from(version).unwrap_or(i32::MAX);
    let row = File {
        kind: kind.to_owned(),
        key: key.clone(),
        version: version_row,
        content,
        source,
        published_by: claims.actor(),
        published_at: now,
    };
    if !store::calendars::insert(&mut transaction, &row).await.context("writing the calendar")? {
        // Another person put one of this version in force between the two looks.
        return Err(in_force(version));
    }
    let revision = i32::try_from(rules.calendars.national().revision()).unwrap_or(i32::MAX);
    let subject = format!("{kind}:{key}:{version}");
    store::recomputations::ask(&mut transaction, ("calendar", &subject), revision, &claims.actor(), now)
        .await
        .context("asking for the recomputation")?;
    let draft = tell_days::draft(&notice, version_row, claims.actor(), now);
    emit(&mut transaction, NAME, vec![draft]).await.context("saying it")?;
    transaction.commit().await.context("publishing a calendar")?;
    let calendars = (*rules.calendars).clone();
    desk.live.publish(calendars);
    desk.wake.outbox();
    Ok(StatusCode::ACCEPTED)
}

fn in_force(version: u32) -> Problem {
    Problem::conflict(
        format!("已有版本 {version}，新文件的版本应更高。"),
        format!("Version {version} is in force; a new file has a higher one."),
    )
}

async fn known(desk: &Desk, kind: &str, key: &str) -> Result<u32, Problem> {
    let mut connection = desk.db.pool.acquire().await.context("reading calendars")?;
    let stored = store::calendars::newest(&mut connection).await.context("reading calendars")?;
    let stored =
        stored.iter().find(|file| file.kind == kind && file.key == key).map_or(0, |file| file.version);
    let shipped = calendar::shipped_set().years().find(|year| kind == "year" && year.year.to_string() == key);
    Ok(shipped.map_or(0, |year| year.version).max(u32::try_from(stored).unwrap_or(0)))
}
