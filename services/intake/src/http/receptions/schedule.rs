//! POST /receptions: a session is set, by the office that receives (排班).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::reception::ReceptionScheduled;
use identity::{Action, Claims, may};
use ids::{RegionCode, SessionId, UnitCode};
use jiff::{
    ToSpan as _,
    civil::{Date, Time},
};
use runtime::{Draft, emit};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use web::{Caller, FieldError, IdempotencyKey, Json, Later, Problem, etag};

use crate::{
    app::{Core, Desk, once::once, prepare},
    http::{
        fault,
        given::Given,
        receptions::{SessionFile, begin, commit, lock, shown},
    },
    store::receptions::{self, NewSession},
};

/// A session.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionPlan {
    /// 在线接听 instead of a room.
    #[serde(default)]
    live: bool,
    /// A rank of the pack.
    rank: String,
    /// Offices of those who receive, such as 分管住建副市长; never names.
    leaders: Vec<String>,
    #[schema(value_type = String)]
    region: RegionCode,
    /// The unit, where it is a department's.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// What the leader is in charge of.
    remit: String,
    /// Where; for live answering the number or address.
    place: String,
    #[schema(value_type = String, format = Date)]
    day: Date,
    #[schema(value_type = String, example = "09:00:00")]
    starts: Time,
    #[schema(value_type = String, example = "11:30:00")]
    ends: Time,
    /// How many may book.
    capacity: i32,
    /// Policy pack; the installation's default when missing.
    pack: Option<String>,
}

/// Sets a session. It is shown to nobody outside before it is published.
#[utoipa::path(post, path = "/receptions", tag = "receptions", request_body = SessionPlan,
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body sets one session")),
    responses((status = 201, body = SessionFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 409, body = Problem), (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn schedule(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    IdempotencyKey(key): IdempotencyKey,
    plan: Later<SessionPlan>,
) -> Result<Response, Problem> {
    may(&claims, &Action::ManageReception)?;
    let core = &desk.core;
    let plan = plan.read()?;
    let digest = Sha256::digest(serde_json::to_vec(&plan).map_err(anyhow::Error::from)?).to_vec();
    let region = plan.region.clone();
    let new = check(core, &claims, plan).await?;
    let mut transaction = begin(core).await?;
    receptions::insert(&mut transaction, &new).await.map_err(|error| fault(error.into()))?;
    let answer = shown(lock(&mut transaction, &new.session_id.to_string()).await?)?;
    let key = key.map(|key| (format!("receptions/{}", new.actor), key));
    if let Some(before) = once(core, &mut transaction, key, &digest, &answer).await? {
        return Ok((StatusCode::CREATED, [etag(before.version)], Json(before)).into_response());
    }
    let draft = Draft {
        aggregate: new.session_id,
        region: region.clone(),
        time: core.now(),
        actor: new.actor.clone(),
        causation: None,
        historic: false,
        trace: None,
        body: ReceptionScheduled { session: SessionId(new.session_id), region, day: new.day, live: new.live }
            .into(),
    };
    emit(&mut transaction, "intake", vec![draft]).await.map_err(|error| fault(error.into()))?;
    commit(core, transaction).await?;
    Ok((StatusCode::CREATED, [etag(answer.version)], Json(answer)).into_response())
}

async fn check(core: &Core, claims: &Claims, plan: SessionPlan) -> Result<NewSession, Problem> {
    let known = prepare::pack(core, plan.pack.as_deref())?;
    let rules = known.pack.receptions.as_ref().ok_or_else(|| {
        Problem::unprocessable(vec![FieldError::new(
            "pack",
            "该规则包没有接待规则",
            "this pack has no rules for receptions",
        )])
    })?;
    let mut given = Given::default();
    let ranks: Vec<&str> = rules.ranks.iter().map(|rank| rank.code.as_str()).collect();
    given.word("rank", &plan.rank, &ranks);
    given.ensure((1..=20).contains(&plan.leaders.len()), "leaders", "应有 1 至 20 位", "must be 1 to 20");
    let leaders = plan.leaders.iter().map(|office| given.line("leaders", office, 50)).collect();
    given.region(core, claims, "region", &plan.region).await?;
    let remit = given.line("remit", &plan.remit, 200);
    let place = given.line("place", &plan.place, 200);
    let today = core.today();
    given.ensure(plan.day >= today, "day", "不能早于今天", "lies in the past");
    given.ensure(
        plan.day <= today.saturating_add(2.years()),
        "day",
        "最多提前两年",
        "is more than two years ahead",
    );
    given.ensure(plan.starts < plan.ends, "ends", "应晚于开始时间", "must be after the start");
    let most = rules.capacity_max;
    given.ensure(
        (1..=most).contains(&plan.capacity),
        "capacity",
        format!("应为 1 至 {most}"),
        format!("must be 1 to {most}"),
    );
    given.check()?;
    let at = |time: Time| {
        let zoned = plan.day.to_datetime(time).to_zoned(core.zone.clone());
        zoned.map(|zoned| zoned.timestamp()).map_err(anyhow::Error::from)
    };
    Ok(NewSession {
        session_id: SessionId::fresh().0,
        live: plan.live,
        rank: plan.rank,
        leaders,
        region: plan.region.to_string(),
        unit: plan.unit.map(|unit| unit.to_string()),
        remit,
        place,
        day: plan.day,
        starts_at: at(plan.starts)?,
        ends_at: at(plan.ends)?,
        capacity: plan.capacity,
        actor: claims.actor(),
        pack: known.stamp.clone(),
    })
}
