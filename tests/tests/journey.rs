//! Cases walk through all services at once, over HTTP, on a private PostgreSQL and NATS.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "journey/assignment.rs"]
mod assignment;
#[path = "journey/desk.rs"]
mod desk;
#[path = "journey/forwarding.rs"]
mod forwarding;
#[path = "journey/hostile.rs"]
mod hostile;
#[path = "journey/hostile_bounds.rs"]
mod hostile_bounds;
#[path = "journey/hostile_citizen.rs"]
mod hostile_citizen;
#[path = "journey/hostile_desk.rs"]
mod hostile_desk;
#[path = "journey/hostile_files.rs"]
mod hostile_files;
#[path = "journey/hostile_officer.rs"]
mod hostile_officer;
#[path = "journey/hostile_operator.rs"]
mod hostile_operator;
#[path = "journey/hostile_wire.rs"]
mod hostile_wire;
#[path = "journey/house.rs"]
mod house;
#[path = "journey/petition.rs"]
mod petition;
#[path = "journey/returning.rs"]
mod returning;
#[path = "journey/roles.rs"]
mod roles;
#[path = "journey/tries.rs"]
mod tries;
