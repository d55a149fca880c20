//! Storm control: what waits for one recipient on one way goes out one by one, together, or a little later.
//!
//! Only the messages are gathered. Each notice keeps its own row and is told of on its own.
//!
//! | sent lately | urgent | not urgent |
//! |---|---|---|
//! | fewer than the limit | one by one while there is room, the rest together in the last place | one by one, or together, or held |
//! | as many as the limit | together, at once | held |
//! | more than the limit | together, once the pause of [`Storm::urgent`] is over since the last one; else held | held |
//!
//! The place beyond the limit is for what is urgent alone: had it to be found within the limit, ordinary messages could
//! have taken it before. So within [`Storm::within`] nobody is sent more than [`Storm::most`] messages and one, however
//! long the flood lasts, and one more for each pause of [`Storm::urgent`] in it: what is urgent waits no longer than that
//! pause, or, where there is none, than the time itself.

use ids::NoticeId;
use jiff::{SignedDuration, Timestamp};

/// A notice that may go out now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub id: NoticeId,
    /// Goes before the others, is gathered only where it does not fit one by one, and has a place beyond the limit.
    pub urgent: bool,
    /// Always gathered with its like.
    pub digest: bool,
}

/// How much one recipient is sent on one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storm {
    /// Messages at most, and one more for what is urgent …
    pub most: u32,
    /// … within this time.
    pub within: SignedDuration,
    /// Beyond them what is urgent goes together, this long after the last message at the earliest; nothing: not before the
    /// time is over.
    pub urgent: Option<SignedDuration>,
}

/// What the recipient was sent within the time of [`Storm`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    /// How many messages.
    pub messages: u32,
    /// When the first of them went.
    pub first: Option<Timestamp>,
    /// When the last of them went.
    pub last: Option<Timestamp>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parcel {
    /// In its own words.
    Single(NoticeId),
    /// Several as one: how many there are and where to read them.
    Digest(Vec<NoticeId>),
}

/// What becomes of what waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundled {
    /// To be sent now.
    pub parcels: Vec<Parcel>,
    /// To be looked at again …
    pub held: Vec<NoticeId>,
    /// … then.
    pub until: Option<Timestamp>,
}

/// Gathers what waits for one recipient on one way, in the order given.
#[must_use]
pub fn bundle(waiting: &[Waiting], lately: Lately, storm: Storm, now: Timestamp) -> Bundled {
    let mut bundled = Bundled::default();
    let (mut urgent, mut gathered, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for one in waiting {
        match (one.urgent, one.digest) {
            (true, _) => urgent.push(one.id),
            (false, true) => gathered.push(one.id),
            (false, false) => plain.push(one.id),
        }
    }
    let free = storm.most.saturating_sub(lately.messages);
    let pause = storm.urgent.zip(lately.last).and_then(|(pause, last)| last.checked_add(pause).ok());
    let soonest = pause.filter(|_| lately.messages > storm.most && !urgent.is_empty());
    if lately.messages > storm.most && pause.is_none_or(|soonest| now < soonest) {
        bundled.held.append(&mut urgent);
    }
    // What does not fit goes together in the last place, or in the one beyond.
    let alone = usize::try_from(free).unwrap_or(usize::MAX);
    let alone = if urgent.len() <= alone { urgent.len() } else { alone.saturating_sub(1) };
    let rest = urgent.split_off(alone);
    bundled.parcels.extend(urgent.into_iter().map(Parcel::Single));
    bundled.parcels.extend(together(rest));
    let used = lately.messages.saturating_add(count(&bundled.parcels));
    let room = storm.most.saturating_sub(used);
    let digests = u32::from(!gathered.is_empty());
    if u32::try_from(plain.len()).is_ok_and(|plain| plain.saturating_add(digests) <= room) {
        bundled.parcels.extend(plain.into_iter().map(Parcel::Single));
        bundled.parcels.extend(together(gathered));
    } else if room > 0 {
        plain.extend(gathered);
        bundled.parcels.extend(together(plain));
    } else {
        bundled.held.extend(plain.into_iter().chain(gathered));
    }
    if !bundled.held.is_empty() {
        let over = lately.first.unwrap_or(now).checked_add(storm.within).unwrap_or(now).max(now);
        bundled.until =
            Some(soonest.filter(|soonest| *soonest > now).map_or(over, |soonest| soonest.min(over)));
    }
    bundled
}

fn together(mut ids: Vec<NoticeId>) -> Option<Parcel> {
    match ids.len() {
        0 => None,
        1 => ids.pop().map(Parcel::Single),
        _ => Some(Parcel::Digest(ids)),
    }
}

fn count(parcels: &[Parcel]) -> u32 {
    u32::try_from(parcels.len()).unwrap_or(u32::MAX)
}
