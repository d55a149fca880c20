//! GET /publications/{publication}: a public answer beside what it was made of, and what was done with it.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use ids::PublicationId;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem, etag};

use super::PublicationView;
use crate::{
    app::{
        Desk,
        note::note,
        publishing::{in_region, missing, opened},
        redaction::{Piece, pieces, redact},
    },
    http::fault,
    store::{find, publications},
};

/// A public answer with its making.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicationDetail {
    #[serde(flatten)]
    publication: PublicationView,
    /// What the rules took out of the title, piece by piece; what a person changed after that stands in the log.
    title_diff: Vec<Piece>,
    question_diff: Vec<Piece>,
    answer_diff: Vec<Piece>,
    /// Oldest first.
    log: Vec<DoneView>,
}

/// One deed of a moderator.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoneView {
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    actor: String,
    /// `drafted`, `edited`, `released`, `refused`, `unpublished`, `marked`.
    deed: String,
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// Reads one. The original words are shown, so the reading stands in the dossier.
#[utoipa::path(get, path = "/publications/{publication}", tag = "publications",
    params(("publication" = String, Path, description = "its id")),
    responses((status = 200, description = "the answer and its making", body = PublicationDetail, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such public answer", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(publication): Path<String>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    may(&claims, &Action::Moderate)?;
    let id: PublicationId = publication.parse().map_err(|_| missing())?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let Some(row) = publications::by_ids(&mut connection, &[id.0]).await?.pop() else { return Ok(None) };
        let Some(file) = find::by_id(&mut connection, row.case_id).await? else { return Ok(None) };
        Ok(Some((publications::deeds(&mut connection, id).await?, row, file)))
    };
    let found: Result<_, sqlx::Error> = read.await;
    let (log, row, file) = found.map_err(|error| fault(error.into()))?.ok_or_else(missing)?;
    in_region(&claims, &file)?;
    let sealed = core.vault.open(id.0.as_bytes(), &row.original_answer);
    let original = sealed.ok_or_else(|| anyhow::anyhow!("a public answer's original does not open"))?;
    let original = String::from_utf8(original).map_err(anyhow::Error::from)?;
    let party = core.party(file.case_id, file.party.as_deref())?;
    note(core, file.case_id, &claims, "publication.read", json!({"publication": id}))
        .await
        .map_err(|error| fault(error.into()))?;
    let diff = |words: &str| pieces(words, &redact(&party, words));
    let done = |(version, at, actor, deed, detail): publications::Deed| {
        let detail = opened(core, file.case_id, detail)?;
        Ok(DoneView { version, at, actor, deed, detail })
    };
    let log: anyhow::Result<Vec<DoneView>> = log.into_iter().map(done).collect();
    let tag = etag(row.version);
    let detail = PublicationDetail {
        title_diff: diff(&file.title),
        question_diff: diff(&file.body),
        answer_diff: diff(&original),
        log: log?,
        publication: PublicationView::of(row),
    };
    Ok(([tag], Json(detail)).into_response())
}
