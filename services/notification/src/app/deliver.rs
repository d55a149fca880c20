//! Where a notice ends: in the row itself, or with a carrier.

use notification_rules::{
    decide::Owed,
    words::{Audience, Way},
};

use crate::office::Office;

/// Where a notice ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Read in the suite by whom it is for; the row's commit is the delivery.
    Inbox,
    /// The text of a message, kept for whoever carries messages; the row's commit is the delivery.
    Spool(Way),
    /// A carrier of this installation brings it; the first way to try.
    Carrier(Way),
}

impl End {
    /// The word in tables.
    pub(crate) const fn channel(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Spool(_) => "spool",
            Self::Carrier(_) => "carrier",
        }
    }

    /// The way out of the suite.
    pub(crate) const fn medium(self) -> Option<&'static str> {
        match self {
            Self::Inbox => None,
            Self::Spool(way) | Self::Carrier(way) => Some(way.as_str()),
        }
    }
}

/// Says where a notice ends, and on which ways its words are carried.
pub(crate) fn deliver(office: &Office, owed: &Owed) -> (End, Vec<Way>) {
    match owed.audience {
        Audience::Citizen => {
            let carried: Vec<Way> = owed.ways.iter().copied().filter(|way| office.carries(*way)).collect();
            let end = match (carried.first(), owed.ways.first()) {
                (Some(way), _) => End::Carrier(*way),
                (None, Some(way)) => End::Spool(*way),
                (None, None) => End::Inbox,
            };
            (end, carried)
        }
        // Staff read their inbox; who left an address is written to beside it.
        Audience::Unit
        | Audience::Officer
        | Audience::InCharge
        | Audience::Centre
        | Audience::Supervisor
        | Audience::Leader
        | Audience::County => {
            let knows = |way: &Way| office.reaches(owed.audience, &owed.recipient, *way);
            (End::Inbox, owed.ways.iter().copied().filter(knows).collect())
        }
    }
}
