//! Who calls: the bearer token, verified.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use identity::{Claims, Keys};
use jiff::Timestamp;

use crate::Problem;

/// What verifies tokens: the keys and the clock of the process. Laid over the routes as
/// `axum::Extension(verifier)` by whoever assembles them.
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<Keys>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// The holder of a valid token; without one the answer is 401.
#[derive(Clone, Debug)]
pub struct Caller(pub Claims);

/// The holder of a valid token, or nobody. A token that does not hold is 401 all the same.
#[derive(Clone, Debug)]
pub struct MaybeCaller(pub Option<Claims>);

impl Verifier {
    /// Joins keys and clock.
    pub fn new(keys: Arc<Keys>, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { keys, now: Arc::new(now) }
    }
}

fn claims(parts: &Parts) -> Result<Option<Claims>, Problem> {
    let Some(value) = parts.headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(Problem::unauthorized)?;
    let Some(verifier) = parts.extensions.get::<Verifier>() else {
        return Err(anyhow::anyhow!("no verifier is laid over the routes").into());
    };
    verifier.keys.verify(token, (verifier.now)()).map(Some).map_err(|_| Problem::unauthorized())
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        claims(parts)?.map(Self).ok_or_else(Problem::unauthorized)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        claims(parts).map(Self)
    }
}
