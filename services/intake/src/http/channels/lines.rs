//! GET and PUT /lines: the registry of older numbers that were merged into the one (合并热线).

use axum::{body::Bytes, extract::State, http::HeaderMap};
use identity::Action;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use crate::{
    app::Desk,
    http::{
        fault,
        given::Given,
        rows::{self, Replaced},
    },
    store::registers::{self, LINES, MergedLine},
};

/// How a number was merged.
const MODES: &[&str] = &["cancelled", "parallel", "sub-centre"];

/// Merged lines.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineTable {
    lines: Vec<MergedLine>,
}

/// Lists the merged lines. Public, as the numbers are.
#[utoipa::path(get, path = "/lines", tag = "channels", security(()), responses((status = 200, body = LineTable)))]
pub(crate) async fn lines(State(desk): State<Desk>) -> Result<Json<LineTable>, Problem> {
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(|error| fault(error.into()))?;
    let lines = registers::all(&mut connection, &LINES).await.map_err(|error| fault(error.into()))?;
    Ok(Json(LineTable { lines }))
}

/// Puts a table of lines in the place of the one before: JSON, TOML or CSV.
#[utoipa::path(put, path = "/lines", tag = "channels", security(("bearer" = [])),
    request_body(content = Vec<MergedLine>, description = "{\"lines\": […]}, [[lines]], or CSV with a head"),
    responses((status = 200, body = Replaced), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put_lines(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Replaced>, Problem> {
    rows::may_replace(&claims, &Action::ManageCatalogue)?;
    let mut lines: Vec<MergedLine> = rows::read(&headers, &body, "lines")?;
    let mut given = Given::default();
    for (at, line) in lines.iter_mut().enumerate() {
        let field = |name: &str| format!("lines[{at}].{name}");
        line.name = given.line(&field("name"), &line.name, 100);
        line.owner = given.line(&field("owner"), &line.owner, 100);
        given.word(&field("mode"), &line.mode, MODES);
        for (name, number) in [("number", &line.number), ("into_number", &line.into_number)] {
            given.ensure(
                (3..=20).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()),
                &field(name),
                "应为 3 至 20 位数字",
                "must be 3 to 20 digits",
            );
        }
        given.ensure(
            line.number != line.into_number,
            &field("into_number"),
            "不能并入自身",
            "a number does not lead to itself",
        );
        if let Some(region) = &line.region {
            given.region(&desk.core, &claims, &field("region"), region).await?;
        }
    }
    given.once("lines", lines.iter().map(|line| line.number.as_str()));
    given.check()?;
    let write = async {
        let mut transaction = desk.core.platform.db.pool.begin().await?;
        registers::replace(&mut transaction, &LINES, &lines).await?;
        transaction.commit().await
    };
    write.await.map_err(|error| fault(error.into()))?;
    Ok(Json(Replaced { rows: lines.len() }))
}
