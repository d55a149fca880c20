//! 预警: like cases of one place and week that rise against the usual, or gather.

use jiff::{ToSpan as _, civil::Date};

use crate::{pack::AlertRule, percentile::exact};

/// Like cases of one subject and one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gathering {
    /// Cases of this week so far.
    pub cases: u64,
    /// Of these, those that repeat, go together or skip a level.
    pub grouped: u64,
    /// Of these, those that an officer marked as a risk.
    pub risky: u64,
    /// Cases of which somebody said this week that what is asked for has grown, whenever they came in.
    pub growing: u64,
    /// Cases of the weeks before, together.
    pub before: u64,
    /// Opinions (舆情线索) of this week that were not dismissed.
    pub opinions: u64,
}

/// What a gathering is a sign of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// 热点: more than usual.
    HotIssue,
    /// 群体性风险: many that belong together.
    GroupRisk,
    /// 风险标签: as many marked by officers as the pack says.
    MarkedRisk,
    /// 诉求加剧: citizens say when asked that it grows.
    Growing,
    /// 舆情线索: much is said, or something grave.
    Opinion,
    /// 接听能力不足: more is expected than the seats can answer.
    OverCapacity,
}

impl Sign {
    /// The word in tables and events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HotIssue => "hot-issue",
            Self::GroupRisk => "group-risk",
            Self::MarkedRisk => "marked-risk",
            Self::Growing => "growing",
            Self::Opinion => "opinion",
            Self::OverCapacity => "over-capacity",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::HotIssue => "热点上升",
            Self::GroupRisk => "群体性风险",
            Self::MarkedRisk => "风险标签",
            Self::Growing => "诉求加剧",
            Self::Opinion => "舆情集中",
            Self::OverCapacity => "接听能力不足",
        }
    }
}

/// Reads the signs of a gathering. A week is measured against the mean of the weeks before; where there was nothing before, the least
/// number alone decides.
#[must_use]
pub fn signs(rule: &AlertRule, found: Gathering) -> Vec<Sign> {
    let weeks = u64::from(rule.weeks.max(1));
    let usual = exact(found.before, weeks);
    let risen = found.cases >= rule.least && exact(found.cases, 1) >= usual * rule.factor;
    let gathered = rule.grouped_least.is_some_and(|least| found.grouped >= least);
    let marked = rule.marked_least.is_some_and(|least| found.risky >= least);
    let grows = rule.growing_least.is_some_and(|least| found.growing >= least);
    let said = rule.opinions_least.is_some_and(|least| found.opinions >= least);
    let signs = [
        (risen, Sign::HotIssue),
        (gathered, Sign::GroupRisk),
        (marked, Sign::MarkedRisk),
        (grows, Sign::Growing),
        (said, Sign::Opinion),
    ];
    signs.into_iter().filter(|(shown, _)| *shown).map(|(_, sign)| sign).collect()
}

/// The Monday of a day's week and the Monday from which the weeks before are counted.
#[must_use]
pub fn weeks(rule: &AlertRule, today: Date) -> (Date, Date) {
    let monday = today - i64::from(today.weekday().to_monday_zero_offset()).days();
    (monday, monday - i64::from(rule.weeks.max(1)).weeks())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rule() -> AlertRule {
        AlertRule {
            weeks: 4,
            least: 5,
            factor: 2.0,
            grouped_least: Some(5),
            marked_least: Some(2),
            growing_least: Some(3),
            opinions_least: Some(3),
            basis: crate::Basis::Choice,
            source: String::new(),
        }
    }

    #[test]
    fn a_rise_is_measured_against_the_mean_of_the_weeks_before() {
        let shown = |cases, grouped, before| {
            signs(&rule(), Gathering { cases, grouped, risky: 1, growing: 2, before, opinions: 0 })
        };
        assert_eq!(shown(4, 0, 0), [], "one below the least number");
        assert_eq!(shown(5, 0, 0), [Sign::HotIssue]);
        assert_eq!(shown(6, 0, 12), [Sign::HotIssue], "twice the mean of 3 exactly");
        assert_eq!(shown(6, 0, 13), [], "one more before");
        assert_eq!(shown(9, 4, 100), []);
        assert_eq!(shown(9, 5, 100), [Sign::GroupRisk]);
        assert_eq!(shown(50, 5, 1), [Sign::HotIssue, Sign::GroupRisk]);
        let none = AlertRule { grouped_least: None, ..rule() };
        assert_eq!(
            signs(&none, Gathering { cases: 1, grouped: 99, opinions: 2, ..Gathering::default() }),
            []
        );
        let risky = |risky| signs(&rule(), Gathering { cases: 3, risky, ..Gathering::default() });
        assert_eq!((risky(1), risky(2)), (vec![], vec![Sign::MarkedRisk]));
        let unmarked = AlertRule { marked_least: None, ..rule() };
        assert_eq!(signs(&unmarked, Gathering { risky: 99, ..Gathering::default() }), []);
        let growing = |growing| signs(&rule(), Gathering { growing, ..Gathering::default() });
        assert_eq!((growing(2), growing(3), growing(4)), (vec![], vec![Sign::Growing], vec![Sign::Growing]));
        let untold = AlertRule { growing_least: None, ..rule() };
        assert_eq!(signs(&untold, Gathering { growing: 99, ..Gathering::default() }), []);
        assert_eq!((Sign::Growing.as_str(), Sign::Growing.zh()), ("growing", "诉求加剧"));
        let said = |opinions| signs(&none, Gathering { before: 9, opinions, ..Gathering::default() });
        assert_eq!((said(2), said(3)), (vec![], vec![Sign::Opinion]));
        let off = AlertRule { opinions_least: None, ..none.clone() };
        assert_eq!(signs(&off, Gathering { before: 9, opinions: 99, ..Gathering::default() }), []);
    }

    #[test]
    fn a_week_begins_on_monday() {
        assert_eq!(weeks(&rule(), date(2026, 6, 15)), (date(2026, 6, 15), date(2026, 5, 18)));
        assert_eq!(weeks(&rule(), date(2026, 6, 21)), (date(2026, 6, 15), date(2026, 5, 18)));
    }
}
