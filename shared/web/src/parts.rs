//! Path and query parameters that answer with problems.

use axum::{
    extract::{FromRequestParts, rejection::PathRejection},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::Problem;

/// Parameters in the path; what cannot be read is no address of ours: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

/// Parameters in the query; what cannot be read is 400 and names the parameter where serde does.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path: Result<_, PathRejection> = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| {
            Problem::not_found("地址中的编号格式不正确。", "The id in the address is malformed.")
        })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                // "Failed to deserialize query string: limit: invalid digit found in string"
                let text = rejection.body_text();
                let text = text.split_once(": ").map_or(text.as_str(), |(_, rest)| rest);
                let (field, reason) = text.split_once(": ").unwrap_or(("query", text));
                let quoted = text.split('`').nth(1).unwrap_or(field).to_owned();
                Err(Problem::bad_request(quoted, "参数不正确", reason))
            }
        }
    }
}
