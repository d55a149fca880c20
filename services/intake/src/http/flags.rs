//! POST and GET /cases/{number}/flags, and a supervisor's decision: a flag stands on a case, with grounds and an end.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::record::{CaseFlagLifted, CaseFlagged};
use identity::{Action, may};
use ids::CaseId;
use intake_rules::flag::{BadFlag, FlagCommand, FlagState, check_flag, decide_flag};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IfMatch, Json, Later, Path, Problem, etag};

use crate::{
    app::{Core, Desk, change::Changed, hand::Hand, sealed},
    http::{access, broken, transition, wrong},
    store::flags::{self, Flag, Handed},
};

/// A flag to be set.
#[derive(Deserialize, ToSchema)]
#[schema(as = flags::Wanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// A flag of the pack.
    flag: String,
    /// The conduct on which it rests; a code of the pack.
    ground: String,
    /// What happened. The person reads it.
    facts: String,
    /// Last day; the latest that the pack allows when missing.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// A hand-over to the police that happened, where the pack allows to note one.
    handed: Option<Note>,
}

/// A note of a hand-over.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    /// To whom.
    to: String,
    /// When.
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// Serial of the receiving body.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// A supervisor's decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    /// Takes the flag away; otherwise it is kept until its end.
    lift: bool,
    /// Why. The person reads it.
    reason: String,
}

/// A flag as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = flags::Shown)]
pub(crate) struct Shown {
    id: Uuid,
    flag: String,
    ground: String,
    facts: String,
    /// Account of who set it; never a name.
    author: String,
    #[schema(value_type = String, format = DateTime)]
    set_at: Timestamp,
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// `standing`, `objected`, `kept`, `lifted`, `ended`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    objection: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handed: Option<Note>,
}

/// The flags of a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct Flags {
    pub(crate) flags: Vec<Shown>,
}

/// A flag as it stands today, opened where its case is sealed.
///
/// # Errors
/// A text does not open with the installation's key.
pub(crate) fn shown(core: &Core, case: CaseId, flag: Flag) -> anyhow::Result<Shown> {
    let open = |text: String| sealed::open_text(&core.vault, case, &text);
    let handed = |Handed { to, on, reference }: Handed| {
        Ok::<_, anyhow::Error>(Note { to: open(to)?, on, reference: reference.map(open).transpose()? })
    };
    Ok(Shown {
        id: flag.flag_id,
        state: flag.state.on(core.today(), flag.until).as_str(),
        flag: flag.flag,
        ground: flag.ground,
        facts: open(flag.facts)?,
        author: flag.author,
        set_at: flag.set_at,
        until: flag.until,
        objection: flag.objection.map(open).transpose()?,
        decision: flag.decision.map(open).transpose()?,
        handed: flag.handed.map(handed).transpose()?,
    })
}

/// Cleans a text of a flag and measures it.
pub(crate) fn words(field: &str, text: &str) -> Result<String, Problem> {
    let clean = text::clean(text).text;
    match clean.chars().count() {
        1..=2000 => Ok(clean),
        _ => Err(wrong(field, "应为 1 至 2000 字", "must have 1 to 2000 characters")),
    }
}

/// Sets a flag on a case. It closes no door: nothing in registration or acceptance looks at flags.
#[utoipa::path(post, path = "/cases/{number}/flags", tag = "flags", request_body = Wanted,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 201, description = "set", body = Shown, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 422, description = "fields are wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn set(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    wanted: Later<Wanted>,
) -> Result<Response, Problem> {
    let (file, version) = transition::open(&desk, &claims, &number, &version, |_| Action::SetFlag).await?;
    let core = &desk.core;
    let known = core.packs.of_case(&file.pack.id)?;
    let today = core.today();
    let wanted = wanted.read()?;
    let (kind, until) = check_flag(&known.pack.flag, &wanted.flag, &wanted.ground, wanted.until, today)
        .map_err(|bad| match bad {
            BadFlag::Kind => wrong("flag", "规则包没有这个标记", "the pack has no such flag"),
            BadFlag::Ground => wrong("ground", "规则包没有这个事由", "the pack has no such ground"),
            BadFlag::Until => {
                wrong("until", "不在允许的期间内", "is not within the time that the pack allows")
            }
        })?;
    let facts = words("facts", &wanted.facts)?;
    let handed = wanted.handed.map(|Note { to, on, reference }| Handed { to, on, reference });
    if let Some(handed) = &handed {
        let short =
            |text: &str| (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        let fits = short(&handed.to) && handed.reference.as_deref().is_none_or(short) && handed.on <= today;
        if !kind.police || !fits {
            return Err(wrong("handed", "不能这样记录移交", "a hand-over cannot be noted like this"));
        }
    }
    let keep = |text: String| sealed::keep(&core.vault, file.confidential, file.case_id, text);
    let handed = handed.map(|Handed { to, on, reference }| Handed {
        to: keep(to),
        on,
        reference: reference.map(keep),
    });
    let flag = Flag {
        flag_id: Uuid::now_v7(),
        flag: wanted.flag.clone(),
        ground: wanted.ground,
        facts: keep(facts),
        author: claims.actor(),
        set_at: core.now(),
        until,
        state: FlagState::Standing,
        objection: None,
        decision: None,
        handed,
    };
    let mut hand = Hand::take(core, &file).await?;
    hand.fits(version)?;
    flags::insert(hand.connection(), file.case_id.0, &flag, &known.stamp).await.map_err(broken)?;
    let draft = hand.draft(&claims, CaseFlagged { flag: wanted.flag, until });
    let changed = hand.done(vec![draft]).await?;
    Ok((StatusCode::CREATED, [etag(changed.version)], Json(shown(core, file.case_id, flag)?)).into_response())
}

/// Reads the flags of a case; the person reads them with the token of the case.
#[utoipa::path(get, path = "/cases/{number}/flags", tag = "flags",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "flags", body = Flags),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Flags>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(broken)?;
    let flags = flags::of_case(&mut connection, file.case_id.0).await.map_err(broken)?;
    let flags = flags.into_iter().map(|flag| shown(&desk.core, file.case_id, flag));
    Ok(Json(Flags { flags: flags.collect::<anyhow::Result<_>>()? }))
}

/// Decides on a flag: keeps it after an objection, or takes it away. Not by who set it.
#[utoipa::path(post, path = "/cases/{number}/flags/{flag}/decision", tag = "flags", request_body = Decision,
    params(("number" = String, Path, description = "case number"), ("flag" = String, Path, description = "id of the flag"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as the case stands now", body = Changed, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "the flag is at its end", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn decide(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((number, id)): Path<(String, String)>,
    version: IfMatch,
    decision: Later<Decision>,
) -> Result<Response, Problem> {
    let (file, version) =
        transition::open(&desk, &claims, &number, &version, |_| Action::ReviewContact).await?;
    may(&claims, &Action::ReviewContact)?;
    let decision = decision.read()?;
    let reason = words("reason", &decision.reason)?;
    let core = &desk.core;
    let mut hand = Hand::take(core, &file).await?;
    let flags = flags::of_case(hand.connection(), file.case_id.0).await.map_err(broken)?;
    let flag = flags.into_iter().find(|flag| flag.flag_id.to_string() == id).ok_or_else(no_such_flag)?;
    if claims.acted_as(&flag.author) && !decision.lift {
        return Err(Problem::conflict(
            "标记由本人设置，异议应由他人裁定。",
            "Who set a flag does not decide on the objection to it.",
        ));
    }
    let now = flag.state.on(core.today(), flag.until);
    let command = if decision.lift { FlagCommand::Lift } else { FlagCommand::Keep };
    let state = decide_flag(now, command)
        .map_err(|_| Problem::conflict("该标记已经终止。", "The flag is at its end."))?;
    if state == now {
        return Ok(transition::changed(hand.same()));
    }
    hand.fits(version)?;
    let reason = sealed::keep(&core.vault, file.confidential, file.case_id, reason);
    flags::decide(hand.connection(), flag.flag_id, state, &reason, &claims.actor(), core.now())
        .await
        .map_err(broken)?;
    let lifted = (state == FlagState::Lifted).then(|| {
        let reason = if flag.objection.is_some() { "objection" } else { "supervisor" };
        hand.draft(&claims, CaseFlagLifted { flag: flag.flag.clone(), reason: reason.to_owned() })
    });
    Ok(transition::changed(hand.done(lifted.into_iter().collect()).await?))
}

/// The answer for a flag that is not there.
pub(crate) fn no_such_flag() -> Problem {
    Problem::not_found("没有这个标记。", "There is no such flag.")
}
