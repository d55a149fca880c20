//! Figures of a pack by group, with what was excluded taken out: the one way in which anything is counted for people.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Calendars;
use evaluation_rules::{Alike, By, Evaluation as Pack, Figure, Indicator, Measure, figure};
use sqlx::PgConnection;

use super::spans;
use crate::store::{
    alike,
    counts::{GroupBy, Query},
};

/// A figure and how many cases were taken out of it.
pub(crate) type Counted = (Figure, u64);

/// The cases of a period by one of their days, and what was excluded of them; both by group.
struct Based {
    cells: BTreeMap<String, Vec<Alike>>,
    gone: Vec<(String, String, Alike)>,
}

/// Counts every indicator of a pack, in its order, by group. Each counts the cases that belong to the period by its own day. Without
/// calendars those of hours are left out: they look at every case.
pub(crate) async fn lines(
    db: &mut PgConnection,
    query: &Query,
    rules: &Pack,
    calendars: Option<&Calendars>,
) -> Result<Vec<(String, Vec<Counted>)>, sqlx::Error> {
    let mut groups: BTreeSet<String> = BTreeSet::new();
    if query.group_by == GroupBy::None {
        groups.insert(String::new());
    }
    let mut bases: BTreeMap<By, Based> = BTreeMap::new();
    for by in rules.indicators.iter().map(|indicator| indicator.by).collect::<BTreeSet<By>>() {
        let mut cells: BTreeMap<String, Vec<Alike>> = BTreeMap::new();
        for (group, cell) in alike::cells(db, query, by).await? {
            cells.entry(group).or_default().push(cell);
        }
        groups.extend(cells.keys().cloned());
        bases.insert(by, Based { cells, gone: alike::excluded(db, query, by).await? });
    }
    let timed = match calendars {
        Some(calendars) => spans::figures(db, query, rules, calendars).await?,
        None => spans::Latencies::new(),
    };
    let (method, rating) = (rules.percentile.method, &rules.rating);
    let line = |group: String| {
        let one = |indicator: &Indicator| {
            if indicator.unit == Measure::Hours {
                let found = timed.get(&(group.clone(), indicator.code.clone()));
                return found.copied().unwrap_or_default();
            }
            let counted = indicator.counted(rules.counting.merged, rating);
            let based = bases.get(&indicator.by);
            let cells = based.and_then(|based| based.cells.get(&group)).map_or(&[][..], Vec::as_slice);
            let off: Vec<Alike> = based
                .iter()
                .flat_map(|based| &based.gone)
                .filter(|(of, part, _)| *part == group && (of == "*" || *of == indicator.code))
                .map(|(_, _, cell)| *cell)
                .collect();
            let (left, excluded) = evaluation_rules::without(cells, &off);
            (figure(indicator, &counted, &left, method), excluded)
        };
        let figures = rules.indicators.iter().map(one).collect();
        (group, figures)
    };
    Ok(groups.into_iter().map(line).collect())
}
