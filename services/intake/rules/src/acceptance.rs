//! 受理: acceptance is the rule, declining the exception with a reason of the pack.
//!
//! Source: 受理为原则、不受理为例外 (国办函〔2025〕66号); the reasons themselves are data of the pack.

use crate::{Command, Decline, Pack};

/// A reason code that the pack does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reason of the pack")]
pub struct NotAReason;

/// What happens to a case at its registration: acceptance at once where the pack says so, else it waits for a person.
#[must_use]
pub fn at_registration(pack: &Pack) -> Option<Command> {
    pack.acceptance.auto.then_some(Command::Accept)
}

/// Says whether a person looks before anything is accepted: where the pack knows termination (三级终结) and someone whose matter was
/// ended for good speaks again. It may be a new matter; nothing is declined by a machine.
#[must_use]
pub fn waits_for_a_look(pack: &Pack, ended_before: bool) -> bool {
    ended_before && knows_termination(pack)
}

/// Says whether a matter may be ended for good under this pack.
#[must_use]
pub fn knows_termination(pack: &Pack) -> bool {
    pack.repeat.as_ref().is_some_and(|repeat| repeat.ended.is_some())
}

/// Gives the command of a reason: what is invalid is not refused, there was nothing to refuse.
#[must_use]
pub const fn ending(reason: &Decline) -> Command {
    if reason.invalid { Command::Invalidate } else { Command::Decline }
}

/// Finds the reason for which a case is declined.
///
/// # Errors
/// [`NotAReason`]: a case is never declined for a reason that was not published.
pub fn decline_reason<'a>(pack: &'a Pack, code: &str) -> Result<&'a Decline, NotAReason> {
    pack.decline.iter().find(|reason| reason.code == code).ok_or(NotAReason)
}
