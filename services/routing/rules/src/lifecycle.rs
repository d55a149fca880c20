//! The life of one assignment: what may be done in which state, and what follows from it.

use crate::{
    refusal::{Refused, Why},
    words::{Mode, Part},
};

/// Where an assignment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Given out; the unit has not yet signed.
    Dispatched,
    /// 已签收.
    Signed,
    /// The citizen was called first (先行联系).
    Contacted,
    /// 退单 asked; the centre decides.
    Returning,
    /// 交办: the unit's reply lies with the centre.
    UnderReview,
    /// 协办: the co-unit has given its part to the lead.
    Replied,
    /// The citizen has the answer.
    Answered,
    /// 改派: the return was agreed; the case is with another unit or a dispatcher.
    Redirected,
    /// No longer needed: the citizen took the matter back, or the lead answered without this co-unit.
    Withdrawn,
}

impl State {
    /// Every state, in the order of a case's life.
    pub const ALL: [State; 9] = [
        State::Dispatched,
        State::Signed,
        State::Contacted,
        State::Returning,
        State::UnderReview,
        State::Replied,
        State::Answered,
        State::Redirected,
        State::Withdrawn,
    ];

    /// Says whether nothing more is awaited of the unit or of the centre.
    #[must_use]
    pub const fn ended(self) -> bool {
        match self {
            State::Replied | State::Answered | State::Redirected | State::Withdrawn => true,
            State::Dispatched | State::Signed | State::Contacted | State::Returning | State::UnderReview => {
                false
            }
        }
    }
}

/// One assignment as far as the rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hand {
    /// Where it stands.
    pub state: State,
    /// 转送 or 交办.
    pub mode: Mode,
    /// 主办 or 协办.
    pub part: Part,
    /// Whether the unit has signed.
    pub signed: bool,
    /// First contact: none yet, tried (`false`), reached (`true`).
    pub contact: Option<bool>,
    /// The centre has decided that this unit keeps the case.
    pub designated: bool,
    /// How many replies it has had.
    pub attempt: i32,
    /// The newest reply was sent back by the centre.
    pub rejected: bool,
}

/// What the pack and the case say about a return, worked out by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReturnTerms {
    /// Returns exist at all.
    pub allowed: bool,
    /// A designated unit may return as well.
    pub after_designation: bool,
    /// The pack's window, if it has one, is over.
    pub late: bool,
    /// The case has had as many returns as the pack allows.
    pub spent: bool,
    /// 首接负责: the first unit that gets a case keeps it.
    pub first_receiver: bool,
}

/// What someone wants to do with an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// 签收.
    Sign,
    /// 先行联系.
    Contact {
        /// Whether the citizen was reached.
        reached: bool,
        /// Whoever calls knows of the tries so far: another try in vain is one more, not a repeat.
        again: bool,
    },
    /// 退单.
    AskReturn(ReturnTerms),
    /// The centre agrees to the return.
    AgreeReturn,
    /// 改派 without a return: a dispute was settled, or the unit is merged or abolished.
    Reassign,
    /// The centre does not.
    RefuseReturn,
    /// 回复.
    Reply {
        /// It is word for word the newest reply: a repeat.
        same: bool,
    },
    /// A reply of an older system, which knew no signing and no review.
    ReplyHistoric,
    /// 审核通过, 答复.
    Release,
    /// 退回重办.
    Reject,
    /// The case no longer needs this unit.
    Withdraw,
}

/// What must be said to the other services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `assignment.signed`.
    Signed,
    /// `assignment.contacted`.
    Contacted {
        /// Whether the citizen was reached.
        reached: bool,
    },
    /// `assignment.returned`.
    Returned,
    /// `assignment.redirected`.
    Redirected,
    /// `assignment.return_refused`.
    ReturnRefused,
    /// `assignment.replied`.
    Replied,
    /// `assignment.reply_rejected`.
    ReplyRejected,
    /// `case.answered`.
    Answered,
}

/// A decision: the assignment afterwards and what follows. Nothing follows from a repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The assignment afterwards.
    pub next: Hand,
    /// In the order they are to be said.
    pub effects: Vec<Effect>,
}

impl Hand {
    /// A hand-over just made.
    #[must_use]
    pub const fn new(mode: Mode, part: Part, designated: bool) -> Self {
        Self {
            state: State::Dispatched,
            mode,
            part,
            signed: false,
            contact: None,
            designated,
            attempt: 0,
            rejected: false,
        }
    }

    const fn handling(self) -> State {
        match (self.contact, self.signed) {
            (Some(_), _) => State::Contacted,
            (None, true) => State::Signed,
            (None, false) => State::Dispatched,
        }
    }

    fn moved(self, state: State, effects: &[Effect]) -> Step {
        Step { next: Self { state, ..self }, effects: effects.to_vec() }
    }

    fn replied(self, state: State, effects: &[Effect]) -> Step {
        let next = Self { state, attempt: self.attempt + 1, rejected: false, ..self };
        Step { next, effects: effects.to_vec() }
    }
}

/// Decides one command. A command whose outcome already stands changes nothing and says nothing.
///
/// # Errors
/// [`Refused`] where state or terms do not allow it.
pub fn decide(hand: Hand, command: Command) -> Result<Step, Refused> {
    let same = Step { next: hand, effects: Vec::new() };
    let no = |why| Err(Refused { state: hand.state, command, why });
    match command {
        Command::Sign => match hand.state {
            State::Dispatched => {
                let signed = Hand { signed: true, ..hand };
                Ok(signed.moved(State::Signed, &[Effect::Signed]))
            }
            State::Signed | State::Contacted | State::UnderReview | State::Replied | State::Answered => {
                Ok(same)
            }
            State::Returning if hand.signed => Ok(same),
            State::Returning | State::Redirected | State::Withdrawn => no(Why::State),
        },
        Command::Contact { reached, again } => match hand.state {
            State::Signed | State::Contacted
                if hand.contact < Some(reached) || (again && hand.contact == Some(false)) =>
            {
                let contacted = Hand { contact: Some(reached), ..hand };
                Ok(contacted.moved(State::Contacted, &[Effect::Contacted { reached }]))
            }
            State::Signed | State::Contacted => Ok(same),
            State::Dispatched => no(Why::NotSigned),
            State::Returning
            | State::UnderReview
            | State::Replied
            | State::Answered
            | State::Redirected
            | State::Withdrawn => no(Why::State),
        },
        Command::AskReturn(terms) => match hand.state {
            State::Returning => Ok(same),
            State::Dispatched | State::Signed | State::Contacted => match terms.against(hand) {
                Some(why) => no(why),
                None => Ok(hand.moved(State::Returning, &[Effect::Returned])),
            },
            State::UnderReview | State::Replied | State::Answered | State::Redirected | State::Withdrawn => {
                no(Why::State)
            }
        },
        Command::AgreeReturn => match hand.state {
            State::Returning => Ok(hand.moved(State::Redirected, &[Effect::Redirected])),
            State::Redirected => Ok(same),
            State::Dispatched
            | State::Signed
            | State::Contacted
            | State::UnderReview
            | State::Replied
            | State::Answered
            | State::Withdrawn => no(Why::NoReturn),
        },
        Command::Reassign => match hand.state {
            State::Dispatched | State::Signed | State::Contacted | State::Returning => {
                Ok(hand.moved(State::Redirected, &[Effect::Redirected]))
            }
            State::Redirected => Ok(same),
            State::UnderReview | State::Replied | State::Answered | State::Withdrawn => no(Why::State),
        },
        Command::RefuseReturn => match hand.state {
            State::Returning => {
                let kept = Hand { designated: true, ..hand };
                Ok(kept.moved(hand.handling(), &[Effect::ReturnRefused]))
            }
            State::Dispatched | State::Signed | State::Contacted if hand.designated => Ok(same),
            State::Dispatched
            | State::Signed
            | State::Contacted
            | State::UnderReview
            | State::Replied
            | State::Answered
            | State::Redirected
            | State::Withdrawn => no(Why::NoReturn),
        },
        Command::Reply { same: repeat } => match hand.state {
            State::Signed | State::Contacted => Ok(match (hand.part, hand.mode) {
                (Part::Co, Mode::Forwarding | Mode::Assignment) => {
                    hand.replied(State::Replied, &[Effect::Replied])
                }
                (Part::Lead, Mode::Forwarding) => {
                    hand.replied(State::Answered, &[Effect::Replied, Effect::Answered])
                }
                (Part::Lead, Mode::Assignment) => hand.replied(State::UnderReview, &[Effect::Replied]),
            }),
            State::UnderReview | State::Replied | State::Answered if repeat => Ok(same),
            State::Dispatched => no(Why::NotSigned),
            State::Returning
            | State::UnderReview
            | State::Replied
            | State::Answered
            | State::Redirected
            | State::Withdrawn => no(Why::State),
        },
        Command::ReplyHistoric => match hand.state {
            State::Dispatched | State::Signed | State::Contacted | State::Returning | State::UnderReview => {
                Ok(hand.replied(State::Answered, &[Effect::Replied, Effect::Answered]))
            }
            State::Answered => Ok(same),
            State::Replied | State::Redirected | State::Withdrawn => no(Why::State),
        },
        Command::Release => match hand.state {
            State::UnderReview => Ok(hand.moved(State::Answered, &[Effect::Answered])),
            State::Answered => Ok(same),
            State::Dispatched
            | State::Signed
            | State::Contacted
            | State::Returning
            | State::Replied
            | State::Redirected
            | State::Withdrawn => no(Why::NoReply),
        },
        Command::Reject => match hand.state {
            State::UnderReview => {
                let back = Hand { rejected: true, ..hand };
                Ok(back.moved(hand.handling(), &[Effect::ReplyRejected]))
            }
            State::Signed | State::Contacted if hand.rejected => Ok(same),
            State::Dispatched
            | State::Signed
            | State::Contacted
            | State::Returning
            | State::Replied
            | State::Answered
            | State::Redirected
            | State::Withdrawn => no(Why::NoReply),
        },
        Command::Withdraw => Ok(if hand.state.ended() { same } else { hand.moved(State::Withdrawn, &[]) }),
    }
}

impl ReturnTerms {
    /// Source of "no return after a designation": 潍坊市政务服务便民热线条例; of the window: 《信访工作条例》 art. 23.
    fn against(self, hand: Hand) -> Option<Why> {
        if !self.allowed {
            Some(Why::NoReturns)
        } else if self.first_receiver {
            Some(Why::FirstReceiver)
        } else if hand.designated && !self.after_designation {
            Some(Why::Designated)
        } else if self.late {
            Some(Why::Late)
        } else if self.spent {
            Some(Why::Spent)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
