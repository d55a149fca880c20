//! Everything HTTP that the services have in common: problems, extractors, limits, health, the server loop.
//!
//! Every error body of the suite is `application/problem+json` (RFC 9457), Chinese first. Handlers return
//! [`Problem`]; what axum itself refuses (unknown route, wrong method, wrong path) is turned into one by [`layers()`].

mod body;
mod caller;
mod gate;
pub mod health;
mod idempotency;
mod layers;
mod observe;
mod openapi;
mod origin;
mod page;
mod parts;
mod precondition;
mod problem;
mod refusals;
mod server;

pub use body::{Json, Later};
pub use caller::{Caller, MaybeCaller, Verifier};
pub use gate::{Gate, own_case, own_unit};
pub use idempotency::IdempotencyKey;
pub use layers::{Limits, layers};
pub use observe::trace_id;
pub use openapi::openapi;
pub use origin::Origin;
pub use page::{Cursor, Page, next_link};
pub use parts::{Path, Query};
pub use precondition::{IfMatch, etag};
pub use problem::{FieldError, Problem};
pub use server::{Serve, serve};
