//! The client's own key of a creation, so that a repeat creates nothing.

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::Problem;

/// The header `Idempotency-Key`: 1 to 255 visible ASCII characters, else 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let bytes = value.as_bytes();
        let fits = (1..=255).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
        match value.to_str() {
            Ok(key) if fits => Ok(Self(Some(key.to_owned()))),
            Ok(_) | Err(_) => Err(Problem::bad_request(
                "Idempotency-Key",
                "应为 1 至 255 个可见 ASCII 字符",
                "must be 1 to 255 visible ASCII characters",
            )),
        }
    }
}
