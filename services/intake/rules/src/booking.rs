//! The life of one place at a session (预约), as one table, and who may still take one.
//!
//! | state ＼ command | Cancel | Attend | Miss |
//! |---|---|---|---|
//! | booked 已预约 | cancelled | attended | absent |
//! | cancelled 已取消 | same | – | – |
//! | attended 已到场 | – | same | – |
//! | absent 未到场 | – | attended | same |
//!
//! – is refused. Who was written down as absent and comes late is still received.

use crate::reception::SessionState;

/// Where a place stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BookingState {
    /// 已预约.
    Booked,
    /// 已取消.
    Cancelled,
    /// 已到场.
    Attended,
    /// 未到场.
    Absent,
}

/// What is asked of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookingCommand {
    /// The person gives the place back.
    Cancel,
    /// The person came.
    Attend,
    /// The person did not come.
    Miss,
}

/// A command that the state of a place does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a place that is {state:?} cannot take {command:?}")]
pub struct BookingRefused {
    /// Where it stands.
    pub state: BookingState,
    /// What was asked.
    pub command: BookingCommand,
}

/// Why a session gives no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// It is not published, or it is over, or it was cancelled.
    #[error("the session takes no bookings")]
    Closed,
    /// Every place is taken.
    #[error("every place is taken")]
    Full,
}

/// Decides what a command does to a place.
///
/// # Errors
/// [`BookingRefused`] when the state does not allow it.
pub fn decide_booking(state: BookingState, command: BookingCommand) -> Result<BookingState, BookingRefused> {
    use BookingState::{Absent, Attended, Booked, Cancelled};
    match (command, state) {
        (BookingCommand::Cancel, Booked | Cancelled) => Ok(Cancelled),
        (BookingCommand::Attend, Booked | Attended | Absent) => Ok(Attended),
        (BookingCommand::Miss, Booked | Absent) => Ok(Absent),
        (BookingCommand::Cancel, Attended | Absent)
        | (BookingCommand::Attend, Cancelled)
        | (BookingCommand::Miss, Cancelled | Attended) => Err(BookingRefused { state, command }),
    }
}

/// Says whether a session still has a place: ahead of the day for everyone, while it runs for those who staff lets in.
///
/// # Errors
/// [`NoPlace`] when it is closed or full.
pub fn place(state: SessionState, taken: i64, capacity: i32, by_staff: bool) -> Result<(), NoPlace> {
    let takes = match state {
        SessionState::Published => true,
        SessionState::Open => by_staff,
        SessionState::Scheduled | SessionState::Held | SessionState::Cancelled => false,
    };
    match takes {
        false => Err(NoPlace::Closed),
        true if taken >= i64::from(capacity) => Err(NoPlace::Full),
        true => Ok(()),
    }
}

impl BookingState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Booked, Self::Cancelled, Self::Attended, Self::Absent];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::Attended => "attended",
            Self::Absent => "absent",
        }
    }

    /// Reads the word of a table.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
