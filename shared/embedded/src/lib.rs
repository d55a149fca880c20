//! Private PostgreSQL and NATS servers as child processes in one data folder, never a system service.
//!
//! Whoever holds [`Servers`] owns the folder (a lock file says so) and both servers live in it: their data, sockets,
//! logs, generated passwords and pid files. They listen on loopback only. If the owner is killed, the kernel ends the
//! servers with it; should one survive all the same, the next [`Servers::start`] on the folder ends it first.

mod account;
mod child;
mod clear;
mod free_port;
mod home;
mod locate;
mod nats;
mod options;
mod postgres;
mod servers;
mod stray;
mod urls;

pub use clear::clear;
pub use home::settle;
pub use options::Options;
pub use servers::Servers;
pub use urls::{Urls, running};
