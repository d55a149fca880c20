//! The life of a contact that makes no case of itself, as one table.
//!
//! | state ＼ command | Review(abusive) | Review(not) | Object | Attempt(next, reached) | Attempt(next, not) | MakeCase |
//! |---|---|---|---|---|---|---|
//! | noted 已记录 | – | – | – | – | – | case |
//! | reported 待认定 | confirmed | cleared | – | – | – | – |
//! | confirmed 已认定 | same | – | contested, once | – | – | – |
//! | contested 有异议 | confirmed, for good | cleared | same | – | – | – |
//! | cleared 不予认定 | – | same | – | – | – | case |
//! | owed 待回拨 | – | – | – | reached | owed, or unreachable at the last | case |
//! | reached 已回拨 | – | – | – | – | – | case |
//! | unreachable 未接通 | – | – | – | reached | same, counted | case |
//! | case 已成案 | – | – | – | – | – | same |
//!
//! – is refused. An attempt that was counted before (its number is not above the count) changes nothing in any state.
//! A decision that someone was abusive says nothing about the next matter: that is registered like any other.

/// What a contact was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// 查号: asked for a number or an address.
    Enquiry,
    /// 咨询, answered on the spot.
    Consultation,
    /// 表扬.
    Praise,
    /// 骚扰辱骂: facts for a supervisor.
    Abusive,
    /// 漏接: nobody answered in time; a call-back is owed.
    Abandoned,
}

/// Where a contact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContactState {
    /// 已记录: nothing more is owed.
    Noted,
    /// 待认定: waits for a supervisor.
    Reported,
    /// 已认定 as abusive.
    Confirmed,
    /// 有异议: the person objected; a supervisor looks again.
    Contested,
    /// 不予认定.
    Cleared,
    /// 待回拨.
    Owed,
    /// 已回拨.
    Reached,
    /// 多次未接通.
    Unreachable,
    /// 已成案: a case goes on from here.
    Case,
}

/// A contact as decisions see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactLife {
    /// Where it stands.
    pub state: ContactState,
    /// Calls back so far.
    pub attempts: i32,
    /// The person has used the objection.
    pub objected: bool,
}

/// What is asked of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactCommand {
    /// A supervisor decides.
    Review {
        /// The facts bear it out.
        abusive: bool,
    },
    /// 异议: the person does not accept the decision.
    Object,
    /// 回拨.
    Attempt {
        /// Which one it is, from 1.
        number: i32,
        /// Someone answered.
        reached: bool,
        /// After how many in vain the person counts as unreachable (by pack).
        most: i32,
    },
    /// 成案.
    MakeCase,
}

/// What the shell must tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactEffect {
    /// Tell of a call back.
    TellCalledBack {
        /// Which attempt.
        attempt: i32,
        /// Someone answered.
        reached: bool,
    },
    /// Tell that a case came of it.
    TellCase,
}

/// A command that the state of a contact does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a contact that is {state:?} cannot take {command:?}")]
pub struct ContactRefused {
    /// Where it stands.
    pub state: ContactState,
    /// What was asked.
    pub command: ContactCommand,
}

/// Decides what a command does to a contact.
///
/// # Errors
/// [`ContactRefused`] when the state does not allow it, or an attempt leaves one out.
pub fn decide_contact(
    life: ContactLife,
    command: ContactCommand,
) -> Result<(ContactLife, Option<ContactEffect>), ContactRefused> {
    use ContactState::{Case, Cleared, Confirmed, Contested, Noted, Owed, Reached, Reported, Unreachable};
    let refused = Err(ContactRefused { state: life.state, command });
    let same = Ok((life, None));
    let to = |state| Ok((ContactLife { state, ..life }, None));
    match (command, life.state) {
        (ContactCommand::Review { abusive: true }, Reported | Contested) => to(Confirmed),
        (ContactCommand::Review { abusive: false }, Reported | Contested) => to(Cleared),
        (ContactCommand::Review { abusive: true }, Confirmed)
        | (ContactCommand::Review { abusive: false }, Cleared) => same,
        (
            ContactCommand::Review { .. },
            Noted | Confirmed | Cleared | Owed | Reached | Unreachable | Case,
        ) => refused,

        (ContactCommand::Object, Confirmed) if !life.objected => {
            Ok((ContactLife { state: Contested, objected: true, ..life }, None))
        }
        (ContactCommand::Object, Contested) => same,
        (
            ContactCommand::Object,
            Noted | Reported | Confirmed | Cleared | Owed | Reached | Unreachable | Case,
        ) => refused,

        (ContactCommand::Attempt { number, .. }, _) if (1..=life.attempts).contains(&number) => same,
        (ContactCommand::Attempt { number, reached, most }, Owed | Unreachable)
            if number == life.attempts + 1 =>
        {
            let state = match life.state {
                _ if reached => Reached,
                Owed if number < most => Owed,
                Owed | Noted | Reported | Confirmed | Contested | Cleared | Reached | Unreachable | Case => {
                    Unreachable
                }
            };
            let effect = ContactEffect::TellCalledBack { attempt: number, reached };
            Ok((ContactLife { state, attempts: number, ..life }, Some(effect)))
        }
        (
            ContactCommand::Attempt { .. },
            Noted | Reported | Confirmed | Contested | Cleared | Owed | Reached | Unreachable | Case,
        ) => refused,

        (ContactCommand::MakeCase, Noted | Cleared | Owed | Reached | Unreachable) => {
            Ok((ContactLife { state: Case, ..life }, Some(ContactEffect::TellCase)))
        }
        (ContactCommand::MakeCase, Case) => same,
        (ContactCommand::MakeCase, Reported | Confirmed | Contested) => refused,
    }
}

impl ContactLife {
    /// A contact that was just written down.
    #[must_use]
    pub const fn of(sort: Sort) -> Self {
        let state = match sort {
            Sort::Enquiry | Sort::Consultation | Sort::Praise => ContactState::Noted,
            Sort::Abusive => ContactState::Reported,
            Sort::Abandoned => ContactState::Owed,
        };
        Self { state, attempts: 0, objected: false }
    }
}

impl Sort {
    /// Every sort.
    pub const ALL: [Self; 5] =
        [Self::Enquiry, Self::Consultation, Self::Praise, Self::Abusive, Self::Abandoned];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enquiry => "enquiry",
            Self::Consultation => "consultation",
            Self::Praise => "praise",
            Self::Abusive => "abusive",
            Self::Abandoned => "abandoned",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }
}

impl ContactState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Noted,
        Self::Reported,
        Self::Confirmed,
        Self::Contested,
        Self::Cleared,
        Self::Owed,
        Self::Reached,
        Self::Unreachable,
        Self::Case,
    ];

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

    /// Reads the word of a table or of a query.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Noted => ("noted", "已记录", "noted"),
            Self::Reported => ("reported", "待认定", "waiting for a decision"),
            Self::Confirmed => ("confirmed", "已认定", "found abusive"),
            Self::Contested => ("contested", "有异议", "contested"),
            Self::Cleared => ("cleared", "不予认定", "found not abusive"),
            Self::Owed => ("owed", "待回拨", "call-back owed"),
            Self::Reached => ("reached", "已回拨", "called back"),
            Self::Unreachable => ("unreachable", "未接通", "unreachable"),
            Self::Case => ("case", "已成案", "became a case"),
        }
    }
}
