//! Versions of things, as `ETag` and `If-Match`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, header, request::Parts},
};

use crate::Problem;

/// The version that the caller read, from `If-Match: "7"`; rubbish is 400, `*` counts as none given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// Gives the version, or 428 when the caller named none.
    ///
    /// # Errors
    /// The problem to answer with.
    pub fn require(self) -> Result<i64, Problem> {
        self.0.ok_or_else(Problem::precondition_required)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        text.strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(|digits| digits.parse().ok())
            .map(|version| Self(Some(version)))
            .ok_or_else(|| {
                Problem::bad_request(
                    "If-Match",
                    "应为所读取的版本，例如 \"7\"",
                    "must be the version you read, such as \"7\"",
                )
            })
    }
}

/// Writes a version as the header `ETag`.
#[must_use]
pub fn etag(version: i64) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("\"{version}\"")).expect("digits are visible ASCII");
    (header::ETAG, value)
}
