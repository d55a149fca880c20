//! Makes the data of a report: the figures of its period beside those of the one before, and what stands out.

use std::collections::BTreeMap;

use contracts::words;
use evaluation_rules::{Defect, Evaluation as Pack, Indicator, Measure, PackRef, Period, Series};
use ids::RegionCode;
use jiff::civil::Date;
use sqlx::PgConnection;

use super::{counting, scoring};
use crate::{
    report::{Cell, Document, Table},
    store::{
        counts::{GroupBy, Query},
        reports::{self, Span},
    },
};

/// What a report is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) series: Series,
    pub(crate) pack: &'a PackRef,
    pub(crate) rules: &'a Pack,
    pub(crate) place: Option<&'a RegionCode>,
    pub(crate) period: Period,
    pub(crate) as_of: Date,
}

/// Counts everything that the report shows. Sealed cases are no part of it.
pub(crate) async fn document(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<Document, sqlx::Error> {
    let Wanted { series, pack, rules, place, period, as_of } = wanted;
    let before = series.before(period);
    let query = |of: Period, as_of: Date, group_by: GroupBy| Query {
        policy: pack.id.clone(),
        from: Some(of.from),
        to: Some(of.to),
        within: place.cloned().into_iter().collect(),
        kind: None,
        unit: None,
        group_by,
        as_of,
        sealed: false,
    };
    // The period before is judged by its own last day, as its own report was.
    let now = counting::lines(db, &query(period, as_of, GroupBy::None), rules).await?;
    let then = counting::lines(db, &query(before, before.to, GroupBy::None), rules).await?;
    let mut tables = vec![indicators(rules, now, then)];
    let span = Span {
        policy: &pack.id,
        from: period.from,
        to: period.to,
        before: before.from,
        place,
        top: i64::try_from(rules.reports.as_ref().map_or(10, |reports| reports.top)).unwrap_or(i64::MAX),
    };
    let often = [
        ("subjects", "突出问题（按主题）"),
        ("kinds", "按类别"),
        ("channels", "按渠道"),
        ("places", "按县区"),
    ];
    for (code, title) in often {
        tables.push(compared(code, title, reports::often(db, code, span).await?));
    }
    let mut beside: BTreeMap<String, Vec<reports::Often>> = BTreeMap::new();
    for (what, name, count, earlier) in reports::beside(db, span).await? {
        beside.entry(what).or_default().push((name, count, earlier));
    }
    for (code, title) in [
        ("finding", "办理质量问题"),
        ("escalation", "催办督办问责"),
        ("contact", "来电来件"),
        ("reception", "领导接待日"),
    ] {
        tables.push(compared(code, title, beside.remove(code).unwrap_or_default()));
    }
    match series {
        // What is compared between units is their month and their year.
        Series::Bulletin | Series::Annual | Series::Leaders => {
            if let Some(places) = scoring::places(db, &query(period, as_of, GroupBy::Unit), rules).await? {
                tables.push(ranking(places));
            }
        }
        Series::Daily | Series::Weekly | Series::Digest => {}
    }
    Ok(Document {
        series: series.as_str().to_owned(),
        title: place.map_or_else(|| series.zh().to_owned(), |place| format!("{}（{place}）", series.zh())),
        policy: pack.id.clone(),
        version: pack.version,
        place: place.map(ToString::to_string).unwrap_or_default(),
        from: period.from,
        to: period.to,
        before_from: before.from,
        before_to: before.to,
        as_of,
        tables,
    })
}

type Lines = Vec<(String, Vec<counting::Counted>)>;

fn indicators(rules: &Pack, now: Lines, then: Lines) -> Table {
    let first = |lines: Lines| lines.into_iter().next().map(|(_, figures)| figures).unwrap_or_default();
    let (now, then) = (first(now), first(then));
    let value = |indicator: &Indicator, value: Option<f64>| match (value, indicator.unit) {
        (None, _) => Cell::Nothing,
        (Some(value), Measure::Share) => Cell::Share(value),
        (Some(value), Measure::Count | Measure::Workdays) => Cell::Number(value),
    };
    let row =
        |((indicator, (now, excluded)), (then, _)): ((&Indicator, counting::Counted), counting::Counted)| {
            vec![
                indicator.label.zh.as_str().into(),
                Cell::count(now.numerator),
                now.denominator.map_or(Cell::Nothing, Cell::count),
                match indicator.unit {
                    Measure::Count => Cell::count(now.numerator),
                    Measure::Share | Measure::Workdays => value(indicator, now.value),
                },
                match indicator.unit {
                    Measure::Count => Cell::count(then.numerator),
                    Measure::Share | Measure::Workdays => value(indicator, then.value),
                },
                Cell::count(excluded),
            ]
        };
    Table {
        code: "figures".to_owned(),
        title: "主要指标".to_owned(),
        columns: ["指标", "分子", "分母", "本期", "上期", "剔除"].map(str::to_owned).to_vec(),
        rows: rules.indicators.iter().zip(now).zip(then).map(row).collect(),
    }
}

fn compared(code: &str, title: &str, rows: Vec<reports::Often>) -> Table {
    let row = |(name, count, before): reports::Often| {
        vec![Cell::Text(zh(code, name)), Cell::Count(count), Cell::Count(before), Cell::Count(count - before)]
    };
    Table {
        code: code.to_owned(),
        title: title.to_owned(),
        columns: ["名称", "本期", "上期", "增减"].map(str::to_owned).to_vec(),
        rows: rows.into_iter().map(row).collect(),
    }
}

fn ranking(places: Vec<evaluation_rules::Place>) -> Table {
    let row = |place: evaluation_rules::Place| {
        let list = match (place.red, place.black) {
            (true, _) => "红榜",
            (false, true) => "黑榜",
            (false, false) => "",
        };
        vec![
            Cell::Text(place.scored.group),
            Cell::Text(place.scored.unit),
            place.scored.score.map_or(Cell::Nothing, Cell::Number),
            place.rank.map_or(Cell::Nothing, |rank| Cell::Count(i64::from(rank))),
            list.into(),
        ]
    };
    Table {
        code: "units".to_owned(),
        title: "单位考核".to_owned(),
        columns: ["分组", "单位", "得分", "名次", "榜单"].map(str::to_owned).to_vec(),
        rows: places.into_iter().map(row).collect(),
    }
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
