//! `GET /figures`: the indicators of a pack (指标), each with numerator, denominator and value.

use anyhow::Context as _;
use axum::extract::State;
use calendar::day_of;
use evaluation_rules::{Figure, Indicator, Measure};
use identity::{Action, Claims, may};
use ids::{RegionCode, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use super::indicators::GroupBy;
use crate::{
    Parts,
    app::{counting, reach},
    store::counts,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The policy pack, such as `mailbox-002`: its formulas hold, and only its cases are counted.
    pub(super) policy: Option<String>,
    /// First day (`YYYY-MM-DD`, Asia/Shanghai), inclusive; of receipt, unless the formula says by which other day cases are counted.
    /// Missing: the first of the year of `to`.
    #[param(value_type = Option<String>, format = Date)]
    pub(super) from: Option<Date>,
    /// Last day, inclusive; missing: today.
    #[param(value_type = Option<String>, format = Date)]
    pub(super) to: Option<Date>,
    /// This region with all that lies in it.
    #[param(value_type = Option<String>)]
    pub(super) region: Option<RegionCode>,
    /// Cases of this unit only.
    #[param(value_type = Option<String>)]
    pub(super) unit: Option<UnitCode>,
    /// `none` (when missing), `kind`, `region`, `unit`, `month`.
    #[serde(default)]
    #[param(inline)]
    pub(super) group_by: GroupBy,
    /// The day by which due days are judged; today when missing.
    #[param(value_type = Option<String>, format = Date)]
    pub(super) as_of: Option<Date>,
    /// Read by the page of `/figures/{code}/cases`.
    #[param(ignore)]
    #[serde(rename = "limit")]
    _limit: Option<String>,
    #[param(ignore)]
    #[serde(rename = "after")]
    _after: Option<String>,
}

/// The figures of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    policy: String,
    version: i32,
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[schema(value_type = String, format = Date)]
    to: Date,
    #[schema(value_type = String, format = Date)]
    as_of: Date,
    /// Each formula, in the order of the pack.
    formulas: Vec<Formula>,
    rows: Vec<Line>,
}

/// One formula as the pack has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = figures::Formula)]
pub(crate) struct Formula {
    code: String,
    version: i32,
    zh: String,
    en: String,
    /// What is counted, over what, in the words of the field.
    counts: String,
    /// `share`, `count`, `workdays`, `hours`.
    unit: &'static str,
    /// The day by which a case belongs to the period: `received`, `due`, `answered`, `rated`.
    by: &'static str,
    target: Option<f64>,
    /// How binding it is and where it stands.
    source: String,
}

/// The figures of one group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = figures::Line)]
pub(crate) struct Line {
    /// The kind, county, unit or month; missing when not grouped.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    figures: Vec<Shown>,
}

/// One figure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = figures::Shown)]
pub(crate) struct Shown {
    code: String,
    numerator: u64,
    denominator: Option<u64>,
    /// Null where there is nothing to count over; never 0 for that.
    value: Option<f64>,
    /// Fewer cases than the pack wants: shown and not ranked.
    thin: bool,
    /// Cases taken out by a granted exclusion (剔除).
    excluded: u64,
}

/// The days that are counted: of the year until today where none is named. Nobody counts all that there ever was by leaving days out.
fn period(from: Option<Date>, to: Option<Date>, today: Date) -> (Date, Date) {
    let to = to.unwrap_or_else(|| from.map_or(today, |from| from.max(today)));
    (from.unwrap_or_else(|| to.first_of_year()), to)
}

/// What is counted for whom, under which pack.
pub(super) fn query(parts: &Parts, claims: &Claims, asked: &Asked) -> Result<counts::Query, Problem> {
    let policy = asked.policy.as_deref().unwrap_or_default();
    let (pack, _) = parts.packs.newest(policy).ok_or_else(|| {
        let known = parts.packs.names();
        Problem::bad_request(
            "policy",
            format!("没有该规则包，现有：{known}"),
            format!("no such policy pack; known: {known}"),
        )
    })?;
    let today = day_of(parts.clock.now());
    let (from, to) = period(asked.from, asked.to, today);
    if from > to {
        return Err(Problem::bad_request("to", "早于起始日", "lies before `from`"));
    }
    let seen = reach::counted(claims, asked.unit.as_ref())?;
    Ok(counts::Query {
        policy: pack.id.clone(),
        from: Some(from),
        to: Some(to),
        within: seen.region.into_iter().chain(asked.region.clone()).collect(),
        kind: None,
        unit: seen.unit,
        group_by: asked.group_by.into(),
        as_of: asked.as_of.unwrap_or(today),
        today,
        sealed: claims.has(identity::Role::Auditor),
    })
}

/// 指标 the pack's indicators
///
/// Every figure comes with what was counted and over what; `/figures/{code}/cases` lists the cases behind it. An officer counts the
/// cases of the own unit.
#[utoipa::path(
    get, path = "/figures", operation_id = "figures", params(Asked), security(("bearer" = [])),
    responses(
        (status = 200, body = Figures), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem),
    )
)]
pub(crate) async fn figures(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Figures>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let query = query(&parts, &claims, &asked)?;
    let (pack, rules) = parts.packs.newest(&query.policy).context("the pack was just found")?;
    let mut db = parts.db.pool.acquire().await.context("counting")?;
    let lines =
        counting::lines(&mut db, &query, rules, Some(&parts.calendars.now())).await.context("counting")?;
    let line = |(group, counted): (String, Vec<counting::Counted>)| {
        let shown = rules.indicators.iter().zip(counted);
        let figures =
            shown.map(|(indicator, (figure, excluded))| Shown::of(indicator, figure, excluded)).collect();
        Line { group: (asked.group_by != GroupBy::None).then(|| asked.group_by.shown(&group)), figures }
    };
    Ok(Json(Figures {
        policy: pack.id.clone(),
        version: pack.version,
        from: query.from.context("the days were just chosen")?,
        to: query.to.context("the days were just chosen")?,
        as_of: query.as_of,
        formulas: rules.indicators.iter().map(Formula::of).collect(),
        rows: lines.into_iter().map(line).collect(),
    }))
}

impl Formula {
    fn of(indicator: &Indicator) -> Self {
        let over = indicator.denominator.map_or_else(String::new, |term| format!(" ÷ {}", term.zh()));
        Self {
            code: indicator.code.clone(),
            version: indicator.version.unwrap_or(1),
            zh: indicator.label.zh.clone(),
            en: indicator.label.en.clone(),
            counts: format!(
                "{}{over}{}",
                indicator.numerator.zh(),
                indicator.span.map_or_else(String::new, spanned)
            ),
            unit: match indicator.unit {
                Measure::Share => "share",
                Measure::Count => "count",
                Measure::Workdays => "workdays",
                Measure::Hours => "hours",
            },
            by: indicator.by.as_str(),
            target: indicator.target,
            source: indicator.source.clone(),
        }
    }
}

fn spanned(span: evaluation_rules::Span) -> String {
    let time = match span.time {
        evaluation_rules::Time::Clock => "自然时间",
        evaluation_rules::Time::Work => "工作时间",
    };
    format!("：{}至{}用时中位数（{time}）", span.from.zh(), span.to.zh())
}

impl Shown {
    fn of(indicator: &Indicator, figure: Figure, excluded: u64) -> Self {
        let Figure { numerator, denominator, value, thin } = figure;
        Self { code: indicator.code.clone(), numerator, denominator, value, thin, excluded }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_that_are_not_named_are_those_of_the_year_until_today() {
        let (today, april, past) = (date(2026, 6, 15), date(2026, 4, 2), date(2019, 4, 2));
        assert_eq!(period(None, None, today), (date(2026, 1, 1), today));
        assert_eq!(period(Some(april), None, today), (april, today));
        assert_eq!(period(None, Some(past), today), (date(2019, 1, 1), past));
        assert_eq!(period(Some(past), Some(april), today), (past, april));
        let later = date(2026, 7, 1);
        assert_eq!(period(Some(later), None, today), (later, later));
    }
}
