//! POST and GET /cases/{number}/calls: a call of three parties is recorded on its case: who was on the line, and what it came to.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::record::CaseCallHeld;
use identity::{Action, may};
use ids::CaseId;
use intake_rules::may_come_to;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Later, Path, Problem};

use crate::{
    app::{Core, Desk, say::say},
    http::{access, broken, given::Given},
    store::{
        calls::{self, Call, NewCall},
        cases, dossier,
    },
};

/// Who was on the line beside the citizen and the operator.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = calls::Party)]
pub(crate) struct Party {
    /// Code of a unit or of another body.
    code: String,
    /// Who spoke for it; sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<String>,
}

/// A call.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = calls::Told)]
pub(crate) struct Told {
    with: Vec<Party>,
    #[schema(value_type = String, format = DateTime)]
    began_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ended_at: Timestamp,
    /// A result of the pack, such as `theirs` or `settled`.
    result: String,
    /// What was said; sealed.
    notes: Option<String>,
}

/// What is sealed of a call.
#[derive(Default, Serialize, Deserialize)]
struct Words {
    speakers: Vec<Option<String>>,
    notes: Option<String>,
}

/// A call as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = calls::Shown)]
pub(crate) struct Shown {
    call: Uuid,
    with: Vec<Party>,
    #[schema(value_type = String, format = DateTime)]
    began_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ended_at: Timestamp,
    result: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
    /// Role and account of who recorded it; never a name.
    actor: String,
    pack: String,
    pack_version: i32,
}

/// The calls of a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct Calls {
    calls: Vec<Shown>,
}

/// Records a call. The same call told twice is recorded once.
#[utoipa::path(post, path = "/cases/{number}/calls", tag = "channels", request_body = Told,
    params(("number" = String, Path, description = "case number")),
    responses((status = 201, description = "recorded", body = Calls),
              (status = 200, description = "it was recorded before", body = Calls),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem),
              (status = 422, description = "fields are wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn record(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    told: Later<Told>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    may(&claims, &Action::RecordContact)?;
    let known = core.packs.of_case(&file.pack.id)?;
    let now = core.now();
    let mut given = Given::default();
    let told = told.read()?;
    given.ensure((1..=8).contains(&told.with.len()), "with", "应有 1 至 8 方", "must be 1 to 8");
    told.with.iter().for_each(|party| given.code("with.code", &party.code));
    given.once("with.code", told.with.iter().map(|party| party.code.as_str()));
    let speaker = |party: &Party, given: &mut Given| {
        let name = party.speaker.as_deref().filter(|name| !name.trim().is_empty());
        name.map(|name| given.line("with.speaker", name, 100))
    };
    let speakers: Vec<Option<String>> = told.with.iter().map(|party| speaker(party, &mut given)).collect();
    let notes = given.maybe_text("notes", told.notes.as_deref(), 2000);
    let ordered = told.began_at <= told.ended_at && told.ended_at <= now;
    given.ensure(
        ordered,
        "ended_at",
        "应不早于开始时间、不晚于现在",
        "must not be before the start or after now",
    );
    given.code("result", &told.result);
    if !may_come_to(known.pack.handover.as_ref(), &told.result) {
        let listed = known.pack.handover.iter().flat_map(|rules| &rules.results);
        let listed: Vec<&str> = listed.map(|known| known.code.as_str()).collect();
        given.word("result", &told.result, &listed);
    }
    given.check()?;
    let beside: Vec<String> = told.with.iter().map(|party| party.code.clone()).collect();
    let case = file.case_id.0;
    let words = format!("{case}:call:{}:{}", crate::app::kept(told.began_at), beside.join("+"));
    let call = CaseId::derived(&words).0;
    let words = Words { speakers, notes };
    let plain = serde_json::to_vec(&words).map_err(anyhow::Error::from)?;
    let actor = claims.actor();
    let new = NewCall {
        call,
        case,
        beside: &beside,
        began_at: told.began_at,
        ended_at: told.ended_at,
        result: &told.result,
        sealed: Some(core.vault.seal(call.as_bytes(), &plain)),
        actor: &actor,
        pack: &known.stamp,
    };
    let write = async {
        let mut transaction = core.platform.db.pool.begin().await?;
        cases::lock(&mut transaction, &[case]).await?;
        let fresh = calls::insert(&mut transaction, &new).await?;
        if fresh {
            let draft = runtime::Draft {
                aggregate: case,
                region: file.region.clone(),
                time: now,
                actor: actor.clone(),
                causation: None,
                historic: false,
                trace: None,
                body: CaseCallHeld { with: beside.clone(), result: told.result.clone() }.into(),
            };
            let mut heads = dossier::heads(&mut transaction, &[case]).await?;
            say(&mut transaction, &mut heads, vec![draft]).await?;
        }
        let rows = calls::of_case(&mut transaction, case).await?;
        transaction.commit().await?;
        Ok((fresh, rows))
    };
    let (fresh, rows) = write.await.map_err(broken)?;
    core.platform.wake.outbox();
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(shown(core, rows)?)).into_response())
}

/// Lists the calls of a case. To hear who spoke is to learn of people: it is written into the dossier.
#[utoipa::path(get, path = "/cases/{number}/calls", tag = "channels",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "the calls", body = Calls),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Calls>, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    may(&claims, &Action::ReadParty)?;
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    let rows = calls::of_case(&mut connection, file.case_id.0).await.map_err(broken)?;
    drop(connection);
    if !rows.is_empty() {
        crate::app::sealed::look(core, file.case_id, &claims, "calls.read").await.map_err(broken)?;
    }
    Ok(Json(shown(core, rows)?))
}

fn shown(core: &Core, rows: Vec<Call>) -> anyhow::Result<Calls> {
    let one = |row: Call| {
        let words: Words = match &row.sealed {
            None => Words::default(),
            Some(sealed) => {
                let plain = core.vault.open(row.call_id.as_bytes(), sealed);
                let plain = plain.ok_or_else(|| anyhow::anyhow!("a call does not open with this key"))?;
                serde_json::from_slice(&plain)?
            }
        };
        let speakers = words.speakers.into_iter().chain(std::iter::repeat(None));
        let with = row.beside.into_iter().zip(speakers).map(|(code, speaker)| Party { code, speaker });
        Ok(Shown {
            call: row.call_id,
            with: with.collect(),
            began_at: row.began_at.to_jiff(),
            ended_at: row.ended_at.to_jiff(),
            result: row.result,
            notes: words.notes,
            actor: row.actor,
            pack: row.pack_id,
            pack_version: row.pack_version,
        })
    };
    Ok(Calls { calls: rows.into_iter().map(one).collect::<anyhow::Result<_>>()? })
}
