//! The life of a listening (监听): the supervision office is joined, muted, to a conversation that goes on.
//!
//! | state ＼ command | Joined(taken) | Joined(refused) | Joined(away) | Left(taken) | Left(refused, away) | Over |
//! |---|---|---|---|---|---|---|
//! | asked 请求中 | on | refused | away | ended | same | ended |
//! | on 监听中 | same | same | same | ended | same | ended |
//! | away 交换机无应答 | same | same | same | ended | same | ended |
//! | refused 交换机拒绝 | same | same | same | same | same | same |
//! | ended 已结束 | same | same | same | same | same | same |
//!
//! Whoever did not answer may have joined the listener all the same: what is asked, on or away is still to leave.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::{
    pack::{Basis, Mistakes},
    record::Coded,
};

/// What a pack says about listening in; missing: nobody listens in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listening {
    /// Why it may be done.
    pub grounds: Vec<Coded>,
    /// When the operator learns of it.
    pub tell: Tell,
    /// After how many minutes a listener is taken off the line.
    pub most_minutes: u32,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// When the operator learns of a listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tell {
    /// While it goes on.
    AtOnce,
    /// Once it has ended.
    Afterwards,
}

/// What the switch made of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Done.
    Taken,
    /// It will not.
    Refused,
    /// Nobody answered.
    Away,
}

/// Where a listening stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenState {
    /// The switch is being asked.
    Asked,
    /// The listener hears.
    On,
    /// The switch would not.
    Refused,
    /// The switch did not answer; whether the listener hears is not known.
    Away,
    /// It is over.
    Ended,
}

/// What happens to a listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenCommand {
    /// The switch was asked to join the listener.
    Joined(Heard),
    /// The switch was asked to take the listener off the line.
    Left(Heard),
    /// The conversation is over.
    Over,
}

/// Says where a listening stands after a command. Nothing is refused: what comes late or twice changes nothing.
#[must_use]
pub const fn listen(state: ListenState, command: ListenCommand) -> ListenState {
    use ListenState::{Asked, Away, Ended, On, Refused};
    match (command, state) {
        (ListenCommand::Joined(Heard::Taken), Asked) => On,
        (ListenCommand::Joined(Heard::Refused), Asked) => Refused,
        (ListenCommand::Joined(Heard::Away), Asked) => Away,
        (ListenCommand::Joined(_), On | Refused | Away | Ended) => state,
        (ListenCommand::Left(Heard::Taken) | ListenCommand::Over, Asked | On | Away) => Ended,
        (ListenCommand::Left(Heard::Taken) | ListenCommand::Over, Refused | Ended) => state,
        (ListenCommand::Left(Heard::Refused | Heard::Away), Asked | On | Refused | Away | Ended) => state,
    }
}

impl ListenState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Asked, Self::On, Self::Refused, Self::Away, Self::Ended];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The label that Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.words().1
    }

    /// The label that English readers see.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.words().2
    }

    /// Reads the word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether the listener may be on the line.
    #[must_use]
    pub const fn may_hear(self) -> bool {
        match self {
            Self::Asked | Self::On | Self::Away => true,
            Self::Refused | Self::Ended => false,
        }
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Asked => ("asked", "请求中", "asked for"),
            Self::On => ("on", "监听中", "listening"),
            Self::Refused => ("refused", "交换机拒绝", "refused by the switch"),
            Self::Away => ("away", "交换机无应答", "no answer of the switch"),
            Self::Ended => ("ended", "已结束", "ended"),
        }
    }
}

impl Listening {
    /// Says whether this is a ground of the pack.
    #[must_use]
    pub fn allows(&self, ground: &str) -> bool {
        self.grounds.iter().any(|known| known.code == ground)
    }

    /// Says whether the operator is shown a listening that was heard, now that it has ended or has not.
    #[must_use]
    pub const fn shows(&self, ended: bool) -> bool {
        match self.tell {
            Tell::AtOnce => true,
            Tell::Afterwards => ended,
        }
    }

    /// Says when a listener that joined at `joined` is taken off the line.
    #[must_use]
    pub fn leaves_at(&self, joined: Timestamp) -> Timestamp {
        joined
            .saturating_add(SignedDuration::from_mins(i64::from(self.most_minutes)))
            .unwrap_or(Timestamp::MAX)
    }

    pub(crate) fn validate(&self, mistakes: &mut Mistakes) {
        mistakes.coded("listening.grounds", &self.grounds);
        if self.grounds.is_empty() {
            mistakes.add("listening.grounds", "must not be empty: nobody listens without a ground");
        }
        if !(1..=1440).contains(&self.most_minutes) {
            mistakes.add("listening.most_minutes", "must be 1 to 1440");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Heard::{Away as NoAnswer, Refused as WillNot, Taken};
    use ListenCommand::{Joined, Left, Over};
    use ListenState::{Asked, Away, Ended, On, Refused};

    const COMMANDS: [ListenCommand; 7] =
        [Joined(Taken), Joined(WillNot), Joined(NoAnswer), Left(Taken), Left(WillNot), Left(NoAnswer), Over];

    #[test]
    fn a_listening_goes_as_its_table_says() {
        let rows = [
            (Asked, [On, Refused, Away, Ended, Asked, Asked, Ended]),
            (On, [On, On, On, Ended, On, On, Ended]),
            (Away, [Away, Away, Away, Ended, Away, Away, Ended]),
            (Refused, [Refused; 7]),
            (Ended, [Ended; 7]),
        ];
        for (state, after) in rows {
            for (command, after) in COMMANDS.into_iter().zip(after) {
                assert_eq!(listen(state, command), after, "{state:?} {command:?}");
                assert_eq!(
                    listen(after, command),
                    listen(listen(after, command), command),
                    "twice acts once"
                );
            }
            assert_eq!(ListenState::read(state.as_str()), Some(state));
            assert!(!state.zh().is_empty() && !state.en().is_empty());
            assert_eq!(state.may_hear(), !matches!(state, Refused | Ended));
        }
        assert_eq!(ListenState::read("no"), None);
    }

    fn rules(tell: &str, minutes: u32) -> Listening {
        let text = format!(
            "tell = \"{tell}\"\nmost_minutes = {minutes}\nbasis = \"choice\"\nsource = \"\"\n\
             grounds = [{{ code = \"check\", label = {{ zh = \"抽查\", en = \"Check\" }} }}]"
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn each_state_has_a_word_and_a_label_in_both_languages() {
        let all = ListenState::ALL.map(|state| (state.as_str(), state.zh(), state.en()));
        assert_eq!(all[0], ("asked", "请求中", "asked for"));
        assert_eq!(all[3], ("away", "交换机无应答", "no answer of the switch"));
        for (at, one) in all.iter().enumerate() {
            assert!(all[..at].iter().all(|other| one.0 != other.0 && one.1 != other.1 && one.2 != other.2));
        }
    }

    #[test]
    fn the_pack_says_why_how_long_and_when_the_operator_learns() {
        let (after, at_once) = (rules("afterwards", 30), rules("at-once", 30));
        assert!(after.allows("check") && !after.allows("curiosity"));
        assert_eq!((after.shows(false), after.shows(true)), (false, true));
        assert_eq!((at_once.shows(false), at_once.shows(true)), (true, true));
        let joined: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        assert_eq!(after.leaves_at(joined).to_string(), "2026-03-02T01:30:00Z");
        assert_eq!(after.leaves_at(Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn a_listening_without_ground_or_end_is_a_mistake() {
        let mistakes = |rules: &Listening| {
            let mut mistakes = Mistakes::default();
            rules.validate(&mut mistakes);
            mistakes.keys().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        for (minutes, good) in [(0, false), (1, true), (1440, true), (1441, false)] {
            assert_eq!(mistakes(&rules("at-once", minutes)).is_empty(), good, "{minutes}");
        }
        let none = Listening { grounds: Vec::new(), ..rules("at-once", 30) };
        assert_eq!(mistakes(&none), ["listening.grounds"]);
    }
}
