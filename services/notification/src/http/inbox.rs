//! `GET /api/notification/inbox`: what a unit, the centre, the supervisors or the leaders are told.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, header},
};
use identity::{Action, Claims, may};
use ids::UnitCode;
use jiff::Timestamp;
use sqlx::PgPool;
use utoipa::IntoParams;
use web::{Caller, Json, Page, Problem, Query, next_link};

use super::{Listed, Notice, slice};
use crate::store::reading::{self, Arrived, Kept, Slice};

/// Whose inbox, and what of it.
#[derive(Debug, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The inbox of this unit; an officer's own when nothing is named.
    #[param(value_type = Option<String>)]
    pub(crate) unit: Option<UnitCode>,
    /// `centre`, `supervisor`, `leader`, `county` or `officer`, where no unit is named; the centre's when nothing is. With
    /// a unit `in-charge` only: what its leader in charge is told.
    pub(crate) of: Option<Desk>,
    /// Only what nobody has opened yet.
    #[serde(default)]
    #[param(required = false)]
    pub(crate) unread: bool,
}

/// Inboxes that belong to no unit.
#[derive(Clone, Copy, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Desk {
    Centre,
    Supervisor,
    Leader,
    /// The county of the holder.
    County,
    /// The handling officers of the holder's unit.
    Officer,
    /// The leader in charge of the unit that is named.
    InCharge,
}

impl Desk {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Supervisor => "supervisor",
            Self::Leader => "leader",
            Self::County => "county",
            Self::Officer => "officer",
            Self::InCharge => "in-charge",
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::Centre => Action::ReadNotices,
            Self::Supervisor | Self::Leader | Self::County | Self::Officer | Self::InCharge => {
                Action::Supervise
            }
        }
    }
}

/// 收件箱 an inbox of staff, newest first
#[utoipa::path(
    get, path = "/inbox", operation_id = "list_inbox", params(Asked, Page), security(("bearer" = [])),
    responses(
        (status = 200, body = Vec<Notice>, headers(("Link" = String, description = "The next page"))),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Listed, Problem> {
    let whose = whose(&claims, asked.unit, asked.of)?;
    // The place in an inbox has three parts, and is no place of the other lists.
    let (limit, after) =
        (i64::from(page.limit) + 1, page.after.as_ref().map(|cursor| place(cursor.as_str())));
    let after = match after {
        Some(None) => return Err(Problem::bad_request("after", "翻页位置无效", "not a cursor of this list")),
        Some(Some(after)) => Some(after),
        None => None,
    };
    let slice = Slice { limit, ..slice(&Page { limit: page.limit, after: None }, &claims)? };
    let mut connection = pool.acquire().await.context("listing an inbox")?;
    let names = (whose.0.as_str(), whose.1.as_str());
    let rows = reading::inbox(&mut connection, names, asked.unread, after, &slice)
        .await
        .context("listing an inbox")?;
    let query = match whose.0.as_str() {
        "unit" => format!("unit={}", whose.1),
        "in-charge" => format!("of=in-charge&unit={}", whose.1),
        of => format!("of={of}"),
    };
    let address = format!("/api/notification/inbox?{query}&unread={}&limit={}", asked.unread, page.limit);
    Ok(paged(rows, page.limit as usize, &address))
}

/// Whose inbox a caller asks for and may read: audience and recipient.
pub(crate) fn whose(
    claims: &Claims,
    unit: Option<UnitCode>,
    of: Option<Desk>,
) -> Result<(String, String), Problem> {
    let handles = |unit: &UnitCode| may(claims, &Action::Handle { unit: unit.clone() });
    let own = || claims.unit.clone().filter(|unit| handles(unit).is_ok());
    let (unit, desk) = match (unit, of) {
        (Some(unit), Some(Desk::InCharge)) => {
            may(claims, &Desk::InCharge.action())?;
            return Ok((Desk::InCharge.as_str().to_owned(), unit.as_str().to_owned()));
        }
        (None, Some(Desk::InCharge)) => {
            return Err(Problem::bad_request("unit", "应指明单位", "names the unit that is led"));
        }
        (Some(_), Some(_)) => {
            return Err(Problem::bad_request("of", "不能与 unit 同时使用", "cannot stand beside unit"));
        }
        (None, Some(Desk::Officer)) => {
            let unit = own().ok_or_else(|| {
                Problem::bad_request("of", "您不属于任何承办单位", "you belong to no handling unit")
            })?;
            return Ok(("officer".to_owned(), unit.as_str().to_owned()));
        }
        (None, Some(Desk::County)) => {
            may(claims, &Desk::County.action())?;
            let county = claims.region.clone().ok_or_else(|| {
                Problem::bad_request("of", "您的账号未限定区县", "your account is bound to no county")
            })?;
            return Ok(("county".to_owned(), county.as_str().to_owned()));
        }
        (None, None) => (own(), Desk::Centre),
        (unit, desk) => (unit, desk.unwrap_or(Desk::Centre)),
    };
    match unit {
        Some(unit) => {
            handles(&unit).or_else(|denied| may(claims, &Action::ReadNotices).map_err(|_| denied))?;
            Ok(("unit".to_owned(), unit.as_str().to_owned()))
        }
        None => {
            may(claims, &desk.action())?;
            Ok((desk.as_str().to_owned(), desk.as_str().to_owned()))
        }
    }
}

/// Writes a place in an inbox.
pub(crate) fn cursor(kept: &Kept) -> String {
    place_text((kept.arrived, kept.created_at, kept.id.0))
}

/// Writes a place that may be that of no notice.
pub(crate) fn place_text((arrived, at, id): Arrived) -> String {
    format!("{arrived}.{}.{id}", at.as_microsecond())
}

/// Reads one back.
pub(crate) fn place(cursor: &str) -> Option<Arrived> {
    let mut parts = cursor.splitn(3, '.');
    let arrived: i64 = parts.next()?.parse().ok().filter(|arrived| *arrived >= 0)?;
    let at = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
    Some((arrived, at, parts.next()?.parse().ok()?))
}

fn paged(mut rows: Vec<Kept>, limit: usize, address: &str) -> Listed {
    let mut headers = HeaderMap::new();
    if rows.len() > limit {
        rows.truncate(limit);
        if let Some(last) = rows.last() {
            headers.insert(header::LINK, next_link(address, &cursor(last)));
        }
    }
    (headers, Json(rows.into_iter().map(Notice::from).collect()))
}
