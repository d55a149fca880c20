//! `/api/notification/subscriptions`: who outside learns of what; for administrators, and each agency its own.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use identity::{Action, Role, may};
use ids::{NoticeId, RegionCode, UnitCode};
use jiff::Timestamp;
use notification_rules::{
    outside::{Filter, Grant},
    subscription::{Command, State as Stands, decide},
};
use rand::Rng as _;
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Later, Path, Problem};

use super::Desk;
use crate::{
    app::{
        outside::{self, SECRET},
        subscribing::{self, Turn},
    },
    store::{
        publication,
        subscriptions::{self, state_word},
    },
};

/// What is asked for.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Code of the agency, as its accounts carry it as unit.
    #[schema(value_type = String, example = "police-cyber")]
    subscriber: UnitCode,
    /// What it is called, in Chinese.
    label_zh: String,
    /// In English.
    label_en: String,
    /// A column of the media: bulletins and public answers.
    #[serde(default)]
    medium: bool,
    /// Regions, with all that lies in them; empty: all.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    regions: Vec<RegionCode>,
    /// Events (`case.answered`) or entities (`case`); empty: all.
    #[serde(default)]
    events: Vec<String>,
    /// Kinds of matter; empty: all.
    #[serde(default)]
    kinds: Vec<String>,
    /// Beyond codes and times: `number`, `unit`, `result`.
    #[serde(default)]
    grants: Vec<String>,
    /// Where entries are pushed; none: they are fetched.
    url: Option<String>,
}

/// A subscription.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Subscription {
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    subscriber: String,
    label_zh: String,
    label_en: String,
    medium: bool,
    #[schema(value_type = Vec<String>)]
    regions: Vec<RegionCode>,
    events: Vec<String>,
    kinds: Vec<String>,
    grants: Vec<String>,
    url: Option<String>,
    /// `active`, `disabled` (its receiver failed for too long), `stopped`.
    state: String,
    /// Attempts since the last success.
    failures: u32,
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Timestamp>,
    /// Position of the last entry that was taken.
    place: i64,
    actor: String,
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    version: i64,
    /// Shown once, when it is made: `whsec_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

fn shown(one: subscriptions::Subscription, secret: Option<String>) -> Subscription {
    let (failures, failing_since) = match one.state {
        Stands::Active { failures, failing_since, .. } => (failures, failing_since),
        Stands::Disabled | Stands::Stopped => (0, None),
    };
    Subscription {
        id: one.id,
        subscriber: one.subscriber,
        label_zh: one.label.0,
        label_en: one.label.1,
        medium: one.medium,
        regions: one.filter.regions,
        events: one.filter.events,
        kinds: one.filter.kinds,
        grants: one.grants.iter().map(|grant| grant.as_str().to_owned()).collect(),
        url: one.url,
        state: state_word(one.state).to_owned(),
        failures,
        failing_since,
        place: one.place,
        actor: one.actor,
        made_at: one.made_at,
        version: one.version,
        secret,
    }
}

/// 订阅列表 who outside learns of what: to administrators all, to an agency its own
#[utoipa::path(
    get, path = "/subscriptions", operation_id = "list_subscriptions", security(("bearer" = [])),
    responses((status = 200, body = Vec<Subscription>), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(crate) async fn list(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
) -> Result<Json<Vec<Subscription>>, Problem> {
    // An agency finds where its pushes stand without asking anybody.
    let own = claims.unit.as_ref().filter(|_| claims.has(Role::Agency)).map(UnitCode::as_str);
    if own.is_none() {
        may(&claims, &Action::Administer)?;
    }
    let all = subscriptions::list(&pool, own).await.context("listing subscriptions")?;
    Ok(Json(all.into_iter().map(|one| shown(one, None)).collect()))
}

/// 新建订阅 let an agency or a column of the media learn of what happens, from now on
#[utoipa::path(
    post, path = "/subscriptions", operation_id = "make_subscription", request_body = Wanted,
    security(("bearer" = [])),
    responses(
        (status = 201, body = Subscription), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
    )
)]
pub(crate) async fn make(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    wanted: Later<Wanted>,
) -> Result<(StatusCode, Json<Subscription>), Problem> {
    may(&claims, &Action::Administer)?;
    let core = &desk.core;
    let wanted = wanted.read()?;
    let grants = grants(&wanted)?;
    check(&wanted, core.config.webhook.private_networks)?;
    let now = core.office.now();
    let pool = &core.platform.db.pool;
    let plain: [u8; 32] = rand::rng().random();
    let id = NoticeId::fresh().0;
    // What was laid down before has its place before.
    while outside::place(core).await.context("making a subscription")? > 0 {}
    let began = publication::last(pool).await.context("making a subscription")?;
    let pushed = wanted.url.is_some();
    let one = subscriptions::Subscription {
        id,
        subscriber: wanted.subscriber.as_str().to_owned(),
        label: (wanted.label_zh, wanted.label_en),
        medium: wanted.medium,
        filter: Filter { regions: wanted.regions, events: wanted.events, kinds: wanted.kinds },
        grants,
        url: wanted.url,
        secret: pushed.then(|| core.platform.secrets.seal(SECRET, id.as_bytes(), &plain)),
        old_secret: None,
        place: began,
        began,
        state: Stands::Active { failures: 0, failing_since: None, next_at: now },
        actor: claims.actor(),
        made_at: now,
        version: 1,
    };
    let mut transaction = pool.begin().await.context("making a subscription")?;
    if !subscriptions::insert(&mut transaction, &one).await.context("making a subscription")? {
        return Err(Problem::conflict(
            "该机构已有同名订阅。",
            "This agency has a subscription of this name.",
        ));
    }
    let said = subscribing::say(core, &mut transaction, &one, Turn::Made, &claims.actor()).await;
    said.context("making a subscription")?;
    transaction.commit().await.context("making a subscription")?;
    core.platform.wake.outbox();
    core.office.heard();
    let secret = pushed.then(|| format!("whsec_{}", BASE64_STANDARD.encode(plain)));
    Ok((StatusCode::CREATED, Json(shown(one, secret))))
}

/// What a person does with a subscription.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// `start`, `stop`, or `rotate`: a new secret, beside which the old one still signs.
    act: Act,
    /// Go back (or on) to behind this position: what lies after it is pushed again.
    place: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Act {
    Start,
    Stop,
    Rotate,
}

/// 变更订阅 start, stop or set back a subscription, or change its secret
#[utoipa::path(
    post, path = "/subscriptions/{id}", operation_id = "change_subscription", request_body = Change,
    params(("id" = String, Path, description = "The subscription", format = Uuid)), security(("bearer" = [])),
    responses(
        (status = 200, body = Subscription), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(crate) async fn change(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    change: Later<Change>,
) -> Result<Json<Subscription>, Problem> {
    may(&claims, &Action::Administer)?;
    let core = &desk.core;
    let pool = &core.platform.db.pool;
    let last = publication::last(pool).await.context("changing a subscription")?;
    let mut transaction = pool.begin().await.context("changing a subscription")?;
    let found = subscriptions::lock(&mut transaction, id).await.context("changing a subscription")?;
    let mut one =
        found.ok_or_else(|| Problem::not_found("没有这个订阅。", "There is no such subscription."))?;
    let change = change.read()?;
    if let Some(place) = change.place {
        if !(one.began..=last).contains(&place) {
            return Err(Problem::bad_request(
                "place",
                "早于订阅开始或超出已发布的范围",
                "lies before its beginning or beyond what was published",
            ));
        }
        one.place = place;
    }
    let command = match change.act {
        Act::Start => Some(Command::Start),
        Act::Stop => Some(Command::Stop),
        Act::Rotate => None,
    };
    let mut secret = None;
    match command {
        Some(command) => {
            let (now, patience) = (core.office.now(), &core.office.patience);
            let before = one.state;
            one.state = decide(before, command, now, patience, core.config.webhook.give_up).0;
            if let Some(turn) = Turn::between(before, one.state) {
                let said = subscribing::say(core, &mut transaction, &one, turn, &claims.actor()).await;
                said.context("changing a subscription")?;
            }
        }
        None => {
            let plain: [u8; 32] = rand::rng().random();
            one.old_secret = one.secret.take();
            one.secret = Some(core.platform.secrets.seal(SECRET, id.as_bytes(), &plain));
            secret = Some(format!("whsec_{}", BASE64_STANDARD.encode(plain)));
        }
    }
    subscriptions::save(&mut transaction, &one).await.context("changing a subscription")?;
    transaction.commit().await.context("changing a subscription")?;
    core.platform.wake.outbox();
    one.version += 1;
    Ok(Json(shown(one, secret)))
}

fn grants(wanted: &Wanted) -> Result<std::collections::BTreeSet<Grant>, Problem> {
    let grant = |word: &String| {
        let grant = Grant::ALL.into_iter().find(|grant| grant.as_str() == word);
        grant.ok_or_else(|| {
            Problem::bad_request("grants", "只能是 number、unit 或 result", "must be number, unit or result")
        })
    };
    wanted.grants.iter().map(grant).collect()
}

fn check(wanted: &Wanted, private: bool) -> Result<(), Problem> {
    for (field, label) in [("label_zh", &wanted.label_zh), ("label_en", &wanted.label_en)] {
        if label.trim().is_empty() || label.chars().count() > 100 || label.chars().any(char::is_control) {
            return Err(Problem::bad_request(field, "应为 1 至 100 个字", "must be 1 to 100 characters"));
        }
    }
    if wanted.regions.len() + wanted.events.len() + wanted.kinds.len() > 200 {
        return Err(Problem::bad_request("regions", "条件过多", "has too many conditions"));
    }
    let Some(url) = &wanted.url else { return Ok(()) };
    let uri: Option<hyper::Uri> = url.parse().ok().filter(|_| url.len() <= 1_000);
    let fits = uri.is_some_and(|uri| {
        let secret = uri.scheme_str() == Some("https") || (private && uri.scheme_str() == Some("http"));
        let plain = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
        secret && plain
    });
    if fits {
        Ok(())
    } else {
        Err(Problem::bad_request(
            "url",
            "应为不含账号的 https 地址",
            "must be an https address without a user",
        ))
    }
}
