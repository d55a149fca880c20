//! The life of a subscription whose entries are pushed (webhook).
//!
//! | from | an answer 2xx | 410 Gone | any other answer, or none | a person switches on | a person switches off |
//! |---|---|---|---|---|---|
//! | Active | Active, failures forgotten | Disabled | Active with a pause; Disabled when it fails for too long | – | Stopped |
//! | Disabled | – | – | – | Active | Stopped |
//! | Stopped | – | – | – | Active | – |
//!
//! No entry is ever left out: the place in the feed moves on with a 2xx only, and stays through every pause and stop.

use jiff::{SignedDuration, Timestamp};

use crate::lifecycle::Patience;

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Entries are pushed.
    Active {
        /// Attempts since the last success.
        failures: u32,
        /// When the first of them was.
        failing_since: Option<Timestamp>,
        /// Not before this moment.
        next_at: Timestamp,
    },
    /// It failed for too long, or its receiver said that it is gone.
    Disabled,
    /// A person switched it off.
    Stopped,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The receiver took an entry.
    Taken,
    /// The receiver says that it is gone (410).
    Gone,
    /// Anything else; the receiver may have said when to come again.
    Failed {
        /// From `Retry-After`.
        retry_after: Option<SignedDuration>,
    },
    /// A person switches it on.
    Start,
    /// A person switches it off.
    Stop,
}

/// What is to be done beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Move on in the feed.
    Advance,
    /// Tell the centre that it is no longer pushed.
    TellDisabled,
}

/// Says where a subscription stands after a command. `give_up`: how long it may fail.
#[must_use]
pub fn decide(
    state: State,
    command: Command,
    now: Timestamp,
    patience: &Patience,
    give_up: SignedDuration,
) -> (State, Option<Effect>) {
    use Command as C;
    use State as S;
    let fresh = S::Active { failures: 0, failing_since: None, next_at: now };
    match (state, command) {
        (S::Active { .. }, C::Taken) => (fresh, Some(Effect::Advance)),
        (S::Active { .. }, C::Gone) => (S::Disabled, Some(Effect::TellDisabled)),
        (S::Active { failures, failing_since, .. }, C::Failed { retry_after }) => {
            let since = failing_since.unwrap_or(now);
            if now.duration_since(since) >= give_up {
                return (S::Disabled, Some(Effect::TellDisabled));
            }
            let place = usize::try_from(failures).unwrap_or(usize::MAX);
            let table = patience.pauses.get(place).or(patience.pauses.last()).copied().unwrap_or_default();
            let asked = retry_after.unwrap_or_default().min(SignedDuration::from_hours(24));
            let next_at = now.checked_add(table.max(asked)).unwrap_or(Timestamp::MAX);
            (S::Active { failures: failures.saturating_add(1), failing_since: Some(since), next_at }, None)
        }
        (S::Disabled | S::Stopped, C::Start) => (fresh, None),
        (S::Active { .. } | S::Disabled, C::Stop) => (S::Stopped, None),
        (S::Active { .. }, C::Start)
        | (S::Disabled, C::Taken | C::Gone | C::Failed { .. })
        | (S::Stopped, C::Taken | C::Gone | C::Failed { .. } | C::Stop) => (state, None),
    }
}
