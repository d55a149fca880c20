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
    /// Codes that it carries, for notices that are owed for some of them only.
    pub codes: Vec<String>,
}

impl Occasion {
    /// The unit that the words name: that of the event, or else the one that had the case then.
    #[must_use]
    pub fn called<'a>(&'a self, card: &'a Card) -> Option<&'a UnitCode> {
        self.named.as_ref().or_else(|| card.unit_at(self.at).filter(|_| !self.binds_no_unit()))
    }

    /// Says whether it tells of a limit that comes near or passed.
    fn is_of_limit(&self) -> bool {
        [Happening::ClockWarned, Happening::ClockExpired, Happening::SupervisionEscalated]
            .contains(&self.event)
    }

    /// Says whether it tells of a limit that binds no unit: the unit that has the case, or will have it, did not break it.
    fn binds_no_unit(&self) -> bool {
        self.is_of_limit() && self.told.is_none()
    }

    /// Says whether a notice of the pack holds for it, whatever the pack says besides.
    fn concerns(&self, notice: &Notice) -> bool {
        if self.binds_no_unit() && notice.audience.is_of_unit() {
            return false;
        }
        // A right that lapses is nobody's delay: only a notice that names it tells of it.
        let right = self.limit.as_ref().and_then(|limit| limit.name).is_some_and(ClockName::is_right);
        if self.is_of_limit() && right && notice.clock.is_none() {
            return false;
        }
        let is_proposed = |codes: &Vec<String>| codes.iter().any(|code| code == PROPOSED);
        !is_proposed(&self.codes)
            || (notice.only.as_ref().is_some_and(is_proposed) && decides(notice.audience))
    }
}

/// The code of what was only put before somebody who may order it.
const PROPOSED: &str = "proposed";

/// Who decides on what is proposed; nobody else hears of it before.
fn decides(audience: Audience) -> bool {
    match audience {
        Audience::Supervisor | Audience::Leader => true,
        Audience::Citizen
        | Audience::Unit
        | Audience::Officer
        | Audience::InCharge
        | Audience::Centre
        | Audience::County => false,
    }
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

/// A notice that is owed, in its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The template's name.
    pub template: String,
    /// Who is told.
    pub audience: Audience,
    /// The unit's code, or the audience again.
    pub recipient: String,
    /// Ways out of the suite that lead somewhere, in the order to try; empty: it is read in the inbox.
    pub ways: Vec<Way>,
    /// Breaks quiet hours, goes before the others, and is gathered in a storm only.
    pub urgent: bool,
    /// Goes out with its like only.
    pub digest: bool,
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
    let hushed = card.guard.hushed(&notices.settings.secret);
    let clock = occasion.limit.as_ref().and_then(|limit| limit.name);
    for notice in notices.of(occasion.event, clock, &occasion.codes) {
        if !occasion.concerns(notice) {
            continue;
        }
        let unit = told_unit(notice.audience, occasion, card);
        if unit.is_some_and(|unit| card.guard.bars(unit)) {
            continue;
        }
        match (recipient(notice.audience, unit), ways(notices, notice, occasion, card)) {
            (Some(recipient), Some(ways)) if known(occasion.after, card) => {
                let neutral = notices.settings.neutral.get(&notice.audience).filter(|_| hushed);
                let (title, body) = match neutral {
                    Some(text) => (&text.title, &text.body),
                    None => (&notice.title, &notice.body),
                };
                decision.owed.push(Owed {
                    template: notice.name.clone(),
                    audience: notice.audience,
                    recipient,
                    ways,
                    urgent: notice.urgent,
                    digest: notice.digest,
                    title: title.filled(&values),
                    body: body.filled(&values),
                });
            }
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

fn told_unit<'a>(audience: Audience, occasion: &'a Occasion, card: &'a Card) -> Option<&'a UnitCode> {
    match audience {
        Audience::Unit | Audience::Officer | Audience::InCharge => {
            occasion.told.as_ref().or_else(|| card.unit_at(occasion.at))
        }
        Audience::Citizen | Audience::Centre | Audience::Supervisor | Audience::Leader | Audience::County => {
            None
        }
    }
}

/// The unit's code for a unit, its officer and its leader; who is meant by these two is known where addresses are.
fn recipient(audience: Audience, unit: Option<&UnitCode>) -> Option<String> {
    match audience {
        Audience::Unit | Audience::Officer | Audience::InCharge => unit.map(|unit| unit.as_str().to_owned()),
        Audience::Citizen | Audience::Centre | Audience::Supervisor | Audience::Leader | Audience::County => {
            Some(audience.as_str().to_owned())
        }
    }
}

/// The ways that lead out of the suite. Of staff only the pack's are known here: addresses are kept elsewhere.
fn ways(notices: &Notices, notice: &Notice, occasion: &Occasion, card: &Card) -> Option<Vec<Way>> {
    let outward = notice.outward();
    match notice.audience {
        Audience::Unit
        | Audience::Officer
        | Audience::InCharge
        | Audience::Centre
        | Audience::Supervisor
        | Audience::Leader
        | Audience::County => Some(outward),
        Audience::Citizen => match &card.reach {
            None if occasion.after != After::Itself && !outward.is_empty() => None,
            None => Some(Vec::new()),
            Some(reach) => {
                let wish = &card.guard.wish;
                if outward.is_empty()
                    || (wish.answer_only && !notices.settings.always.contains(&occasion.event))
                {
                    return Some(Vec::new());
                }
                let wished = wish.ways.clone().unwrap_or(outward);
                let leads = |way: &Way| reach.contains(way) || card.guard.bound.contains(way);
                Some(wished.into_iter().filter(leads).collect())
            }
        },
    }
}

fn values(occasion: &Occasion, card: &Card, track_url: &str) -> Values {
    let mut values = occasion.values.clone();
    values.extend(of_card(card, track_url));
    // A unit whose name is known is called by it; the code is for those of whom nothing was heard yet.
    if let Some(unit) = occasion.called(card) {
        values.entry(Variable::Unit).or_insert_with(|| Both::same(unit.as_str()));
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

/// What the card gives to the words, whatever happened.
pub(crate) fn of_card(card: &Card, track_url: &str) -> Values {
    let mut values = Values::from([(Variable::TrackUrl, Both::same(track_url))]);
    if let Some(head) = &card.head {
        values.insert(Variable::CaseNumber, Both::same(&head.number));
        if let Some(kind) = head.kind {
            values.insert(Variable::Kind, Both::of(kind.zh(), kind.en()));
        }
        values.insert(Variable::ReceivedOn, day(head.received_on));
    }
    values
}

/// A day as people read it.
#[must_use]
pub fn day(day: Date) -> Both<String> {
    let (year, month, date) = (day.year(), day.month(), day.day());
    Both::of(format!("{year}年{month}月{date}日"), format!("{year}-{month:02}-{date:02}"))
}
