//! What happened to a case, as bits: heard once or five times, in whatever order, the same in the end.
//!
//! Marks that events leave are kept; the others are worked out from the rest of a fact on the day of counting and never stored. A kept
//! bit keeps its place for ever, as rows carry them.

use calendar::day_of;
use jiff::civil::Date;

use crate::{
    basis::past_before,
    fact::{Ended, Fact},
    words::{Grade, Kind, Solved},
};

macro_rules! marks {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $word:literal;)+) => {
        /// One thing that may be true of a case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Mark { $($(#[$doc])* $name),+ }

        impl Mark {
            /// Every mark.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its place.
            #[must_use]
            pub const fn bit(self) -> i64 {
                match self { $(Self::$name => 1 << $bit),+ }
            }

            /// The word in answers.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
        }
    };
}

marks! {
    /// 签收.
    Signed = 0, "signed";
    /// 签收 within its limit.
    SignedInTime = 1, "signed_in_time";
    /// 先行联系: the citizen was reached.
    Contacted = 2, "contacted";
    /// 先行联系 within its limit.
    ContactedInTime = 3, "contacted_in_time";
    /// 退单 asked.
    Returned = 4, "returned";
    /// 不当退单: a return that the centre refused.
    ReturnedWrongly = 5, "returned_wrongly";
    /// 改派.
    Redirected = 6, "redirected";
    /// A reply was sent back to its author.
    ReplyRejected = 7, "reply_rejected";
    /// 回访 has ended, whatever came of it.
    FollowedUp = 8, "followed_up";
    /// 批示.
    Instructed = 9, "instructed";
    /// 并单: it goes on as part of another case.
    Merged = 10, "merged";
    /// 重复: the same matter was brought before.
    Repeated = 11, "repeated";
    /// 延期.
    Extended = 12, "extended";
    /// 督办.
    Supervised = 13, "supervised";
    /// The supervision order was answered.
    SupervisionAnswered = 14, "supervision_answered";
    /// Materials were asked for twice.
    AskedTwice = 15, "asked_twice";
    /// The answer is public.
    Published = 16, "published";
    /// 暂不能解决: on the long-term register.
    Deferred = 17, "deferred";
    /// 越级.
    SkipLevel = 18, "skip_level";
    /// 集体.
    Collective = 19, "collective";
    /// Handed to a body outside.
    HandedOver = 20, "handed_over";
    /// The result went back to the superior.
    ReportedUp = 21, "reported_up";
    /// 争议.
    Disputed = 22, "disputed";
    /// 终结.
    Terminated = 23, "terminated";
    /// 密件: counted, never shown.
    Sealed = 24, "sealed";
    /// 包案, 专班, 积案 or 纪检督办.
    Charged = 25, "charged";
    /// A limit of the case or of a hand-over passed.
    Late = 26, "late";
    /// 交办 or 转送: a unit had it.
    Dispatched = 27, "dispatched";
    /// 受理 on the strict-and-fast list.
    Fast = 28, "fast";
    /// 风险标签: an officer marked the matter as a risk.
    Risk = 29, "risk";
    /// 基层办结: its newest round was answered at a level that the pack calls lowest.
    Local = 30, "local";
    /// 应签收: a limit for signing was met or has passed.
    SignDue = 31, "sign_due";

    /// 受理.
    Accepted = 32, "accepted";
    /// 不予受理.
    Declined = 33, "declined";
    /// Taken back.
    Withdrawn = 34, "withdrawn";
    /// 办结 in its present round.
    Closed = 35, "closed";
    /// There is a first answer.
    Answered = 36, "answered";
    /// A limit was set.
    Limited = 37, "limited";
    /// Answered on or before the due day.
    InTime = 38, "in_time";
    /// The due day lies before the day of counting.
    PastDue = 39, "past_due";
    /// 联系生硬: the citizen says that the unit was rough; kept.
    Rough = 40, "rough";
    /// 重办.
    Reopened = 41, "reopened";
    /// Rated 非常满意.
    VeryGood = 42, "very_good";
    /// Rated 满意.
    Good = 43, "good";
    /// Rated 基本满意.
    Fair = 44, "fair";
    /// Rated 不满意.
    Poor = 45, "poor";
    /// Rated 非常不满意.
    VeryPoor = 46, "very_poor";
    /// 解决.
    Solved = 47, "solved";
    /// 部分解决.
    PartlySolved = 48, "partly_solved";
    /// 未解决.
    Unsolved = 49, "unsolved";
    /// 咨询.
    Consultation = 50, "consultation";
    /// 求助.
    Help = 51, "help";
    /// 投诉.
    Complaint = 52, "complaint";
    /// 举报.
    Report = 53, "report";
    /// 建议.
    Suggestion = 54, "suggestion";
    /// 表扬.
    Praise = 55, "praise";
    /// 其他.
    Other = 56, "other";
    /// 无效: nothing in it could be handled.
    Invalid = 57, "invalid";
    /// The first rating was a satisfied one, in the words of the pack at that time.
    FirstSatisfied = 58, "first_satisfied";
    /// The first rating was one that counts and not a satisfied one.
    FirstDissatisfied = 59, "first_dissatisfied";
    /// 解决 in the first rating.
    FirstSolved = 60, "first_solved";
    /// 登记 on the day of receipt.
    RegisteredSameDay = 61, "registered_same_day";
    /// 应联系: a limit for reaching the citizen was met or has passed; kept.
    ContactDue = 62, "contact_due";
    /// 诉求加剧: what is asked for has grown, as the citizen says when asked; kept.
    Growing = 63, "growing";
}

/// A set of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marks(pub i64);

/// What events leave and tables keep.
const KEPT: i64 = ((1 << 32) - 1) | Mark::Rough.bit() | Mark::ContactDue.bit() | Mark::Growing.bit();

impl Marks {
    /// A set of these.
    #[must_use]
    pub fn of(marks: &[Mark]) -> Self {
        Self(marks.iter().fold(0, |bits, mark| bits | mark.bit()))
    }

    /// Says whether one is in it.
    #[must_use]
    pub const fn has(self, mark: Mark) -> bool {
        self.0 & mark.bit() != 0
    }

    /// With all of another set.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// Without one; only for what can be taken back, such as a merging.
    #[must_use]
    pub const fn without(self, mark: Mark) -> Self {
        Self(self.0 & !mark.bit())
    }

    /// Only what is stored.
    #[must_use]
    pub const fn kept(self) -> Self {
        Self(self.0 & KEPT)
    }
}

/// The mark of a kind.
#[must_use]
pub const fn of_kind(kind: Kind) -> Mark {
    match kind {
        Kind::Consultation => Mark::Consultation,
        Kind::Help => Mark::Help,
        Kind::Complaint => Mark::Complaint,
        Kind::Report => Mark::Report,
        Kind::Suggestion => Mark::Suggestion,
        Kind::Praise => Mark::Praise,
        Kind::Other => Mark::Other,
    }
}

/// The mark of a grade.
#[must_use]
pub const fn of_grade(grade: Grade) -> Mark {
    match grade {
        Grade::VeryGood => Mark::VeryGood,
        Grade::Good => Mark::Good,
        Grade::Fair => Mark::Fair,
        Grade::Poor => Mark::Poor,
        Grade::VeryPoor => Mark::VeryPoor,
    }
}

const fn of_solved(solved: Solved) -> Mark {
    match solved {
        Solved::Yes => Mark::Solved,
        Solved::Partly => Mark::PartlySolved,
        Solved::No => Mark::Unsolved,
    }
}

impl Fact {
    /// Everything that is true of the case on a day. What came after that day has not come yet, as far as its day is kept: the answer and
    /// what follows from it, ratings (the first and the newest), the end, the first going round. The kept marks have no day.
    #[must_use]
    pub fn all_marks(&self, as_of: Date) -> Marks {
        self.marks_on(as_of, as_of)
    }

    /// The same, looked at on a later day: a day of counting that is over has used up the limits that ended with it.
    #[must_use]
    pub fn marks_on(&self, as_of: Date, today: Date) -> Marks {
        let given = self.answered_day();
        let answered = given.filter(|day| *day <= as_of);
        let later = given.is_some_and(|day| day > as_of);
        let first = self.first.filter(|_| !later && came(self.first_rated_day, as_of));
        let state = match self.ended.filter(|_| came(self.ended_day, as_of)) {
            None => (!later && self.closed_on(as_of)).then_some(Mark::Closed),
            Some(Ended::Withdrawn) => Some(Mark::Withdrawn),
            Some(Ended::Declined) => Some(Mark::Declined),
            Some(Ended::Invalid) => Some(Mark::Invalid),
        };
        let again = (self.reopen_count > 0 || self.round > 1) && came(self.reopened_day, as_of);
        let holds = [
            (self.accepted, Mark::Accepted),
            (answered.is_some(), Mark::Answered),
            (self.due.is_some(), Mark::Limited),
            (answered.zip(self.due).is_some_and(|(day, due)| day <= due.day), Mark::InTime),
            (self.due.is_some_and(|due| due.day < past_before(as_of, today)), Mark::PastDue),
            (!later && again, Mark::Reopened),
            (first.is_some_and(|first| first.satisfied == Some(true)), Mark::FirstSatisfied),
            (first.is_some_and(|first| first.satisfied == Some(false)), Mark::FirstDissatisfied),
            (first.is_some_and(|first| first.solved == Solved::Yes), Mark::FirstSolved),
            (self.registered_same_day(), Mark::RegisteredSameDay),
        ];
        let held = holds.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark);
        let rated =
            self.rating_on(as_of).filter(|_| !later).map(|one| [of_grade(one.grade), of_solved(one.solved)]);
        let more = state.into_iter().chain(self.kind.map(of_kind)).chain(rated.into_iter().flatten());
        held.chain(more).fold(self.marks.kept(), |all, mark| all.and(Marks::of(&[mark])))
    }

    /// Whether the round of a day was closed by its end. What is closed in the newest round was answered in it before.
    fn closed_on(&self, as_of: Date) -> bool {
        let first = self.reached.closed.map(day_of);
        if came(self.reopened_day, as_of) {
            let answered = self.last_answered_at.map(day_of);
            self.closed_round >= self.round && came(first, as_of) && came(answered, as_of)
        } else {
            first.is_some_and(|day| day <= as_of)
        }
    }
}

/// Whether something had come by the end of a day; what no day is kept of had.
fn came(day: Option<Date>, as_of: Date) -> bool {
    day.is_none_or(|day| day <= as_of)
}
