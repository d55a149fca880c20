//! POST /origins/{body}/cases: another body hands a matter over with its own number; a second delivery makes no second case.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::words::Channel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem};

use crate::{
    app::{
        Desk, doors,
        prepare::{From, Message, prepare},
    },
    http::{
        channels::{made, origins},
        fault,
        given::Given,
    },
    store::entries::{self, Entry},
};

/// A matter from elsewhere.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delivery {
    /// That body's own number.
    #[schema(example = "川热线2026-000123")]
    serial: String,
    /// The matter.
    message: Message,
}

/// What the body keeps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivered {
    case_id: String,
    number: String,
    state: String,
    /// It had been delivered before.
    repeated: bool,
    /// For the citizen; told with the first delivery only.
    #[serde(skip_serializing_if = "Option::is_none")]
    query_code: Option<String>,
}

/// Takes a matter over from another body.
#[utoipa::path(post, path = "/origins/{body}/cases", tag = "channels", request_body = Delivery,
    params(("body" = String, Path, description = "the body, as in GET /origins")),
    responses((status = 201, description = "registered", body = Delivered),
              (status = 200, description = "it had been delivered before", body = Delivered),
              (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn deliver(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(body): Path<String>,
    sent: Later<Delivery>,
) -> Result<Response, Problem> {
    let body = origins::one(&desk, &claims, &body).await?;
    origins::speaks_for(&claims, &body)?;
    let mut given = Given::default();
    let Delivery { serial, mut message } = sent.read()?;
    let serial = given.line("serial", &serial, 100);
    given.check()?;
    let seen = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        entries::by_origin(&mut connection, &body.code, &serial).await
    };
    if let Some((case, number, state)) = seen.await.map_err(|error: sqlx::Error| fault(error.into()))? {
        let before = Delivered { case_id: case.to_string(), number, state, repeated: true, query_code: None };
        return Ok((StatusCode::OK, Json(before)).into_response());
    }
    let channel: Channel = body.channel.parse().map_err(anyhow::Error::from)?;
    let entry = doors::enter(&desk.core, &mut message).await?.unwrap_or_default();
    // Two deliveries at one moment meet at the key; later ones meet the entry.
    let key = Some(format!("origin/{}/{serial}", body.code));
    let from = From { actor: claims.actor(), channel, key };
    let mut ready = prepare(&desk.core, message, from).await?;
    if let Some((key, digest)) = &mut ready.key {
        "origins".clone_into(&mut key.0);
        digest.clear();
    }
    ready.entry = Some(Entry { origin: Some((body.code, serial)), ..entry });
    let (answer, repeated) = made(desk.register(ready).await)?;
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    let delivered = Delivered {
        case_id: answer.case_id.to_string(),
        number: answer.number.to_string(),
        state: answer.state,
        repeated,
        query_code: (!repeated).then_some(answer.query_code),
    };
    Ok((status, Json(delivered)).into_response())
}
