//! POST /conversations: an operator's desk tells that a conversation began.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use ids::RegionCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Later, Problem};

use super::Told;
use crate::{
    app::{Desk, prepare},
    http::{access, broken, given::Given},
    store::conversations::{self, NewConversation},
};

/// A conversation that began.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = conversations::Begun)]
pub(crate) struct Begun {
    /// What the switch calls it: a code, never a telephone number.
    call: String,
    /// `call` 来电, `three-party` 三方通话, `live` 在线接听; `call` when missing.
    sort: Option<String>,
    #[schema(value_type = String)]
    region: RegionCode,
    /// The line it was dialled on.
    line: Option<String>,
    /// It is for named hands only.
    #[serde(default)]
    secret: bool,
    /// The number of the case it is about, if that is known.
    case: Option<String>,
    /// Policy pack; the installation's default when missing.
    pack: Option<String>,
}

/// Tells that a conversation began. The same call told twice is one conversation.
#[utoipa::path(post, path = "/conversations", tag = "listening", request_body = Begun,
    responses((status = 201, description = "written down", body = Told), (status = 200, description = "it goes on already", body = Told),
              (status = 403, body = Problem), (status = 404, description = "no such case", body = Problem),
              (status = 409, description = "the call is another operator's", body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn begin(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    sent: Later<Begun>,
) -> Result<Response, Problem> {
    may(&claims, &Action::RecordContact)?;
    let core = &desk.core;
    let begun = sent.read()?;
    let known = prepare::pack(core, begun.pack.as_deref())?;
    let sort = begun.sort.as_deref().unwrap_or("call");
    let mut given = Given::default();
    given.code("call", &begun.call);
    given.ensure(
        begun.call.bytes().any(|byte| !byte.is_ascii_digit()),
        "call",
        "应为交换机的通话代码，不能是电话号码",
        "must be the switch's code of the call, not a telephone number",
    );
    given.word("sort", sort, &["call", "three-party", "live"]);
    given.region(core, &claims, "region", &begun.region).await?;
    if let Some(line) = &begun.line {
        given.code("line", line);
    }
    given.check()?;
    let case = match &begun.case {
        None => None,
        Some(number) => Some(access::open(core, &claims, number).await?.case_id.0),
    };
    let operator = claims.actor();
    let new = NewConversation {
        id: Uuid::now_v7(),
        call: &begun.call,
        sort,
        operator: &operator,
        line: begun.line.as_deref(),
        region: begun.region.as_str(),
        secret: begun.secret,
        case,
        began_at: core.now(),
        pack: &known.stamp,
    };
    let write = async {
        let mut transaction = core.platform.db.pool.begin().await?;
        let (row, fresh) = conversations::begin(&mut transaction, &new).await?;
        transaction.commit().await?;
        Ok((row, fresh))
    };
    let (row, fresh) = write.await.map_err(broken)?;
    if row.operator != operator {
        return Err(Problem::conflict(
            "该通话由另一名话务员接听，须先由其结束。",
            "The call is in another operator's hand, who must end it first.",
        ));
    }
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Told::from(&row))).into_response())
}
