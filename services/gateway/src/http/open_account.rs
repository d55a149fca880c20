//! `POST /api/gateway/accounts`: the administrator opens an account.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use identity::{Action, Role, may};
use ids::{AccountId, RegionCode, UnitCode};
use secrecy::SecretString;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Problem};

use super::Door;
use crate::app::open_account::{self, NewAccount, Refused};

/// An account that is to be.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenAccount {
    /// What is typed to sign in: 1 to 64 of `a-z 0-9 . _ @ -`.
    login: String,
    /// The first password.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// The roles, the primary one first.
    #[schema(value_type = Vec<String>, example = json!(["officer"]))]
    roles: Vec<Role>,
    /// The unit for which an officer acts.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// The region to which the holder is bound; none: the whole installation.
    #[schema(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// The function as shown, never the name of a person.
    #[schema(example = "城管局承办员一号")]
    label: String,
}

/// The account that is.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Opened {
    /// Its id, as in `Event.actor`.
    #[schema(value_type = String, format = Uuid)]
    id: AccountId,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unfit(errors) => Problem::unprocessable(errors),
            Refused::Taken => Problem::conflict("该登录名已被使用。", "The login is taken."),
            Refused::Broken(error) => Problem::internal(&error),
        }
    }
}

/// 开立账号 open an account
#[utoipa::path(
    post, path = "/accounts", operation_id = "open_account", request_body = OpenAccount,
    security(("bearer" = [])),
    responses(
        (status = 201, body = Opened), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn open(
    State(door): State<Door>,
    Caller(claims): Caller,
    asked: Later<OpenAccount>,
) -> Result<(StatusCode, Json<Opened>), Problem> {
    may(&claims, &Action::Administer)?;
    let asked = asked.read()?;
    let new = NewAccount {
        login: asked.login,
        password: asked.password,
        roles: asked.roles,
        unit: asked.unit,
        region: asked.region,
        label: asked.label,
    };
    let mut db = door.pool.acquire().await.context("opening an account")?;
    let id = open_account::open(&mut db, &new, door.config.password_min).await?;
    Ok((StatusCode::CREATED, Json(Opened { id })))
}
