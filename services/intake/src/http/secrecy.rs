//! POST /cases/{number}/secrecy: the result of a matter is secret, or is so no longer (处理结果保密).

use axum::{extract::State, response::Response};
use contracts::record::{CaseResultSealed, CaseResultUnsealed};
use identity::{Action, may};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, IfMatch, Later, Path, Problem};

use crate::{
    app::{Desk, change::Changed, hand::Hand, sealed},
    http::{access, broken, flags::words, transition},
    store::secrecy,
};

/// What is decided.
#[derive(Deserialize, ToSchema)]
#[schema(as = secrecy::Decided)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decided {
    /// `true`: secret from now on; `false`: no longer.
    secret: bool,
    /// Why; kept sealed.
    grounds: String,
}

/// Makes the result of a case secret, whatever its kind: it is published nowhere, counted in no public table, told to no
/// agency, and the citizen is told in neutral words. The same once more changes nothing.
#[utoipa::path(post, path = "/cases/{number}/secrecy", tag = "sealed", request_body = Decided,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "without grounds", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    decided: Later<Decided>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    may(&claims, &Action::NameHands)
        .or_else(|_| may(&claims, &Action::Moderate))
        .or_else(|_| may(&claims, &Action::ReviewContact))?;
    let version = version.require()?;
    let decided = decided.read()?;
    let grounds = words("grounds", &decided.grounds)?;
    let mut hand = Hand::take(core, &file).await?;
    if secrecy::stands(hand.connection(), file.case_id).await.map_err(broken)? == decided.secret {
        return Ok(transition::changed(hand.same()));
    }
    hand.fits(version)?;
    let kept = sealed::keep(&core.vault, true, file.case_id, grounds);
    let (at, actor) = (core.now(), claims.actor());
    let draft = if decided.secret {
        secrecy::begin(hand.connection(), file.case_id, at, &actor, &kept).await.map_err(broken)?;
        hand.draft(&claims, CaseResultSealed {})
    } else {
        secrecy::end(hand.connection(), file.case_id, at, &actor, &kept).await.map_err(broken)?;
        hand.draft(&claims, CaseResultUnsealed {})
    };
    Ok(transition::changed(hand.done(vec![draft]).await?))
}
