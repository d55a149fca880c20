//! 考核得分 of a period: figures by unit, points by the pack, ranks within groups.

use calendar::Calendars;
use evaluation_rules::{Evaluation as Pack, Place, Score, Scored, UnitSort, rank};
use sqlx::PgConnection;

use super::counting;
use crate::store::{
    counts::{GroupBy, Query},
    units,
};

/// Scores every unit of a period; nothing when the pack knows no scores.
pub(crate) async fn places(
    db: &mut PgConnection,
    query: &Query,
    rules: &Pack,
    calendars: &Calendars,
) -> Result<Option<Vec<Place>>, sqlx::Error> {
    let Some(score) = &rules.score else { return Ok(None) };
    let query = Query { group_by: GroupBy::Unit, ..query.clone() };
    let lines = counting::lines(db, &query, rules, calendars).await?;
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
