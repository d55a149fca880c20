//! Whose a limit is: a unit's, the centre's, or the citizen's own right; and which of them a citizen is shown.

use crate::words::ClockName;

impl ClockName {
    /// Says whether it is a right of the citizen: it lapses, and nobody is late.
    #[must_use]
    pub const fn is_right(self) -> bool {
        match self {
            Self::AskReview | Self::AskReexamine => true,
            Self::Accept
            | Self::Sign
            | Self::Contact
            | Self::Handle
            | Self::Review
            | Self::Reply
            | Self::FollowUp
            | Self::Dispatch
            | Self::Return
            | Self::Assist
            | Self::Interim
            | Self::Notice
            | Self::Materials
            | Self::Settle
            | Self::Instruction
            | Self::ReportUp
            | Self::Deferred
            | Self::Recheck
            | Self::Reexamine
            | Self::Explanation
            | Self::Supervision
            | Self::Age
            | Self::FastWarn
            | Self::FastDiscover
            | Self::FastCounsel
            | Self::FastDissolve
            | Self::FastEnd => false,
        }
    }

    /// Says whether it binds the unit that has the case. What the centre or the citizen has to do is no unit's delay.
    #[must_use]
    pub const fn is_of_unit(self) -> bool {
        match self {
            Self::Accept
            | Self::Dispatch
            | Self::Review
            | Self::FollowUp
            | Self::Settle
            | Self::AskReview
            | Self::AskReexamine => false,
            Self::Sign
            | Self::Contact
            | Self::Handle
            | Self::Reply
            | Self::Return
            | Self::Assist
            | Self::Interim
            | Self::Notice
            | Self::Materials
            | Self::Instruction
            | Self::ReportUp
            | Self::Deferred
            | Self::Recheck
            | Self::Reexamine
            | Self::Explanation
            | Self::Supervision
            | Self::Age
            | Self::FastWarn
            | Self::FastDiscover
            | Self::FastCounsel
            | Self::FastDissolve
            | Self::FastEnd => true,
        }
    }

    /// Says whether it runs between offices: instructions, supervision and its explanations are not the citizen's to read.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        match self {
            Self::Settle
            | Self::Instruction
            | Self::ReportUp
            | Self::Explanation
            | Self::Supervision
            | Self::Age => true,
            Self::Accept
            | Self::Sign
            | Self::Contact
            | Self::Handle
            | Self::Review
            | Self::Reply
            | Self::FollowUp
            | Self::Dispatch
            | Self::Return
            | Self::Assist
            | Self::Interim
            | Self::Notice
            | Self::Materials
            | Self::Deferred
            | Self::AskReview
            | Self::Recheck
            | Self::AskReexamine
            | Self::Reexamine
            | Self::FastWarn
            | Self::FastDiscover
            | Self::FastCounsel
            | Self::FastDissolve
            | Self::FastEnd => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ClockName;

    fn among(holds: impl Fn(ClockName) -> bool) -> Vec<&'static str> {
        ClockName::ALL.iter().filter(|name| holds(**name)).map(|name| name.as_str()).collect()
    }

    #[test]
    fn each_limit_is_somebodys() {
        assert_eq!(among(ClockName::is_right), ["ask_review", "ask_reexamine"]);
        assert_eq!(
            among(|name| !name.is_of_unit()),
            ["accept", "review", "follow_up", "dispatch", "settle", "ask_review", "ask_reexamine"]
        );
        assert_eq!(
            among(ClockName::is_internal),
            ["settle", "instruction", "report_up", "explanation", "supervision", "age"]
        );
    }
}
