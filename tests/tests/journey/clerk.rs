//! What the journeys of the front half share: named accounts, acts under the version that was read, the day of the city.

use anyhow::{Result, ensure};
use identity::{Claims, Keys, Role};
use jiff::{ToSpan as _, tz::TimeZone};
use reqwest::Method;
use serde_json::Value;

use crate::house::{Answer, House, Who};

/// The city's day so many days from now.
pub(crate) fn day(ahead: i64) -> Result<String> {
    let now = runtime::Clock::default().now().to_zoned(TimeZone::get("Asia/Shanghai")?);
    Ok(now.date().checked_add(ahead.days())?.to_string())
}

/// A member of staff with an account of its own.
pub(crate) fn named(house: &House, role: Role, unit: Option<&str>, account: &str) -> Result<Who> {
    let claims = Claims {
        sub: ids::AccountId::derived(account).0,
        role,
        roles: vec![role],
        unit: unit.map(str::parse).transpose()?,
        region: None,
        case: None,
        exp: runtime::Clock::default().now().as_second() + 3600,
    };
    Ok(Who::Token(Keys::from_secret(&house.suite.settings.security.secret).sign(&claims)))
}

/// Puts something in the place of what was there.
pub(crate) async fn put(house: &House, who: &Who, path: &str, body: Value) -> Result<Answer> {
    house.call(who, Method::PUT, path, &[], Some(body)).await
}

/// Does something under the version that `reader` reads at `at`.
pub(crate) async fn act(
    house: &House,
    (reader, at): (&Who, &str),
    who: &Who,
    (method, path): (Method, &str),
    body: Value,
) -> Result<Answer> {
    let version = house.get(reader, at).await?.must(200)?.header("etag");
    house.call(who, method, path, &[("if-match", &version)], Some(body)).await
}

/// The same, as a POST by one who may read it too.
pub(crate) async fn post(house: &House, who: &Who, at: &str, path: &str, body: Value) -> Result<Answer> {
    act(house, (who, at), who, (Method::POST, path), body).await
}

/// Every one of these kinds stands in a dossier, in this order, whatever stands between them.
pub(crate) fn in_order(kinds: &[String], wanted: &[&str]) -> Result<()> {
    let mut rest = kinds.iter();
    for kind in wanted {
        ensure!(rest.any(|one| one == kind), "{kind} is missing, or comes too early, in {kinds:?}");
    }
    Ok(())
}
