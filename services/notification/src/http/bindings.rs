//! `/api/notification/bindings`: citizens and officers bind their account of WeChat or WeCom by a code.

use axum::{body::Bytes, extract::State, http::HeaderMap, http::StatusCode};
use identity::{Action, Claims, may};
use jiff::Timestamp;
use notification_rules::words::Way;
use secrecy::SecretString;
use utoipa::ToSchema;
use web::{Caller, IdempotencyKey, Json, Path, Problem};

use super::Desk;
use crate::app::binding::{self, Told, Whose};

/// Which account is to be bound.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[schema(as = bindings::Wanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `wechat`; officers also `wecom`.
    #[schema(example = "wechat")]
    way: String,
}

/// A code to be shown to the account of the office.
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = bindings::Code)]
pub(crate) struct Code {
    /// Eight digits, of use once.
    code: String,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// What a gateway received.
#[derive(serde::Deserialize, ToSchema)]
#[schema(as = bindings::Shown)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    /// The digits.
    code: String,
    /// The account that showed them: an openid, a user of WeCom.
    #[schema(value_type = String)]
    account: SecretString,
}

/// 绑定账号 a code that binds the account which shows it: the citizen's to the case, an officer's to the unit beside those of colleagues
#[utoipa::path(
    post, path = "/bindings", operation_id = "give_binding_code", request_body = Wanted, security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body gives the same code")),
    responses(
        (status = 201, body = Code), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    )
)]
pub(crate) async fn give(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    IdempotencyKey(key): IdempotencyKey,
    wanted: Result<Json<Wanted>, Problem>,
) -> Result<(StatusCode, Json<Code>), Problem> {
    let whose = whose(&claims)?;
    let Json(wanted) = wanted?;
    let way = read(&wanted.way, &whose)?;
    let core = &desk.core;
    if let Whose::Citizen(case) = whose {
        let known = crate::store::cards::is_known(&core.platform.db.pool, case.0).await;
        if !known.map_err(|error| Problem::internal(&error.into()))? {
            return Err(Problem::not_found("没有这个编号的诉求。", "There is no case with this number."));
        }
    }
    let Told { code, until } = binding::give(core, &whose, way, &claims, key).await?;
    Ok((StatusCode::CREATED, Json(Code { code, until })))
}

/// 账号回传 the gateway says which account showed a code; signed with its secret
#[utoipa::path(
    post, path = "/bindings/{way}", operation_id = "bind_account", request_body = Shown,
    params(
        ("way" = String, Path, description = "`wechat` or `wecom`"),
        ("X-Timestamp" = String, Header, description = "Seconds since 1970, at most five minutes ago"),
        ("X-Signature" = String, Header, description = "HMAC-SHA-256 over `<X-Timestamp>.<body>` under the gateway's secret, hexadecimal"),
    ),
    responses(
        (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
    )
)]
pub(crate) async fn bind(
    State(desk): State<Desk>,
    Path(way): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let core = &desk.core;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let way: Option<Way> = way.parse().ok();
    let (time, signature) = (header("x-timestamp"), header("x-signature"));
    let way = way.filter(|way| binding::is_signed(core, *way, time, signature, &body));
    let way = way.ok_or_else(Problem::unauthorized)?;
    let shown: Shown = serde_json::from_slice(&body).map_err(|_| {
        Problem::bad_request("code", "应为 code 与 account", "must be an object of code and account")
    })?;
    if !fits(&shown.account) {
        return Err(Problem::bad_request("account", "应为 1 至 128 个字符", "must be 1 to 128 characters"));
    }
    if binding::bind(core, way, shown.code.trim(), &shown.account).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("验证码无效或已过期。", "The code is none, or its time is over."))
    }
}

/// 解除绑定 take the own account out again
#[utoipa::path(
    delete, path = "/bindings/{way}", operation_id = "unbind_account",
    params(("way" = String, Path, description = "`wechat` or `wecom`")), security(("bearer" = [])),
    responses(
        (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(crate) async fn part(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(way): Path<String>,
) -> Result<StatusCode, Problem> {
    let whose = whose(&claims)?;
    let way = read(&way, &whose)?;
    if binding::part(&desk.core, &whose, way, &claims.actor()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("没有绑定账号。", "No account is bound."))
    }
}

/// The citizen of a case, or whoever handles for a unit: each binds only what is their own.
fn whose(claims: &Claims) -> Result<Whose, Problem> {
    if let Some(case) = claims.case {
        may(claims, &Action::Supplement { case })?;
        return Ok(Whose::Citizen(case));
    }
    // Whoever belongs to no unit handles for none.
    let unit = claims.unit.clone();
    let unit = unit.unwrap_or_else(|| "nobody-s".parse().expect("a code of a unit"));
    may(claims, &Action::Handle { unit: unit.clone() })?;
    Ok(Whose::Officer(unit))
}

fn read(way: &str, whose: &Whose) -> Result<Way, Problem> {
    let fits = |way: &Way| match (way, whose) {
        (Way::Wechat, _) | (Way::Wecom, Whose::Officer(_)) => true,
        (Way::Wecom, Whose::Citizen(_)) | (Way::Sms | Way::Email | Way::Inbox, _) => false,
    };
    way.parse().ok().filter(fits).ok_or_else(|| {
        Problem::bad_request(
            "way",
            "只能是 wechat；承办人还可用 wecom",
            "must be wechat, or wecom for officers",
        )
    })
}

fn fits(account: &SecretString) -> bool {
    use secrecy::ExposeSecret as _;
    let plain = account.expose_secret();
    (1..=128).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_graphic())
}
