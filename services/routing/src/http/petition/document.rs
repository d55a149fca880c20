//! `GET /petitions/{case_id}/documents/{seq}`: a document as a page to print.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use identity::{Action, may};
use ids::CaseId;
use uuid::Uuid;
use web::{Caller, Path, Problem};

use crate::{
    app::petition::Contents,
    http::{
        Desk,
        outcome::{fault, missing, refuse},
    },
    store::{assignments, cases, petitions, petitions::Document},
};

const STYLE: &str = "body{font-family:FangSong,'Noto Serif CJK SC',SimSun,serif;font-size:16pt;line-height:1.8;\
    max-width:42em;margin:2em auto;padding:0 1em}h1{text-align:center;font-size:22pt}p{white-space:pre-wrap}\
    .serial,.end{text-align:right}.en{font-size:11pt;border-top:1px solid;margin-top:2em}@page{margin:25mm}";

/// A document as it was served, to read and to print.
#[utoipa::path(get, path = "/petitions/{case_id}/documents/{seq}", operation_id = "petition_document", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("seq" = i32, Path, description = "place in the list")),
    responses((status = 200, body = String, content_type = "text/html"), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((id, seq)): Path<(Uuid, i32)>,
) -> Result<Response, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let hands = assignments::of_cases(&mut connection, &[id]).await.map_err(fault)?;
    let own = hands.iter().find(|hand| claims.unit.as_ref() == Some(&hand.unit));
    let unit = own.map(|hand| hand.unit.clone());
    let may = may(&claims, &Action::ReadCase { case, unit, region: Some(route.region.clone()) });
    refuse(&desk.app, &mut connection, &claims, &route, may, "document").await?;
    let documents = petitions::documents(&mut connection, case).await.map_err(fault)?;
    let document = documents.into_iter().find(|document| document.seq == seq).ok_or_else(missing)?;
    let plain = desk.app.vault.open(id, &document.contents)?;
    let contents: Contents = serde_json::from_str(&plain).map_err(anyhow::Error::from)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let organ = document.organ.parse().map(|organ| directory.name_of(&organ)).unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, page(&document, &contents, &organ)).into_response())
}

fn page(document: &Document, contents: &Contents, organ: &str) -> String {
    let proof = contents.proof.as_deref().map(|proof| format!("<p>送达凭证：{}</p>", plain(proof)));
    format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>\
         <h1>{title}</h1><p class=\"serial\">{serial}</p><p>{zh}</p><p class=\"end\">{organ}\n{issued}</p>\
         <p>送达日期：{served}</p>{proof}<div class=\"en\" lang=\"en\"><h2>{title_en}</h2><p>{en}</p></div></html>",
        title = plain(&contents.title_zh),
        title_en = plain(&contents.title_en),
        serial = plain(&document.serial),
        zh = plain(&contents.zh),
        en = plain(&contents.en),
        organ = plain(organ),
        issued = document.issued_on,
        served = document.served_on,
        proof = proof.unwrap_or_default(),
    )
}

/// Words of people as words of a page.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
