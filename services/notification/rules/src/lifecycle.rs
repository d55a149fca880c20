//! The life of a message on its way out.
//!
//! | from | taken up | brought | not now | never | opened | tried again | put off |
//! |---|---|---|---|---|---|---|---|
//! | Waiting | Sending, when its time has come | Brought | – | – | – | – | Waiting, until then |
//! | Sending | Sending again, when nobody came back in time | Brought | Failed, or GivenUp after the last pause | GivenUp | Opened | – | Waiting, when nobody came back in time |
//! | Failed | Sending, when its time has come | Brought | – | – | Opened | Waiting, at once | Failed, until then |
//! | Brought | – | – | – | – | Opened | – | – |
//! | GivenUp | – | Brought (a late receipt) | – | – | Opened | Waiting | – |
//! | Opened | – | – | – | – | – | – | – |
//!
//! An empty field changes nothing and says nothing: what is heard twice, late or in another order does no harm.
//! A history that was brought in owes nobody a message: it has no delivery at all.

use jiff::{SignedDuration, Timestamp};

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// To be sent, not before a moment.
    Waiting {
        /// When.
        not_before: Timestamp,
        /// How often it was tried; a person who has it tried again starts a new count.
        attempts: u32,
    },
    /// A carrier has it in hand.
    Sending {
        /// How often it was tried, this time included.
        attempts: u32,
        /// When nobody is believed to have it in hand any more.
        until: Timestamp,
    },
    /// The carrier has taken it.
    Brought {
        /// How often it was tried, the last time included.
        attempts: u32,
        /// When.
        at: Timestamp,
    },
    /// It was refused for now.
    Failed {
        /// How often it was tried.
        attempts: u32,
        /// When to try next.
        next_at: Timestamp,
        /// A reason code.
        reason: String,
    },
    /// It is tried no more, unless a person asks.
    GivenUp {
        /// How often it was tried.
        attempts: u32,
        /// A reason code.
        reason: String,
    },
    /// Whom it was for has opened it.
    Opened {
        /// How often it was tried.
        attempts: u32,
        /// When.
        at: Timestamp,
    },
}

impl State {
    /// When it may be taken up; nothing while a carrier has it in hand, and at the end.
    #[must_use]
    pub const fn due(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting { not_before: at, .. } | Self::Failed { next_at: at, .. } => Some(*at),
            Self::Sending { .. } | Self::Brought { .. } | Self::GivenUp { .. } | Self::Opened { .. } => None,
        }
    }
}

/// What happens to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A carrier takes it up.
    Take,
    /// The carrier has taken it.
    Bring,
    /// Not now: the carrier is away or busy.
    Delay {
        /// A reason code.
        reason: String,
        /// The carrier said when to come again.
        retry_after: Option<SignedDuration>,
    },
    /// Never: the address is none.
    Refuse {
        /// A reason code.
        reason: String,
    },
    /// Whom it was for has opened it.
    Open,
    /// A person has it tried again.
    Replay,
    /// It would disturb somebody: it waits for a moment in which it does not.
    PutOff {
        /// That moment.
        to: Timestamp,
    },
}

/// How patiently a carrier is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The pause after each attempt; after the attempt that follows the last pause it is given up.
    pub pauses: Vec<SignedDuration>,
    /// How long a carrier may have it in hand.
    pub in_hand: SignedDuration,
}

impl Patience {
    /// How long all attempts take at most.
    #[must_use]
    pub fn whole(&self) -> SignedDuration {
        let tries = i32::try_from(self.pauses.len() + 1).unwrap_or(i32::MAX);
        let in_hand = self.in_hand.checked_mul(tries).unwrap_or(SignedDuration::MAX);
        self.pauses.iter().fold(in_hand, |sum, pause| sum.saturating_add(*pause))
    }
}

/// What is to be done or told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Hand it to the carrier.
    Send,
    /// `notice.sent`.
    Sent,
    /// Try its next way, or say `notice.failed`.
    Failed,
}

/// Says where a message stands after a command.
#[must_use]
pub fn decide(
    state: &State,
    command: &Command,
    now: Timestamp,
    patience: &Patience,
) -> (State, Option<Effect>) {
    use Command as C;
    use State as S;
    let take = |attempts: u32| {
        let attempts = attempts.saturating_add(1);
        (S::Sending { attempts, until: after(now, patience.in_hand) }, Some(Effect::Send))
    };
    let bring = |attempts| (S::Brought { attempts, at: now }, Some(Effect::Sent));
    let same = || (state.clone(), None);
    match (state, command) {
        (S::Waiting { not_before: due, attempts }, C::Take)
        | (S::Failed { next_at: due, attempts, .. }, C::Take)
        | (S::Sending { until: due, attempts }, C::Take) => {
            if *due <= now {
                take(*attempts)
            } else {
                same()
            }
        }
        (
            S::Waiting { attempts, .. }
            | S::Sending { attempts, .. }
            | S::Failed { attempts, .. }
            | S::GivenUp { attempts, .. },
            C::Bring,
        ) => bring(*attempts),
        (S::Sending { attempts, .. }, C::Delay { reason, retry_after }) => {
            delay(*attempts, reason, *retry_after, now, patience)
        }
        (S::Sending { attempts, .. }, C::Refuse { reason }) => {
            (S::GivenUp { attempts: *attempts, reason: reason.clone() }, Some(Effect::Failed))
        }
        // Who has opened it has it, whatever the carrier believes.
        (S::Sending { attempts, .. } | S::Failed { attempts, .. } | S::GivenUp { attempts, .. }, C::Open) => {
            (S::Opened { attempts: *attempts, at: now }, Some(Effect::Sent))
        }
        (S::Brought { attempts, .. }, C::Open) => (S::Opened { attempts: *attempts, at: now }, None),
        (S::Failed { .. } | S::GivenUp { .. }, C::Replay) => {
            (S::Waiting { not_before: now, attempts: 0 }, None)
        }
        (S::Waiting { not_before, attempts }, C::PutOff { to }) => {
            (S::Waiting { not_before: (*not_before).max(*to), attempts: *attempts }, None)
        }
        (S::Sending { until, attempts }, C::PutOff { to }) => {
            if *until <= now {
                (S::Waiting { not_before: *to, attempts: *attempts }, None)
            } else {
                same()
            }
        }
        (S::Failed { next_at, attempts, reason }, C::PutOff { to }) => {
            let next_at = (*next_at).max(*to);
            (S::Failed { next_at, attempts: *attempts, reason: reason.clone() }, None)
        }
        (S::Brought { .. } | S::GivenUp { .. } | S::Opened { .. }, C::PutOff { .. }) => same(),
        (S::Waiting { .. }, C::Delay { .. } | C::Refuse { .. } | C::Open | C::Replay)
        | (S::Sending { .. }, C::Replay)
        | (S::Failed { .. } | S::GivenUp { .. }, C::Delay { .. } | C::Refuse { .. })
        | (S::GivenUp { .. }, C::Take)
        | (S::Brought { .. }, C::Take | C::Bring | C::Delay { .. } | C::Refuse { .. } | C::Replay)
        | (S::Opened { .. }, C::Take | C::Bring | C::Delay { .. } | C::Refuse { .. } | C::Open | C::Replay) => {
            same()
        }
    }
}

fn delay(
    attempts: u32,
    reason: &str,
    retry_after: Option<SignedDuration>,
    now: Timestamp,
    patience: &Patience,
) -> (State, Option<Effect>) {
    let place = usize::try_from(attempts).unwrap_or(usize::MAX).saturating_sub(1);
    let reason = reason.to_owned();
    match patience.pauses.get(place) {
        Some(pause) => {
            // A carrier may ask for more patience than the table has, not for less, and for a day at most.
            let asked = retry_after.unwrap_or_default().min(SignedDuration::from_hours(24));
            (State::Failed { attempts, next_at: after(now, asked.max(*pause)), reason }, None)
        }
        None => (State::GivenUp { attempts, reason }, Some(Effect::Failed)),
    }
}

fn after(now: Timestamp, pause: SignedDuration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}
