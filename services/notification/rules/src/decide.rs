//! From what happened to who is owed which words. What cannot be said yet waits for the fact that is missing.

use ids::{ClockId, UnitCode};
use jiff::{Timestamp, civil::Date};

use crate::{
    card::Card,
    pack::{Notice, Notices},
    render::{Both, Values},
    words::{Audience, ClockName, Happening, Variable, Way},
};

/// Something that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// What.
    pub event: Happening,
    /// When (business time).
    pub at: Timestamp,
    /// How much of the case must be known before anybody can be told rightly.
    pub after: After,
    /// The limit that it is about.
    pub limit: Option<Limit>,
    /// The unit that is told.
    pub told: Option<UnitCode>,
    /// The unit that the words name.
    pub named: Option<UnitCode>,
    /// What this event alone gives to the words.
    pub values: Values,
}

/// How much must be known. Events of different services overtake one another; what is told must not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum After {
    /// The event itself comes from intake and stands in its order.
    Itself,
    /// The registration of the case.
    Registration,
    /// The decision on its acceptance.
    Acceptance,
}

/// A limit as an event tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Which.
    pub clock: ClockId,
    /// What it measures; nothing when the name is none of the fixed words.
    pub name: Option<ClockName>,
    /// The last day that is in time (Asia/Shanghai).
    pub due_on: Date,
}

/// Where a notice ends. Both are kept by the service itself, so that neither can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Read in the suite by whom it is for.
    Inbox,
    /// Laid down as the text of a message, for whoever carries messages.
    Spool(Medium),
}

/// What a spooled text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A text message.
    Sms,
    /// A mail.
    Email,
}

/// A notice that is owed, in its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The template's name.
    pub template: String,
    /// Who is told.
    pub audience: Audience,
    /// The unit's code, or the audience again.
    pub recipient: String,
    /// Where it ends.
    pub channel: Channel,
    /// The heading.
    pub title: Both<String>,
    /// The text.
    pub body: Both<String>,
}

/// What an occasion comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// To be told now.
    pub owed: Vec<Owed>,
    /// Something is owed that cannot be told yet: ask again when the card has changed.
    pub waits: bool,
}

/// Says who is owed what. Asking again with a fuller card gives the same notices and those that waited.
#[must_use]
pub fn decide(notices: &Notices, occasion: &Occasion, card: &Card, track_url: &str) -> Decision {
    let mut decision = Decision::default();
    let values = values(occasion, card, track_url);
    for notice in notices.of(occasion.event, occasion.limit.as_ref().and_then(|limit| limit.name)) {
        match (recipient(notice.audience, occasion, card), channel(notice, occasion, card)) {
            (Some(recipient), Some(channel)) if known(occasion.after, card) => decision.owed.push(Owed {
                template: notice.name.clone(),
                audience: notice.audience,
                recipient,
                channel,
                title: notice.title.filled(&values),
                body: notice.body.filled(&values),
            }),
            _ => decision.waits = true,
        }
    }
    decision
}

fn known(after: After, card: &Card) -> bool {
    match after {
        After::Itself => true,
        After::Registration => card.head.is_some(),
        After::Acceptance => card.head.is_some() && card.reach.is_some(),
    }
}

fn recipient(audience: Audience, occasion: &Occasion, card: &Card) -> Option<String> {
    match audience {
        Audience::Unit => {
            occasion.told.as_ref().or_else(|| card.unit_at(occasion.at)).map(|unit| unit.as_str().to_owned())
        }
        Audience::Citizen | Audience::Centre | Audience::Supervisor | Audience::Leader => {
            Some(audience.as_str().to_owned())
        }
    }
}

/// The first way that leads somewhere. Only of the citizen addresses are known; staff read their inbox.
fn channel(notice: &Notice, occasion: &Occasion, card: &Card) -> Option<Channel> {
    let outward = notice.ways.iter().take_while(|way| **way != Way::Inbox);
    let medium = |way: &Way| match way {
        Way::Sms => Some(Medium::Sms),
        Way::Email => Some(Medium::Email),
        Way::Inbox => None,
    };
    match notice.audience {
        Audience::Unit | Audience::Centre | Audience::Supervisor | Audience::Leader => Some(Channel::Inbox),
        Audience::Citizen => match &card.reach {
            None if occasion.after != After::Itself && outward.clone().next().is_some() => None,
            None => Some(Channel::Inbox),
            Some(reach) => {
                let mut reachable = outward.filter(|way| reach.contains(way)).filter_map(medium);
                Some(reachable.next().map_or(Channel::Inbox, Channel::Spool))
            }
        },
    }
}

fn values(occasion: &Occasion, card: &Card, track_url: &str) -> Values {
    let mut values = occasion.values.clone();
    values.insert(Variable::TrackUrl, Both::same(track_url));
    if let Some(head) = &card.head {
        values.insert(Variable::CaseNumber, Both::same(head.number.as_str()));
        values.insert(Variable::Kind, Both::of(head.kind.zh(), head.kind.en()));
        values.insert(Variable::ReceivedOn, day(head.received_on));
    }
    if let Some(unit) = occasion.named.as_ref().or_else(|| card.unit_at(occasion.at)) {
        values.insert(Variable::Unit, Both::same(unit.as_str()));
    }
    if let Some(limit) = &occasion.limit {
        if let Some(name) = limit.name {
            values.insert(Variable::Clock, Both::of(name.zh(), name.en()));
        }
        let mut due = day(limit.due_on);
        if card.provisional.contains(&limit.clock) {
            due.zh.push_str("（暂定）");
            due.en.push_str(" (provisional)");
        }
        values.insert(Variable::DueOn, due);
    }
    values
}

/// A day as people read it.
fn day(day: Date) -> Both<String> {
    let (year, month, date) = (day.year(), day.month(), day.day());
    Both::of(format!("{year}年{month}月{date}日"), format!("{year}-{month:02}-{date:02}"))
}
