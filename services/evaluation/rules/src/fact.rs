//! What is known of one case for counting, and how each event adds to it: in any order of the sources, the same in the end.

use calendar::{Calendar, day_of};
use ids::{CaseId, CaseNumber, RegionCode, UnitCode};
use jiff::{Timestamp, civil::Date};

use crate::{
    heard::{Heard, Registration},
    mark::{Mark, Marks},
    span::Reached,
    words::{Grade, Kind, Solved},
};

/// What is known of one case. Each source writes fields that no other source writes, so that their order among one another
/// does not matter; a field is empty until its source has spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Which case.
    pub case: CaseId,
    /// The number the citizen keeps. Intake.
    pub number: Option<CaseNumber>,
    /// The pack the case is under. Intake has the last word, the others name it earlier.
    pub pack: Option<PackRef>,
    /// Where the matter lies. Intake.
    pub region: Option<RegionCode>,
    /// What it wants. Intake.
    pub kind: Option<Kind>,
    /// How it came in. Intake.
    pub channel: Option<String>,
    /// Subject code of the tenant's own tree. Intake.
    pub subject: Option<String>,
    /// How it is read: ordinary, urgent-read, important. Intake.
    pub class: Option<String>,
    /// When the citizen spoke. Intake.
    pub received_at: Option<Timestamp>,
    /// Brought in from an older system. Intake.
    pub historic: bool,
    /// 受理. Only accepted cases are counted. Intake.
    pub accepted: bool,
    /// Ended without an answer being owed. Intake.
    pub ended: Option<Ended>,
    /// The last round closed; 0 before the first closure. Intake.
    pub closed_round: i32,
    /// The unit whose case it is: the lead unit, from the first answer on the one that answered. Routing.
    pub unit: Option<UnitCode>,
    /// The first answer, which decides in time or not. Routing, or intake where it was given with another case.
    pub answer: Option<Answer>,
    /// The last round answered; 0 before the first answer. Routing or intake.
    pub answered_round: i32,
    /// When the last round was answered. Routing or intake.
    pub last_answered_at: Option<Timestamp>,
    /// Whether the last answer was part of an imported history. Routing or intake.
    pub last_answer_historic: bool,
    /// The limit of the first round. Deadline-scheduler.
    pub due: Option<Due>,
    /// The round it is in, from 1.
    pub round: i32,
    /// How often it was sent round again. Own.
    pub reopen_count: i32,
    /// The last rating. Own.
    pub rated: Option<Rated>,
    /// The last round for which a follow-up was opened; 0 for none. Own.
    pub followup_round: i32,
    /// The rating of the first round that was rated. Own.
    pub first: Option<FirstRating>,
    /// The grade of that rating. Own.
    pub first_grade: Option<Grade>,
    /// The day of that rating, Asia/Shanghai. Own.
    pub first_rated_day: Option<Date>,
    /// The day of the last rating, Asia/Shanghai. Own.
    pub rated_day: Option<Date>,
    /// When stages were reached: intake and routing each their own.
    pub reached: Reached,
    /// The day on which it ended without an answer being owed, Asia/Shanghai. Intake.
    pub ended_day: Option<Date>,
    /// The day on which it first went round again, Asia/Shanghai. Own.
    pub reopened_day: Option<Date>,
    /// What else happened; each source has marks of its own.
    pub marks: Marks,
}

/// A pack by id and version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackRef {
    /// For example `mailbox-002`.
    pub id: String,
    /// The pack's own version.
    pub version: i32,
}

/// How a case ended without an answer being owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Taken back by the citizen.
    Withdrawn,
    /// 不予受理.
    Declined,
    /// 无效: nothing in it could be handled.
    Invalid,
}

/// The first answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When.
    pub at: Timestamp,
    /// What it comes to.
    pub outcome: String,
}

/// The limit that decides in time or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day in time, whole, Asia/Shanghai.
    pub day: Date,
    /// It lies beyond the last published year and may move.
    pub provisional: bool,
}

/// A rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rated {
    /// The round that was rated.
    pub round: i32,
    /// Whether it was solved.
    pub solved: Solved,
    /// How satisfied the citizen is.
    pub grade: Grade,
}

/// What the first rating came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstRating {
    /// In the words of the pack at that time; nothing for a grade that does not count.
    pub satisfied: Option<bool>,
    /// Whether it was solved.
    pub solved: Solved,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// No answer in this round yet.
    Open,
    /// 已答复.
    Answered,
    /// 办结.
    Closed,
    /// Taken back.
    Withdrawn,
    /// 不予受理.
    Declined,
    /// 无效.
    Invalid,
}

impl Fact {
    /// Knows nothing yet.
    #[must_use]
    pub fn of(case: CaseId) -> Self {
        Self {
            case,
            number: None,
            pack: None,
            region: None,
            kind: None,
            channel: None,
            subject: None,
            class: None,
            received_at: None,
            historic: false,
            accepted: false,
            ended: None,
            closed_round: 0,
            unit: None,
            answer: None,
            answered_round: 0,
            last_answered_at: None,
            last_answer_historic: false,
            due: None,
            round: 1,
            reopen_count: 0,
            rated: None,
            followup_round: 0,
            first: None,
            first_grade: None,
            first_rated_day: None,
            rated_day: None,
            reached: Reached::default(),
            ended_day: None,
            reopened_day: None,
            marks: Marks::default(),
        }
    }

    /// Adds what was heard. Hearing the same again changes nothing.
    pub fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Registered(registration) => self.register(registration),
            Heard::Accepted(registration) => {
                self.register(registration);
                self.accepted = true;
            }
            Heard::Classified { kind, subject, class } => {
                self.kind = Some(kind);
                self.subject = subject.or(self.subject.take());
                self.class = Some(class);
            }
            Heard::Declined => self.ended = Some(Ended::Declined),
            Heard::Invalid => self.ended = Some(Ended::Invalid),
            Heard::Withdrawn => self.ended = Some(Ended::Withdrawn),
            Heard::EndedAt { at } => self.ended_day = earlier(self.ended_day, day_of(at)),
            Heard::Closed { round } => self.closed_round = self.closed_round.max(round),
            Heard::Reached { stage, at } => self.reached.reach(stage, at),
            Heard::Happened(marks) => self.marks = self.marks.and(marks.kept()),
            Heard::TakenBack(mark) => self.marks = self.marks.without(mark),
            Heard::Found(findings) => self.find(&findings),
            Heard::Dispatched { unit, round, pack } => {
                self.marks = self.marks.and(Marks::of(&[Mark::Dispatched]));
                self.round = self.round.max(round);
                self.pack.get_or_insert(pack);
                if self.answer.is_none() {
                    self.unit = Some(unit);
                }
            }
            Heard::Answered { unit, outcome, round, at, historic } => {
                self.answered(Some(unit), Answer { at, outcome }, round, historic);
            }
            Heard::ClosedWith { unit, outcome, round, at, historic } => {
                self.closed_round = self.closed_round.max(round);
                self.answered(unit, Answer { at, outcome }, round, historic);
            }
            // The next round is this service's own word; see `remanded`.
            Heard::Remanded { .. } => {}
            Heard::LimitSet { due, round, pack } => {
                self.pack.get_or_insert(pack);
                // The first answer is judged by the first round's limit; a later round has counters of its own.
                if round <= 1 {
                    self.due = Some(due);
                }
            }
        }
    }

    /// Routing answers a case of its own, intake one that was merged: of both the one given first is the first, whichever was heard first.
    fn answered(&mut self, unit: Option<UnitCode>, answer: Answer, round: i32, historic: bool) {
        self.round = self.round.max(round);
        if round > self.answered_round {
            self.answered_round = round;
            self.last_answered_at = Some(answer.at);
            self.last_answer_historic = historic;
        }
        if self.answer.as_ref().is_none_or(|first| answer.at < first.at) {
            self.unit = unit.or(self.unit.take());
            self.answer = Some(answer);
        }
    }

    fn register(&mut self, registration: Registration) {
        let Registration { number, pack, region, kind, channel, subject, class, received_at, historic } =
            registration;
        self.number = Some(number);
        self.pack = Some(pack);
        self.region = Some(region);
        self.kind = Some(kind);
        self.channel = Some(channel);
        self.subject = subject.or(self.subject.take());
        self.class = class.or(self.class.take());
        self.received_at = Some(received_at);
        self.historic = historic;
    }

    /// Writes down that the case goes round again.
    pub fn go_round(&mut self, round: i32, day: Date) {
        self.round = round;
        self.reopen_count += 1;
        self.reopened_day = earlier(self.reopened_day, day);
    }

    /// Says where the case stands.
    #[must_use]
    pub fn state(&self) -> State {
        match self.ended {
            Some(Ended::Withdrawn) => State::Withdrawn,
            Some(Ended::Declined) => State::Declined,
            Some(Ended::Invalid) => State::Invalid,
            None if self.closed_round >= self.round => State::Closed,
            None if self.answered_round >= self.round => State::Answered,
            None => State::Open,
        }
    }

    /// The day of receipt, Asia/Shanghai.
    #[must_use]
    pub fn received_day(&self) -> Option<Date> {
        self.received_at.map(day_of)
    }

    /// The day of the first answer, Asia/Shanghai.
    #[must_use]
    pub fn answered_day(&self) -> Option<Date> {
        self.answer.as_ref().map(|answer| day_of(answer.at))
    }

    /// Counts the working days after the day of receipt up to and including the day of the first answer. Nothing while
    /// one of them is not known or lies before the first published year.
    #[must_use]
    pub fn workdays(&self, calendar: &Calendar) -> Option<u32> {
        calendar.workdays_between(self.received_day()?, self.answered_day()?).ok()
    }
}

/// The first of the days told.
fn earlier(known: Option<Date>, day: Date) -> Option<Date> {
    Some(known.map_or(day, |known| known.min(day)))
}

impl State {
    /// Lists every state.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Answered, Self::Closed, Self::Withdrawn, Self::Declined, Self::Invalid];

    /// Gives the word as tables and answers write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Declined => "declined",
            Self::Invalid => "invalid",
        }
    }
}
