//! 上期: what the report of the period before said of each figure.

use evaluation_rules::{Evaluation as Pack, Indicator, Section};
use sqlx::PgConnection;

use super::{
    counting,
    report::{Wanted, figure, first},
};
use crate::{
    report::{Cell, Document},
    store::{counts::GroupBy, reports},
};

/// 上期, figure by figure: as its own report said, where there is one under the same formulas; counted by its own last day elsewhere.
pub(super) async fn figures(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Vec<Cell>, sqlx::Error> {
    let (before, rules) = (wanted.before(), wanted.rules);
    let id = reports::id(wanted.kind.series, &wanted.pack.id, wanted.place, before.from);
    let archived = reports::read(&mut *db, id.0).await?;
    let archived = archived.and_then(|whole| serde_json::from_str::<Document>(&whole.data).ok());
    if let Some(said) =
        archived.filter(|one| one.version == wanted.pack.version).and_then(|one| said(rules, &one))
    {
        return Ok(said);
    }
    let then = wanted.query(before, before.to, GroupBy::None);
    let then = first(counting::lines(db, &then, rules, Some(wanted.calendars)).await?);
    Ok(rules.indicators.iter().zip(then).map(|(indicator, (then, _))| figure(indicator, &then)).collect())
}

/// What a report said of each indicator of a pack; nothing where it did not speak of all of them.
fn said(rules: &Pack, report: &Document) -> Option<Vec<Cell>> {
    let table = report.tables.iter().find(|table| table.code == Section::Figures.code())?;
    let row = |(indicator, row): (&Indicator, &Vec<Cell>)| {
        let labelled = row.first() == Some(&Cell::Text(indicator.label.zh.clone()));
        row.get(3).filter(|_| labelled).cloned()
    };
    let said: Option<Vec<Cell>> = rules.indicators.iter().zip(&table.rows).map(row).collect();
    said.filter(|said| said.len() == rules.indicators.len() && said.len() == table.rows.len())
}
