//! GET and PUT /cases/{number}/record: the five elements and what belongs to them, complete or with what is missing.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::Action;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, IfMatch, Json, Later, Path, Problem, etag};

use crate::{
    app::{
        Desk,
        beside::{self, Told},
        change::Changed,
        found,
        hand::Hand,
        sealed,
    },
    http::{access, broken, transition},
    store::{find::File, records},
};

/// The record of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Record {
    number: String,
    version: i64,
    /// 一般件 `ordinary`, 急阅件 `urgent-read`, 重要件 `important`.
    class: String,
    class_zh: &'static str,
    /// Entry of the strict-and-fast list that holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    fast: Option<String>,
    /// The word or the size for which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    /// Kind or lane of a petition.
    #[serde(skip_serializing_if = "Option::is_none")]
    petition: Option<String>,
    /// What was told.
    record: Told,
    /// All five elements are there.
    complete: bool,
    /// Those that are not: `who`, `when`, `where`, `cause`, `course`.
    missing: Vec<&'static str>,
}

/// Reads the record of a case.
#[utoipa::path(get, path = "/cases/{number}/record", tag = "record",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "the record", body = Record, headers(("ETag" = String))),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(broken)?;
    let kept = records::of_case(&mut connection, file.case_id).await.map_err(broken)?.unwrap_or_default();
    let told = Told::open(&desk.core, file.case_id, &kept)?;
    let known = desk.core.packs.of_case(&file.pack.id)?;
    let missing = told.missing();
    let open = |word: String| sealed::open_text(&desk.core.vault, file.case_id, &word);
    let shown = Record {
        number: file.number.to_string(),
        version: file.version,
        class: kept.class.as_str().to_owned(),
        class_zh: kept.class.zh(),
        fast: kept.fast,
        evidence: kept.evidence.map(open).transpose()?,
        petition: kept.petition.or_else(|| known.pack.petition.of(&file.kind).map(str::to_owned)),
        complete: missing.is_empty(),
        missing,
        record: told,
    };
    Ok(([etag(file.version)], Json(shown)).into_response())
}

/// Writes the record of a case anew. The class is changed by `classify`, which asks for a reason.
#[utoipa::path(put, path = "/cases/{number}/record", tag = "record", request_body = Told,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "fields are wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    told: Later<Told>,
) -> Result<Response, Problem> {
    let action = |_: &File| Action::DecideAcceptance;
    let (file, version) = transition::open(&desk, &claims, &number, &version, action).await?;
    let core = &desk.core;
    let told = told.read()?;
    let mut errors = beside::check(&core.packs.of_case(&file.pack.id)?.pack, Some(&told), None);
    if told.class.is_some() {
        errors.push(web::FieldError::new("record.class", "请用 classify 修改", "is changed by classify"));
    }
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    let mut hand = Hand::take(core, &file).await?;
    hand.fits(version)?;
    let before = records::of_case(hand.connection(), file.case_id).await.map_err(broken)?.unwrap_or_default();
    let kept = records::Record {
        class: before.class,
        fast: before.fast,
        evidence: before.evidence,
        petition: before.petition,
        ..told.keep(core, file.case_id, file.confidential)
    };
    records::put(hand.connection(), file.case_id.0, &kept).await.map_err(broken)?;
    let changed = hand.done(Vec::new()).await?;
    found::after(core, file.case_id).await;
    Ok(transition::changed(changed))
}
