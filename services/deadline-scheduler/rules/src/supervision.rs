//! A supervision order (督办单) from the request to its end. The written answer is owed; an answer that says nothing is sent back.
//!
//! | | approve | drop | answer | accept | send back | lift |
//! |---|---|---|---|---|---|---|
//! | proposed | ordered | dropped | – | – | – | – |
//! | ordered | – | – | answered | – | – | lifted |
//! | answered | – | – | – | lifted | ordered | lifted |
//! | dropped, lifted | – | – | – | – | – | – |
//!
//! A command that the state does not know changes nothing and is refused by the caller.

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Asked for (提请); it binds nobody yet.
    Proposed,
    /// It binds its unit; a written answer is owed.
    Ordered,
    /// The unit answered; somebody is to read it.
    Answered,
    /// Not approved.
    Dropped,
    /// It is over.
    Lifted,
}

/// What is done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderCommand {
    /// Let it out.
    Approve,
    /// Do not.
    Drop,
    /// The unit answers in writing.
    Answer,
    /// The answer is enough.
    Accept,
    /// The answer is not enough.
    SendBack,
    /// It is over without or before an accepted answer.
    Lift,
}

/// What is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderEffect {
    /// The order is out: its clock begins.
    Ordered,
    /// It was answered: its clock is met.
    Answered,
    /// It is over.
    Lifted,
    /// Nobody outside need know.
    Silent,
}

/// Decides; none if the state does not know the command.
#[must_use]
pub fn decide_order(state: Order, command: OrderCommand) -> Option<(Order, OrderEffect)> {
    use Order::{Answered, Dropped, Lifted, Ordered, Proposed};
    use OrderCommand::{Accept, Answer, Approve, Drop, Lift, SendBack};
    match (state, command) {
        (Proposed, Approve) => Some((Ordered, OrderEffect::Ordered)),
        (Proposed, Drop) => Some((Dropped, OrderEffect::Silent)),
        (Ordered, Answer) => Some((Answered, OrderEffect::Answered)),
        (Answered, SendBack) => Some((Ordered, OrderEffect::Ordered)),
        (Answered, Accept) | (Ordered | Answered, Lift) => Some((Lifted, OrderEffect::Lifted)),
        (Proposed, Answer | Accept | SendBack | Lift)
        | (Ordered, Approve | Drop | Accept | SendBack)
        | (Answered, Approve | Drop | Answer)
        | (Dropped | Lifted, Approve | Drop | Answer | Accept | SendBack | Lift) => None,
    }
}
