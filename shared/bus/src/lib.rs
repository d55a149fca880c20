//! NATS JetStream as the suite uses it: publish with an id, consume with an explicit answer, streams made by the operator.

mod connect;
mod layout;
mod public;
mod publish;
mod subscribe;
mod wire;

pub use connect::{Bus, Settings};
pub use layout::{STREAM, ensure_consumer, ensure_streams};
pub use public::PUBLIC_STREAM;
pub use publish::Refusal;
pub use subscribe::{Delivery, Subscription, Waiting};
