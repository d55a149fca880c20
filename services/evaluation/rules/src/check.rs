//! What a pack's evaluation may not say, beyond what its types refuse.

use std::collections::BTreeSet;

use crate::{
    pack::{AlertRule, Evaluation, Indicator, Measure},
    standing::LEVELS,
    words::Grade,
};

/// One mistake, with the entry it stands in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("evaluation.toml, {entry}: {says}")]
pub struct Flaw {
    /// The key or the code of the entry.
    pub entry: String,
    /// What is wrong.
    pub says: &'static str,
}

impl Evaluation {
    /// Looks for every mistake at once; an empty list means that the pack can be used.
    #[must_use]
    pub fn validate(&self) -> Vec<Flaw> {
        let shown = |point: f64| self.percentile.points.contains(&point);
        let codes: BTreeSet<_> = self.rating.grades.iter().map(|grade| grade.code.as_str()).collect();
        let all_taken = Grade::ALL.iter().all(|grade| {
            self.rating.grades.iter().flat_map(|rule| &rule.takes).filter(|taken| *taken == grade).count()
                == 1
        });
        let unknown_grade = self.redo.grades.iter().any(|code| !codes.contains(code.as_str()));
        let nothing_opens_it = self.redo.grades.is_empty() && !self.redo.unsolved;
        let shares = self.follow_up.rules.iter().map(|rule| rule.share);
        let share = shares.chain([self.follow_up.sample]).all(|share| (0.0..=1.0).contains(&share));
        let rules = [
            (self.counting.clock.is_empty(), "counting.clock", "no clock is named"),
            (
                self.counting.lowest.iter().any(|level| !LEVELS.contains(&level.as_str())),
                "counting.lowest",
                "a level is province, city, county, township or village",
            ),
            (!shown(0.5) || !shown(0.9), "percentile.points", "0.5 and 0.9 are what the table shows"),
            (
                self.percentile.points.iter().any(|p| !(0.0..=1.0).contains(p)),
                "percentile.points",
                "a point is not between 0 and 1",
            ),
            (!share, "follow_up.sample", "not between 0 and 1"),
            (
                self.follow_up.on && self.follow_up.channels.is_empty(),
                "follow_up.channels",
                "nobody can be asked",
            ),
            (self.rating.grades.len() != codes.len(), "rating.grade", "a code stands twice"),
            (!all_taken, "rating.grade.takes", "each of the five grades is taken by exactly one"),
            (unknown_grade, "redo.grades", "a code that rating.grade does not have"),
            (self.redo.on && self.redo.max < 1, "redo.max", "on, and yet no round is allowed"),
            (self.redo.on && nothing_opens_it, "redo.grades", "on, and yet nothing opens it"),
            (!self.redo.on && self.redo.max != 0, "redo.max", "off, and yet rounds are allowed"),
        ];
        let mut flaws: Vec<Flaw> = rules
            .into_iter()
            .filter(|(wrong, _, _)| *wrong)
            .map(|(_, entry, says)| Flaw { entry: entry.to_owned(), says })
            .collect();
        let mut seen = BTreeSet::new();
        for indicator in &self.indicators {
            let flaw = |says| Flaw { entry: indicator.code.clone(), says };
            if indicator.code.is_empty() || !seen.insert(&indicator.code) {
                flaws.push(flaw("the code is empty or stands twice"));
            }
            flaws.extend(wrong_with(indicator).into_iter().map(flaw));
        }
        let raised = self.findings.iter().flat_map(|findings| &findings.raise);
        if raised
            .clone()
            .any(|rule| rule.times < 1 || raised.clone().filter(|one| one.defect == rule.defect).count() > 1)
        {
            flaws.push(Flaw {
                entry: "findings.raise".to_owned(),
                says: "a defect stands twice, or is raised before it happened",
            });
        }
        let least = |rule: &AlertRule| {
            rule.least < 1 || rule.marked_least == Some(0) || rule.growing_least == Some(0)
        };
        if self.alerts.as_ref().is_some_and(|rule| rule.weeks < 1 || least(rule) || rule.factor < 1.0) {
            let entry = "alerts".to_owned();
            flaws.push(Flaw { entry, says: "weeks, least and factor are 1 at least" });
        }
        if let Some(capacity) = &self.capacity {
            flaws.extend(capacity.flaws());
        }
        if let Some(reports) = &self.reports {
            flaws.extend(reports.flaws(&self.indicators));
        }
        flaws.extend(self.score.iter().flat_map(crate::pack::Score::flaws));
        for item in self.score.iter().flat_map(|score| &score.items) {
            let known = self.indicators.iter().find(|indicator| indicator.code == item.indicator);
            if known.is_none_or(|indicator| indicator.unit != Measure::Share) {
                let entry = format!("score.item {}", item.indicator);
                flaws.push(Flaw { entry, says: "not a share among the indicators" });
            }
        }
        if let Some(exclusion) = &self.exclusion {
            let codes: BTreeSet<_> = exclusion.reasons.iter().map(|reason| reason.code.as_str()).collect();
            if codes.is_empty() || codes.len() != exclusion.reasons.len() {
                let entry = "exclusion.reason".to_owned();
                flaws.push(Flaw { entry, says: "there is none, or a code stands twice" });
            }
        }
        flaws
    }
}

fn wrong_with(indicator: &Indicator) -> Option<&'static str> {
    match (indicator.unit, indicator.denominator, indicator.span) {
        (Measure::Share, None, _) => Some("a share needs a denominator"),
        (Measure::Count | Measure::Workdays | Measure::Hours, Some(_), _) => {
            Some("only a share has a denominator")
        }
        (Measure::Hours, None, None) => Some("hours need a span"),
        (Measure::Hours, None, Some(span)) if span.from >= span.to => {
            Some("a span ends at a later stage than it begins")
        }
        (Measure::Count | Measure::Workdays | Measure::Share, _, Some(_)) => Some("only hours have a span"),
        (Measure::Share, Some(_), None)
        | (Measure::Count | Measure::Workdays, None, None)
        | (Measure::Hours, None, Some(_)) => None,
    }
}
