//! `notices.toml`: what is told to whom, in whose words. Checked whole when it is loaded.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    render::{Both, Template},
    sections::{Sections, Settings},
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
    /// Only when the event carries one of these codes: `important`, `mediation`, `leader`.
    pub only: Option<Vec<String>>,
    /// Breaks quiet hours, goes before the others, and is gathered in a storm only.
    #[serde(default)]
    pub urgent: bool,
    /// Goes out with its like only, at the hour of the digest.
    #[serde(default)]
    pub digest: bool,
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
    /// Only for events with one of these codes.
    pub only: Option<Vec<String>>,
    /// Breaks quiet hours, goes before the others, and is gathered in a storm only.
    pub urgent: bool,
    /// Goes out with its like only.
    pub digest: bool,
    /// Who is told.
    pub audience: Audience,
    /// Ways, tried in order.
    pub ways: Vec<Way>,
    /// The heading.
    pub title: Both<Template>,
    /// The text.
    pub body: Both<Template>,
}

impl Notice {
    /// Ways out of the suite: those before the inbox, which takes everything.
    #[must_use]
    pub fn outward(&self) -> Vec<Way> {
        self.ways.iter().copied().take_while(|way| *way != Way::Inbox).collect()
    }
}

/// The notices of a pack, by event, and what holds for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    by_event: BTreeMap<Happening, Vec<Notice>>,
    /// What holds for all of them.
    pub settings: Settings,
}

impl Notices {
    /// What the pack owes for an event about `clock` (or about none) that carries some codes. A notice for this very
    /// clock, or for one of the codes, stands before one for all to the same audience.
    pub fn of(
        &self,
        event: Happening,
        clock: Option<ClockName>,
        codes: &[String],
    ) -> impl Iterator<Item = &Notice> {
        let all = self.by_event.get(&event).map_or(&[][..], Vec::as_slice);
        let fits = move |notice: &Notice| {
            let clock_fits = notice.clock.is_none() || notice.clock == clock;
            let named = |only: &Vec<String>| codes.iter().any(|code| only.contains(code));
            clock_fits && notice.only.as_ref().is_none_or(named)
        };
        let narrow = |notice: &Notice| u8::from(notice.clock.is_some()) * 2 + u8::from(notice.only.is_some());
        all.iter()
            .enumerate()
            .filter(move |(place, notice)| {
                let better = |(other_place, other): (usize, &Notice)| {
                    let key = |notice: &Notice, place: usize| (narrow(notice), std::cmp::Reverse(place));
                    other.audience == notice.audience
                        && fits(other)
                        && key(other, other_place) > key(notice, *place)
                };
                fits(notice) && !all.iter().enumerate().any(better)
            })
            .map(|(_, notice)| notice)
    }

    /// Says whether the pack owes anything for an event.
    #[must_use]
    pub fn hears(&self, event: Happening) -> bool {
        self.by_event.contains_key(&event)
    }
}

/// Reads the notices of a pack and what holds for all of them.
///
/// # Errors
/// Every mistake, each with the place of its notice or section.
pub fn validate(written: &[Written], sections: &Sections) -> Result<Notices, Vec<String>> {
    let (mut by_event, mut mistakes, mut seen) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    let mut told = BTreeSet::new();
    for (place, notice) in written.iter().enumerate() {
        let place = format!("notice {} ({} to {})", place + 1, notice.event, notice.audience);
        match read(notice) {
            Ok((event, notice)) => {
                if !seen.insert(notice.name.clone()) {
                    mistakes.push(format!(
                        "{place}: a second notice for the same event, clock, codes and audience"
                    ));
                }
                // What is about no case has no neutral words: nothing of a sealed one is ever in it.
                told.extend(event.is_of_case().then_some(notice.audience));
                by_event.entry(event).or_insert_with(Vec::new).push(notice);
            }
            Err(own) => mistakes.extend(own.into_iter().map(|mistake| format!("{place}: {mistake}"))),
        }
    }
    match sections.read(&told) {
        Ok(settings) if mistakes.is_empty() => Ok(Notices { by_event, settings }),
        Ok(_) => Err(mistakes),
        Err(more) => Err(mistakes.into_iter().chain(more).collect()),
    }
}

fn read(written: &Written) -> Result<(Happening, Notice), Vec<String>> {
    let mut mistakes = Vec::new();
    let event: Option<Happening> = keep(&written.event, &mut mistakes);
    let audience: Option<Audience> = keep(&written.audience, &mut mistakes);
    let clock: Option<ClockName> = written.clock.as_ref().and_then(|clock| keep(clock, &mut mistakes));
    let ways: Vec<Way> = written.channels.iter().filter_map(|way| keep(way, &mut mistakes)).collect();
    let texts = read_texts(&written.variables, &written.title, &written.body, &mut mistakes);
    if audience == Some(Audience::County) && !event.is_some_and(Happening::is_of_place) {
        mistakes.push("a county is told by [county], never of one case".to_owned());
    }
    let handled = audience.is_some_and(|audience| audience == Audience::Citizen || audience.is_of_unit());
    if handled && event.is_some_and(|event| !event.is_of_case()) {
        mistakes.push(format!("{} is about no case: no citizen and no unit is told", written.event));
    }
    let desk = [Audience::Centre, Audience::Supervisor, Audience::Leader];
    if event == Some(Happening::NoticeFailed) && audience.is_some_and(|audience| !desk.contains(&audience)) {
        mistakes.push("notice.failed is for those who can help: centre, supervisor or leader".to_owned());
    }
    if !written.channels.iter().any(|way| way == "inbox") {
        mistakes.push("channels must have inbox: the way that always works".to_owned());
    }
    if written.clock.is_some() && !written.event.starts_with("clock.") {
        mistakes.push("clock is for clock.* events only".to_owned());
    }
    if written.only.as_ref().is_some_and(Vec::is_empty) {
        mistakes.push("only is empty: leave it out to tell of all".to_owned());
    }
    if written.urgent && written.digest {
        mistakes.push("urgent and digest rule one another out".to_owned());
    }
    if let (Some(event), Some((_, _, used))) = (event, &texts) {
        for variable in used.iter().filter(|variable| !event.gives(**variable)) {
            mistakes.push(format!("{event} never has a {variable}"));
        }
    }
    match (event, audience, texts) {
        (Some(event), Some(audience), Some((title, body, _))) if mistakes.is_empty() => {
            let about = clock.map(|clock| format!("/{clock}")).unwrap_or_default();
            let only = written.only.clone();
            let codes = only.as_ref().map(|only| format!("/{}", only.join("+"))).unwrap_or_default();
            let name = format!("{event}{about}{codes}/{audience}");
            let (urgent, digest) = (written.urgent, written.digest);
            Ok((event, Notice { name, clock, only, urgent, digest, audience, ways, title, body }))
        }
        _ => Err(mistakes),
    }
}

type Texts = (Both<Template>, Both<Template>, BTreeSet<Variable>);

/// Reads heading and text, and holds the variables they use against those that are listed.
pub(crate) fn read_texts(
    variables: &[String],
    title: &WrittenBoth,
    body: &WrittenBoth,
    mistakes: &mut Vec<String>,
) -> Option<Texts> {
    let declared: BTreeSet<Variable> =
        variables.iter().filter_map(|variable| keep(variable, mistakes)).collect();
    let (title, body) = (both("title", title, mistakes), both("body", body, mistakes));
    let (title, body) = (title?, body?);
    let texts = [&title.zh, &title.en, &body.zh, &body.en];
    let used: BTreeSet<Variable> = texts.into_iter().flat_map(Template::variables).collect();
    for variable in used.difference(&declared) {
        mistakes.push(format!("{{{variable}}} is used but not listed in variables"));
    }
    for variable in declared.difference(&used) {
        mistakes.push(format!("{variable} is listed in variables but not used"));
    }
    Some((title, body, used))
}

/// Reads a word, or keeps the mistake.
pub(crate) fn keep<W: std::str::FromStr<Err = crate::words::Unknown>>(
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
