//! The one form of every error that leaves the suite by HTTP (RFC 9457).

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use identity::Denied;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{observe::trace_id, refusals::words};

/// What went wrong, for the person who asked; Chinese first, English beside it.
// Boxed, so that a `Result` of a handler's steps stays small.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Problem(Box<Content>);

/// What went wrong, for the person who asked; Chinese first, English beside it (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, ToSchema)]
#[schema(as = Problem)]
struct Content {
    /// The kind of problem, `urn:huiyin:problem:…`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in Chinese.
    #[schema(example = "请求内容有误")]
    title: &'static str,
    /// The kind in English.
    title_en: &'static str,
    /// The HTTP status again.
    status: u16,
    /// This very case in Chinese.
    detail: String,
    /// This very case in English.
    detail_en: String,
    /// The trace id of the request, to be quoted when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    #[serde(skip)]
    retry_after: Option<u32>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, ToSchema)]
pub struct FieldError {
    /// Where: a path such as `party.phone`, or the name of a header or parameter.
    #[schema(example = "party.phone")]
    pub field: String,
    /// The reason in Chinese.
    pub reason: String,
    /// The reason in English.
    pub reason_en: String,
}

impl FieldError {
    /// Names a field and what is wrong with it, in both languages.
    pub fn new(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { field: field.into(), reason: zh.into(), reason_en: en.into() }
    }
}

impl Problem {
    /// Says the general words of a status.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        let general = words(status);
        Self(Box::new(Content {
            kind: format!("urn:huiyin:problem:{}", general.slug),
            title: general.zh,
            title_en: general.en,
            status: status.as_u16(),
            detail: general.detail_zh.to_owned(),
            detail_en: general.detail_en.to_owned(),
            instance: None,
            errors: Vec::new(),
            retry_after: None,
        }))
    }

    /// Says this very case in both languages.
    #[must_use]
    pub fn detail(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.0.detail = zh.into();
        self.0.detail_en = en.into();
        self
    }

    /// Asks the client to come back after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Names the fields, or the parts, that are wrong.
    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// 400: one field, header or parameter cannot be read.
    pub fn bad_request(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let error = FieldError::new(field, zh, en);
        let mut problem = Self::of(StatusCode::BAD_REQUEST).detail(
            format!("{}：{}", error.field, error.reason),
            format!("{}: {}", error.field, error.reason_en),
        );
        problem.0.errors.push(error);
        problem
    }

    /// 422: the body can be read, but these fields cannot be accepted.
    #[must_use]
    pub fn unprocessable(errors: Vec<FieldError>) -> Self {
        Self::of(StatusCode::UNPROCESSABLE_ENTITY).errors(errors)
    }

    /// 401: nobody is signed in, or not any more.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::of(StatusCode::UNAUTHORIZED)
    }

    /// 403: who is signed in may not do this.
    #[must_use]
    pub fn forbidden(denied: Denied) -> Self {
        Self::of(StatusCode::FORBIDDEN).detail(denied.zh, denied.en)
    }

    /// 404: there is no such thing, or the caller must not learn that there is.
    pub fn not_found(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::of(StatusCode::NOT_FOUND).detail(zh, en)
    }

    /// 409: the state of the thing does not allow this.
    pub fn conflict(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::of(StatusCode::CONFLICT).detail(zh, en)
    }

    /// 412: someone else changed the thing since the caller read it.
    #[must_use]
    pub fn precondition_failed() -> Self {
        Self::of(StatusCode::PRECONDITION_FAILED)
    }

    /// 428: `If-Match` is missing.
    #[must_use]
    pub fn precondition_required() -> Self {
        Self::of(StatusCode::PRECONDITION_REQUIRED)
    }

    /// 413: the body is longer than the endpoint takes.
    #[must_use]
    pub fn too_large() -> Self {
        Self::of(StatusCode::PAYLOAD_TOO_LARGE)
    }

    /// 429: the caller asks too often.
    #[must_use]
    pub fn too_many() -> Self {
        Self::of(StatusCode::TOO_MANY_REQUESTS).retry_after(60)
    }

    /// 502: the service behind the door gave no answer.
    #[must_use]
    pub fn bad_gateway() -> Self {
        Self::of(StatusCode::BAD_GATEWAY).retry_after(5)
    }

    /// 504: the service behind the door took too long.
    #[must_use]
    pub fn gateway_timeout() -> Self {
        Self::of(StatusCode::GATEWAY_TIMEOUT).retry_after(5)
    }

    /// 503: not now; the same request may do later.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::of(StatusCode::SERVICE_UNAVAILABLE).retry_after(1)
    }

    /// 500: our fault. Logs the chain of causes, here and only here, and shows none of it.
    #[must_use]
    pub fn internal(error: &anyhow::Error) -> Self {
        tracing::error!(error = %format_args!("{error:#}"), "request failed");
        Self::of(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What is wrong with which field.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The HTTP status of the problem.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Content::schema()
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Content::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Content::schemas(schemas);
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::forbidden(denied)
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.0.instance = self.0.instance.or_else(trace_id);
        let status = self.status();
        let retry_after = self.0.retry_after;
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("zh-CN, en"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
