//! POST /cases/{number}/hand-over: a case goes to an emergency line or another body (一键转接、三方通话、首接负责).

use axum::extract::State;
use contracts::record::CaseHandedOver;
use identity::{Action, may};
use intake_rules::{Remit, Way, way};
use runtime::Draft;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, FieldError, Json, Later, Path, Problem};

use crate::{
    app::{Desk, say::say},
    http::{access, channels::origins, fault},
    store::{cases, dossier, reports},
};

/// To whom, and how clear it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOverWish {
    /// A body of the table that takes matters, such as `110`.
    to: String,
    /// Life or property is in danger: nothing further is asked.
    #[serde(default)]
    danger: bool,
    /// `theirs`, `unclear`, or `disputed` when both have talked.
    remit: String,
}

/// How it went over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandOverDone {
    to: String,
    /// `transfer` 一键转接, `three-party` 三方通话, `first-receiver` 首接负责.
    way: String,
    /// The matter left our hands by it; if not, it is handled here.
    leaves: bool,
    danger: bool,
    /// The rules under which the way was found.
    pack: String,
    pack_version: i32,
}

/// Hands a case over. The pack finds the way; a repeat changes nothing.
#[utoipa::path(post, path = "/cases/{number}/hand-over", tag = "channels", request_body = HandOverWish,
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, body = HandOverDone), (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn hand_over(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    wish: Later<HandOverWish>,
) -> Result<Json<HandOverDone>, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    may(&claims, &Action::DecideAcceptance)?;
    let wrong = |field, zh, en| Problem::unprocessable(vec![FieldError::new(field, zh, en)]);
    let wish = wish.read()?;
    let remit = Remit::read(&wish.remit).ok_or_else(|| {
        wrong("remit", "应为 theirs、unclear 或 disputed", "must be theirs, unclear or disputed")
    })?;
    let body = origins::one(&desk, &claims, &wish.to).await.ok().filter(|body| body.takes);
    let body = body.ok_or_else(|| wrong("to", "该机构不接收移交", "this body takes no hand-overs"))?;
    if wish.danger && body.sort != "emergency" {
        return Err(wrong("to", "危及生命财产的应转紧急热线", "danger goes to an emergency line"));
    }
    let known = core.packs.of_case(&file.pack.id)?;
    let way: Way = way(known.pack.handover.as_ref(), wish.danger, remit);
    let (now, actor) = (core.now(), claims.actor());
    let write = async {
        let mut transaction = core.platform.db.pool.begin().await?;
        cases::lock(&mut transaction, &[file.case_id.0]).await?;
        let new = reports::HandedOver {
            case_id: file.case_id,
            body: &body.code,
            way: way.as_str(),
            danger: wish.danger,
            leaves: way.leaves(),
            at: now,
            actor: &actor,
            pack: &known.stamp,
        };
        if reports::hand_over(&mut transaction, &new).await? {
            let draft = Draft {
                aggregate: file.case_id.0,
                region: file.region.clone(),
                time: now,
                actor: actor.clone(),
                causation: None,
                historic: false,
                trace: None,
                body: CaseHandedOver { to: body.code.clone(), way: way.as_str().to_owned() }.into(),
            };
            let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
            say(&mut transaction, &mut heads, vec![draft]).await?;
        }
        transaction.commit().await
    };
    write.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    core.platform.wake.outbox();
    Ok(Json(HandOverDone {
        to: body.code,
        way: way.as_str().to_owned(),
        leaves: way.leaves(),
        danger: wish.danger,
        pack: known.stamp.id.clone(),
        pack_version: known.stamp.version,
    }))
}
