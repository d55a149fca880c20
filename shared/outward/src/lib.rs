//! HTTP out of the suite: the line with TLS, and requests that an installation describes as data.

mod post;
mod profile;

pub use post::{Post, Reply};
pub use profile::{Described, Outcome, Profile};
