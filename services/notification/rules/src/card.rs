//! What notification remembers of a case: enough to fill a text and to find who is told. Built from events alone.

use ids::{ClockId, RegionCode, UnitCode};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    guard::{Drawn, Guard},
    words::{Kind, Way},
};

/// What is known of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// What its registration said; nothing, as long as only others were heard.
    pub head: Option<Head>,
    /// By which ways the citizen can be reached beside the inbox; nothing, as long as acceptance is undecided.
    pub reach: Option<Vec<Way>>,
    /// The lead units it was given to, as heard.
    pub hands: Vec<Hand>,
    /// Limits whose day may still move.
    pub provisional: Vec<ClockId>,
    /// What few cases have: secrecy, barred units, the citizen's wishes.
    pub guard: Guard,
}

/// What the registration of a case said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number that the citizen keeps.
    pub number: String,
    /// What the message wants; nothing for what is about no case (a booking, a request for disclosure, a session).
    pub kind: Option<Kind>,
    /// The day of receipt (Asia/Shanghai).
    pub received_on: Date,
    /// Where the matter lies.
    pub region: RegionCode,
    /// The pack in force.
    pub pack: Pack,
}

/// A policy pack and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// For example `mailbox-002`.
    pub id: String,
    /// The pack's own version.
    pub version: i32,
}

/// A lead unit has the case from an instant on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hand {
    /// From when.
    pub since: Timestamp,
    /// Who.
    pub unit: UnitCode,
}

/// What an event adds to a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The case was registered.
    Registered(Head),
    /// The case was accepted; intake may have corrected what it wrote first.
    Accepted {
        /// As it stands now.
        head: Head,
        /// By which ways the citizen can be reached.
        reach: Vec<Way>,
    },
    /// The case was not accepted.
    Declined {
        /// By which ways the citizen can be reached, as far as it was told.
        reach: Vec<Way>,
    },
    /// A lead unit was given the case.
    Given(Hand),
    /// A limit runs; its day may move or is firm.
    Limit {
        /// Which.
        clock: ClockId,
        /// Whether its day may move.
        provisional: bool,
    },
    /// Accusations are known to named hands only.
    Sealed,
    /// A flag stands on the case.
    Flagged(String),
    /// A flag was taken off.
    Unflagged(String),
    /// Who may not learn of it, with the line that was told; the newest list holds.
    Accused {
        /// The accused.
        units: Vec<UnitCode>,
        /// They, all above and all below, as far as it was told.
        line: Vec<UnitCode>,
    },
    /// Whom the accused keep out, as the tree of units has it now.
    Drawn(Drawn),
}

impl Card {
    /// Takes a fact in; the same fact twice changes nothing. Answers whether the card is another now.
    pub fn learn(&mut self, fact: &Fact) -> bool {
        let before = self.clone();
        match fact {
            Fact::Registered(head) if self.reach.is_none() => self.head = Some(head.clone()),
            Fact::Registered(_) => {}
            Fact::Accepted { head, reach } => {
                self.head = Some(head.clone());
                self.reach = Some(reach.clone());
            }
            // Told without ways, those that an acceptance told before still lead there.
            Fact::Declined { reach } if reach.is_empty() => {
                self.reach = Some(self.reach.take().unwrap_or_default());
            }
            Fact::Declined { reach } => self.reach = Some(reach.clone()),
            Fact::Given(hand) => {
                if !self.hands.contains(hand) {
                    self.hands.push(hand.clone());
                    self.hands.sort();
                }
            }
            Fact::Limit { clock, provisional } => {
                self.provisional.retain(|known| known != clock);
                if *provisional {
                    self.provisional.push(*clock);
                }
            }
            Fact::Sealed => self.guard.sealed = true,
            Fact::Flagged(flag) => {
                self.guard.flags.insert(flag.clone());
            }
            Fact::Unflagged(flag) => {
                self.guard.flags.remove(flag);
            }
            Fact::Accused { units, line } => {
                self.guard.accuse(units.iter().cloned().collect(), line.iter().cloned().collect());
            }
            Fact::Drawn(drawn) => self.guard.draw(drawn.clone()),
        }
        *self != before
    }

    /// The unit that had the case at an instant; before the first hand-over, the first unit that was given it.
    #[must_use]
    pub fn unit_at(&self, at: Timestamp) -> Option<&UnitCode> {
        let later = self.hands.partition_point(|hand| hand.since <= at);
        self.hands.get(later.saturating_sub(1)).map(|hand| &hand.unit)
    }
}
