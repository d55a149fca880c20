//! 考核申诉 and 剔除: a unit asks that a case not count against it, another person decides, and what was granted can be taken back.
//!
//! | state | grant | refuse | revoke |
//! |---|---|---|---|
//! | asked | granted | refused | no |
//! | granted | again: nothing | no | revoked |
//! | refused | no | again: nothing | no |
//! | revoked | no | no | again: nothing |
//!
//! Only a granted one is taken out of figures, and only while it is granted: every figure is counted anew from the facts, so
//! that nothing has to be undone.

use crate::pack::{Exclusions, Indicator};

/// Where an exclusion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExclusionState {
    /// Somebody is to decide.
    Asked,
    /// 剔除: the case does not count.
    Granted,
    /// 不予剔除.
    Refused,
    /// It was granted and counts again.
    Revoked,
}

/// What may happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExclusionCommand {
    /// 同意.
    Grant,
    /// 不同意.
    Refuse,
    /// 撤销.
    Revoke,
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExclusionRefused {
    /// It stands otherwise.
    #[error("where the exclusion stands does not allow this")]
    State,
    /// Who asked does not decide.
    #[error("who asked for an exclusion does not decide on it")]
    Own,
    /// The pack knows no exclusions.
    #[error("the pack knows no exclusions")]
    Off,
    /// Not a reason of the pack.
    #[error("not a reason of the pack")]
    Reason,
    /// Not an indicator of the pack.
    #[error("not an indicator of the pack")]
    Indicator,
}

/// Every indicator at once.
pub const EVERY: &str = "*";

/// Decides; nothing when it stands so already. `own`: the same person asked.
///
/// # Errors
/// Why it is not done.
pub fn decide_exclusion(
    state: ExclusionState,
    command: ExclusionCommand,
    own: bool,
) -> Result<Option<ExclusionState>, ExclusionRefused> {
    use ExclusionCommand::{Grant, Refuse, Revoke};
    use ExclusionState::{Asked, Granted, Refused, Revoked};
    match (state, command) {
        (Asked, Grant | Refuse) if own => Err(ExclusionRefused::Own),
        (Asked, Grant) => Ok(Some(Granted)),
        (Asked, Refuse) => Ok(Some(Refused)),
        (Granted, Revoke) => Ok(Some(Revoked)),
        (Granted, Grant) | (Refused, Refuse) | (Revoked, Revoke) => Ok(None),
        (Asked, Revoke) | (Granted, Refuse) | (Refused, Grant | Revoke) | (Revoked, Grant | Refuse) => {
            Err(ExclusionRefused::State)
        }
    }
}

/// Checks what is asked for against the pack.
///
/// # Errors
/// What the pack does not have.
pub fn may_ask(
    rules: Option<&Exclusions>,
    indicators: &[Indicator],
    indicator: &str,
    reason: &str,
) -> Result<(), ExclusionRefused> {
    let rules = rules.ok_or(ExclusionRefused::Off)?;
    if !rules.reasons.iter().any(|known| known.code == reason) {
        return Err(ExclusionRefused::Reason);
    }
    if indicator != EVERY && !indicators.iter().any(|known| known.code == indicator) {
        return Err(ExclusionRefused::Indicator);
    }
    Ok(())
}

impl ExclusionState {
    /// Lists every state.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Granted, Self::Refused, Self::Revoked];

    /// Gives the word as tables and answers write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_of_the_table_and_a_second_time_changes_nothing() {
        use ExclusionCommand::{Grant, Refuse, Revoke};
        use ExclusionState::{Asked, Granted, Refused, Revoked};
        let no = Err(ExclusionRefused::State);
        let table = [
            (Asked, [Ok(Some(Granted)), Ok(Some(Refused)), no]),
            (Granted, [Ok(None), no, Ok(Some(Revoked))]),
            (Refused, [no, Ok(None), no]),
            (Revoked, [no, no, Ok(None)]),
        ];
        for (state, row) in table {
            for (command, expected) in [Grant, Refuse, Revoke].into_iter().zip(row) {
                let found = decide_exclusion(state, command, false);
                assert_eq!(found, expected, "{state:?} {command:?}");
                if let Ok(Some(next)) = found {
                    assert_eq!(decide_exclusion(next, command, true), Ok(None));
                }
            }
        }
        assert_eq!(decide_exclusion(Asked, Grant, true), Err(ExclusionRefused::Own));
        assert_eq!(decide_exclusion(Asked, Refuse, true), Err(ExclusionRefused::Own));
        assert_eq!(decide_exclusion(Granted, Revoke, true), Ok(Some(Revoked)), "an asker may give it back");
    }
}
