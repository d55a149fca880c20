//! 考核得分 of a period: figures by unit, points by the pack, ranks within groups.

use std::collections::BTreeMap;

use evaluation_rules::{Evaluation as Pack, Place, Score, Scored, UnitSort, mean, rank};
use ids::RegionCode;
use jiff::{ToSpan as _, civil::Date};
use sqlx::PgConnection;

use super::counting;
use crate::store::{
    counts::{GroupBy, Query},
    scores, units,
};

/// Scores every unit of a period; nothing when the pack knows no scores.
pub(crate) async fn places(
    db: &mut PgConnection,
    query: &Query,
    rules: &Pack,
) -> Result<Option<Vec<Place>>, sqlx::Error> {
    let Some(score) = &rules.score else { return Ok(None) };
    let query = Query { group_by: GroupBy::Unit, ..query.clone() };
    let lines = counting::lines(db, &query, rules, None).await?;
    let codes: Vec<&str> = lines.iter().map(|(unit, _)| unit.as_str()).collect();
    let sorts = units::sorts(db, &codes).await?;
    let units = lines.into_iter().filter(|(unit, _)| !unit.is_empty());
    let unknown = UnitSort::default();
    let scored = units
        .map(|(unit, figures)| {
            let sort = sorts.get(&unit).unwrap_or(&unknown);
            let group = score.group_of(&unit, sort).map_or("", |group| &group.code).to_owned();
            one(score, rules, (unit, group), &figures)
        })
        .collect();
    Ok(Some(rank(scored, score.red, score.black)))
}

/// The scores of one month.
#[derive(Debug)]
pub(crate) struct Month {
    first: Date,
    /// As its bulletin has them; else as they stand.
    pub(crate) told: bool,
    pub(crate) places: Vec<Place>,
}

impl Month {
    /// The month as people write it.
    pub(crate) fn name(&self) -> String {
        self.first.strftime("%Y-%m").to_string()
    }
}

/// Every month that begins in the query's time and has begun by its day of counting: as its bulletin has it, or as it stands.
pub(crate) async fn months(
    db: &mut PgConnection,
    query: &Query,
    rules: &Pack,
) -> Result<Option<Vec<Month>>, sqlx::Error> {
    let (Some(from), Some(to), true) = (query.from, query.to, rules.score.is_some()) else { return Ok(None) };
    let place = query.within.last().map_or("", RegionCode::as_str);
    let mut kept: BTreeMap<Date, Vec<Place>> = BTreeMap::new();
    for (month, place) in scores::told(db, &query.policy, place, from, to).await? {
        kept.entry(month).or_default().push(place);
    }
    let mut months = Vec::new();
    let mut first = from.first_of_month();
    while first <= to.min(query.as_of) {
        let last = first.last_of_month();
        let month = match kept.remove(&first) {
            Some(places) => Month { first, told: true, places },
            None => {
                let as_of = last.min(query.as_of);
                let query = Query { from: Some(first), to: Some(last), as_of, ..query.clone() };
                let counted = places(db, &query, rules).await?;
                Month { first, told: false, places: counted.unwrap_or_default() }
            }
        };
        months.push(month);
        first = last + 1.day();
    }
    Ok(Some(months))
}

/// The year, or the quarter, of its months.
pub(crate) fn year(months: Vec<Month>, rules: &Pack) -> Vec<Place> {
    let (red, black) = rules.score.as_ref().map_or((0, 0), |score| (score.red, score.black));
    rank(mean(months.into_iter().map(|month| month.places).collect()), red, black)
}

fn one(
    score: &Score,
    rules: &Pack,
    (unit, group): (String, String),
    figures: &[counting::Counted],
) -> Scored {
    let (mut points, mut ranked) = (Vec::new(), true);
    for (indicator, (figure, _)) in rules.indicators.iter().zip(figures) {
        let items = score.items.iter().filter(|item| item.indicator == indicator.code);
        for item in items {
            // Where nothing, or too little, was due nobody is ranked, whatever else there is to count.
            ranked &= !figure.thin;
            let Some(value) = figure.value else { continue };
            points.push((item.points_for(value, indicator.higher_is_better.unwrap_or(true)), item.points));
        }
    }
    Scored { unit, group, score: Score::total(&points), ranked }
}
