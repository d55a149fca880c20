//! POST /imports: rows of an older system become cases (历史数据导入).

use axum::extract::State;
use identity::{Action, may};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, FieldError, Json, Later, Problem};

use crate::{
    app::{
        Desk,
        import::{self, Imported, Row},
        prepare::pack,
    },
    http::fault,
};

/// Rows of one request at most.
const MOST: usize = 500;

/// What is brought in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Load {
    /// The policy pack under which the cases are kept.
    pack: String,
    /// At most 500.
    rows: Vec<Row>,
}

/// What became of each row, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Loaded {
    rows: Vec<Imported>,
}

/// Imports rows. A bad row does not stop the others; a repeated one changes nothing.
#[utoipa::path(post, path = "/imports", tag = "imports", request_body = Load,
    responses((status = 200, description = "what became of each row", body = Loaded),
              (status = 403, description = "not allowed", body = Problem),
              (status = 422, description = "the request is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn import(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    load: Later<Load>,
) -> Result<Json<Loaded>, Problem> {
    may(&claims, &Action::Import)?;
    let load = load.read()?;
    if load.rows.len() > MOST {
        return Err(Problem::unprocessable(vec![FieldError::new(
            "rows",
            format!("一次最多 {MOST} 行"),
            format!("at most {MOST} rows at once"),
        )]));
    }
    let known = pack(&desk.core, Some(&load.pack))?;
    let rows = import::import(&desk.core, known, load.rows, &claims.actor()).await.map_err(fault)?;
    Ok(Json(Loaded { rows }))
}
