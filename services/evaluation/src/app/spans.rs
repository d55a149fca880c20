//! Figures of hours: latencies of each case by its own stages and its region's calendar, their median by group.

use std::collections::BTreeMap;

use calendar::{Calendars, day_of};
use evaluation_rules::{Evaluation as Pack, Figure, Indicator, Marks, Measure, Reached, Span, latency};
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
    let mut groups: BTreeMap<String, Vec<Timed>> = BTreeMap::new();
    for case in alike::timed(db, query).await? {
        groups.entry(case.part.clone().unwrap_or_default()).or_default().push(case);
    }
    for (group, cases) in &groups {
        for (indicator, span) in &wanted {
            let counted = indicator.counted(rules.counting.merged, &rules.rating);
            let out = |case: &Timed| case.excluded.iter().any(|code| code == "*" || *code == indicator.code);
            let measured = |case: &Timed| (Marks(case.marks), minutes(case, *span, query.as_of, calendars));
            let (gone, left): (Vec<&Timed>, Vec<&Timed>) = cases.iter().partition(|case| out(case));
            let method = rules.percentile.method;
            let figure = latency(indicator, &counted, left.into_iter().map(measured), method);
            let excluded = latency(indicator, &counted, gone.into_iter().map(measured), method).numerator;
            found.insert((group.clone(), indicator.code.clone()), (figure, excluded));
        }
    }
    Ok(found)
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
