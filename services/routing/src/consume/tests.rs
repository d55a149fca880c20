//! Every case has exactly one owner, whatever walk it takes between the units, the centre and another case.

use contracts::{
    Body,
    case::{CaseReopened, PackRef},
    record::{CaseMerged, CaseUnmerged},
    words::{Kind, Mode, Part, Urgency},
};
use ids::{AssignmentId, CaseId, CaseNumber, EventId, RegionCode, UnitCode};
use jiff::{Timestamp, civil::date};
use proptest::prelude::*;
use routing_rules::{Command, ReturnTerms, State};

use super::{Event, merged, reopened};
use crate::{
    app::desk::{Desk, Target, Voice, family::owner_of},
    publish::Detail,
    store::{
        assignments::Assignment,
        cases::{CaseRoute, RouteState},
    },
};

#[derive(Clone, Copy, Debug)]
enum Move {
    Dispatch,
    AskReturn,
    Agree,
    Redirect,
    Refuse,
    Settle,
    Inherit,
    PassDown,
    ReplyAndRelease,
    Merge,
    Unmerge,
    Reopen,
}

fn a_move() -> impl Strategy<Value = (Move, usize)> {
    use Move::{
        Agree, AskReturn, Dispatch, Inherit, Merge, PassDown, Redirect, Refuse, Reopen, ReplyAndRelease,
        Settle, Unmerge,
    };
    let moves = vec![
        Dispatch,
        AskReturn,
        AskReturn,
        Agree,
        Redirect,
        Refuse,
        Settle,
        Inherit,
        PassDown,
        ReplyAndRelease,
        Merge,
        Unmerge,
        Reopen,
    ];
    (prop::sample::select(moves), 0..4_usize)
}

fn instant() -> Timestamp {
    "2026-03-02T02:00:00Z".parse().unwrap()
}

/// All at one instant: nothing may hang on the clock.
fn voice() -> Voice {
    Voice { actor: "system".to_owned(), at: instant(), causation: None, historic: false, trace: None }
}

fn unit(index: usize) -> UnitCode {
    ["lights", "water", "roads", "parks"][index].parse().unwrap()
}

fn target(index: usize) -> Target {
    let co_units = vec![unit((index + 1) % 4)];
    Target { unit: unit(index), co_units, mode: Mode::Assignment, decided_by: "person", designated: false }
}

fn told(case: CaseId, body: impl Into<Body>) -> Event {
    let body = body.into();
    Event {
        id: EventId::fresh(),
        source: body.owner().to_owned(),
        aggregate: case.0,
        version: 1,
        time: instant(),
        region: "511602".parse().unwrap(),
        actor: "system".to_owned(),
        causation: None,
        trace: None,
        historic: false,
        body,
    }
}

fn waiting(case: CaseId) -> CaseRoute {
    let region: RegionCode = "511602".parse().unwrap();
    CaseRoute {
        case,
        number: CaseNumber::new(date(2026, 3, 2), &region, 7),
        region,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        pack: PackRef { id: "mailbox-002".to_owned(), version: 1 },
        confidential: false,
        multi_unit: true,
        historic: false,
        state: RouteState::Waiting,
        round: 1,
        mode_hint: None,
        unit_hint: None,
        returns: 0,
        candidates: Vec::new(),
        title: None,
        received_at: instant(),
        accepted_at: instant(),
        version: 1,
    }
}

const TERMS: ReturnTerms =
    ReturnTerms { allowed: true, after_designation: true, late: false, spent: false, first_receiver: false };

/// A case on its way, with whose it ought to be by what was done.
struct Walk {
    desk: Desk,
    case: CaseId,
    whose: Option<UnitCode>,
}

impl Walk {
    fn state(&self) -> RouteState {
        self.desk.route(self.case).unwrap().state
    }

    /// The lead that is at work.
    fn lead(&self) -> Option<Assignment> {
        self.desk.lead(self.case).filter(|lead| !lead.state.ended()).cloned()
    }

    fn act(&mut self, id: AssignmentId, command: Command) -> bool {
        self.desk.act(id, command, &Detail::default(), &voice()).is_ok()
    }

    fn give(&mut self, index: usize) {
        self.desk.dispatch(self.case, &target(index), &voice());
        self.whose = Some(unit(index));
    }

    fn give_back(&mut self, command: Command) -> bool {
        let Some(lead) = self.lead().filter(|lead| lead.state == State::Returning) else { return false };
        let done = self.act(lead.id, command);
        self.desk.call_back_below(lead.id, &voice()).unwrap();
        self.desk.change(self.case, |route| {
            route.returns += 1;
            route.state = RouteState::Waiting;
        });
        done
    }

    fn step(&mut self, what: Move, index: usize) {
        let (case, lead) = (self.case, self.lead());
        match what {
            Move::Dispatch if self.state() == RouteState::Waiting => self.give(index),
            Move::AskReturn => {
                if let Some(lead) = lead {
                    self.act(lead.id, Command::AskReturn(TERMS));
                }
            }
            Move::Agree => {
                self.give_back(Command::AgreeReturn);
            }
            Move::Redirect | Move::Settle => {
                if self.give_back(Command::AgreeReturn) {
                    self.give(index);
                }
            }
            Move::Refuse => {
                if let Some(lead) = lead {
                    self.act(lead.id, Command::RefuseReturn);
                }
            }
            Move::Inherit => {
                if let Some(lead) = lead
                    && self.act(lead.id, Command::Reassign)
                {
                    self.give(index);
                }
            }
            Move::PassDown => {
                if let Some(lead) = lead {
                    self.act(lead.id, Command::Sign);
                    self.desk.pass_down(&lead, &target(index), &voice());
                }
            }
            Move::ReplyAndRelease => {
                if let Some(lead) = lead {
                    self.act(lead.id, Command::Sign);
                    self.act(lead.id, Command::Contact { reached: true, again: false });
                    self.act(lead.id, Command::Reply { same: false });
                    self.act(lead.id, Command::Release);
                }
            }
            Move::Merge => {
                let event = told(case, CaseMerged { into: CaseId::fresh(), round: 1 });
                merged::merge(&mut self.desk, &event);
            }
            Move::Unmerge => {
                merged::part(&mut self.desk, &told(case, CaseUnmerged { from: CaseId::fresh() }));
            }
            Move::Reopen if matches!(self.state(), RouteState::Answered | RouteState::Closed) => {
                let round = self.desk.route(case).unwrap().round + 1;
                let body = CaseReopened { round, reason: "unsolved".to_owned() };
                let event = told(case, body.clone());
                reopened::reopen(&mut self.desk, &event, &body, |_| true);
            }
            Move::Dispatch | Move::Reopen => {}
        }
    }

    fn holds(&self) -> Result<(), TestCaseError> {
        let hands: Vec<Assignment> = self.desk.hands(self.case).cloned().collect();
        let owner = owner_of(&hands);
        prop_assert_eq!(owner.as_ref().map(|(unit, _)| unit), self.whose.as_ref());
        let at_work = hands.iter().filter(|hand| hand.part == Part::Lead && !hand.state.ended()).count();
        let dispatched = self.state() == RouteState::Dispatched;
        prop_assert_eq!(at_work, usize::from(dispatched), "one lead while it is with a unit, else none");
        let retained = owner.is_some_and(|(_, retained)| retained);
        prop_assert!(!(dispatched && retained), "who has it keeps it for nobody");
        if self.state() == RouteState::Waiting && self.whose.is_some() {
            prop_assert!(retained, "who gave it back answers for it until the next has it");
        }
        // Read back from the table it is the same, whatever the ids are.
        let mut stored = hands.clone();
        stored.sort_by_key(|hand| hand.id.0);
        stored.sort_by_key(|hand| (hand.round, hand.dispatched_at, hand.place));
        prop_assert_eq!(owner_of(&stored), owner_of(&hands));
        Ok(())
    }
}

proptest! {
    #[test]
    fn a_case_always_has_exactly_one_owner(moves in prop::collection::vec(a_move(), 1..40)) {
        let case = CaseId::fresh();
        let mut desk = Desk::default();
        desk.open(waiting(case));
        let mut walk = Walk { desk, case, whose: None };
        walk.holds()?;
        for (what, index) in moves {
            walk.step(what, index);
            walk.holds()?;
        }
    }
}
