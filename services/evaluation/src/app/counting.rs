//! Figures of a pack by group, with what was excluded taken out: the one way in which anything is counted for people.

use std::collections::BTreeMap;

use calendar::Calendars;
use evaluation_rules::{Alike, Evaluation as Pack, Figure, Indicator, Measure, figure};
use sqlx::PgConnection;

use super::spans;
use crate::store::{
    alike,
    counts::{GroupBy, Query},
};

/// A figure and how many cases were taken out of it.
pub(crate) type Counted = (Figure, u64);

/// Counts every indicator of a pack, in its order, by group. Without calendars those of hours are left out: they look at every case.
pub(crate) async fn lines(
    db: &mut PgConnection,
    query: &Query,
    rules: &Pack,
    calendars: Option<&Calendars>,
) -> Result<Vec<(String, Vec<Counted>)>, sqlx::Error> {
    let mut groups: BTreeMap<String, Vec<Alike>> = BTreeMap::new();
    if query.group_by == GroupBy::None {
        groups.insert(String::new(), Vec::new());
    }
    for (group, cell) in alike::cells(db, query).await? {
        groups.entry(group).or_default().push(cell);
    }
    let gone = alike::excluded(db, query).await?;
    let timed = match calendars {
        Some(calendars) => spans::figures(db, query, rules, calendars).await?,
        None => spans::Latencies::new(),
    };
    let (method, rating) = (rules.percentile.method, &rules.rating);
    let line = |(group, cells): (String, Vec<Alike>)| {
        let one = |indicator: &Indicator| {
            if indicator.unit == Measure::Hours {
                let found = timed.get(&(group.clone(), indicator.code.clone()));
                return found.copied().unwrap_or_default();
            }
            let counted = indicator.counted(rules.counting.merged, rating);
            let off: Vec<Alike> = gone
                .iter()
                .filter(|(of, part, _)| *part == group && (of == "*" || *of == indicator.code))
                .map(|(_, _, cell)| *cell)
                .collect();
            let (left, excluded) = evaluation_rules::without(&cells, &off);
            (figure(indicator, &counted, &left, method), excluded)
        };
        let figures = rules.indicators.iter().map(one).collect();
        (group, figures)
    };
    Ok(groups.into_iter().map(line).collect())
}
