//! The life of a reception day or a live answering session (领导接待日、在线接听), as one table.
//!
//! | state ＼ command | Publish | Open(on the day) | Open(other day) | Hold | Cancel | Move |
//! |---|---|---|---|---|---|---|
//! | scheduled 已排班 | published, told | – | – | – | cancelled | moved |
//! | published 已公布 | same | open | – | – | cancelled, told | moved, told |
//! | open 接待中 | same | same | same | held, told | cancelled, told | – |
//! | held 已接待 | same | same | same | same | – | – |
//! | cancelled 已取消 | – | – | – | – | same | – |
//!
//! – is refused. What was done before is a repeat, not a mistake. Nobody outside knows of a session that is not published: its
//! cancelling and moving are told to nobody.

use jiff::{ToSpan as _, civil::Date};
use serde::Deserialize;

use crate::pack::{Basis, Label};

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// 已排班.
    Scheduled,
    /// 已公布.
    Published,
    /// 接待中.
    Open,
    /// 已接待.
    Held,
    /// 已取消.
    Cancelled,
}

/// What is asked of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionCommand {
    /// 公布.
    Publish,
    /// 开始.
    Open {
        /// Today is the day of the session.
        on_the_day: bool,
    },
    /// 结束.
    Hold,
    /// 取消.
    Cancel,
    /// 改期: another day or hour, with the places that are taken.
    Move,
}

/// What the shell must tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEffect {
    /// Tell in advance that it takes place.
    TellPublished,
    /// Tell everybody who booked that it does not.
    TellCancelled,
    /// Tell everybody who booked when it does.
    TellMoved,
    /// Tell that it was held.
    TellHeld,
}

/// A command that the state of a session does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a session that is {state:?} cannot take {command:?}")]
pub struct SessionRefused {
    /// Where it stands.
    pub state: SessionState,
    /// What was asked.
    pub command: SessionCommand,
}

/// Decides what a command does to a session.
///
/// # Errors
/// [`SessionRefused`] when the state or the day does not allow it.
pub fn decide_session(
    state: SessionState,
    command: SessionCommand,
) -> Result<(SessionState, Option<SessionEffect>), SessionRefused> {
    use SessionState::{Cancelled, Held, Open, Published, Scheduled};
    let refused = Err(SessionRefused { state, command });
    match (command, state) {
        (SessionCommand::Publish, Scheduled) => Ok((Published, Some(SessionEffect::TellPublished))),
        (SessionCommand::Publish, Published | Open | Held)
        | (SessionCommand::Open { .. }, Open | Held)
        | (SessionCommand::Hold, Held)
        | (SessionCommand::Cancel, Cancelled)
        | (SessionCommand::Move, Scheduled) => Ok((state, None)),
        (SessionCommand::Move, Published) => Ok((state, Some(SessionEffect::TellMoved))),
        (SessionCommand::Open { on_the_day: true }, Published) => Ok((Open, None)),
        (SessionCommand::Hold, Open) => Ok((Held, Some(SessionEffect::TellHeld))),
        (SessionCommand::Cancel, Scheduled) => Ok((Cancelled, None)),
        (SessionCommand::Cancel, Published | Open) => Ok((Cancelled, Some(SessionEffect::TellCancelled))),
        (SessionCommand::Publish, Cancelled)
        | (SessionCommand::Open { on_the_day: false }, Published)
        | (SessionCommand::Open { .. }, Scheduled | Cancelled)
        | (SessionCommand::Hold, Scheduled | Published | Cancelled)
        | (SessionCommand::Cancel, Held)
        | (SessionCommand::Move, Open | Held | Cancelled) => refused,
    }
}

/// All that a pack says about receptions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receptions {
    /// Whole days between publication and the session at least; later is a finding, not a bar.
    pub lead_days: i32,
    /// Most places of one session.
    pub capacity_max: i32,
    /// Who receives, and how often.
    #[serde(default)]
    pub ranks: Vec<Rank>,
    /// What is done for each person who is received (五个一).
    #[serde(default)]
    pub ones: Vec<One>,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// A rank of leaders and its duty to receive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// Stable code.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// Sessions owed in a week, from Monday to Sunday; none means that no frequency is named.
    pub weekly: Option<u32>,
}

/// One point of the checklist.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct One {
    /// Stable code.
    pub code: String,
    /// What people read.
    pub label: Label,
}

/// Where leaders of a rank receive: a region, and a unit of it where it is a department's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat<'a> {
    /// The region.
    pub region: &'a str,
    /// The unit; none for a government itself.
    pub unit: Option<&'a str>,
    /// The rank.
    pub rank: &'a str,
}

/// A seat at which leaders sat too seldom in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing<'a> {
    /// The seat.
    pub seat: Seat<'a>,
    /// Sessions owed.
    pub owed: u32,
    /// Sessions there were.
    pub had: u32,
}

/// Finds who sat too seldom in a week. `seats` are those that have ever had a session, `sat` names the seat of each session
/// of the week. A rank without any seat is missing in `region` itself.
#[must_use]
pub fn missing<'a>(
    ranks: &'a [Rank],
    region: &'a str,
    seats: &[Seat<'a>],
    sat: &[Seat<'a>],
) -> Vec<Missing<'a>> {
    let mut findings = Vec::new();
    for rank in ranks {
        let Some(owed) = rank.weekly else { continue };
        let mut own: Vec<Seat<'a>> = seats.iter().filter(|seat| seat.rank == rank.code).copied().collect();
        if own.is_empty() {
            own.push(Seat { region, unit: None, rank: &rank.code });
        }
        for seat in own {
            let had = u32::try_from(sat.iter().filter(|other| **other == seat).count()).unwrap_or(u32::MAX);
            if had < owed {
                findings.push(Missing { seat, owed, had });
            }
        }
    }
    findings
}

/// Monday and Sunday of the week of a day.
#[must_use]
pub fn week_of(day: Date) -> (Date, Date) {
    let monday = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
    (monday, monday.saturating_add(6.days()))
}

/// Says whether a session is published with less notice than the pack asks for.
#[must_use]
pub fn published_late(today: Date, day: Date, lead_days: i32) -> bool {
    today.saturating_add(lead_days.days()) > day
}

impl SessionState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Scheduled, Self::Published, Self::Open, Self::Held, Self::Cancelled];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The label that Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.words().1
    }

    /// Reads the word of a table or of a query.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Scheduled => ("scheduled", "已排班"),
            Self::Published => ("published", "已公布"),
            Self::Open => ("open", "接待中"),
            Self::Held => ("held", "已接待"),
            Self::Cancelled => ("cancelled", "已取消"),
        }
    }
}
