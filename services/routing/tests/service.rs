//! The service as a process: events brought to its inbox, people at its HTTP door, PostgreSQL and NATS real.
#![expect(clippy::unwrap_used, reason = "a test ends where it is surprised")]

#[path = "service/catalogue.rs"]
mod catalogue;
#[path = "service/charges.rs"]
mod charges;
#[path = "service/dispatch.rs"]
mod dispatch;
#[path = "service/house.rs"]
mod house;
#[path = "service/instructions.rs"]
mod instructions;
#[path = "service/merged.rs"]
mod merged;
#[path = "service/petition.rs"]
mod petition;
#[path = "service/plain.rs"]
mod plain;
#[path = "service/replies.rs"]
mod replies;
#[path = "service/returns.rs"]
mod returns;
#[path = "service/sealed.rs"]
mod sealed;
#[path = "service/steps.rs"]
mod steps;
#[path = "service/units.rs"]
mod units;
#[path = "service/walk.rs"]
mod walk;
