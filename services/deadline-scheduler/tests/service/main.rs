//! The service against a real PostgreSQL: what is heard becomes clocks, what is due is said once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chosen_again;
mod desk;
mod duties;
mod five_fast;
mod happenings;
mod known_failures;
mod nineteen;
mod walk;
