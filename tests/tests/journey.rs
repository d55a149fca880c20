//! Cases walk through all services at once, over HTTP, on a private PostgreSQL and NATS.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "journey/accusation.rs"]
mod accusation;
#[path = "journey/assignment.rs"]
mod assignment;
#[path = "journey/call.rs"]
mod call;
#[path = "journey/clerk.rs"]
mod clerk;
#[path = "journey/desk.rs"]
mod desk;
#[path = "journey/early.rs"]
mod early;
#[path = "journey/five_years.rs"]
mod five_years;
#[path = "journey/forwarding.rs"]
mod forwarding;
#[path = "journey/group.rs"]
mod group;
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
#[path = "journey/instruction.rs"]
mod instruction;
#[path = "journey/joint.rs"]
mod joint;
#[path = "journey/letters.rs"]
mod letters;
#[path = "journey/neighbours.rs"]
mod neighbours;
#[path = "journey/new_city.rs"]
mod new_city;
#[path = "journey/petition.rs"]
mod petition;
#[path = "journey/reception.rs"]
mod reception;
#[path = "journey/returning.rs"]
mod returning;
#[path = "journey/roles.rs"]
mod roles;
#[path = "journey/sample.rs"]
mod sample;
#[path = "journey/superior.rs"]
mod superior;
#[path = "journey/termination.rs"]
mod termination;
#[path = "journey/tries.rs"]
mod tries;
#[path = "journey/walk.rs"]
mod walk;
