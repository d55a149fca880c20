//! What holds for all notices of a pack: neutral words, quiet hours, storms, escalation, digests, what goes outside.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
};
use serde::Deserialize;

use crate::{
    bundle::Storm,
    hours::{Span, clock},
    pack::{WrittenBoth, keep, read_texts},
    render::{Both, Template},
    words::{Audience, Happening, Variable, Way},
};

/// The sections beside `[[notice]]` as written; each may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sections {
    /// Words for sealed cases and those whose result is secret, by audience.
    pub neutral: BTreeMap<String, WrittenText>,
    /// What a case must carry to be told in neutral words, beside the seal of intake.
    pub secrecy: WrittenSecrecy,
    /// What a citizen is told who wishes nothing but the answer.
    pub wishes: WrittenWishes,
    /// When citizens are left in peace: `hours = "21:00-08:00"`.
    pub quiet: Option<WrittenQuiet>,
    /// When staff are written to beside their inbox.
    pub staff: Option<WrittenStaff>,
    /// How much is too much for one recipient, and the words of the digest.
    pub storm: Option<WrittenStorm>,
    /// What happens to a unit's item that nobody opens.
    pub unread: Option<WrittenUnread>,
    /// What each county is told at a set hour.
    pub county: Option<WrittenCounty>,
    /// Which events agencies outside may learn of.
    pub outside: Option<WrittenOutside>,
}

/// Heading and text as written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenText {
    /// Every variable that the texts name.
    pub variables: Vec<String>,
    /// The heading.
    pub title: WrittenBoth,
    /// The text.
    pub body: WrittenBoth,
}

macro_rules! written {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident : $kind:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])* #[serde(default)] pub $field: $kind,)+ }
    )+};
}

written! {
    /// `[secrecy]` as written.
    WrittenSecrecy {
        /// Flags that make the result of a case secret.
        flags: Vec<String>,
    }
    /// `[wishes]` as written.
    WrittenWishes {
        /// Events that are told whatever is wished.
        always: Vec<String>,
    }
    /// `[quiet]` as written.
    WrittenQuiet {
        /// `21:00-08:00`.
        hours: String,
    }
    /// `[staff]` as written.
    WrittenStaff {
        /// `work` or `always`.
        outward: String,
    }
    /// `[storm]` as written.
    WrittenStorm {
        /// Messages at most.
        most: u32,
        /// Within so many minutes.
        minutes: u32,
        /// Beyond them, minutes between two messages of what is urgent; missing: none before the time is over.
        urgent_minutes: Option<u32>,
        /// The words of a digest.
        text: Option<WrittenText>,
        /// When notices that go out with their like only are sent: `17:30`.
        at: Option<String>,
    }
    /// `[unread]` as written.
    WrittenUnread {
        /// Hours of work after which it counts as not read.
        work_hours: u32,
        /// Whose items; units' when nobody is named.
        of: Vec<String>,
        /// Who is told.
        audience: String,
        /// Ways, tried in order; only the inbox when none is named.
        channels: Vec<String>,
        /// The words.
        text: Option<WrittenText>,
    }
    /// `[county]` as written.
    WrittenCounty {
        /// The hour of the day: `17:30`.
        at: String,
        /// `day`, `workday` or `week` (Mondays).
        every: String,
        /// The words.
        text: Option<WrittenText>,
    }
    /// `[outside]` as written.
    WrittenOutside {
        /// Events that agencies may learn of.
        events: Vec<String>,
    }
}

/// Heading and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The heading.
    pub title: Both<Template>,
    /// The text.
    pub body: Both<Template>,
}

/// What happens to an item that nobody opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Hours of work until it counts as not read.
    pub hours: u32,
    /// Whose items are looked at.
    pub of: BTreeSet<Audience>,
    /// Who is told.
    pub audience: Audience,
    /// Ways out of the suite beside the inbox, tried in order.
    pub ways: Vec<Way>,
    /// In which words.
    pub text: Text,
}

/// How often counties are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Each day.
    Day,
    /// Each working day.
    Workday,
    /// Mondays.
    Week,
}

/// What holds for all notices of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Words for sealed cases and those whose result is secret.
    pub neutral: BTreeMap<Audience, Text>,
    /// Flags that make the result of a case secret.
    pub secret: BTreeSet<String>,
    /// What is told whatever is wished.
    pub always: BTreeSet<Happening>,
    /// When citizens are left in peace.
    pub quiet: Option<Span>,
    /// Staff are written to in working hours only; their inbox takes everything at once.
    pub staff_in_work: bool,
    /// How much is too much, and the words of a digest.
    pub storm: Option<(Storm, Text)>,
    /// When notices that go out with their like only are sent.
    pub digest_at: Option<Time>,
    /// What happens to an item that nobody opens.
    pub unread: Option<Unread>,
    /// When counties are told what.
    pub county: Option<(Time, Every, Text)>,
    /// What agencies may learn of.
    pub outside: BTreeSet<Happening>,
}

impl Settings {
    /// The next hour of the digest, from `now` on.
    #[must_use]
    pub fn next_digest(&self, now: Timestamp) -> Timestamp {
        self.digest_at.map_or(now, |at| next(at, now))
    }
}

/// The next moment, from `now` on, at which the clock shows a time of day (Asia/Shanghai).
#[must_use]
pub fn next(time: Time, now: Timestamp) -> Timestamp {
    let today = now.to_zoned(calendar::zone()).date();
    let on = |date: Date| date.to_datetime(time).to_zoned(calendar::zone()).map(|at| at.timestamp());
    match on(today) {
        Ok(at) if at >= now => at,
        Ok(_) | Err(_) => today.tomorrow().and_then(on).unwrap_or(now),
    }
}

impl Sections {
    /// Reads the sections; every audience that is told of cases needs neutral words.
    pub(crate) fn read(&self, told: &BTreeSet<Audience>) -> Result<Settings, Vec<String>> {
        let mut mistakes = Vec::new();
        let settings = Settings {
            neutral: self.read_neutral(told, &mut mistakes),
            secret: self.secrecy.flags.iter().cloned().collect(),
            always: words("wishes", &self.wishes.always, &mut mistakes),
            quiet: self.quiet.as_ref().and_then(|quiet| {
                quiet.hours.parse().map_err(|says| mistakes.push(format!("quiet.hours: {says}"))).ok()
            }),
            staff_in_work: match self.staff.as_ref().map(|staff| staff.outward.as_str()) {
                None | Some("always") => false,
                Some("work") => true,
                Some(_) => {
                    mistakes.push("staff.outward must be work or always".to_owned());
                    false
                }
            },
            storm: self.read_storm(&mut mistakes),
            digest_at: self.storm.as_ref().and_then(|storm| storm.at.as_ref()).and_then(|at| {
                clock(at).or_else(|| {
                    mistakes.push("storm.at must be a time of day such as 17:30".to_owned());
                    None
                })
            }),
            unread: self.read_unread(&mut mistakes),
            county: self.read_county(&mut mistakes),
            outside: self
                .outside
                .as_ref()
                .map(|outside| words("outside", &outside.events, &mut mistakes))
                .unwrap_or_default(),
        };
        if mistakes.is_empty() { Ok(settings) } else { Err(mistakes) }
    }

    fn read_neutral(
        &self,
        told: &BTreeSet<Audience>,
        mistakes: &mut Vec<String>,
    ) -> BTreeMap<Audience, Text> {
        let mut neutral = BTreeMap::new();
        for (audience, written) in &self.neutral {
            let place = format!("neutral.{audience}");
            let text = text(&place, Some(written), &[Variable::CaseNumber, Variable::TrackUrl], mistakes);
            let audience = audience.parse().map_err(|unknown| mistakes.push(format!("{place}: {unknown}")));
            if let (Ok(audience), Some(text)) = (audience, text) {
                neutral.insert(audience, text);
            }
        }
        for audience in told.iter().filter(|audience| !self.neutral.contains_key(audience.as_str())) {
            mistakes
                .push(format!("neutral.{audience} is missing: what is this audience told of a sealed case?"));
        }
        neutral
    }

    fn read_storm(&self, mistakes: &mut Vec<String>) -> Option<(Storm, Text)> {
        let written = self.storm.as_ref()?;
        if !(1..=10_000).contains(&written.most) || !(1..=1_440).contains(&written.minutes) {
            mistakes.push("storm: most must be 1 to 10000, minutes 1 to 1440".to_owned());
        }
        if written.urgent_minutes.is_some_and(|pause| !(1..=written.minutes).contains(&pause)) {
            mistakes.push("storm: urgent_minutes must be 1 to minutes".to_owned());
        }
        let text = text("storm", written.text.as_ref(), &[Variable::Count, Variable::TrackUrl], mistakes)?;
        let within = SignedDuration::from_mins(i64::from(written.minutes));
        let urgent = written.urgent_minutes.map(|pause| SignedDuration::from_mins(i64::from(pause)));
        Some((Storm { most: written.most, within, urgent }, text))
    }

    fn read_unread(&self, mistakes: &mut Vec<String>) -> Option<Unread> {
        let written = self.unread.as_ref()?;
        if !(1..=400).contains(&written.work_hours) {
            mistakes.push("unread.work_hours must be 1 to 400".to_owned());
        }
        let allowed =
            [Variable::CaseNumber, Variable::Unit, Variable::Hours, Variable::Title, Variable::TrackUrl];
        let text = text("unread", written.text.as_ref(), &allowed, mistakes);
        let audience: Option<Audience> = keep(&written.audience, mistakes);
        let staff = [Audience::Centre, Audience::Supervisor, Audience::Leader];
        if audience.is_some_and(|audience| !staff.contains(&audience)) {
            mistakes.push("unread.audience must be centre, supervisor or leader".to_owned());
        }
        let mut of: BTreeSet<Audience> = written.of.iter().filter_map(|word| keep(word, mistakes)).collect();
        if written.of.is_empty() {
            of.insert(Audience::Unit);
        }
        if of.contains(&Audience::Citizen) || audience.is_some_and(|told| of.contains(&told)) {
            mistakes.push("unread.of: neither citizens nor those who are told of it".to_owned());
        }
        let ways: Vec<Way> = written.channels.iter().filter_map(|way| keep(way, mistakes)).collect();
        if !ways.is_empty() && !ways.contains(&Way::Inbox) {
            mistakes.push("unread.channels must have inbox: the way that always works".to_owned());
        }
        let ways = ways.into_iter().take_while(|way| *way != Way::Inbox).collect();
        Some(Unread { hours: written.work_hours, of, audience: audience?, ways, text: text? })
    }

    fn read_county(&self, mistakes: &mut Vec<String>) -> Option<(Time, Every, Text)> {
        let written = self.county.as_ref()?;
        let at = clock(&written.at);
        if at.is_none() {
            mistakes.push("county.at must be a time of day such as 17:30".to_owned());
        }
        let every = match written.every.as_str() {
            "day" => Some(Every::Day),
            "workday" => Some(Every::Workday),
            "week" => Some(Every::Week),
            _ => None,
        };
        if every.is_none() {
            mistakes.push("county.every must be day, workday or week".to_owned());
        }
        let allowed = [
            Variable::Area,
            Variable::Since,
            Variable::Until,
            Variable::Count,
            Variable::Kinds,
            Variable::Answered,
            Variable::Overdue,
        ];
        let text = text("county", written.text.as_ref(), &allowed, mistakes);
        Some((at?, every?, text?))
    }
}

fn words(section: &str, written: &[String], mistakes: &mut Vec<String>) -> BTreeSet<Happening> {
    let mut own = Vec::new();
    let words = written.iter().filter_map(|word| keep(word, &mut own)).collect();
    mistakes.extend(own.into_iter().map(|mistake| format!("{section}: {mistake}")));
    words
}

fn text(
    section: &str,
    written: Option<&WrittenText>,
    allowed: &[Variable],
    mistakes: &mut Vec<String>,
) -> Option<Text> {
    let Some(written) = written else {
        mistakes.push(format!("{section}.text is missing"));
        return None;
    };
    let mut own = Vec::new();
    let read = read_texts(&written.variables, &written.title, &written.body, &mut own);
    for variable in read.iter().flat_map(|(_, _, used)| used).filter(|used| !allowed.contains(used)) {
        own.push(format!("never has a {variable}"));
    }
    mistakes.extend(own.into_iter().map(|mistake| format!("{section}: {mistake}")));
    read.map(|(title, body, _)| Text { title, body })
}
