//! What an evaluation may not say: each mistake alone, and each bound from its good side.

use super::*;

/// Fails unless exactly this entry is told; an empty word stands for nothing.
fn told(entry: &str, change: impl FnOnce(&mut Evaluation)) {
    let mut pack = pack("hotline-004");
    assert!(pack.findings.is_some() && pack.alerts.is_some() && pack.exclusion.is_some());
    change(&mut pack);
    let found: Vec<String> = pack.validate().into_iter().map(|flaw| flaw.entry).collect();
    let wanted: &[&str] = if entry.is_empty() { &[] } else { &[entry] };
    assert_eq!(found, wanted);
}

#[test]
fn percentiles_show_the_middle_and_the_tenth_worst() {
    for (points, good) in [
        (vec![0.5, 0.9], true),
        (vec![0.9, 0.5, 0.0, 1.0], true),
        (vec![0.5], false),
        (vec![0.9], false),
        (vec![0.5, 0.91], false),
        (vec![0.51, 0.9], false),
        (vec![0.5, 0.9, 1.1], false),
        (vec![0.5, 0.9, -0.1], false),
    ] {
        told(if good { "" } else { "percentile.points" }, |pack| pack.percentile.points = points);
    }
}

#[test]
fn a_redo_has_rounds_and_something_that_opens_it() {
    let redo = |on, max, grades: &[&str], unsolved| {
        let grades = grades.iter().map(|grade| (*grade).to_owned()).collect();
        move |pack: &mut Evaluation| {
            pack.redo = Redo { on, max, grades, unsolved, ..pack.redo.clone() };
        }
    };
    let known = pack("hotline-004").rating.grades[0].code.clone();
    told("", redo(true, 1, &[&known], true));
    told("", redo(true, 2, &[], true));
    told("", redo(true, 1, &[&known], false));
    told("redo.grades", redo(true, 1, &[], false));
    told("redo.grades", redo(true, 1, &["unknown"], true));
    told("redo.max", redo(true, 0, &[&known], true));
    told("", redo(false, 0, &[], false));
    told("redo.max", redo(false, 1, &[], true));
}

#[test]
fn somebody_is_asked_where_a_follow_up_is_on() {
    let asked = |on: bool, channels: &[AskBy]| {
        let channels = channels.to_vec();
        move |pack: &mut Evaluation| (pack.follow_up.on, pack.follow_up.channels) = (on, channels)
    };
    told("", asked(true, &[AskBy::Phone]));
    told("", asked(false, &[]));
    told("follow_up.channels", asked(true, &[]));
    for (share, good) in [(0.0, true), (1.0, true), (-0.1, false), (1.1, false)] {
        told(if good { "" } else { "follow_up.sample" }, |pack| pack.follow_up.sample = share);
    }
}

#[test]
fn codes_are_there_and_stand_once() {
    let twice = |pack: &mut Evaluation| {
        let again = pack.indicators[0].clone();
        pack.indicators.push(again);
    };
    let first = pack("hotline-004").indicators[0].code.clone();
    told(&first, twice);
    let mut pack = pack("hotline-004");
    pack.indicators[0].code.clear();
    assert!(pack.validate().iter().any(|flaw| flaw.entry.is_empty()));
}

#[test]
fn a_defect_is_raised_from_the_first_time_on_and_once() {
    let raise = |defect, times| Raise { defect, times };
    for (list, good) in [
        (vec![raise(Defect::FobOff, 1)], true),
        (vec![raise(Defect::FobOff, 1), raise(Defect::WrongReturn, 2)], true),
        (vec![raise(Defect::FobOff, 0)], false),
        (vec![raise(Defect::FobOff, 1), raise(Defect::FobOff, 2)], false),
        (vec![], true),
    ] {
        told(if good { "" } else { "findings.raise" }, |pack| {
            pack.findings.as_mut().unwrap().raise = list;
        });
    }
}

#[test]
fn a_warning_has_weeks_a_least_number_and_a_factor_of_one() {
    let alert = |entry, change: fn(&mut AlertRule)| told(entry, |pack| change(pack.alerts.as_mut().unwrap()));
    alert("", |rule| (rule.weeks, rule.least, rule.factor, rule.marked_least) = (1, 1, 1.0, Some(1)));
    alert("", |rule| (rule.weeks, rule.least, rule.factor, rule.marked_least) = (2, 2, 2.0, None));
    alert("alerts", |rule| rule.weeks = 0);
    alert("alerts", |rule| rule.least = 0);
    alert("alerts", |rule| rule.marked_least = Some(0));
    alert("alerts", |rule| rule.growing_least = Some(0));
    alert("", |rule| rule.growing_least = Some(1));
    alert("", |rule| rule.growing_least = None);
    alert("alerts", |rule| rule.factor = 0.99);
}

#[test]
fn an_exclusion_has_reasons_each_once() {
    told("exclusion.reason", |pack| pack.exclusion.as_mut().unwrap().reasons.clear());
    told("exclusion.reason", |pack| {
        let reasons = &mut pack.exclusion.as_mut().unwrap().reasons;
        reasons.push(reasons[0].clone());
    });
    told("", |pack| pack.exclusion.as_mut().unwrap().reasons.truncate(1));
    told("", |pack| pack.exclusion = None);
}

#[test]
fn a_trend_and_an_inspection_say_what_can_be_counted() {
    let trend = |periods, least, factor, regular_in| Some(Trend { periods, least, factor, regular_in });
    let with = |entry: &str, trend: Option<Trend>| {
        told(entry, |pack| pack.reports.as_mut().unwrap().trend = trend);
    };
    with("", trend(1, 1, 1.0, 1));
    with("", trend(4, 2, 2.0, 4));
    with("reports.trend", trend(4, 0, 1.0, 1));
    with("reports.trend", trend(4, 1, 0.9, 1));
    with("reports.trend", trend(4, 1, 1.0, 0));
    with("reports.trend", trend(4, 1, 1.0, 5));
    let known = pack("hotline-004").indicators[0].code.clone();
    let inspect = |entry: &str, code: &str| {
        told(entry, |pack| pack.reports.as_mut().unwrap().inspection = vec![code.to_owned()]);
    };
    inspect("", &known);
    inspect("reports.inspection unknown", "unknown");
}

#[test]
fn what_a_unit_may_ask_is_in_the_pack() {
    let pack = pack("hotline-004");
    let (rules, first) = (pack.exclusion.as_ref(), pack.indicators[0].code.as_str());
    let reason = rules.unwrap().reasons[0].code.as_str();
    let ask = |rules, indicator, reason| may_ask(rules, &pack.indicators, indicator, reason);
    assert_eq!(ask(rules, first, reason), Ok(()));
    assert_eq!(ask(rules, EVERY, reason), Ok(()));
    assert_eq!(ask(rules, "unknown", reason), Err(ExclusionRefused::Indicator));
    assert_eq!(ask(rules, first, "unknown"), Err(ExclusionRefused::Reason));
    assert_eq!(ask(rules, EVERY, "unknown"), Err(ExclusionRefused::Reason));
    assert_eq!(ask(None, first, reason), Err(ExclusionRefused::Off));
}
