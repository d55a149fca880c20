//! POST /track/flags and /track/objection: who has number and query code sees what stands on the case, and objects.

use axum::extract::State;
use identity::Claims;
use ids::CaseNumber;
use intake_rules::flag::{FlagCommand, decide_flag};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Origin, Problem};

use crate::{
    app::{self, Desk, hand::Hand, sealed},
    http::{
        broken,
        flags::{Flags, no_such_flag, shown, words},
    },
    store::flags,
};

/// What the citizen was given at registration.
#[derive(Deserialize, ToSchema)]
#[schema(as = flags::Keys)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// The case number.
    #[schema(value_type = String)]
    number: CaseNumber,
    /// The ten digits.
    query_code: String,
}

/// An objection.
#[derive(Deserialize, ToSchema)]
#[schema(as = flags::Objection)]
#[serde(deny_unknown_fields)]
pub(crate) struct Objection {
    /// The case number.
    #[schema(value_type = String)]
    number: CaseNumber,
    /// The ten digits.
    query_code: String,
    /// The flag.
    flag: Uuid,
    /// Why it is wrong.
    text: String,
}

/// How the flag stands now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Objected {
    state: &'static str,
}

/// Shows the flags on a case to the person who told it.
#[utoipa::path(post, path = "/track/flags", tag = "citizens", request_body = Keys,
    responses((status = 200, description = "what stands on the case", body = Flags),
              (status = 404, description = "number or query code is wrong", body = Problem),
              (status = 429, description = "too many wrong codes", body = Problem)),
    security(()))]
pub(crate) async fn flags(
    State(desk): State<Desk>,
    origin: Origin,
    Json(keys): Json<Keys>,
) -> Result<Json<Flags>, Problem> {
    let core = &desk.core;
    let file =
        app::track::track(core, origin.behind(core.config.trusted_proxies), &keys.number, &keys.query_code)
            .await?;
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    let flags = flags::of_case(&mut connection, file.case_id.0).await.map_err(broken)?;
    let flags = flags.into_iter().map(|flag| shown(core, file.case_id, flag));
    Ok(Json(Flags { flags: flags.collect::<anyhow::Result<_>>()? }))
}

/// Objects to a flag; a supervisor who did not set it decides.
#[utoipa::path(post, path = "/track/objection", tag = "citizens", request_body = Objection,
    responses((status = 200, description = "how the flag stands now", body = Objected),
              (status = 404, description = "number, query code or flag is wrong", body = Problem),
              (status = 409, description = "the flag is at its end", body = Problem)),
    security(()))]
pub(crate) async fn object(
    State(desk): State<Desk>,
    origin: Origin,
    Json(objection): Json<Objection>,
) -> Result<Json<Objected>, Problem> {
    let core = &desk.core;
    let file = app::track::track(
        core,
        origin.behind(core.config.trusted_proxies),
        &objection.number,
        &objection.query_code,
    )
    .await?;
    let text = words("text", &objection.text)?;
    let mut hand = Hand::take(core, &file).await?;
    let flags = flags::of_case(hand.connection(), file.case_id.0).await.map_err(broken)?;
    let flag = flags.into_iter().find(|flag| flag.flag_id == objection.flag).ok_or_else(no_such_flag)?;
    let now = flag.state.on(core.today(), flag.until);
    let state = decide_flag(now, FlagCommand::Object)
        .map_err(|_| Problem::conflict("该标记已经终止。", "The flag is at its end."))?;
    if state != now {
        let text = sealed::keep(&core.vault, file.confidential, file.case_id, text);
        flags::object(hand.connection(), flag.flag_id, state, &text, core.now()).await.map_err(broken)?;
        hand.note(&Claims::citizen(file.case_id, 0), "flag.objected").await?;
    }
    Ok(Json(Objected { state: state.as_str() }))
}
