//! `PATCH /api/gateway/accounts/{id}`: the administrator disables an account or gives it another password.

use axum::{extract::State, http::StatusCode};
use identity::{Action, may};
use ids::AccountId;
use secrecy::SecretString;
use utoipa::ToSchema;
use web::{Caller, Later, Path, Problem};

use super::Door;
use crate::app::change_account::{self, Refused};

/// What is to change; what is left out stays.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeAccount {
    /// Whether the account signs in no more.
    disabled: Option<bool>,
    /// Another password; it also lifts the lock after too many attempts.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<SecretString>,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unfit(error) => Problem::unprocessable(vec![error]),
            Refused::Unknown => Problem::not_found("没有这个账号。", "There is no such account."),
            Refused::Broken(error) => Problem::internal(&error),
        }
    }
}

/// 变更账号 change an account
#[utoipa::path(
    patch, path = "/accounts/{id}", operation_id = "change_account", request_body = ChangeAccount,
    params(("id" = String, Path, format = Uuid, description = "the account")), security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn change(
    State(door): State<Door>,
    Caller(claims): Caller,
    Path(id): Path<AccountId>,
    asked: Later<ChangeAccount>,
) -> Result<StatusCode, Problem> {
    may(&claims, &Action::Administer)?;
    let least = door.config.password_min;
    let asked = asked.read()?;
    change_account::change(&door.pool, id, asked.disabled, asked.password.as_ref(), least).await?;
    Ok(StatusCode::NO_CONTENT)
}
