//! Lists in pages, by a key that moves with the rows (keyset paging).

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use utoipa::IntoParams;

use crate::{Problem, Query};

const LONGEST_CURSOR: usize = 1024;

/// Which part of a list is asked for: `?limit=&after=`.
#[derive(Clone, Debug, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many rows, 1 to 200.
    #[param(required = false, minimum = 1, maximum = 200, default = 50)]
    pub limit: u32,
    /// Where the page before ended, from its `Link` header.
    #[param(required = false, value_type = String)]
    pub after: Option<Cursor>,
}

/// The place where a page ended: what the service wrote, wrapped so that clients do not read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// What the service wrote. It came from outside: parse it as such.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(serde::Deserialize)]
struct Raw {
    limit: Option<String>,
    after: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(raw) = Query::<Raw>::from_request_parts(parts, state).await?;
        let limit = match raw.limit.as_deref().map(str::parse) {
            None => 50,
            Some(Ok(limit @ 1..=200)) => limit,
            Some(Ok(_) | Err(_)) => {
                return Err(Problem::bad_request("limit", "应为 1 至 200 的整数", "must be 1 to 200"));
            }
        };
        let after = raw.after.as_deref().map(unwrap).transpose()?;
        Ok(Self { limit, after })
    }
}

fn unwrap(text: &str) -> Result<Cursor, Problem> {
    Some(text)
        .filter(|text| text.len() <= LONGEST_CURSOR)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Cursor)
        .ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}

/// Writes the header `Link` to the next page; `cursor` is what [`Cursor::as_str`] will give back.
#[must_use]
pub fn next_link(path_and_query_without_after: &str, cursor: &str) -> HeaderValue {
    let joint = if path_and_query_without_after.contains('?') { '&' } else { '?' };
    let after = URL_SAFE_NO_PAD.encode(cursor);
    let address = path_and_query_without_after.chars().filter(|c| c.is_ascii_graphic() && *c != '>');
    let link: String = ['<']
        .into_iter()
        .chain(address)
        .chain(format!("{joint}after={after}>; rel=\"next\"").chars())
        .collect();
    HeaderValue::from_str(&link).expect("only visible ASCII is left")
}
