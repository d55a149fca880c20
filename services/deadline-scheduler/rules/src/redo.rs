//! 重办: limits of a round that began because the last one did not satisfy or did not solve.
//!
//! `[redo]` shortens clocks of some names: beside each entry stands one for such rounds, with a part of its limit. No
//! national rule names the part; where a city's rule does (首次处置 five working days, 再次处置 three), it is its share.

use calendar::Limit;
use serde::Deserialize;

use crate::{
    applies::Applies,
    pack::{Basis, Deadlines, Entry},
    words::ClockName,
};

/// What is added to the id of an entry for its shortened form.
pub(crate) const MARK: &str = ":redo";

/// Shorter limits for rounds that follow for some reasons.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redo {
    /// Clocks of these names, and no others.
    pub names: Vec<ClockName>,
    /// Only rounds that began for these reasons.
    pub because: Vec<String>,
    /// How much of the limit is left, in hundredths: 1 to 99. Broken units count whole.
    pub percent: u32,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

impl Redo {
    /// Shortens a limit; what is at once stays at once, and something is always left of the others.
    #[must_use]
    pub fn shorten(&self, limit: Limit) -> Limit {
        let hundredths = u64::from(limit.amount) * u64::from(self.percent);
        let amount = u32::try_from(hundredths.div_ceil(100)).unwrap_or(limit.amount);
        Limit { amount, ..limit }
    }

    /// The shortened form of an entry; nothing for one that is about other rounds only.
    fn of(&self, entry: &Entry) -> Option<Entry> {
        let first_only = entry.applies.again == Some(false);
        let own = entry.applies.because.is_some();
        if !self.names.contains(&entry.name) || first_only || own {
            return None;
        }
        let applies = Applies { because: Some(self.because.clone()), ..entry.applies.clone() };
        Some(Entry {
            id: format!("{}{MARK}", entry.id),
            default: false,
            applies,
            limit: self.shorten(entry.limit),
            cap: entry.cap.map(|cap| self.shorten(cap)),
            basis: self.basis,
            source: self.source.clone(),
            ..entry.clone()
        })
    }
}

impl Deadlines {
    /// Puts the shortened form before each entry that has one; that of a default comes last, as defaults do.
    #[must_use]
    pub fn with_redo(mut self) -> Self {
        let Some(redo) = self.redo.clone() else { return self };
        let (mut clocks, mut last) = (Vec::with_capacity(self.clocks.len() * 2), Vec::new());
        for entry in std::mem::take(&mut self.clocks) {
            match redo.of(&entry) {
                Some(shorter) if entry.default => last.push(shorter),
                shorter => clocks.extend(shorter),
            }
            clocks.push(entry);
        }
        clocks.extend(last);
        Self { clocks, ..self }
    }
}

#[cfg(test)]
mod tests {
    use calendar::{Unit, shipped};
    use jiff::Timestamp;

    use super::*;
    use crate::{
        open::{Call, Facts, open},
        words::{Kind, Trigger, Urgency},
    };

    const MAILBOX: &str = include_str!("../../../../deploy/policy/mailbox-002/deadlines.toml");

    fn mailbox() -> Deadlines {
        toml::from_str(MAILBOX).expect("a pack that ships")
    }

    fn redo(percent: u32) -> Redo {
        Redo { percent, ..mailbox().redo.expect("the pack has one") }
    }

    fn days(amount: u32) -> Limit {
        Limit { amount, ..mailbox().clocks[0].limit }
    }

    #[test]
    fn a_part_of_the_limit_is_left_broken_units_count_whole() {
        let shorter = |amount, percent| redo(percent).shorten(days(amount)).amount;
        assert_eq!((shorter(5, 60), shorter(20, 60), shorter(10, 60)), (3, 12, 6));
        assert_eq!((shorter(7, 60), shorter(3, 60), shorter(1, 60), shorter(0, 60)), (5, 2, 1, 0));
        assert_eq!((shorter(100, 1), shorter(101, 1), shorter(100, 99), shorter(1, 1)), (1, 2, 99, 1));
        assert_eq!(redo(60).shorten(Limit { unit: Unit::Hours, ..days(24) }).unit, Unit::Hours);
    }

    #[test]
    fn a_round_for_a_reason_of_the_pack_has_the_shorter_limit_and_any_other_the_whole() {
        let pack = mailbox().with_redo();
        let at: Timestamp = "2026-03-02T02:00:00Z".parse().expect("a timestamp");
        let limit = |kind, round, because: Option<&str>| {
            let because = because.map(str::to_owned);
            let facts = Facts { round, because, ..Facts::plain(kind, Urgency::Ordinary, at) };
            let trigger = if round > 1 { Trigger::CaseReopened } else { Trigger::CaseAccepted };
            let opened = open(&pack, &Call::plain(trigger, at), &facts, shipped()).expect("a day");
            let handle = opened.iter().find(|opening| opening.entry.name == ClockName::Handle);
            handle.map(|opening| (opening.entry.id.clone(), opening.entry.limit.amount)).expect("opened")
        };
        assert_eq!(limit(Kind::Complaint, 1, None), ("handle-long".to_owned(), 20));
        for because in ["unsatisfied", "unsolved"] {
            assert_eq!(limit(Kind::Complaint, 2, Some(because)), ("handle-long:redo".to_owned(), 12));
            assert_eq!(limit(Kind::Consultation, 3, Some(because)), ("handle-short:redo".to_owned(), 3));
            // A default has its shorter form as well, and it comes after every other one.
            assert_eq!(limit(Kind::Praise, 2, Some(because)).0, "handle-default:redo");
        }
        for because in [Some("new-facts"), Some("remanded"), Some("conditions-ripe"), None] {
            assert_eq!(limit(Kind::Complaint, 2, because), ("handle-long".to_owned(), 20));
        }
    }

    #[test]
    fn what_is_not_named_or_has_a_say_of_its_own_stays() {
        let plain = mailbox();
        let long = plain.entry("handle-long").expect("there").clone();
        let long_source = (long.basis, long.source.clone());
        let of = |entry: &Entry| redo(60).of(entry).map(|entry| entry.id);
        assert_eq!(of(&long).as_deref(), Some("handle-long:redo"));
        let again = |again| Applies { again, ..Applies::default() };
        assert_eq!(of(&Entry { applies: again(Some(false)), ..long.clone() }), None);
        assert!(of(&Entry { applies: again(Some(true)), ..long.clone() }).is_some());
        let own = Applies { because: Some(vec!["unsolved".to_owned()]), ..Applies::default() };
        assert_eq!(of(&Entry { applies: own, ..long.clone() }), None);
        assert_eq!(of(&Entry { name: ClockName::Sign, ..long }), None);
        let without = Deadlines { redo: None, ..plain.clone() };
        assert_eq!(without.clone().with_redo(), without);
        let with = plain.clone().with_redo();
        assert!(with.clocks.len() > plain.clocks.len() && with.validate().is_empty());
        let caps = with.entry("handle-long:redo").expect("there");
        let redo = plain.redo.clone().expect("there");
        assert_eq!((caps.basis, &caps.source), (redo.basis, &redo.source));
        assert_ne!((long_source.0, &long_source.1), (redo.basis, &redo.source));
        assert_eq!(
            caps.cap.map(|cap| cap.amount),
            plain.entry("handle-long").and_then(|e| e.cap).map(|cap| (cap.amount * 60).div_ceil(100))
        );
    }

    #[test]
    fn a_default_that_stands_first_still_comes_last() {
        let mut pack = mailbox();
        let (defaults, others): (Vec<Entry>, Vec<Entry>) =
            std::mem::take(&mut pack.clocks).into_iter().partition(|entry| entry.default);
        assert!(!defaults.is_empty());
        pack.clocks = defaults.into_iter().chain(others).collect();
        let pack = pack.with_redo();
        let at: Timestamp = "2026-03-02T02:00:00Z".parse().expect("a timestamp");
        let because = Some("unsolved".to_owned());
        let facts = Facts { round: 2, because, ..Facts::plain(Kind::Complaint, Urgency::Ordinary, at) };
        let opened = open(&pack, &Call::plain(Trigger::CaseReopened, at), &facts, shipped()).expect("a day");
        let ids: Vec<&str> = opened.iter().map(|opening| opening.entry.id.as_str()).collect();
        assert_eq!(ids, ["handle-long:redo"]);
    }

    #[test]
    fn a_mistaken_part_is_told() {
        let says = |redo: Redo| {
            let pack = Deadlines { redo: Some(redo), ..mailbox() };
            pack.validate().iter().map(|flaw| flaw.says).collect::<Vec<_>>()
        };
        assert_eq!(says(redo(1)), Vec::<&str>::new());
        assert_eq!(says(redo(99)), Vec::<&str>::new());
        assert_eq!(says(redo(0)).len(), 1);
        assert_eq!(says(redo(100)).len(), 1);
        assert_eq!(says(Redo { names: vec![], because: vec![], source: String::new(), ..redo(60) }).len(), 3);
    }
}
