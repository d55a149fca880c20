//! Who tells a matter together: sizes of groups, representatives, proxies.
//!
//! Source: 《信访工作条例》 Art. 20 (representatives at most 5); 浙江省信访条例 (3 up to 10 persons, 5 above); 山东省信访条例 (two
//! proxies with written authority). The numbers are data of the pack; a pack without them has no such rule.

use serde::Deserialize;

use crate::{
    FieldError,
    pack::{Basis, Mistakes},
};

/// What a pack says about groups and proxies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// From how many persons on a matter is collective; none means no such rule.
    #[serde(default)]
    pub collective_from: Option<u32>,
    /// Steps of how many may represent, the smallest groups first.
    #[serde(default)]
    pub representatives: Vec<Step>,
    /// Most proxies; none means no such rule.
    #[serde(default)]
    pub proxies_most: Option<u32>,
    /// A proxy must bring a written authority.
    #[serde(default)]
    pub proxy_authority: bool,
    /// How binding it is.
    #[serde(default)]
    pub basis: Basis,
    /// Where it comes from, in words.
    #[serde(default)]
    pub source: String,
}

/// How many may represent a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Groups of at most so many; missing in the last step.
    #[serde(default)]
    pub up_to: Option<u32>,
    /// At most so many representatives.
    pub most: u32,
}

/// A group as it was told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// Persons in all.
    pub size: u32,
    /// How many of them speak for it.
    pub representatives: usize,
    /// Proxies.
    pub proxies: usize,
    /// Proxies without a written authority.
    pub unwritten: usize,
}

impl Group {
    /// At most how many may represent a group of this size; none where the pack has no rule.
    #[must_use]
    pub fn representatives_most(&self, size: u32) -> Option<u32> {
        let step = self.representatives.iter().find(|step| step.up_to.is_none_or(|up_to| size <= up_to));
        step.map(|step| step.most)
    }

    /// Says whether a matter told by so many is collective (集体).
    #[must_use]
    pub fn is_collective(&self, size: u32) -> bool {
        self.collective_from.is_some_and(|least| size >= least)
    }
}

/// Lists every mistake of a group.
#[must_use]
pub fn check_group(told: Told, rules: &Group) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut add = |field, zh: String, en: String| errors.push(FieldError { field, zh, en });
    if told.size == 0 {
        add("parties.size", "至少 1 人".into(), "at least one person".into());
    }
    if told.representatives as u64 > u64::from(told.size) {
        add(
            "parties.representatives",
            "代表人数不得超过总人数".into(),
            "there are more representatives than persons".into(),
        );
    } else if let Some(most) = rules.representatives_most(told.size)
        && told.representatives as u64 > u64::from(most)
    {
        add(
            "parties.representatives",
            format!("代表不得超过 {most} 人"),
            format!("at most {most} may represent this group"),
        );
    }
    if let Some(most) = rules.proxies_most
        && told.proxies as u64 > u64::from(most)
    {
        add("parties.proxies", format!("代理人不得超过 {most} 人"), format!("at most {most} proxies"));
    }
    if rules.proxy_authority && told.unwritten > 0 {
        add("parties.proxies", "代理人须有书面委托".into(), "a proxy needs a written authority".into());
    }
    errors
}

pub(crate) fn validate(group: &Group, mistakes: &mut Mistakes) {
    let steps = &group.representatives;
    for (at, step) in steps.iter().enumerate() {
        let key = format!("group.representatives[{at}]");
        let last = at + 1 == steps.len();
        if step.most == 0 {
            mistakes.add(&key, "a group must be able to speak");
        }
        if step.up_to.is_none() != last {
            mistakes.add(&key, "only the last step has no up_to");
        }
        if at > 0 && step.up_to.is_some() && steps[at - 1].up_to >= step.up_to {
            mistakes.add(&key, "up_to must grow");
        }
    }
    if group.collective_from.is_some_and(|least| least < 2) {
        mistakes.add("group.collective_from", "one person is no group");
    }
}
