//! `/api/notification/points`: where offices and their officers are written to. What was set is never shown again.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use identity::{Action, may};
use jiff::Timestamp;
use notification_rules::words::{Audience, Way};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgPool;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem};

use super::Desk;
use crate::{
    app::address::{POINT, bound},
    store::points,
};

/// An address that is known.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Point {
    /// `unit`, `officer`, `in-charge`, `centre`, `supervisor`, `leader`, `county`.
    audience: String,
    /// The unit's code, the county's, or the audience again.
    recipient: String,
    /// `sms`, `email`, `wecom`, `wechat`.
    way: String,
    /// Who set it.
    actor: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    set_at: Timestamp,
}

/// An address.
#[derive(serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Address {
    /// Telephone, mail address, or what the gateway calls the receiver.
    #[schema(value_type = String)]
    address: SecretString,
}

/// 通知地址 which offices left an address; the addresses themselves are not shown
#[utoipa::path(
    get, path = "/points", operation_id = "list_points", security(("bearer" = [])),
    responses((status = 200, body = Vec<Point>), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(crate) async fn list(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
) -> Result<Json<Vec<Point>>, Problem> {
    may(&claims, &Action::Administer)?;
    let rows = points::list(&pool).await.context("listing addresses of offices")?;
    let point =
        |(audience, recipient, way, actor, at): (String, String, String, String, pg::SqlTimestamp)| Point {
            audience,
            recipient,
            way,
            actor,
            set_at: at.to_jiff(),
        };
    Ok(Json(rows.into_iter().map(point).collect()))
}

/// 设置通知地址 set where an office is written to, beside its inbox
#[utoipa::path(
    put, path = "/points/{audience}/{recipient}/{way}", operation_id = "put_point", request_body = Address,
    params(
        ("audience" = String, Path, description = "`unit`, `officer`, `in-charge`, `centre`, `supervisor`, `leader`, `county`"),
        ("recipient" = String, Path, description = "The unit's code, the county's, or the audience again"),
        ("way" = String, Path, description = "`sms`, `email`, `wecom`, `wechat`"),
    ),
    security(("bearer" = [])),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((audience, recipient, way)): Path<(String, String, String)>,
    address: Later<Address>,
) -> Result<StatusCode, Problem> {
    may(&claims, &Action::Administer)?;
    let (audience, way) = read(&audience, &recipient, &way)?;
    let address = address.read()?;
    let plain = address.address.expose_secret().trim();
    if plain.is_empty() || plain.len() > 254 || plain.chars().any(char::is_control) {
        return Err(Problem::bad_request("address", "应为 1 至 254 个字符", "must be 1 to 254 characters"));
    }
    let sealed =
        desk.core.platform.secrets.seal(POINT, &bound(audience.as_str(), &recipient, way), plain.as_bytes());
    let pool = &desk.core.platform.db.pool;
    let stamp = (claims.actor(), desk.core.office.now());
    let mut connection = pool.acquire().await.context("setting an address")?;
    points::put(&mut connection, (audience.as_str(), &recipient), way, &sealed, (&stamp.0, stamp.1))
        .await
        .context("setting an address")?;
    desk.core.office.learn(points::known(pool).await.context("setting an address")?);
    Ok(StatusCode::NO_CONTENT)
}

/// 删除通知地址 take an address out
#[utoipa::path(
    delete, path = "/points/{audience}/{recipient}/{way}", operation_id = "remove_point",
    params(
        ("audience" = String, Path, description = "As when it was set"),
        ("recipient" = String, Path, description = "As when it was set"),
        ("way" = String, Path, description = "As when it was set"),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(crate) async fn remove(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((audience, recipient, way)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    may(&claims, &Action::Administer)?;
    let (audience, way) = read(&audience, &recipient, &way)?;
    let pool = &desk.core.platform.db.pool;
    let gone =
        points::remove(pool, (audience.as_str(), &recipient), way).await.context("removing an address")?;
    desk.core.office.learn(points::known(pool).await.context("removing an address")?);
    if gone {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("没有设置这个地址。", "There is no such address."))
    }
}

fn read(audience: &str, recipient: &str, way: &str) -> Result<(Audience, Way), Problem> {
    let audience: Option<Audience> = audience.parse().ok().filter(|one| *one != Audience::Citizen);
    let audience = audience.ok_or_else(|| {
        Problem::bad_request("audience", "不是内部告知对象", "is none of the audiences of staff")
    })?;
    let way: Option<Way> = way.parse().ok().filter(|way| *way != Way::Inbox);
    let way = way.ok_or_else(|| Problem::bad_request("way", "不是对外渠道", "is no way out of the suite"))?;
    let fits = match audience {
        Audience::Unit | Audience::Officer | Audience::InCharge => recipient.parse::<ids::UnitCode>().is_ok(),
        Audience::County => recipient.parse::<ids::RegionCode>().is_ok(),
        Audience::Citizen | Audience::Centre | Audience::Supervisor | Audience::Leader => {
            recipient == audience.as_str()
        }
    };
    if fits {
        Ok((audience, way))
    } else {
        Err(Problem::bad_request("recipient", "与告知对象不符", "does not fit the audience"))
    }
}
