//! `GET /api/notification/feed`: what an agency's subscription lets it learn, in order, from a position on.

use anyhow::Context as _;
use axum::extract::State;
use identity::Role;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Problem, Query};

use super::Desk;
use crate::{
    app::outside::{cloud_event, readable},
    store::{publication, subscriptions},
};

const MOST: i64 = 500;

/// Which subscription, from where on.
#[derive(Debug, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The subscription.
    #[param(value_type = String, format = Uuid)]
    subscription: Uuid,
    /// The position after which to go on, where the subscription began at the earliest; none: the last that was taken.
    after: Option<i64>,
}

/// Some entries.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Feed {
    /// Each as a CloudEvent.
    events: Vec<Value>,
    /// Where to go on.
    next: i64,
    /// More lies behind them.
    more: bool,
}

/// 外部数据流 what a subscription may learn, oldest first; ask again from `next`
#[utoipa::path(
    get, path = "/feed", operation_id = "read_feed", params(Asked), security(("bearer" = [])),
    responses(
        (status = 200, body = Feed), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(crate) async fn read(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Feed>, Problem> {
    let core = &desk.core;
    let pool = &core.platform.db.pool;
    let found = subscriptions::find(pool, asked.subscription).await.context("reading a feed")?;
    // Of a subscription of others nothing is learnt, not even that it is there.
    let own = |one: &subscriptions::Subscription| {
        claims.has(Role::Agency) && claims.unit.as_ref().is_some_and(|unit| unit.as_str() == one.subscriber)
    };
    let unknown = || Problem::not_found("没有这个订阅。", "There is no such subscription.");
    let one = found.filter(own).ok_or_else(unknown)?;
    if subscriptions::state_word(one.state) == "stopped" {
        return Err(Problem::not_found("订阅已停止。", "The subscription is stopped."));
    }
    let from = asked.after.unwrap_or(one.place).max(one.began);
    let entries = publication::after(pool, from, MOST).await.context("reading a feed")?;
    let next = entries.last().map_or(from, |last| last.position);
    let more = entries.len() as i64 == MOST;
    let entries = readable(core, &one, entries).await.context("reading a feed")?;
    let events = entries.iter().map(|(placed, entry)| cloud_event(placed, entry)).collect();
    Ok(Json(Feed { events, next, more }))
}
