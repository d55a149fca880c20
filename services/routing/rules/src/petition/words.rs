//! Petitions in words: tables and JSON, and what people read when something is refused.

use super::{Refused, Stage, State, Why};

impl Stage {
    /// The word in tables, JSON and events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Handling => "handling",
            Stage::Review => "review",
            Stage::Reexamination => "reexamination",
        }
    }

    /// The word that Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Stage::Handling => "办理",
            Stage::Review => "复查",
            Stage::Reexamination => "复核",
        }
    }

    /// Reads the word of [`Stage::as_str`].
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        [Stage::Handling, Stage::Review, Stage::Reexamination]
            .into_iter()
            .find(|stage| stage.as_str() == word)
    }
}

impl State {
    /// Every state, in the order of a petition's life.
    pub const ALL: [State; 9] = [
        State::Handling,
        State::OpinionServed,
        State::ReviewAsked,
        State::Reviewing,
        State::ReviewServed,
        State::ReexaminationAsked,
        State::Reexamining,
        State::Remanded,
        State::Terminated,
    ];

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

    /// Reads the word of [`State::as_str`].
    #[must_use]
    pub fn read(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            State::Handling => ("handling", "办理中"),
            State::OpinionServed => ("opinion-served", "处理意见已送达"),
            State::ReviewAsked => ("review-asked", "已申请复查"),
            State::Reviewing => ("reviewing", "复查中"),
            State::ReviewServed => ("review-served", "复查意见已送达"),
            State::ReexaminationAsked => ("reexamination-asked", "已申请复核"),
            State::Reexamining => ("reexamining", "复核中"),
            State::Remanded => ("remanded", "责令重作"),
            State::Terminated => ("terminated", "已终结"),
        }
    }
}

impl Refused {
    /// The refusal in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        let state = self.state.zh();
        match self.why {
            Why::State => format!("该信访事项当前为“{state}”，不能进行此操作。"),
            Why::NoOpinion => "尚无已送达的意见书，不能申请复查或复核。".to_owned(),
            Why::Terminated => "该信访事项已终结，以同一事实和理由提出的不再受理。".to_owned(),
            Why::Spent => "延期次数已达上限。".to_owned(),
            Why::HearingOpen => "听证尚未结束，不能出具意见。".to_owned(),
            Why::NotMissed => "申请期限尚未届满，不能以逾期未申请终结。".to_owned(),
            Why::OfItself => "三级终结由复核意见送达产生，不能另行提出。".to_owned(),
            Why::NothingProposed => "没有待审批的终结申请。".to_owned(),
        }
    }

    /// The refusal in English.
    #[must_use]
    pub fn en(&self) -> String {
        let state = self.state.as_str();
        match self.why {
            Why::State => format!("the petition is {state}; this cannot be done now"),
            Why::NoOpinion => "no opinion has been served that could be reviewed".to_owned(),
            Why::Terminated => {
                "the petition is terminated; the same facts and reasons are not accepted again".to_owned()
            }
            Why::Spent => "every extension has been granted".to_owned(),
            Why::HearingOpen => "a hearing is open; no opinion can be issued before it ends".to_owned(),
            Why::NotMissed => "the period for asking is not over".to_owned(),
            Why::OfItself => "this termination comes with the re-examination and is not proposed".to_owned(),
            Why::NothingProposed => "no termination has been proposed".to_owned(),
        }
    }
}
