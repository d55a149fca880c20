//! `POST /api/gateway/sessions`: login and password for a token.

use axum::{extract::State, http::StatusCode};
use identity::Role;
use jiff::Timestamp;
use secrecy::SecretString;
use utoipa::ToSchema;
use web::{Json, Problem};

use super::Door;
use crate::app::sign_in::{Refused, sign_in as run};

/// Who wants in.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The login.
    login: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// The way in.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Session {
    /// To be sent as `Authorization: Bearer …`.
    token: String,
    /// When the token ends.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The roles of the holder, the primary one first.
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
    /// The function of the holder, as shown.
    label: String,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wrong => {
                Problem::unauthorized().detail("账号或密码不正确。", "The login or the password is wrong.")
            }
            Refused::Locked { seconds } => Problem::too_many()
                .detail("尝试次数过多，请稍后再试。", "Too many attempts. Try again later.")
                .retry_after(seconds),
            Refused::Busy => Problem::unavailable(),
            Refused::Broken(error) => Problem::internal(&error),
        }
    }
}

/// 登录 sign in
#[utoipa::path(
    post, path = "/sessions", operation_id = "sign_in", request_body = SignIn,
    responses(
        (status = 201, body = Session),
        (status = 401, body = Problem, description = "unknown login, wrong password or disabled account"),
        (status = 429, body = Problem, description = "too many attempts at this login"),
    )
)]
pub(crate) async fn sign_in(
    State(door): State<Door>,
    Json(asked): Json<SignIn>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    let now = (door.now)();
    let session = run(&door.pool, &door.keys, &door.config, now, &asked.login, &asked.password).await?;
    let expires_at = Timestamp::from_second(session.claims.exp).unwrap_or(Timestamp::MAX);
    let session =
        Session { token: session.token, expires_at, roles: session.claims.roles, label: session.label };
    Ok((StatusCode::CREATED, Json(session)))
}
