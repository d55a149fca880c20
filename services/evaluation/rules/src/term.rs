//! What a formula may count, as patterns of marks: a case counts when it fits any of them.

use serde::Deserialize;

use crate::{
    mark::{Mark, Marks, of_grade},
    pack::RatingRule,
    words::Grade,
};

/// All of one set and none of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// Every one of these.
    pub all: Marks,
    /// Not one of these.
    pub none: Marks,
}

impl Pattern {
    /// Says whether a case fits.
    #[must_use]
    pub const fn fits(self, marks: Marks) -> bool {
        marks.0 & self.all.0 == self.all.0 && marks.0 & self.none.0 == 0
    }

    /// Both patterns at once.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { all: self.all.and(other.all), none: self.none.and(other.none) }
    }
}

/// What an open case has none of: an answer, and the ends that come without one.
const NEITHER_ANSWERED_NOR_ENDED: [Mark; 5] =
    [Mark::Answered, Mark::Closed, Mark::Withdrawn, Mark::Declined, Mark::Invalid];

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident, $zh:literal;)+) => {
        /// What may be counted; the word in packs is the name in `snake_case`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Term { $($(#[$doc])* $name),+ }

        impl Term {
            /// Every term.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What people read.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh),+ }
            }
        }
    };
}

terms! {
    /// Registered.
    Cases, "登记";
    /// 受理.
    Accepted, "受理";
    /// 不予受理.
    Declined, "不予受理";
    /// Taken back by the citizen.
    Withdrawn, "撤回";
    /// 交办 or 转送.
    Dispatched, "交办、转送";
    /// Accepted and closed without a unit (直接办结); what operators answer on the spot is no case and not among them.
    Direct, "直接办结";
    /// 签收.
    Signed, "签收";
    /// A limit for signing was met or has passed.
    SignDue, "应签收";
    /// Signed within the limit.
    SignedInTime, "按时签收";
    /// 先行联系.
    Contacted, "先行联系";
    /// A limit for reaching the citizen was met or has passed.
    ContactDue, "应联系";
    /// Contacted within the limit (响应).
    ContactedInTime, "按时联系";
    /// 退单.
    Returned, "退单";
    /// Returns that the centre refused (不当退单).
    ReturnedWrongly, "不当退单";
    /// 改派: assigned more than once.
    Redirected, "改派";
    /// Replies sent back.
    ReplyRejected, "回复被退回";
    /// 答复.
    Answered, "答复";
    /// The due day has come, or it was answered before.
    Due, "应办结";
    /// On or before the due day.
    AnsweredInTime, "按时办结";
    /// Not answered and the due day is past.
    OverdueOpen, "超期未办";
    /// Neither answered nor ended.
    Open, "在办";
    /// 重办.
    Reopened, "重办";
    /// Answered and never sent round again (一次办结).
    AnsweredOnce, "一次办结";
    /// 办结.
    Closed, "办结";
    /// 回访.
    FollowedUp, "回访";
    /// 评价, with a grade that counts.
    Rated, "有效评价";
    /// A grade that the pack calls satisfied.
    Satisfied, "满意";
    /// A grade that counts and is not satisfied.
    Dissatisfied, "不满意";
    /// 解决.
    Solved, "解决";
    /// 部分解决.
    PartlySolved, "部分解决";
    /// 未解决.
    Unsolved, "未解决";
    /// Whether it was solved, was said.
    SolvedTold, "表明是否解决";
    /// 联系生硬.
    Rough, "联系生硬";
    /// 诉求加剧.
    Growing, "诉求加剧";
    /// 批示.
    Instructed, "领导批示";
    /// 并单.
    Merged, "并单";
    /// The same matter again (重复).
    Repeated, "重复";
    /// 延期.
    Extended, "延期";
    /// 督办.
    Supervised, "督办";
    /// Supervision answered in writing.
    SupervisionAnswered, "督办反馈";
    /// Materials asked for twice.
    AskedTwice, "二次索要材料";
    /// Answer made public.
    Published, "公开答复";
    /// On the long-term register.
    Deferred, "暂不能解决";
    /// 越级.
    SkipLevel, "越级";
    /// 集体.
    Collective, "集体";
    /// Handed to another body.
    HandedOver, "移交";
    /// Reported to the superior.
    ReportedUp, "上报";
    /// A limit passed.
    Late, "逾限";
    /// 初次: accepted, and nothing earlier of the same party is known to be the same matter.
    First, "初次";
    /// 无效: nothing in it could be handled.
    Invalid, "无效";
    /// 风险标签.
    Risk, "风险标签";
    /// 办结 at a level that the pack calls lowest.
    ClosedLocally, "基层办结";
    /// On the strict-and-fast list.
    Fast, "从快从严";
    /// 登记 on the day of receipt.
    RegisteredSameDay, "当日登记";
    /// With a first rating that counts.
    FirstRated, "首次有效评价";
    /// Satisfied in the first rating.
    FirstSatisfied, "首次评价满意";
    /// Solved in the first rating.
    FirstSolved, "首次评价解决";
}

impl Term {
    /// The patterns of a term under the grades of a pack.
    #[must_use]
    pub fn patterns(self, rating: &RatingRule) -> Vec<Pattern> {
        let all = |marks: &[Mark]| vec![Pattern { all: Marks::of(marks), none: Marks::default() }];
        let but = |marks: &[Mark], none: &[Mark]| Pattern { all: Marks::of(marks), none: Marks::of(none) };
        let graded = |wanted: &dyn Fn(bool) -> bool| {
            let counted = rating.grades.iter().filter(|rule| rule.counts && wanted(rule.satisfied));
            let grades = counted.flat_map(|rule| rule.takes.iter().copied());
            grades.map(|grade: Grade| but(&[of_grade(grade)], &[])).collect()
        };
        match self {
            Self::Cases => vec![Pattern::default()],
            Self::Accepted => all(&[Mark::Accepted]),
            Self::Declined => all(&[Mark::Declined]),
            Self::Withdrawn => all(&[Mark::Withdrawn]),
            Self::Dispatched => all(&[Mark::Dispatched]),
            Self::Direct => vec![but(&[Mark::Accepted, Mark::Closed], &[Mark::Dispatched])],
            Self::Signed => all(&[Mark::Signed]),
            Self::SignDue => all(&[Mark::SignDue]),
            Self::SignedInTime => all(&[Mark::SignedInTime]),
            Self::Contacted => all(&[Mark::Contacted]),
            Self::ContactDue => all(&[Mark::ContactDue]),
            Self::ContactedInTime => all(&[Mark::ContactedInTime]),
            Self::Returned => all(&[Mark::Returned]),
            Self::ReturnedWrongly => all(&[Mark::ReturnedWrongly]),
            Self::Redirected => all(&[Mark::Redirected]),
            Self::ReplyRejected => all(&[Mark::ReplyRejected]),
            Self::Answered => all(&[Mark::Answered]),
            Self::Due => vec![
                but(&[Mark::Limited, Mark::Answered], &[]),
                but(&[Mark::Limited, Mark::PastDue], &NEITHER_ANSWERED_NOR_ENDED),
            ],
            Self::AnsweredInTime => all(&[Mark::Limited, Mark::Answered, Mark::InTime]),
            Self::OverdueOpen => vec![but(&[Mark::PastDue], &NEITHER_ANSWERED_NOR_ENDED)],
            Self::Open => vec![but(&[Mark::Accepted], &NEITHER_ANSWERED_NOR_ENDED)],
            Self::Reopened => all(&[Mark::Reopened]),
            Self::AnsweredOnce => vec![but(&[Mark::Answered], &[Mark::Reopened])],
            Self::Closed => all(&[Mark::Closed]),
            Self::FollowedUp => all(&[Mark::FollowedUp]),
            Self::Rated => graded(&|_| true),
            Self::Satisfied => graded(&|satisfied| satisfied),
            Self::Dissatisfied => graded(&|satisfied| !satisfied),
            Self::Solved => all(&[Mark::Solved]),
            Self::PartlySolved => all(&[Mark::PartlySolved]),
            Self::Unsolved => all(&[Mark::Unsolved]),
            Self::SolvedTold => {
                vec![but(&[Mark::Solved], &[]), but(&[Mark::PartlySolved], &[]), but(&[Mark::Unsolved], &[])]
            }
            Self::Rough => all(&[Mark::Rough]),
            Self::Growing => all(&[Mark::Growing]),
            Self::Instructed => all(&[Mark::Instructed]),
            Self::Merged => all(&[Mark::Merged]),
            Self::Repeated => all(&[Mark::Repeated]),
            Self::Extended => all(&[Mark::Extended]),
            Self::Supervised => all(&[Mark::Supervised]),
            Self::SupervisionAnswered => all(&[Mark::SupervisionAnswered]),
            Self::AskedTwice => all(&[Mark::AskedTwice]),
            Self::Published => all(&[Mark::Published]),
            Self::Deferred => all(&[Mark::Deferred]),
            Self::SkipLevel => all(&[Mark::SkipLevel]),
            Self::Collective => all(&[Mark::Collective]),
            Self::HandedOver => all(&[Mark::HandedOver]),
            Self::ReportedUp => all(&[Mark::ReportedUp]),
            Self::Late => all(&[Mark::Late]),
            Self::First => vec![but(&[Mark::Accepted], &[Mark::Repeated])],
            Self::Invalid => all(&[Mark::Invalid]),
            Self::Risk => all(&[Mark::Risk]),
            Self::ClosedLocally => all(&[Mark::Closed, Mark::Local]),
            Self::Fast => all(&[Mark::Fast]),
            Self::RegisteredSameDay => all(&[Mark::RegisteredSameDay]),
            Self::FirstRated => vec![but(&[Mark::FirstSatisfied], &[]), but(&[Mark::FirstDissatisfied], &[])],
            Self::FirstSatisfied => all(&[Mark::FirstSatisfied]),
            Self::FirstSolved => all(&[Mark::FirstSolved]),
        }
    }
}
