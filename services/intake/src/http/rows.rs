//! Whole tables as an office keeps them in a file: JSON, TOML or CSV, by `Content-Type`.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use identity::{Action, Claims, may};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;
use web::{FieldError, Problem};

/// Rows of one table at most.
const MOST: usize = 5000;

/// How many rows stand there now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replaced {
    pub(crate) rows: usize,
}

/// Lets through who keeps such tables for the whole installation: who is bound to a region would drop the rows of others.
pub(crate) fn may_replace(claims: &Claims, action: &Action) -> Result<(), Problem> {
    may(claims, action)?;
    if claims.region.is_none() {
        return Ok(());
    }
    Err(Problem::of(StatusCode::FORBIDDEN).detail(
        "整表更新须由不限辖区的人员进行。",
        "A whole table is replaced only by who is not bound to a region.",
    ))
}

/// Reads the rows of a body; `key` is the name of the list in JSON and TOML.
pub(crate) fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &[u8],
    key: &str,
) -> Result<Vec<T>, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let unread =
        |reason: String| Problem::unprocessable(vec![FieldError::new(key, "表格内容无法读取", reason)]);
    let rows: Vec<T> = match kind.as_str() {
        "application/json" => named(
            serde_json::from_slice::<BTreeMap<String, Vec<T>>>(body)
                .map_err(|error| unread(place(error.line(), error.column())))?,
            key,
        ),
        "application/toml" => {
            let text = std::str::from_utf8(body).map_err(|_| unread("is not UTF-8".to_owned()))?;
            // What the library says may quote the row; its place is enough.
            named(
                toml::from_str::<BTreeMap<String, Vec<T>>>(text).map_err(|error| {
                    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                    unread(place(before.matches('\n').count() + 1, 1))
                })?,
                key,
            )
        }
        "text/csv" => {
            // Spreadsheets of a certain make begin with a byte order mark.
            let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
            let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(body);
            let rows: Result<Vec<T>, csv::Error> = reader.deserialize().collect();
            Some(rows.map_err(|error| {
                unread(place(error.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1)), 1))
            })?)
        }
        _ => {
            return Err(Problem::of(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(
                "请以 application/json、application/toml 或 text/csv 提交。",
                "Send the table as application/json, application/toml or text/csv.",
            ));
        }
    }
    .ok_or_else(|| unread(format!("the list `{key}` is missing")))?;
    if rows.len() > MOST {
        return Err(unread(format!("has more than {MOST} rows")));
    }
    Ok(rows)
}

/// The one list that may be there.
fn named<T>(mut lists: BTreeMap<String, Vec<T>>, key: &str) -> Option<Vec<T>> {
    let rows = lists.remove(key);
    rows.filter(|_| lists.is_empty())
}

fn place(line: usize, column: usize) -> String {
    format!("cannot be read at line {line}, column {column}")
}
