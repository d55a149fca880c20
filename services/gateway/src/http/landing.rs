//! `GET /`: what this is and where to go, readable on a telephone, without a script.

use axum::{
    http::{HeaderName, header},
    response::Html,
};

const PAGE: &str = include_str!("pages/door.html");
const STYLE: &str = include_str!("pages/door.css");
/// Nothing but this house's own style sheet.
const STRICT: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

type Headers = [(HeaderName, &'static str); 2];

pub(crate) async fn page() -> (Headers, Html<&'static str>) {
    ([(header::CONTENT_SECURITY_POLICY, STRICT), (header::CACHE_CONTROL, "max-age=300")], Html(PAGE))
}

pub(crate) async fn style() -> (Headers, &'static str) {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], STYLE)
}
