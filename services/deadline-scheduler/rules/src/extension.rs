//! Extensions (延期): asked before the limit, decided by rank, capped in number and sum.
//!
//! | | grant | refuse | withdraw |
//! |---|---|---|---|
//! | asked | granted | refused | withdrawn |
//! | granted, refused, withdrawn | – | – | – |
//!
//! A request that was made in time may be decided after the limit passed: who asked in time does not lose by who decides.

use jiff::Timestamp;

use crate::pack::{Approver, Entry};

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionState {
    /// Waits for a decision.
    Asked,
    /// The limit was moved.
    Granted,
    /// It was not.
    Refused,
    /// Whoever asked took it back.
    Withdrawn,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Move the limit.
    Grant,
    /// Leave it.
    Refuse,
    /// Take the request back.
    Withdraw,
}

/// What is known of the clock when an extension is asked for or granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// How much, in the unit of the limit.
    pub amount: u32,
    /// When it was asked.
    pub at: Timestamp,
    /// The clock's due instant.
    pub due_at: Timestamp,
    /// It was met or cancelled.
    pub ended: bool,
    /// Extensions granted before.
    pub times: u32,
    /// Their sum.
    pub extended: u32,
    /// Another request waits.
    pub waiting: bool,
    /// The reason is written.
    pub explained: bool,
}

/// Why an extension cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The pack knows no extension of this limit.
    #[error("this limit cannot be extended")]
    Never,
    /// The clock is at its end.
    #[error("the limit was met or cancelled")]
    Ended,
    /// The limit passed before it was asked.
    #[error("asked after the limit")]
    TooLate,
    /// The number is used up.
    #[error("extended as often as the pack allows")]
    TooOften,
    /// The sum would lead beyond the cap.
    #[error("at most {most} more")]
    TooMuch {
        /// What is left, in the unit of the limit.
        most: u32,
    },
    /// Nothing is asked for.
    #[error("the amount is 0")]
    Nothing,
    /// One request waits already.
    #[error("a request waits for its decision")]
    Waiting,
    /// The pack wants the reason in writing.
    #[error("the reason is missing")]
    Unexplained,
}

/// Says whether an extension may be asked for.
///
/// # Errors
/// The first [`Refusal`] that holds.
pub fn ask(entry: &Entry, ask: &Ask) -> Result<(), Refusal> {
    let extension = entry.extension.as_ref().ok_or(Refusal::Never)?;
    if ask.ended {
        return Err(Refusal::Ended);
    }
    if ask.at >= ask.due_at {
        return Err(Refusal::TooLate);
    }
    if ask.waiting {
        return Err(Refusal::Waiting);
    }
    if extension.reason_required && !ask.explained {
        return Err(Refusal::Unexplained);
    }
    grant(entry, ask)
}

/// Says whether an extension that was asked for may be granted now; when it was asked was judged then.
///
/// # Errors
/// The first [`Refusal`] that holds.
pub fn grant(entry: &Entry, ask: &Ask) -> Result<(), Refusal> {
    let (extension, cap) = entry.extension.as_ref().zip(entry.cap).ok_or(Refusal::Never)?;
    if ask.ended {
        return Err(Refusal::Ended);
    }
    if ask.amount == 0 {
        return Err(Refusal::Nothing);
    }
    if ask.times >= extension.times {
        return Err(Refusal::TooOften);
    }
    let most = cap.amount.saturating_sub(entry.limit.amount).saturating_sub(ask.extended);
    if ask.amount > most {
        return Err(Refusal::TooMuch { most });
    }
    Ok(())
}

/// Says who decides, by all extensions together.
#[must_use]
pub fn approver(entry: &Entry, ask: &Ask) -> Option<Approver> {
    let extension = entry.extension.as_ref()?;
    let sum = ask.extended.saturating_add(ask.amount);
    let higher = extension.higher.as_ref().filter(|higher| sum > higher.above);
    Some(higher.map_or(extension.approver, |higher| higher.approver))
}

/// Decides a request; none if it was decided already.
#[must_use]
pub fn decide_extension(state: ExtensionState, decision: Decision) -> Option<ExtensionState> {
    match (state, decision) {
        (ExtensionState::Asked, Decision::Grant) => Some(ExtensionState::Granted),
        (ExtensionState::Asked, Decision::Refuse) => Some(ExtensionState::Refused),
        (ExtensionState::Asked, Decision::Withdraw) => Some(ExtensionState::Withdrawn),
        (
            ExtensionState::Granted | ExtensionState::Refused | ExtensionState::Withdrawn,
            Decision::Grant | Decision::Refuse | Decision::Withdraw,
        ) => None,
    }
}
