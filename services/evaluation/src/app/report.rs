//! Makes the data of a report: the sections that the pack wants, the period beside the one before.

use std::collections::BTreeMap;

use calendar::Calendars;
use contracts::words;
use evaluation_rules::{
    Alike, By, Defect, EVERY, Evaluation as Pack, Figure, Indicator, Measure, PackRef, Period, ReportKind,
    Score, Section, Series, Term,
};
use ids::RegionCode;
use jiff::civil::Date;
use sqlx::PgConnection;

use super::{analysis, counting, last, scoring};
use crate::{
    config::Seats,
    report::{Cell, Document, Table},
    store::{
        alike,
        counts::{GroupBy, Query},
        reports::{self, Span},
    },
};

/// What a report is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) kind: &'a ReportKind,
    pub(crate) pack: &'a PackRef,
    pub(crate) rules: &'a Pack,
    pub(crate) place: Option<&'a RegionCode>,
    pub(crate) period: Period,
    pub(crate) as_of: Date,
    pub(crate) today: Date,
    pub(crate) calendars: &'a Calendars,
    pub(crate) seats: &'a [Seats],
}

impl Wanted<'_> {
    /// The period that is compared with.
    pub(super) fn before(&self) -> Period {
        self.kind.series.before(self.period)
    }

    /// The cases of a period, as they stood on a day.
    pub(super) fn query(&self, of: Period, as_of: Date, group_by: GroupBy) -> Query {
        Query {
            policy: self.pack.id.clone(),
            from: Some(of.from),
            to: Some(of.to),
            within: self.place.cloned().into_iter().collect(),
            kind: None,
            unit: None,
            group_by,
            as_of,
            today: self.today,
            sealed: false,
        }
    }

    /// The same for what is counted beside the figures.
    pub(super) fn span(&self) -> Span<'_> {
        let top = self.rules.reports.as_ref().map_or(10, |reports| reports.top);
        Span {
            policy: &self.pack.id,
            from: self.period.from,
            to: self.period.to,
            before: self.before().from,
            place: self.place,
            top: i64::try_from(top).unwrap_or(i64::MAX),
        }
    }
}

/// Counts everything that the report shows. Sealed cases are no part of it.
pub(crate) async fn document(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Drawn, sqlx::Error> {
    let Wanted { kind, pack, place, period, as_of, .. } = wanted;
    let before = wanted.before();
    let mut beside = Beside::default();
    let mut tables = Vec::with_capacity(kind.sections.len());
    for section in &kind.sections {
        tables.extend(table(db, wanted, *section, &mut beside).await?);
    }
    let zh = kind.series.zh();
    let document = Document {
        series: kind.series.as_str().to_owned(),
        title: place.map_or_else(|| zh.to_owned(), |place| format!("{zh}（{place}）")),
        policy: pack.id.clone(),
        version: pack.version,
        place: place.map(ToString::to_string).unwrap_or_default(),
        from: period.from,
        to: period.to,
        before_from: before.from,
        before_to: before.to,
        as_of,
        tables,
    };
    Ok(Drawn { document, units: beside.units })
}

/// A report, and the places of units as it shows them.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) document: Document,
    pub(crate) units: Option<Vec<evaluation_rules::Place>>,
}

/// Findings, rungs, contacts and receptions are counted together, once; places of units are kept for who needs them.
#[derive(Default)]
struct Beside {
    counted: Option<BTreeMap<String, Vec<reports::Often>>>,
    units: Option<Vec<evaluation_rules::Place>>,
}

impl Beside {
    async fn of(
        &mut self,
        db: &mut PgConnection,
        span: Span<'_>,
        what: &str,
    ) -> Result<Vec<reports::Often>, sqlx::Error> {
        if self.counted.is_none() {
            let mut all: BTreeMap<String, Vec<reports::Often>> = BTreeMap::new();
            for (what, name, count, earlier) in reports::beside(db, span).await? {
                all.entry(what).or_default().push((name, count, earlier));
            }
            self.counted = Some(all);
        }
        Ok(self.counted.as_mut().and_then(|all| all.remove(what)).unwrap_or_default())
    }
}

/// One section; nothing where the pack has nothing to show in it.
async fn table(
    db: &mut PgConnection,
    wanted: Wanted<'_>,
    section: Section,
    beside: &mut Beside,
) -> Result<Option<Table>, sqlx::Error> {
    let (rules, span, calendars) = (wanted.rules, wanted.span(), wanted.calendars);
    let often = |rows| compared(section, rows);
    Ok(Some(match section {
        Section::Figures => {
            let now = wanted.query(wanted.period, wanted.as_of, GroupBy::None);
            let now = counting::lines(db, &now, rules, Some(calendars)).await?;
            indicators(rules, now, last::figures(db, wanted).await?)
        }
        Section::Subjects | Section::Kinds | Section::Channels | Section::Places => {
            often(reports::often(db, section.code(), span).await?)
        }
        Section::Findings | Section::Escalations | Section::Receptions => {
            often(beside.of(db, span, section.code()).await?)
        }
        Section::Contacts => contacts(beside.of(db, span, section.code()).await?),
        Section::Rises => analysis::rises(db, wanted).await?,
        Section::Regular => analysis::regular(db, wanted).await?,
        Section::Alike => analysis::alike(db, span).await?,
        Section::Causes | Section::Remedies => analysis::named(db, wanted, section).await?,
        Section::Opinions => analysis::opinions(db, span).await?,
        Section::Seasons => analysis::seasons(db, wanted).await?,
        Section::Capacity => return analysis::capacity(db, wanted).await,
        Section::Items => analysis::items(db, wanted).await?,
        Section::Ratings => ratings(db, wanted).await?,
        Section::Inspection => inspection(db, wanted).await?,
        Section::Units => {
            let Some(score) = &rules.score else { return Ok(None) };
            let (places, open) = units(db, wanted).await?;
            let mut table = ranking(&places, score);
            if !open.is_empty() {
                table.title.push_str(&format!("（{}尚未通报，按暂计）", open.join("、")));
            }
            beside.units = Some(places);
            return Ok(Some(table));
        }
    }))
}

/// 考核得分 of the period, and the months in it that were counted before any bulletin told them: a year and a quarter are made of their
/// months, so that no two rankings of them are to be had.
async fn units(
    db: &mut PgConnection,
    wanted: Wanted<'_>,
) -> Result<(Vec<evaluation_rules::Place>, Vec<String>), sqlx::Error> {
    let rules = wanted.rules;
    // What is compared between units is their own work, each unit by itself.
    let query = wanted.query(wanted.period, wanted.as_of, GroupBy::Unit);
    match wanted.kind.series {
        Series::Quarterly | Series::Annual => {
            let months = scoring::months(db, &query, rules).await?.unwrap_or_default();
            let open = months.iter().filter(|month| !month.told).map(scoring::Month::name).collect();
            Ok((scoring::year(months, rules), open))
        }
        Series::Daily | Series::Weekly | Series::Digest | Series::Bulletin | Series::Leaders => {
            Ok((scoring::places(db, &query, rules).await?.unwrap_or_default(), Vec::new()))
        }
    }
}

/// 来电来件 by what came of them, and 直接答复率: answered on the spot, over these and what became a case.
fn contacts(rows: Vec<reports::Often>) -> Table {
    let kinds = |wanted: &[words::ContactKind]| {
        let fits = |name: &str| wanted.iter().any(|kind| kind.as_str() == name);
        let found = rows.iter().filter(|(name, ..)| fits(name));
        found.fold((0, 0), |(now, before), (_, n, b)| (now + n.unsigned_abs(), before + b.unsigned_abs()))
    };
    let direct = kinds(&[words::ContactKind::Consultation, words::ContactKind::Enquiry]);
    let cases = kinds(&[words::ContactKind::Case]);
    let share = |direct: u64, cases: u64| {
        evaluation_rules::share_of(direct, direct + cases).map_or(Cell::Nothing, Cell::Share)
    };
    let rate = vec!["直接答复率".into(), share(direct.0, cases.0), share(direct.1, cases.1), Cell::Nothing];
    let mut table = compared(Section::Contacts, rows);
    if !table.rows.is_empty() {
        table.rows.push(rate);
    }
    table
}

/// 首次与最终评价: of all cases rated in the period, and of those that were handled again.
async fn ratings(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Table, sqlx::Error> {
    let query = wanted.query(wanted.period, wanted.as_of, GroupBy::None);
    let cells = alike::cells(db, &query, By::Rated).await?;
    let gone = alike::excluded(db, &query, By::Rated).await?;
    let cells: Vec<Alike> = cells.into_iter().map(|(_, cell)| cell).collect();
    // What was taken out of the figure of a term (剔除) is out here too, so that one report says one rate.
    let left = |figure: Term| {
        let same = |one: &&Indicator| one.numerator == figure && one.kinds.is_none();
        let code = wanted.rules.indicators.iter().find(same).map_or(EVERY, |one| one.code.as_str());
        let off = gone.iter().filter(|(of, _, _)| of == EVERY || of == code).map(|(_, _, cell)| *cell);
        evaluation_rules::without(&cells, &off.collect::<Vec<_>>()).0
    };
    let rating = &wanted.rules.rating;
    let count = |cells: &[Alike], terms: &[Term]| -> u64 {
        let fits =
            |marks| terms.iter().all(|term| term.patterns(rating).iter().any(|pattern| pattern.fits(marks)));
        cells.iter().filter(|cell| fits(cell.marks)).map(|cell| cell.cases).sum()
    };
    let mut rows = Vec::new();
    for (what, among) in [("全部已评价件", None), ("经重办的件", Some(Term::Reopened))] {
        let of =
            |cells: &[Alike], term| count(cells, &std::iter::once(term).chain(among).collect::<Vec<_>>());
        let share = |part: Term, whole: Term| {
            let cells = left(part);
            let (part, whole) = (of(&cells, part), of(&cells, whole));
            evaluation_rules::share_of(part, whole).map_or(Cell::Nothing, Cell::Share)
        };
        let (first, last) = (Term::FirstRated, Term::Rated);
        let mut row =
            |name: &str, first: Cell, last: Cell| rows.push(vec![what.into(), name.into(), first, last]);
        let rated = |term| Cell::count(of(&left(term), term));
        row("评价件数", rated(first), rated(last));
        row("满意率", share(Term::FirstSatisfied, first), share(Term::Satisfied, last));
        row("解决率", share(Term::FirstSolved, first), share(Term::Solved, last));
    }
    Ok(made(Section::Ratings, &["范围", "指标", "首次评价", "最终评价"], rows))
}

/// 全市办理情况检查: the indicators that the pack chose, unit by unit.
async fn inspection(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Table, sqlx::Error> {
    let chosen = wanted.rules.reports.as_ref().map_or(&[][..], |reports| reports.inspection.as_slice());
    let query = wanted.query(wanted.period, wanted.as_of, GroupBy::Unit);
    let places: Vec<usize> = chosen
        .iter()
        .filter_map(|code| wanted.rules.indicators.iter().position(|indicator| indicator.code == *code))
        .collect();
    let hours = places.iter().any(|at| wanted.rules.indicators[*at].unit == Measure::Hours);
    let lines = counting::lines(db, &query, wanted.rules, hours.then_some(wanted.calendars)).await?;
    let labels = places.iter().map(|at| wanted.rules.indicators[*at].label.zh.as_str());
    let columns: Vec<&str> = std::iter::once("单位").chain(labels).collect();
    let row = |(unit, figures): (String, Vec<counting::Counted>)| {
        let unit = if unit.is_empty() { "（未派单）".to_owned() } else { unit };
        let cells = places.iter().map(|at| figure(&wanted.rules.indicators[*at], &figures[*at].0));
        std::iter::once(Cell::Text(unit)).chain(cells).collect()
    };
    Ok(made(Section::Inspection, &columns, lines.into_iter().map(row).collect()))
}

/// A table of a section.
pub(super) fn made(section: Section, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    Table {
        code: section.code().to_owned(),
        title: section.zh().to_owned(),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        rows,
    }
}

/// A figure as a field.
pub(super) fn figure(indicator: &Indicator, figure: &Figure) -> Cell {
    match (indicator.unit, figure.value) {
        (Measure::Count, _) => Cell::count(figure.numerator),
        (_, None) => Cell::Nothing,
        (Measure::Share, Some(value)) => Cell::Share(value),
        (Measure::Workdays, Some(value)) => Cell::Number(value),
        #[expect(clippy::cast_possible_truncation, reason = "minutes of a span")]
        (Measure::Hours, Some(hours)) => Cell::Minutes((hours * 60.0).round() as i64),
    }
}

pub(super) type Lines = Vec<(String, Vec<counting::Counted>)>;

/// The figures of the one group there is.
pub(super) fn first(lines: Lines) -> Vec<counting::Counted> {
    lines.into_iter().next().map(|(_, figures)| figures).unwrap_or_default()
}

fn indicators(rules: &Pack, now: Lines, then: Vec<Cell>) -> Table {
    let row = |((indicator, (now, excluded)), then): ((&Indicator, counting::Counted), Cell)| {
        vec![
            indicator.label.zh.as_str().into(),
            Cell::count(now.numerator),
            now.denominator.map_or(Cell::Nothing, Cell::count),
            figure(indicator, &now),
            then,
            Cell::count(excluded),
        ]
    };
    let rows = rules.indicators.iter().zip(first(now)).zip(then).map(row).collect();
    made(Section::Figures, &["指标", "分子", "分母", "本期", "上期", "剔除"], rows)
}

pub(super) fn compared(section: Section, rows: Vec<reports::Often>) -> Table {
    let row = |(name, count, before): reports::Often| {
        vec![
            Cell::Text(zh(section.code(), name)),
            Cell::Count(count),
            Cell::Count(before),
            Cell::Count(count - before),
        ]
    };
    made(section, &["名称", "本期", "上期", "增减"], rows.into_iter().map(row).collect())
}

fn ranking(places: &[evaluation_rules::Place], score: &Score) -> Table {
    let row = |place: &evaluation_rules::Place| {
        let list = match (place.red, place.black) {
            (true, _) => "红榜",
            (false, true) => "黑榜",
            (false, false) => "",
        };
        vec![
            score.group_label(&place.scored.group).into(),
            place.scored.unit.as_str().into(),
            place.scored.score.map_or(Cell::Nothing, Cell::Number),
            place.rank.map_or(Cell::Nothing, |rank| Cell::Count(i64::from(rank))),
            list.into(),
        ]
    };
    made(Section::Units, &["分组", "单位", "得分", "名次", "榜单"], places.iter().map(row).collect())
}

/// How people read a code of one of the tables; what nobody worded stays the code.
fn zh(table: &str, code: String) -> String {
    let worded = match table {
        "kinds" => code.parse::<words::Kind>().ok().map(words::Kind::zh),
        "channels" => code.parse::<words::Channel>().ok().map(words::Channel::zh),
        "contact" => code.parse::<words::ContactKind>().ok().map(words::ContactKind::zh),
        "finding" => Defect::ALL.iter().find(|defect| defect.as_str() == code).map(|defect| defect.zh()),
        "escalation" => STEPS.iter().find(|(step, _)| *step == code).map(|(_, zh)| *zh),
        "reception" if code == "sessions" => Some("接待场次"),
        "reception" => Some("接待件数"),
        _ => None,
    };
    worded.map_or(code, str::to_owned)
}

/// The steps of the ladder, as `supervision.escalated` names them.
const STEPS: [(&str, &str); 12] = [
    ("remind", "提醒"),
    ("yellow", "黄牌"),
    ("red", "红牌"),
    ("urge", "催办"),
    ("explain", "情况说明"),
    ("order", "督办单"),
    ("joint", "联合督办"),
    ("on-site", "现场督办"),
    ("listed", "挂牌督办"),
    ("criticise", "通报批评"),
    ("interview", "约谈"),
    ("account", "问责"),
];
