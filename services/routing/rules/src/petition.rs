//! The lane of a petition (信访事项) from the handling opinion to its termination: what may be done when, and what follows.
//!
//! | state | Issue | Ask 复查 | Ask 复核 | Admit | Refuse | Conclude | Conclude again | NewRound | Approve |
//! |---|---|---|---|---|---|---|---|---|---|
//! | handling 办理中 | opinion-served | – | – | – | – | – | – | handling | terminated |
//! | opinion-served 处理意见已送达 | – | review-asked | – | – | – | – | – | handling | terminated |
//! | review-asked 已申请复查 | – | same | – | reviewing | opinion-served | – | – | same | terminated |
//! | reviewing 复查中 | – | same | – | same | – | review-served | remanded | same | terminated |
//! | review-served 复查意见已送达 | – | – | reexamination-asked | – | – | – | – | same | terminated |
//! | reexamination-asked 已申请复核 | – | – | same | reexamining | review-served | – | – | same | terminated |
//! | reexamining 复核中 | – | – | same | same | – | terminated 三级终结 | remanded | same | terminated |
//! | remanded 责令重作 | – | – | – | – | – | – | – | handling | terminated |
//! | terminated 终结 | – | – | – | – | – | – | – | same | same |
//!
//! A dash is a refusal. A late Ask stays where it is and is refused with its reason once. What was done before, told again,
//! changes nothing. Extend, hearings and the proposal of a termination are marks beside the state. A Terminate needs a
//! proposal; the one of three levels comes of itself with the re-examination (Art. 36).

/// The instance that speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 办理.
    Handling,
    /// 复查.
    Review,
    /// 复核.
    Reexamination,
}

/// Where the petition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The unit handles it; there is no opinion yet.
    Handling,
    /// The handling opinion is served; a review may be asked.
    OpinionServed,
    /// 复查 is asked; the higher organ decides whether it takes it.
    ReviewAsked,
    /// 复查 runs.
    Reviewing,
    /// The review opinion is served; a re-examination may be asked.
    ReviewServed,
    /// 复核 is asked.
    ReexaminationAsked,
    /// 复核 runs.
    Reexamining,
    /// Sent back (撤销、责令重作): the next round of handling is awaited.
    Remanded,
    /// 终结: the same facts and reasons are not accepted again.
    Terminated,
}

/// What became of the newest request at this level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Turned {
    /// None was turned away.
    No,
    /// The organ did not take it.
    Refused,
    /// It came after the period.
    Late,
}

/// One petition as far as the rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Where it stands.
    pub state: State,
    /// The round of handling that it is about.
    pub round: i32,
    /// Extensions granted in the present stage.
    pub extensions: i32,
    /// A hearing is open: its time is not counted.
    pub hearing: bool,
    /// The newest request at this level was turned away.
    pub turned: Turned,
    /// A termination lies with its approver.
    pub proposed: bool,
}

/// What someone wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The handling opinion (信访处理意见书) was served.
    Issue {
        /// This very document stands in the file.
        repeat: bool,
    },
    /// More time, approved by the head of the organ.
    Extend {
        /// Extensions that the pack allows for this stage.
        most: i32,
        /// This very notice stands in the file.
        repeat: bool,
    },
    /// The petitioner asks for 复查 or 复核.
    Ask {
        /// Which.
        stage: Stage,
        /// The period is over.
        late: bool,
    },
    /// The higher organ takes the request.
    Admit,
    /// It does not.
    Refuse,
    /// A hearing begins.
    OpenHearing,
    /// It ends.
    CloseHearing,
    /// The opinion of 复查 or 复核 was served.
    Conclude {
        /// Its result sends the matter back for another round of handling.
        again: bool,
        /// This very document stands in the file.
        repeat: bool,
    },
    /// The case goes round again.
    NewRound {
        /// Which round begins.
        round: i32,
    },
    /// Another kind of termination is put to its approver.
    Propose(Grounds),
    /// The approver agrees.
    Approve,
    /// The approver does not.
    Reject,
}

/// What a kind of termination stands on, worked out by the caller from the pack and the days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grounds {
    /// Comes of itself with the re-examination; nobody proposes it.
    Reexamined,
    /// The period for asking was missed.
    Missed {
        /// It is over.
        over: bool,
    },
    /// Evidence alone: performed agreement, death, dissolution, another.
    Evidence,
}

impl Lane {
    /// A petition whose handling begins.
    #[must_use]
    pub const fn new(round: i32) -> Self {
        Self {
            state: State::Handling,
            round,
            extensions: 0,
            hearing: false,
            turned: Turned::No,
            proposed: false,
        }
    }

    /// A new state: what belonged to the old one is left behind.
    const fn at(self, state: State) -> Self {
        Self { state, extensions: 0, hearing: false, turned: Turned::No, ..self }
    }
}

/// Decides one command. A command whose outcome already stands changes nothing and says nothing.
///
/// # Errors
/// [`Refused`] where state or terms do not allow it.
pub fn decide(lane: Lane, command: Command) -> Result<Step, Refused> {
    let same = Step { next: lane, effects: Vec::new() };
    let no = |why| Err(Refused { state: lane.state, command, why });
    let go = |next: Lane, effects: &[Effect]| Ok(Step { next, effects: effects.to_vec() });
    if lane.state == State::Terminated {
        return match command {
            Command::Issue { repeat: true }
            | Command::Extend { repeat: true, .. }
            | Command::Conclude { repeat: true, .. }
            | Command::NewRound { .. }
            | Command::CloseHearing
            | Command::Approve => Ok(same),
            Command::Issue { repeat: false }
            | Command::Extend { repeat: false, .. }
            | Command::Conclude { repeat: false, .. }
            | Command::Ask { .. }
            | Command::Admit
            | Command::Refuse
            | Command::OpenHearing
            | Command::Propose(_)
            | Command::Reject => no(Why::Terminated),
        };
    }
    match command {
        Command::Issue { repeat: true }
        | Command::Extend { repeat: true, .. }
        | Command::Conclude { repeat: true, .. } => Ok(same),
        Command::Issue { repeat: false } if lane.state == State::Handling => {
            go(lane.at(State::OpinionServed), &[Effect::Opinion(Stage::Handling)])
        }
        Command::Issue { repeat: false } => no(Why::State),
        Command::Extend { most, repeat: false } => match running(lane.state) {
            Some(_) if lane.extensions >= most => no(Why::Spent),
            Some(stage) => go(Lane { extensions: lane.extensions + 1, ..lane }, &[Effect::Extended(stage)]),
            None => no(Why::State),
        },
        Command::Ask { stage, late } => {
            ask(lane, stage, late).map_err(|why| Refused { state: lane.state, command, why })
        }
        Command::Admit => match lane.state {
            State::ReviewAsked => go(lane.at(State::Reviewing), &[Effect::Admitted(Stage::Review)]),
            State::ReexaminationAsked => {
                go(lane.at(State::Reexamining), &[Effect::Admitted(Stage::Reexamination)])
            }
            State::Reviewing | State::Reexamining => Ok(same),
            State::Handling
            | State::OpinionServed
            | State::ReviewServed
            | State::Remanded
            | State::Terminated => no(Why::State),
        },
        Command::Refuse => {
            let back = |state| Lane { turned: Turned::Refused, ..lane.at(state) };
            match lane.state {
                State::ReviewAsked => go(back(State::OpinionServed), &[Effect::Refused(Stage::Review)]),
                State::ReexaminationAsked => {
                    go(back(State::ReviewServed), &[Effect::Refused(Stage::Reexamination)])
                }
                State::OpinionServed | State::ReviewServed if lane.turned == Turned::Refused => Ok(same),
                State::Handling
                | State::OpinionServed
                | State::Reviewing
                | State::ReviewServed
                | State::Reexamining
                | State::Remanded
                | State::Terminated => no(Why::State),
            }
        }
        Command::OpenHearing => match running(lane.state) {
            Some(Stage::Review | Stage::Reexamination) if lane.hearing => Ok(same),
            Some(Stage::Review | Stage::Reexamination) => {
                go(Lane { hearing: true, ..lane }, &[Effect::Paused])
            }
            // A hearing in handling is a step of the unit and is told there.
            Some(Stage::Handling) | None => no(Why::State),
        },
        Command::CloseHearing if lane.hearing => go(Lane { hearing: false, ..lane }, &[Effect::Resumed]),
        Command::CloseHearing => Ok(same),
        Command::Conclude { again, repeat: false } => match running(lane.state) {
            Some(Stage::Review | Stage::Reexamination) if lane.hearing => no(Why::HearingOpen),
            Some(stage @ (Stage::Review | Stage::Reexamination)) if again => {
                go(lane.at(State::Remanded), &[Effect::Opinion(stage), Effect::Remanded(stage)])
            }
            Some(Stage::Review) => go(lane.at(State::ReviewServed), &[Effect::Opinion(Stage::Review)]),
            Some(Stage::Reexamination) => {
                let ended = Lane { proposed: false, ..lane.at(State::Terminated) };
                let told = [Effect::Opinion(Stage::Reexamination), Effect::Terminated { three_level: true }];
                go(ended, &told)
            }
            Some(Stage::Handling) | None => no(Why::State),
        },
        Command::NewRound { round } => match lane.state {
            // A review that runs is not cut off by a rating; only its own word sends the matter back.
            State::Handling | State::OpinionServed | State::Remanded if round > lane.round => {
                go(Lane { round, ..lane.at(State::Handling) }, &[])
            }
            State::Handling
            | State::OpinionServed
            | State::ReviewAsked
            | State::Reviewing
            | State::ReviewServed
            | State::ReexaminationAsked
            | State::Reexamining
            | State::Remanded
            | State::Terminated => Ok(same),
        },
        Command::Propose(grounds) => match grounds {
            Grounds::Reexamined => no(Why::OfItself),
            Grounds::Missed { over } if !over || !served(lane.state) => no(Why::NotMissed),
            Grounds::Missed { .. } | Grounds::Evidence => go(Lane { proposed: true, ..lane }, &[]),
        },
        Command::Approve if lane.proposed => {
            let mut told = Vec::new();
            if lane.hearing {
                told.push(Effect::Resumed);
            }
            told.push(Effect::Terminated { three_level: false });
            go(Lane { proposed: false, ..lane.at(State::Terminated) }, &told)
        }
        Command::Approve => no(Why::NothingProposed),
        Command::Reject => go(Lane { proposed: false, ..lane }, &[]),
    }
}

fn ask(lane: Lane, stage: Stage, late: bool) -> Result<Step, Why> {
    let (asked, running) = match stage {
        Stage::Handling => return Err(Why::State),
        Stage::Review => (State::ReviewAsked, State::Reviewing),
        Stage::Reexamination => (State::ReexaminationAsked, State::Reexamining),
    };
    if lane.state == asked || lane.state == running {
        return Ok(Step { next: lane, effects: Vec::new() });
    }
    match (stage, lane.state) {
        (Stage::Review, State::OpinionServed) | (Stage::Reexamination, State::ReviewServed) => {
            Ok(match (late, lane.turned) {
                (true, Turned::Late) => Step { next: lane, effects: Vec::new() },
                (true, Turned::No | Turned::Refused) => Step {
                    next: Lane { turned: Turned::Late, ..lane },
                    effects: vec![Effect::Refused(stage)],
                },
                (false, _) => Step { next: lane.at(asked), effects: vec![Effect::Requested(stage)] },
            })
        }
        (_, State::Handling | State::Remanded) => Err(Why::NoOpinion),
        (_, _) => Err(Why::State),
    }
}

/// An opinion is served and nothing is asked yet.
const fn served(state: State) -> bool {
    matches!(state, State::OpinionServed | State::ReviewServed)
}

/// The stage whose own time runs.
const fn running(state: State) -> Option<Stage> {
    match state {
        State::Handling => Some(Stage::Handling),
        State::Reviewing => Some(Stage::Review),
        State::Reexamining => Some(Stage::Reexamination),
        State::OpinionServed
        | State::ReviewAsked
        | State::ReviewServed
        | State::ReexaminationAsked
        | State::Remanded
        | State::Terminated => None,
    }
}

pub mod organs;
mod step;
mod words;

pub use step::{Effect, Refused, Step, Why};

#[cfg(test)]
mod tests;
