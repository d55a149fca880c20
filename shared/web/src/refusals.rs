//! The general words of each status, and the layer that gives them to errors that have none.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::Problem;

/// The words of one status.
pub(crate) struct Words {
    pub(crate) slug: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    pub(crate) detail_zh: &'static str,
    pub(crate) detail_en: &'static str,
}

const fn say(
    slug: &'static str,
    zh: &'static str,
    en: &'static str,
    detail_zh: &'static str,
    detail_en: &'static str,
) -> Words {
    Words { slug, zh, en, detail_zh, detail_en }
}

/// Finds the words of a status; unknown ones share those of their hundred.
pub(crate) fn words(status: StatusCode) -> Words {
    match status.as_u16() {
        401 => say(
            "unauthorized",
            "请先登录",
            "Not signed in",
            "未登录或登录已过期。",
            "Sign in, or sign in again.",
        ),
        403 => say("forbidden", "无权操作", "Forbidden", "您无权进行此操作。", "You may not do this."),
        404 => say("not-found", "未找到", "Not found", "没有您要找的内容。", "There is nothing here."),
        405 => say(
            "method-not-allowed",
            "不支持该请求方法",
            "Method not allowed",
            "该地址不支持此请求方法。",
            "This address does not take this method.",
        ),
        408 => say(
            "timeout",
            "请求超时",
            "Timeout",
            "请求内容未能及时收到。",
            "The request did not arrive in time.",
        ),
        409 => say(
            "conflict",
            "状态冲突",
            "Conflict",
            "当前状态不允许此操作。",
            "The present state does not allow this.",
        ),
        412 => say(
            "precondition-failed",
            "内容已被更新",
            "Changed meanwhile",
            "该内容已被他人更新，请重新读取后再试。",
            "Someone changed this meanwhile. Read it again, then try again.",
        ),
        413 => say(
            "too-large",
            "请求内容过大",
            "Too large",
            "请求内容超过允许的大小。",
            "The request body is longer than allowed.",
        ),
        415 => say(
            "unsupported-media-type",
            "不支持的内容类型",
            "Unsupported media type",
            "请以 application/json 提交。",
            "Send the body as application/json.",
        ),
        422 => say(
            "unprocessable",
            "请求内容不符合要求",
            "Not acceptable as it is",
            "请按各项说明更正后再提交。",
            "Correct the fields named below and send again.",
        ),
        428 => say(
            "precondition-required",
            "缺少版本条件",
            "Precondition required",
            "请在 If-Match 中给出所读取的版本。",
            "Name the version you read in If-Match.",
        ),
        429 => {
            say("too-many-requests", "操作过于频繁", "Too many requests", "请稍后再试。", "Try again later.")
        }
        502 => say(
            "bad-gateway",
            "后端服务无应答",
            "Bad gateway",
            "相关服务暂时无应答，请稍后再试。",
            "The service behind this address gives no answer. Try again later.",
        ),
        503 => say(
            "unavailable",
            "服务繁忙",
            "Unavailable",
            "服务暂时繁忙，请稍后再试。",
            "Busy. Try again shortly.",
        ),
        504 => say("gateway-timeout", "后端服务超时", "Gateway timeout", "请稍后再试。", "Try again later."),
        400..=499 => {
            say("bad-request", "请求有误", "Bad request", "无法理解该请求。", "The request cannot be read.")
        }
        _ => say(
            "internal",
            "系统内部错误",
            "Internal error",
            "系统出错，已记录。请稍后再试，或提供 instance 编号求助。",
            "Something failed and was logged. Try again later, or quote `instance` when asking for help.",
        ),
    }
}

/// Rewrites every error that is not yet a problem: unknown routes, wrong methods, axum's own rejections.
pub(crate) async fn as_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || is_problem(response.headers()) {
        return response;
    }
    let mut rewritten = Problem::of(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        rewritten = rewritten.retry_after(1);
    }
    let mut rewritten = rewritten.into_response();
    for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            rewritten.headers_mut().insert(name, value.clone());
        }
    }
    rewritten
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        // A page is what a handler wrote for a person at a form; axum itself refuses in plain text.
        .is_some_and(|value| value.starts_with("application/problem+json") || value.starts_with("text/html"))
}

/// Gives browsers the strict reading of every answer, unless the handler chose its own.
pub(crate) async fn strict_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let strict = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    // A page that names who may frame it says so in its policy; the older header knows only all or none.
    let policy = response.headers().get(header::CONTENT_SECURITY_POLICY);
    let framed = policy.and_then(|policy| policy.to_str().ok()).is_some_and(|policy| {
        policy.contains("frame-ancestors") && !policy.contains("frame-ancestors 'none'")
    });
    for (name, value) in strict.into_iter().filter(|(name, _)| !framed || *name != header::X_FRAME_OPTIONS) {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
