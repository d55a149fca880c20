//! `GET /api/gateway/me`: who the token says I am.

use anyhow::Context as _;
use axum::extract::State;
use identity::Role;
use ids::{AccountId, CaseId, RegionCode, UnitCode};
use jiff::Timestamp;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Problem};

use super::Door;
use crate::store::accounts;

/// The holder of a token.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Me {
    /// The account; for a citizen's token the case.
    id: Uuid,
    /// The login; none for a citizen.
    login: Option<String>,
    /// The function, as shown; none for a citizen.
    label: Option<String>,
    /// The roles of the token, the primary one first.
    roles: Vec<RoleWords>,
    /// The unit for which the holder acts.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// The region to which the holder is bound.
    #[schema(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// The one case of a citizen's token.
    #[schema(value_type = Option<Uuid>)]
    case: Option<CaseId>,
    /// When the token ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A role and its labels.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct RoleWords {
    /// The word in tokens.
    #[schema(value_type = String)]
    role: Role,
    /// The Chinese label.
    zh: &'static str,
    /// The English label.
    en: &'static str,
}

/// 当前登录 who is signed in
#[utoipa::path(
    get, path = "/me", operation_id = "me", security(("bearer" = [])),
    responses((status = 200, body = Me), (status = 401, body = Problem))
)]
pub(crate) async fn me(State(door): State<Door>, Caller(claims): Caller) -> Result<Json<Me>, Problem> {
    let (mut login, mut label) = (None, None);
    if claims.role != Role::Citizen {
        let mut db = door.pool.acquire().await.context("asking who is signed in")?;
        let account =
            accounts::by_id(&mut db, AccountId(claims.sub)).await.context("asking who is signed in")?;
        // A token made by the operator's command line has no account; a disabled account's token ends here.
        if let Some(account) = account {
            if account.disabled {
                return Err(Problem::unauthorized());
            }
            (login, label) = (Some(account.login), Some(account.label));
        }
    }
    let roles =
        claims.roles.iter().map(|role| RoleWords { role: *role, zh: role.zh(), en: role.en() }).collect();
    Ok(Json(Me {
        id: claims.sub,
        login,
        label,
        roles,
        unit: claims.unit,
        region: claims.region,
        case: claims.case,
        expires_at: Timestamp::from_second(claims.exp).ok(),
    }))
}
