//! `POST` and `GET /spot-checks`: 抽查, the supervision office draws cases by lot.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use identity::{Action, Claims, Denied, may};
use ids::RegionCode;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, FieldError, IdempotencyKey, Json, Later, Page, Problem};

use super::paging;
use crate::{
    Parts,
    store::spots::{self, Drawn, Lot},
};

/// Which cases may be drawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    /// The policy pack.
    policy: String,
    /// First day of receipt.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last day of receipt.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// How many, 1 to 500.
    cases: i32,
    /// In this region; missing: in the caller's.
    #[schema(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// Whoever draws with the same seed draws the same cases; missing: one is made up.
    seed: Option<String>,
}

/// One drawing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Check {
    id: Uuid,
    policy: String,
    /// Digits with which the region codes begin; empty: all.
    region: String,
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[schema(value_type = String, format = Date)]
    to: Date,
    wanted: i32,
    /// Fewer where there were not so many.
    found: i32,
    seed: String,
    drawn_by: String,
    #[schema(value_type = String, format = DateTime)]
    drawn_at: Timestamp,
}

impl From<Drawn> for Check {
    fn from(drawn: Drawn) -> Self {
        Self {
            id: drawn.id,
            policy: drawn.pack_id,
            region: drawn.region,
            from: drawn.from_day.to_jiff(),
            to: drawn.to_day.to_jiff(),
            wanted: drawn.wanted,
            found: drawn.found,
            seed: drawn.seed,
            drawn_by: drawn.drawn_by,
            drawn_at: drawn.drawn_at.to_jiff(),
        }
    }
}

/// The supervision office and the discipline inspection.
pub(super) fn allowed(claims: &Claims) -> Result<(), Denied> {
    may(claims, &Action::Supervise).or_else(|_| may(claims, &Action::Inspect))
}

/// 抽查 draw cases by lot
#[utoipa::path(
    post, path = "/spot-checks", operation_id = "draw_spot_check", request_body = Order,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses(
        (status = 201, body = Check), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn draw(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    IdempotencyKey(key): IdempotencyKey,
    order: Later<Order>,
) -> Result<(StatusCode, Json<Check>), Problem> {
    allowed(&claims)?;
    let mut wrong = Vec::new();
    let order = order.read()?;
    if parts.packs.newest(&order.policy).is_none() {
        wrong.push(FieldError::new("policy", "没有该规则包", "there is no such policy pack"));
    }
    if order.from > order.to {
        wrong.push(FieldError::new("to", "早于起始日", "lies before `from`"));
    }
    if !(1..=500).contains(&order.cases) {
        wrong.push(FieldError::new("cases", "须为 1 至 500", "must be 1 to 500"));
    }
    let region = order.region.or_else(|| claims.region.clone());
    if claims.region.as_ref().zip(region.as_ref()).is_some_and(|(bound, asked)| !bound.contains(asked)) {
        wrong.push(FieldError::new("region", "不在您的区划内", "does not lie within your region"));
    }
    let seed = order.seed.unwrap_or_else(|| Uuid::new_v4().to_string());
    if !(1..=100).contains(&seed.len()) || !seed.chars().all(|c| c.is_ascii_graphic()) {
        wrong.push(FieldError::new(
            "seed",
            "须为 1 至 100 个可见 ASCII 字符",
            "must be 1 to 100 visible ASCII characters",
        ));
    }
    if !wrong.is_empty() {
        return Err(Problem::unprocessable(wrong));
    }
    let key = key.unwrap_or_else(|| Uuid::now_v7().to_string());
    let id = Uuid::new_v5(&claims.sub, format!("spot-check:{key}").as_bytes());
    let lot = Lot {
        id,
        policy: &order.policy,
        region: region.as_ref().map_or("", RegionCode::stem),
        from: order.from,
        to: order.to,
        wanted: order.cases,
        seed: &seed,
        by: &claims.actor(),
        at: parts.clock.now(),
    };
    let mut transaction = parts.db.pool.begin().await.context("drawing")?;
    spots::draw(&mut transaction, &lot).await.context("drawing")?;
    let drawn = spots::read(&mut transaction, id).await.context("drawing")?.context("just drawn")?;
    transaction.commit().await.context("drawing")?;
    Ok((StatusCode::CREATED, Json(drawn.into())))
}

/// 抽查记录 drawings, oldest first
#[utoipa::path(
    get, path = "/spot-checks", operation_id = "list_spot_checks", params(Page), security(("bearer" = [])),
    responses(
        (status = 200, body = [Check], headers(("Link" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    page: Page,
) -> Result<(HeaderMap, Json<Vec<Check>>), Problem> {
    allowed(&claims).or_else(|_| may(&claims, &Action::Audit))?;
    let region = claims.region.as_ref().map_or("", RegionCode::stem);
    let after = paging::after(&page)?;
    let mut db = parts.db.pool.acquire().await.context("listing drawings")?;
    let most = paging::most(&page);
    let rows = spots::list(&mut db, region, after, most).await.context("listing drawings")?;
    let (headers, rows) =
        paging::cut(&page, rows, "spot-checks", &[], |row| (row.drawn_at.to_jiff(), row.id));
    Ok((headers, Json(rows.into_iter().map(Check::from).collect())))
}
