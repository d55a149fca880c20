//! POST and GET /cases/{number}/risks, and lifting: an officer marks a matter as a risk, with grounds (风险标签).

use axum::{extract::State, response::Response};
use contracts::record::{CaseRiskLifted, CaseRiskMarked};
use identity::{Action, Claims, may};
use intake_rules::risk::{RiskCommand, RiskEffect, RiskState, decide_risk, knows_risk};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem, own_unit};

use crate::{
    app::{Desk, change::Changed, hand::Hand, sealed},
    http::{access, broken, given::Given, transition},
    store::{
        find::File,
        risks::{self, Mark},
    },
};

/// A mark to be set.
#[derive(Deserialize, ToSchema)]
#[schema(as = risks::Wanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// A risk of the pack, such as `resentment` or `online_hype`.
    risk: String,
    /// What in the matter it rests on; not who somebody is.
    grounds: String,
}

/// A mark to be taken off.
#[derive(Deserialize, ToSchema)]
#[schema(as = risks::Lifting)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lifting {
    /// A risk of the pack.
    risk: String,
    /// Why it stands no longer.
    reason: String,
}

/// A mark as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = risks::Shown)]
pub(crate) struct Shown {
    risk: String,
    grounds: String,
    #[schema(value_type = String, format = DateTime)]
    marked_at: Timestamp,
    /// Role and account; never a name.
    marked_by: String,
    pack: String,
    pack_version: i32,
    #[schema(value_type = Option<String>, format = DateTime)]
    lifted_at: Option<Timestamp>,
    lifted_by: Option<String>,
    reason: Option<String>,
}

/// The marks of a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct Risks {
    risks: Vec<Shown>,
}

/// The desk marks any case of its region, an officer those of the own unit.
fn action(claims: &Claims, file: &File) -> Action {
    match &file.unit {
        Some(unit) if may(claims, &Action::SetFlag).is_err() => Action::Handle { unit: unit.clone() },
        Some(_) | None => Action::SetFlag,
    }
}

/// Marks a case as a risk. Nothing is decided by it: it is counted, and gathers into an early warning.
#[utoipa::path(post, path = "/cases/{number}/risks", tag = "record", request_body = Wanted,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "fields are wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn mark(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    sent: Later<Wanted>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::SetFlag, Action::Handle { unit: own_unit(&claims) }]);
    let Wanted { risk, grounds } = sent.read_by(&gate)?;
    decide(&desk, &claims, &number, &version, (risk, RiskCommand::Mark, "grounds", &grounds)).await
}

/// Takes a mark off.
#[utoipa::path(post, path = "/cases/{number}/risks/lift", tag = "record", request_body = Lifting,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "no such mark stands", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "fields are wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn lift(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    sent: Later<Lifting>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::SetFlag, Action::Handle { unit: own_unit(&claims) }]);
    let Lifting { risk, reason } = sent.read_by(&gate)?;
    decide(&desk, &claims, &number, &version, (risk, RiskCommand::Lift, "reason", &reason)).await
}

async fn decide(
    desk: &Desk,
    claims: &Claims,
    number: &str,
    version: &IfMatch,
    (risk, command, field, words): (String, RiskCommand, &str, &str),
) -> Result<Response, Problem> {
    let (file, version) =
        transition::open(desk, claims, number, version, |file| action(claims, file)).await?;
    let core = &desk.core;
    let known = core.packs.of_case(&file.pack.id)?;
    let mut given = Given::default();
    let list: Vec<&str> = known.pack.record.risks.iter().map(|risk| risk.code.as_str()).collect();
    if !knows_risk(&known.pack.record, &risk) {
        given.word("risk", &risk, &list);
    }
    let words = given.text(field, words, 500);
    given.check()?;
    let mut hand = Hand::take(core, &file).await?;
    let marks = risks::of_case(hand.connection(), file.case_id.0).await.map_err(broken)?;
    let (_, effect) = decide_risk(Mark::state(&marks, &risk), command)
        .map_err(|_| Problem::conflict("该诉求没有这个风险标签。", "No such mark stands on the case."))?;
    let Some(effect) = effect else { return Ok(transition::changed(hand.same())) };
    hand.fits(version)?;
    let words = sealed::keep(&core.vault, file.confidential, file.case_id, words);
    let (case, now, actor) = (file.case_id.0, core.now(), claims.actor());
    let draft = match effect {
        RiskEffect::TellMarked => {
            let stored = risks::mark(hand.connection(), case, (&risk, &words), (now, &actor), &known.stamp);
            stored.await.map_err(broken)?;
            hand.draft(claims, CaseRiskMarked { risk })
        }
        RiskEffect::TellLifted => {
            let stored = risks::lift(hand.connection(), case, (&risk, &words), (now, &actor));
            stored.await.map_err(broken)?;
            let standing = |known: &&&str| **known != risk && Mark::state(&marks, known) == RiskState::Marked;
            let left = list.iter().filter(standing).count();
            hand.draft(claims, CaseRiskLifted { risk, left: i32::try_from(left).unwrap_or(i32::MAX) })
        }
    };
    Ok(transition::changed(hand.done(vec![draft]).await?))
}

/// Lists the marks of a case, those taken off too.
#[utoipa::path(get, path = "/cases/{number}/risks", tag = "record",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "the marks", body = Risks),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Risks>, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    // The citizen reads of flags, which touch him; a mark is the house's own look at a matter.
    may(&claims, &action(&claims, &file)).or_else(|_| may(&claims, &Action::ReadReports))?;
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    let marks = risks::of_case(&mut connection, file.case_id.0).await.map_err(broken)?;
    let open = |words: &str| sealed::open_text(&core.vault, file.case_id, words);
    let shown = |mark: Mark| {
        Ok(Shown {
            grounds: open(&mark.grounds)?,
            reason: mark.reason.as_deref().map(open).transpose()?,
            risk: mark.risk,
            marked_at: mark.marked_at.to_jiff(),
            marked_by: mark.marked_by,
            pack: mark.pack_id,
            pack_version: mark.pack_version,
            lifted_at: mark.lifted_at.map(pg::SqlTimestamp::to_jiff),
            lifted_by: mark.lifted_by,
        })
    };
    Ok(Json(Risks { risks: marks.into_iter().map(shown).collect::<anyhow::Result<_>>()? }))
}
