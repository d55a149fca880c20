//! `GET /indicators`: 指标, with the formula beside the figures.

use std::collections::BTreeMap;

use anyhow::Context as _;
use axum::extract::State;
use calendar::day_of;
use evaluation_rules::{Cell, DEFINITIONS, Kind, Method, Row, Term, row};
use identity::{Action, may};
use ids::{RegionCode, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use crate::{
    Parts,
    app::reach,
    store::counts::{self, Off},
};

/// By what the rows are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum GroupBy {
    /// One row.
    #[default]
    None,
    /// A row a kind.
    Kind,
    /// A row a county.
    Region,
    /// A row a unit.
    Unit,
    /// A row a month of receipt.
    Month,
}

impl From<GroupBy> for counts::GroupBy {
    fn from(asked: GroupBy) -> Self {
        match asked {
            GroupBy::None => Self::None,
            GroupBy::Kind => Self::Kind,
            GroupBy::Region => Self::Region,
            GroupBy::Unit => Self::Unit,
            GroupBy::Month => Self::Month,
        }
    }
}

impl GroupBy {
    /// The group as people read it.
    pub(super) fn shown(self, group: &str) -> String {
        match self {
            Self::Month => month(group),
            Self::None | Self::Kind | Self::Region | Self::Unit => group.to_owned(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The policy pack, such as `mailbox-002`: its formula holds, and only its cases are counted.
    policy: Option<String>,
    /// First day of receipt (`YYYY-MM-DD`, Asia/Shanghai), inclusive.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// Last day of receipt, inclusive.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// This region with all that lies in it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// This kind only.
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
    /// Cases of this unit only.
    #[param(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// `none` (when missing), `kind`, `region`, `unit`, `month`.
    #[serde(default)]
    #[param(inline)]
    group_by: GroupBy,
    /// The day by which due days are judged; today when missing. What was answered since is known all the same.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
}

/// The figures and how they were counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Table {
    formula: Formula,
    rows: Vec<Line>,
}

/// How the figures were counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Formula {
    /// Id of the policy pack.
    policy: String,
    version: i32,
    /// Name of the clock whose due day decides.
    clock: String,
    /// `linear`: as NumPy's `percentile` and PostgreSQL's `percentile_cont`; `nearest`: nearest rank.
    #[schema(value_type = String)]
    percentile: Method,
    /// `each`: a case that was merged counts as itself; `once`: by the case it went into.
    merged: &'static str,
    #[schema(value_type = String, format = Date)]
    as_of: Date,
    /// What each figure of a row is.
    definitions: Vec<Definition>,
}

/// What one figure is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Definition {
    field: &'static str,
    zh: &'static str,
    en: &'static str,
}

/// One row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Line {
    /// The kind, county, unit or month; missing when not grouped. Empty: the case has none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// Cases received in the period and accepted.
    cases: u64,
    /// Of these, those with a first answer.
    answered: u64,
    /// Those with a due day that are answered, or whose due day lies before the as-of day and that were not ended unanswered.
    due: u64,
    /// Those first answered on or before the due day.
    in_time: u64,
    /// `in_time / due`, 0 to 1; null when `due` is 0.
    rate: Option<f64>,
    /// Median over the answered of the working days after the day of receipt up to and including that of the first answer.
    median_workdays: Option<f64>,
    /// 90th percentile of the same.
    p90_workdays: Option<f64>,
    /// Neither answered nor ended.
    open: u64,
    /// Open, and the due day lies before the as-of day.
    overdue: u64,
    /// Taken out by a granted exclusion (剔除): out of all, or of `due`, `in_time` and `rate` where it was of the pack's indicator of that.
    excluded: u64,
}

/// 指标 indicators of the cases received in a period
///
/// 按时办结率 `rate` = `in_time` / `due`. The day of receipt does not count, the due day counts whole, days are those of
/// Asia/Shanghai; the first answer decides. Every definition stands in `formula`. An officer counts the cases of the own unit.
#[utoipa::path(
    get, path = "/indicators", operation_id = "indicators", params(Asked), security(("bearer" = [])),
    responses(
        (status = 200, body = Table), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem),
    )
)]
pub(crate) async fn indicators(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Table>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let packs = &parts.packs;
    let policy = asked.policy.as_deref().unwrap_or_default();
    let (pack, rules) = packs.newest(policy).ok_or_else(|| {
        let known = packs.names();
        Problem::bad_request(
            "policy",
            format!("没有该规则包，现有：{known}"),
            format!("no such policy pack; known: {known}"),
        )
    })?;
    if asked.from.zip(asked.to).is_some_and(|(from, to)| from > to) {
        return Err(Problem::bad_request("to", "早于起始日", "lies before `from`"));
    }
    let today = day_of(parts.clock.now());
    let as_of = asked.as_of.unwrap_or(today);
    let sealed = claims.has(identity::Role::Auditor);
    let seen = reach::counted(&claims, asked.unit.as_ref())?;
    let grouped = asked.group_by != GroupBy::None;
    let query = counts::Query {
        policy: pack.id.clone(),
        from: asked.from,
        to: asked.to,
        within: seen.region.into_iter().chain(asked.region).collect(),
        kind: asked.kind.map(Kind::as_str),
        unit: seen.unit,
        group_by: asked.group_by.into(),
        as_of,
        today,
        sealed,
    };
    let mut db = parts.db.pool.acquire().await.context("counting")?;
    let rates: Vec<&str> = rules
        .indicators
        .iter()
        .filter(|one| one.numerator == Term::AnsweredInTime && one.denominator == Some(Term::Due))
        .map(|one| one.code.as_str())
        .collect();
    let cells = counts::cells(&mut db, &query, rules.counting.merged, &rates).await.context("counting")?;
    let mut groups: BTreeMap<String, Vec<(Cell, Off)>> = BTreeMap::new();
    if !grouped {
        groups.insert(String::new(), Vec::new());
    }
    for (group, cell, off) in cells {
        groups.entry(group).or_default().push((cell, off));
    }
    let method = rules.percentile.method;
    let line = |(group, cells): (String, Vec<(Cell, Off)>)| {
        Line::of(grouped.then(|| asked.group_by.shown(&group)), &cells, method)
    };
    let formula = Formula {
        policy: pack.id.clone(),
        version: pack.version,
        clock: rules.counting.clock.clone(),
        percentile: method,
        merged: rules.counting.merged.as_str(),
        as_of,
        definitions: DEFINITIONS
            .iter()
            .map(|definition| Definition { field: definition.field, zh: definition.zh, en: definition.en })
            .chain([Definition { field: "excluded", zh: "剔除", en: "taken out by a granted exclusion" }])
            .collect(),
    };
    Ok(Json(Table { formula, rows: groups.into_iter().map(line).collect() }))
}

/// Writes `202601` as `2026-01`.
fn month(digits: &str) -> String {
    digits.split_at_checked(4).map_or_else(String::new, |(year, month)| format!("{year}-{month}"))
}

impl Line {
    fn of(group: Option<String>, cells: &[(Cell, Off)], method: Method) -> Self {
        let left = |out: &[Off]| {
            let left = cells.iter().filter(|(_, off)| !out.contains(off)).map(|(cell, _)| *cell);
            row(left, method)
        };
        let excluded = cells.iter().filter(|(_, off)| *off != Off::Nothing).map(|(cell, _)| cell.cases).sum();
        let Row { cases, answered, median_workdays, p90_workdays, open, overdue, .. } = left(&[Off::All]);
        let Row { due, in_time, rate, .. } = left(&[Off::All, Off::Rate]);
        Self {
            group,
            cases,
            answered,
            due,
            in_time,
            rate,
            median_workdays,
            p90_workdays,
            open,
            overdue,
            excluded,
        }
    }
}
