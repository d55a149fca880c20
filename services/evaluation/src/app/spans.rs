//! Figures of hours: latencies of each case by its own stages and its region's calendar, their median by group.

use std::collections::{BTreeMap, BTreeSet};

use calendar::{Calendars, day_of};
use evaluation_rules::{
    By, CountedCases as Counted, EVERY, Evaluation as Pack, Figure, Indicator, Latency, Marks, Measure,
    Reached, Span,
};
use futures::TryStreamExt as _;
use jiff::civil::Date;
use sqlx::PgConnection;

use crate::store::{
    alike::{self, Timed},
    counts::Query,
};

/// Of each indicator of hours and each group that has any case: the figure and how many cases were taken out of it.
pub(super) type Latencies = BTreeMap<(String, String), (Figure, u64)>;

/// Counts them; asks nothing of the database when the pack has none.
pub(super) async fn figures(
    db: &mut PgConnection,
    query: &Query,
    rules: &Pack,
    calendars: &Calendars,
) -> Result<Latencies, sqlx::Error> {
    let wanted: Vec<(&Indicator, Span)> = rules
        .indicators
        .iter()
        .filter(|indicator| indicator.unit == Measure::Hours)
        .filter_map(|indicator| indicator.span.map(|span| (indicator, span)))
        .collect();
    let mut found = Latencies::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let counted: Vec<Counted> =
        wanted.iter().map(|(one, _)| one.counted(rules.counting.merged, &rules.rating)).collect();
    // Cases pass by one after the other: what is kept of each is a minute more in some histograms.
    let mut groups: BTreeMap<String, Vec<Sides>> = BTreeMap::new();
    for by in wanted.iter().map(|(indicator, _)| indicator.by).collect::<BTreeSet<By>>() {
        let mut passing = alike::timed(db, query, by);
        while let Some(case) = passing.try_next().await? {
            let part = case.part.clone().unwrap_or_default();
            let sides = groups.entry(part).or_insert_with(|| vec![Sides::default(); wanted.len()]);
            let all = wanted.iter().zip(&counted).zip(sides);
            for (((indicator, span), counted), side) in all.filter(|(((one, _), _), _)| one.by == by) {
                let out = case.excluded.iter().any(|code| code == EVERY || *code == indicator.code);
                let side = if out { &mut side.gone } else { &mut side.left };
                side.add(counted, Marks(case.marks), minutes(&case, *span, query.as_of, calendars));
            }
        }
    }
    let method = rules.percentile.method;
    for (group, sides) in groups {
        for ((indicator, _), Sides { left, gone }) in wanted.iter().zip(sides) {
            let figure = left.figure(indicator, method);
            let excluded = gone.figure(indicator, method).numerator;
            found.insert((group.clone(), indicator.code.clone()), (figure, excluded));
        }
    }
    Ok(found)
}

/// Of one indicator and group: what counts, and what was taken out (剔除).
#[derive(Clone, Default)]
struct Sides {
    left: Latency,
    gone: Latency,
}

/// What ended after the day of counting has not ended yet.
fn minutes(case: &Timed, span: Span, as_of: Date, calendars: &Calendars) -> Option<u32> {
    let at = |instant: Option<jiff_sqlx::Timestamp>| instant.map(jiff_sqlx::Timestamp::to_jiff);
    let reached = Reached {
        received: at(case.received_at),
        registered: at(case.registered_at),
        dispatched: at(case.dispatched_at),
        signed: at(case.signed_at),
        contacted: at(case.contacted_at),
        answered: at(case.answered_at),
        closed: at(case.closed_at),
    };
    reached.at(span.to).filter(|end| day_of(*end) <= as_of)?;
    span.minutes(&reached, calendars.of(case.region.as_deref().unwrap_or_default()))
}
