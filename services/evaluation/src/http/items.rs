//! `/items`: 实事与大事 of a year, tracked to their end and supervised on their way.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
};
use calendar::day_of;
use evaluation_rules::{ItemCommand, ItemEffect, ItemRefused, ItemState, decide_item};
use identity::{Action, may};
use ids::{RegionCode, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, FieldError, IdempotencyKey, IfMatch, Json, Later, Path, Problem, Query};

use super::exclude::words;
use crate::{
    Parts,
    app::Refused,
    store::items::{self, Kept, New, Step},
};

/// Whether it is one of the practical items or of the major matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Class {
    /// 实事.
    Item,
    /// 大事.
    Matter,
}

/// What is put on the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = items::Given)]
pub(crate) struct Given {
    year: i16,
    #[schema(inline)]
    class: Class,
    /// What was promised, of no person.
    title: String,
    /// The unit that answers for it.
    #[schema(value_type = String)]
    unit: UnitCode,
    #[schema(value_type = String)]
    region: RegionCode,
    /// Its last day, which counts whole.
    #[schema(value_type = String, format = Date)]
    due: Date,
    /// It is the reception day: sessions held and cases taken up are shown beside it.
    #[serde(default)]
    receptions: bool,
}

/// What is said of an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    /// `progress` (by the unit or the office), `supervise`, `give-up` (by the office).
    #[schema(inline)]
    what: What,
    /// For `progress`: 0 to 100, never less than before.
    per_cent: Option<u8>,
    /// In words, of no person.
    note: String,
}

/// What is done with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    /// 推进.
    Progress,
    /// 督办.
    Supervise,
    /// 调整退出.
    GiveUp,
}

/// One item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Item {
    id: Uuid,
    year: i32,
    /// `item` 实事, `matter` 大事.
    class: String,
    title: String,
    unit: String,
    region: String,
    #[schema(value_type = String, format = Date)]
    due: Date,
    /// `planned`, `under-way`, `done`, `given-up`.
    state: String,
    per_cent: i32,
    overdue: bool,
    /// How often it was supervised.
    supervised: i32,
    receptions: bool,
    version: i64,
}

impl Item {
    fn of(kept: Kept, today: Date) -> Self {
        let due = kept.due.to_jiff();
        Self {
            overdue: state(&kept).is_some_and(|state| state.overdue(due, today)),
            id: kept.id,
            year: kept.year,
            class: kept.class,
            title: kept.title,
            unit: kept.unit,
            region: kept.region,
            due,
            state: kept.state,
            per_cent: kept.per_cent,
            supervised: kept.supervised,
            receptions: kept.receptions,
            version: kept.version,
        }
    }
}

fn state(kept: &Kept) -> Option<ItemState> {
    ItemState::of(&kept.state, u8::try_from(kept.per_cent).ok()?)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// The year; this one when missing.
    year: Option<i16>,
}

/// 列入实事 put an item on the list of a year
#[utoipa::path(
    post, path = "/items", operation_id = "list_item", request_body = Given,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses(
        (status = 201, body = Item, headers(("ETag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn put_on(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    IdempotencyKey(key): IdempotencyKey,
    given: Later<Given>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1], Json<Item>), Problem> {
    may(&claims, &Action::Supervise)?;
    let mut wrong = Vec::new();
    let given = given.read()?;
    let title = text::valid::line(&given.title, 200)
        .map_err(|error| FieldError::new("title", "须填写，最多 200 字，一行", error.to_string()));
    let title = title.unwrap_or_else(|error| {
        wrong.push(error);
        String::new()
    });
    if !(2000..=2200).contains(&given.year) {
        wrong.push(FieldError::new("year", "年份无效", "not a year"));
    }
    if claims.region.as_ref().is_some_and(|bound| !bound.contains(&given.region)) {
        wrong.push(FieldError::new("region", "不在您的区划内", "does not lie within your region"));
    }
    if !wrong.is_empty() {
        return Err(Problem::unprocessable(wrong));
    }
    let key = key.unwrap_or_else(|| Uuid::now_v7().to_string());
    let id = Uuid::new_v5(&claims.sub, format!("item:{key}").as_bytes());
    let new = New {
        id,
        year: given.year,
        class: match given.class {
            Class::Item => "item",
            Class::Matter => "matter",
        },
        title: &title,
        unit: given.unit.as_str(),
        region: given.region.as_str(),
        due: given.due,
        receptions: given.receptions,
        by: &claims.actor(),
        at: parts.clock.now(),
    };
    let mut transaction = parts.db.pool.begin().await.context("listing an item")?;
    items::insert(&mut transaction, &new).await.context("listing an item")?;
    let kept = items::lock(&mut transaction, id).await.context("listing an item")?.context("just listed")?;
    transaction.commit().await.context("listing an item")?;
    let today = day_of(parts.clock.now());
    Ok((StatusCode::CREATED, [web::etag(kept.version)], Json(Item::of(kept, today))))
}

/// 实事进展 what is said of an item
#[utoipa::path(
    post, path = "/items/{id}/steps", operation_id = "step_item", request_body = Told,
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("bearer" = [])),
    responses(
        (status = 200, body = Item, headers(("ETag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem), (status = 428, body = Problem),
    )
)]
pub(crate) async fn step(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    told: Later<Told>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Item>), Problem> {
    let missing = || Problem::not_found("没有该事项。", "There is no such item.");
    let mut transaction = parts.db.pool.begin().await.context("stepping an item")?;
    let kept = items::lock(&mut transaction, id).await.context("stepping an item")?.ok_or_else(missing)?;
    let supervises = may(&claims, &Action::Supervise);
    let told = told.read()?;
    let (what, command) = match (told.what, told.per_cent) {
        (What::Progress, per_cent) => {
            let unit = kept.unit.parse().context("an item of an unknown unit")?;
            may(&claims, &Action::Handle { unit }).or(supervises)?;
            let per_cent = per_cent.ok_or_else(|| {
                Problem::unprocessable(vec![FieldError::new(
                    "per_cent",
                    "须填写进度",
                    "say how much is done",
                )])
            })?;
            ("progress", ItemCommand::Progress(per_cent))
        }
        (What::Supervise, _) => {
            supervises?;
            ("supervised", ItemCommand::Supervise)
        }
        (What::GiveUp, _) => {
            supervises?;
            ("given-up", ItemCommand::GiveUp)
        }
    };
    let region: Option<RegionCode> = kept.region.parse().ok();
    if claims.region.as_ref().zip(region.as_ref()).is_some_and(|(bound, region)| !bound.contains(region)) {
        return Err(missing());
    }
    let read = version.require()?;
    let note = words("note", &told.note)?;
    let now = state(&kept).context("an item in an unknown state")?;
    let today = day_of(parts.clock.now());
    let (next, supervised) = match decide_item(now, command).map_err(refused)? {
        ItemEffect::Nothing => return Ok(([web::etag(kept.version)], Json(Item::of(kept, today)))),
        ItemEffect::Stands(next) => (next, false),
        ItemEffect::Supervised => (now, true),
    };
    if read != kept.version {
        return Err(Problem::precondition_failed());
    }
    let by = claims.actor();
    let step = Step { what, state: next, supervised, note: &note, by: &by, at: parts.clock.now() };
    items::step(&mut transaction, id, step).await.context("stepping an item")?;
    let kept = items::lock(&mut transaction, id).await.context("stepping an item")?.ok_or_else(missing)?;
    transaction.commit().await.context("stepping an item")?;
    Ok(([web::etag(kept.version)], Json(Item::of(kept, today))))
}

fn refused(why: ItemRefused) -> Refused {
    match why {
        ItemRefused::Ended => Refused::State("该事项已完成或已退出。", "The item has ended."),
        ItemRefused::Backwards => Refused::State(
            "进度不能倒退，也不能超过百分之百。",
            "Progress does not go back, nor beyond a hundred.",
        ),
    }
}

/// 实事与大事 the items of a year
#[utoipa::path(
    get, path = "/items", operation_id = "items", params(Filter), security(("bearer" = [])),
    responses(
        (status = 200, body = [Item]), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<Item>>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let today = day_of(parts.clock.now());
    let region = claims.region.as_ref().map_or("", RegionCode::stem);
    let mut db = parts.db.pool.acquire().await.context("listing items")?;
    let kept = items::list(&mut db, filter.year.unwrap_or(today.year()), region).await;
    Ok(Json(kept.context("listing items")?.into_iter().map(|kept| Item::of(kept, today)).collect()))
}
