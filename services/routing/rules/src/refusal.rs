//! Why a command is refused, in the words that people see.

use crate::lifecycle::{Command, State};

/// A command that the rules do not allow here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{command:?} refused in state {state:?}: {why:?}")]
pub struct Refused {
    /// Where the assignment stood.
    pub state: State,
    /// What was asked.
    pub command: Command,
    /// Why not.
    pub why: Why,
}

/// The ground of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The state as such does not allow it.
    State,
    /// The unit has to sign first.
    NotSigned,
    /// No return is asked.
    NoReturn,
    /// No reply lies with the centre.
    NoReply,
    /// The pack knows no returns.
    NoReturns,
    /// The centre has designated the unit.
    Designated,
    /// The window for returns is over.
    Late,
    /// The case has been returned as often as the pack allows.
    Spent,
    /// 首接负责.
    FirstReceiver,
}

impl Refused {
    /// The refusal in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        let (state, command) = (self.state.zh(), self.command.zh());
        match self.why {
            Why::State => format!("当前状态为“{state}”，不能{command}。"),
            Why::NotSigned => format!("尚未签收，不能{command}；请先签收。"),
            Why::NoReturn => format!("当前状态为“{state}”，没有待审核的退单，不能{command}。"),
            Why::NoReply => format!("当前状态为“{state}”，没有待审核的回复，不能{command}。"),
            Why::NoReturns => "本规则不允许退单。".to_owned(),
            Why::Designated => "该单位已被指定承办，不得退单。".to_owned(),
            Why::Late => "已超过退单时限，不能退单。".to_owned(),
            Why::Spent => "该诉求的退单次数已达上限，不能再退单。".to_owned(),
            Why::FirstReceiver => "首接负责：首接单位不得退单，可申请协办。".to_owned(),
        }
    }

    /// The refusal in English.
    #[must_use]
    pub fn en(&self) -> String {
        let (state, command) = (self.state.en(), self.command.en());
        match self.why {
            Why::State => format!("cannot {command}: the assignment is {state}"),
            Why::NotSigned => format!("cannot {command} before the unit has signed for the case"),
            Why::NoReturn => format!("cannot {command}: no return is waiting, the assignment is {state}"),
            Why::NoReply => format!("cannot {command}: no reply is waiting, the assignment is {state}"),
            Why::NoReturns => "the policy pack knows no returns".to_owned(),
            Why::Designated => "the unit has been designated and may not return the case".to_owned(),
            Why::Late => "the time for returning the case is over".to_owned(),
            Why::Spent => "the case has been returned as often as the policy pack allows".to_owned(),
            Why::FirstReceiver => "the unit that gets a case first leads it and may not return it".to_owned(),
        }
    }
}

impl State {
    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The word that Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.words().1
    }

    /// The word that English readers see.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.words().2
    }

    /// Reads the word of [`State::as_str`].
    #[must_use]
    pub fn read(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            State::Dispatched => ("dispatched", "待签收", "waiting to be signed for"),
            State::Signed => ("signed", "已签收", "signed for"),
            State::Contacted => ("contacted", "已先行联系", "in handling after first contact"),
            State::Returning => ("returning", "退单待审核", "waiting for the review of a return"),
            State::UnderReview => ("under-review", "回复待审核", "waiting for the review of its reply"),
            State::Replied => ("replied", "协办已回复", "replied by the co-unit"),
            State::Answered => ("answered", "已答复", "answered"),
            State::Redirected => ("redirected", "已改派", "redirected"),
            State::Withdrawn => ("withdrawn", "已终止", "withdrawn"),
        }
    }
}

impl Command {
    /// What Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.words().0
    }

    /// What English readers see.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.words().1
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Command::Sign => ("签收", "sign"),
            Command::Contact { .. } => ("登记先行联系", "record the first contact"),
            Command::AskReturn(_) => ("退单", "return the case"),
            Command::AgreeReturn => ("同意退单", "agree to a return"),
            Command::Reassign => ("改派", "hand the case to another unit"),
            Command::RefuseReturn => ("驳回退单", "refuse a return"),
            Command::Reply { .. } => ("回复", "reply"),
            Command::ReplyHistoric => ("补录历史答复", "record a historic reply"),
            Command::Release => ("答复群众", "release the answer"),
            Command::Reject => ("退回回复", "send the reply back"),
            Command::Withdraw => ("终止", "withdraw"),
        }
    }
}
