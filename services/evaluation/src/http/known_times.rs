//! `GET` and `PUT /capacity/times`: known times that bring more, past and coming: big events, reforms, key projects.

use anyhow::Context as _;
use axum::extract::State;
use identity::{Action, may};
use ids::RegionCode;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, FieldError, Json, Later, Problem};

use crate::{
    Parts,
    store::capacity::{self, KnownTime},
};

/// Known times at most.
const MOST: usize = 500;

/// A known time.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeKnown {
    /// Unique.
    code: String,
    /// Times of one kind are measured together: `event`, `reform`, `project`.
    kind: String,
    zh: String,
    en: String,
    /// Where; everywhere when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    region: Option<RegionCode>,
    #[schema(value_type = String, format = Date)]
    first_day: Date,
    #[schema(value_type = String, format = Date)]
    last_day: Date,
}

/// 已知时段 lists known times
#[utoipa::path(
    get, path = "/capacity/times", operation_id = "list_known_times", security(("bearer" = [])),
    responses((status = 200, body = [TimeKnown]), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Caller(claims): Caller,
) -> Result<Json<Vec<TimeKnown>>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let mut db = parts.db.pool.acquire().await.context("reading known times")?;
    let times = capacity::times(&mut db).await.context("reading known times")?;
    Ok(Json(times.into_iter().map(TimeKnown::try_from).collect::<anyhow::Result<_>>()?))
}

/// 维护已知时段 puts a list in the place of all known times
#[utoipa::path(
    put, path = "/capacity/times", operation_id = "put_known_times", request_body = Vec<TimeKnown>, security(("bearer" = [])),
    responses(
        (status = 200, body = [TimeKnown]), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn put(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    given: Later<Vec<TimeKnown>>,
) -> Result<Json<Vec<TimeKnown>>, Problem> {
    may(&claims, &Action::Administer)?;
    let given = given.read()?;
    check(&given)?;
    let actor = claims.actor();
    let kept: Vec<KnownTime> = given.iter().map(|time| time.kept(&actor)).collect();
    let mut transaction = parts.db.pool.begin().await.context("keeping known times")?;
    capacity::put_times(&mut transaction, &kept).await.context("keeping known times")?;
    transaction.commit().await.context("keeping known times")?;
    Ok(Json(given))
}

fn check(given: &[TimeKnown]) -> Result<(), Problem> {
    let mut wrong = Vec::new();
    let plain = |code: &str| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        (1..=64).contains(&code.len()) && code.bytes().all(fits)
    };
    if given.len() > MOST {
        wrong.push(FieldError::new("", "最多500个时段", "must be at most 500"));
    }
    for (at, time) in given.iter().enumerate() {
        let mut ensure = |holds: bool, field: &str, zh: &str, en: &str| {
            if !holds {
                wrong.push(FieldError::new(format!("{at}.{field}"), zh, en));
            }
        };
        ensure(plain(&time.code), "code", "应为 a-z、0-9、- 和 _", "must be 1 to 64 of a-z, 0-9, '-', '_'");
        ensure(plain(&time.kind), "kind", "应为 a-z、0-9、- 和 _", "must be 1 to 64 of a-z, 0-9, '-', '_'");
        ensure(given[..at].iter().all(|before| before.code != time.code), "code", "出现两次", "stands twice");
        let line = |text: &str| text::valid::line(text, 60).is_ok();
        ensure(line(&time.zh), "zh", "应为1至60字", "must be 1 to 60 characters");
        ensure(line(&time.en), "en", "应为1至60字", "must be 1 to 60 characters");
        let days = (time.last_day - time.first_day).get_days();
        ensure(
            (0..366).contains(&days),
            "last_day",
            "应不早于首日，最长366天",
            "must not be before the first day; 366 days at most",
        );
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::unprocessable(wrong)) }
}

impl TimeKnown {
    fn kept(&self, actor: &str) -> KnownTime {
        KnownTime {
            code: self.code.clone(),
            kind: self.kind.clone(),
            zh: self.zh.clone(),
            en: self.en.clone(),
            region: self.region.as_ref().map(ToString::to_string),
            first_day: self.first_day.to_sqlx(),
            last_day: self.last_day.to_sqlx(),
            actor: actor.to_owned(),
        }
    }
}

impl TryFrom<KnownTime> for TimeKnown {
    type Error = anyhow::Error;

    fn try_from(kept: KnownTime) -> anyhow::Result<Self> {
        Ok(Self {
            code: kept.code,
            kind: kept.kind,
            zh: kept.zh,
            en: kept.en,
            region: kept.region.map(|region| region.parse()).transpose()?,
            first_day: kept.first_day.to_jiff(),
            last_day: kept.last_day.to_jiff(),
        })
    }
}
