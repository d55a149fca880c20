//! Who calls and what they may do: roles, claims, their signed form, and one pure `may()`.

mod claims;
mod keys;
mod may;
mod role;

pub use claims::{Claims, Scope, account};
pub use keys::{Invalid, Keys};
pub use may::{Action, Denied, may};
pub use role::Role;
