//! `notices.toml`: what is told to whom, in whose words. Checked whole when it is loaded.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    render::{Both, Template},
    words::{Audience, ClockName, Happening, Variable, Way},
};

/// One `[[notice]]` as written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The event that owes it.
    pub event: String,
    /// Only for this clock; for `clock.*` events.
    pub clock: Option<String>,
    /// Who is told.
    pub audience: String,
    /// Ways, tried in order.
    pub channels: Vec<String>,
    /// Every variable that the texts name.
    pub variables: Vec<String>,
    /// The heading.
    pub title: WrittenBoth,
    /// The text.
    pub body: WrittenBoth,
}

/// A text in two languages as written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenBoth {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// One notice that a pack owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its name: `event/audience`, with the clock where it has one.
    pub name: String,
    /// Only for this clock.
    pub clock: Option<ClockName>,
    /// Who is told.
    pub audience: Audience,
    /// Ways, tried in order.
    pub ways: Vec<Way>,
    /// The heading.
    pub title: Both<Template>,
    /// The text.
    pub body: Both<Template>,
}

/// The notices of a pack, by event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices(BTreeMap<Happening, Vec<Notice>>);

impl Notices {
    /// What the pack owes for an event about `clock` (or about none). A notice for this very clock stands before one
    /// for all clocks to the same audience.
    pub fn of(&self, event: Happening, clock: Option<ClockName>) -> impl Iterator<Item = &Notice> {
        let all = self.0.get(&event).map_or(&[][..], Vec::as_slice);
        all.iter().filter(move |notice| match notice.clock {
            Some(_) => notice.clock == clock,
            None => !all.iter().any(|other| {
                other.audience == notice.audience && other.clock.is_some() && other.clock == clock
            }),
        })
    }

    /// Says whether the pack owes anything for an event.
    #[must_use]
    pub fn hears(&self, event: Happening) -> bool {
        self.0.contains_key(&event)
    }
}

/// Reads the notices of a pack.
///
/// # Errors
/// Every mistake, each with the place of its notice.
pub fn validate(written: &[Written]) -> Result<Notices, Vec<String>> {
    let (mut notices, mut mistakes, mut seen) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for (place, notice) in written.iter().enumerate() {
        let place = format!("notice {} ({} to {})", place + 1, notice.event, notice.audience);
        match read(notice) {
            Ok((event, notice)) => {
                if !seen.insert(notice.name.clone()) {
                    mistakes.push(format!("{place}: a second notice for the same event, clock and audience"));
                }
                notices.entry(event).or_insert_with(Vec::new).push(notice);
            }
            Err(own) => mistakes.extend(own.into_iter().map(|mistake| format!("{place}: {mistake}"))),
        }
    }
    if mistakes.is_empty() { Ok(Notices(notices)) } else { Err(mistakes) }
}

fn read(written: &Written) -> Result<(Happening, Notice), Vec<String>> {
    let mut mistakes = Vec::new();
    let event: Option<Happening> = keep(&written.event, &mut mistakes);
    let audience: Option<Audience> = keep(&written.audience, &mut mistakes);
    let clock: Option<ClockName> = written.clock.as_ref().and_then(|clock| keep(clock, &mut mistakes));
    let ways: Vec<Way> = written.channels.iter().filter_map(|way| keep(way, &mut mistakes)).collect();
    let declared: BTreeSet<Variable> =
        written.variables.iter().filter_map(|variable| keep(variable, &mut mistakes)).collect();
    let title = both("title", &written.title, &mut mistakes);
    let body = both("body", &written.body, &mut mistakes);
    if !written.channels.iter().any(|way| way == "inbox") {
        mistakes.push("channels must have inbox: the way that always works".to_owned());
    }
    let about_clock = written.event.starts_with("clock.");
    if written.clock.is_some() && !about_clock {
        mistakes.push("clock is for clock.* events only".to_owned());
    }
    if let (Some(title), Some(body)) = (&title, &body) {
        let texts = [&title.zh, &title.en, &body.zh, &body.en];
        let used: BTreeSet<Variable> = texts.into_iter().flat_map(Template::variables).collect();
        for variable in used.difference(&declared) {
            mistakes.push(format!("{{{variable}}} is used but not listed in variables"));
        }
        for variable in declared.difference(&used) {
            mistakes.push(format!("{variable} is listed in variables but not used"));
        }
        for variable in used.iter().filter(|variable| event.is_some_and(|event| !event.gives(**variable))) {
            mistakes.push(format!("{} never has a {variable}", written.event));
        }
    }
    match (event, audience, title, body) {
        (Some(event), Some(audience), Some(title), Some(body)) if mistakes.is_empty() => {
            let about = clock.map(|clock| format!("/{clock}")).unwrap_or_default();
            let name = format!("{event}{about}/{audience}");
            Ok((event, Notice { name, clock, audience, ways, title, body }))
        }
        _ => Err(mistakes),
    }
}

fn keep<W: std::str::FromStr<Err = crate::words::Unknown>>(
    text: &str,
    mistakes: &mut Vec<String>,
) -> Option<W> {
    text.parse().map_err(|unknown: crate::words::Unknown| mistakes.push(unknown.to_string())).ok()
}

fn both(field: &str, written: &WrittenBoth, mistakes: &mut Vec<String>) -> Option<Both<Template>> {
    let mut one = |language: &str, text: &str| {
        if text.trim().is_empty() {
            mistakes.push(format!("{field}.{language} is empty"));
            return None;
        }
        let says = |mistake| format!("{field}.{language}: {mistake}");
        Template::read(text).map_err(|own| mistakes.extend(own.into_iter().map(says))).ok()
    };
    let (zh, en) = (one("zh", &written.zh), one("en", &written.en));
    Some(Both { zh: zh?, en: en? })
}
