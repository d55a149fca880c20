//! GET and PUT /mailboxes: the mayor's mailbox with those of counties and bureaus below it (信箱树).

use axum::{body::Bytes, extract::State, http::HeaderMap};
use identity::Action;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use crate::{
    app::Desk,
    http::{
        fault,
        given::Given,
        rows::{self, Replaced},
    },
    store::registers::{self, MAILBOXES, Mailbox},
};

/// Mailboxes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailboxTree {
    /// By code; `parent` makes the tree.
    mailboxes: Vec<Mailbox>,
}

/// Lists the mailboxes. Public.
#[utoipa::path(get, path = "/mailboxes", tag = "channels", security(()),
    responses((status = 200, body = MailboxTree)))]
pub(crate) async fn mailboxes(State(desk): State<Desk>) -> Result<Json<MailboxTree>, Problem> {
    Ok(Json(MailboxTree { mailboxes: all(&desk).await? }))
}

/// Every mailbox.
pub(crate) async fn all(desk: &Desk) -> Result<Vec<Mailbox>, Problem> {
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(|error| fault(error.into()))?;
    registers::all(&mut connection, &MAILBOXES).await.map_err(|error| fault(error.into()))
}

/// One mailbox.
pub(crate) async fn one(desk: &Desk, code: &str) -> Result<Mailbox, Problem> {
    let found = all(desk).await?.into_iter().find(|mailbox| mailbox.code == code);
    found.ok_or_else(|| Problem::not_found("没有这个信箱。", "There is no such mailbox."))
}

/// Puts a tree of mailboxes in the place of the one before: JSON, TOML or CSV.
#[utoipa::path(put, path = "/mailboxes", tag = "channels", security(("bearer" = [])),
    request_body(content = Vec<Mailbox>, description = "{\"mailboxes\": […]}, [[mailboxes]], or CSV with a head"),
    responses((status = 200, body = Replaced), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put_mailboxes(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Replaced>, Problem> {
    rows::may_replace(&claims, &Action::ManageCatalogue)?;
    let mut rows: Vec<Mailbox> = rows::read(&headers, &body, "mailboxes")?;
    let mut given = Given::default();
    let tree: Vec<(String, Option<String>)> =
        rows.iter().map(|row| (row.code.clone(), row.parent.clone())).collect();
    for (at, row) in rows.iter_mut().enumerate() {
        let field = |name: &str| format!("mailboxes[{at}].{name}");
        given.code(&field("code"), &row.code);
        row.zh = given.line(&field("zh"), &row.zh, 100);
        row.en = given.line(&field("en"), &row.en, 100);
        given.region(&desk.core, &claims, &field("region"), &row.region).await?;
        given.ensure(
            desk.core.packs.get(&row.pack).is_some(),
            &field("pack"),
            "没有这个规则包",
            "there is no such policy pack",
        );
        given.ensure(
            reaches_the_top(&tree, &row.code),
            &field("parent"),
            "上级信箱不存在或成环",
            "the mailbox above is missing, or the tree is a ring",
        );
        given.ensure(
            row.frames.split_whitespace().all(is_origin),
            &field("frames"),
            "应为以空格分隔的 https 来源",
            "must be https origins, separated by spaces",
        );
        row.frames = row.frames.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    given.once("mailboxes", rows.iter().map(|row| row.code.as_str()));
    given.check()?;
    let write = async {
        let mut transaction = desk.core.platform.db.pool.begin().await?;
        registers::replace(&mut transaction, &MAILBOXES, &rows).await?;
        transaction.commit().await
    };
    write.await.map_err(|error| fault(error.into()))?;
    Ok(Json(Replaced { rows: rows.len() }))
}

fn reaches_the_top(tree: &[(String, Option<String>)], code: &str) -> bool {
    let mut at = code;
    for _ in 0..=tree.len() {
        match tree.iter().find(|(known, _)| known == at) {
            None => return false,
            Some((_, None)) => return true,
            Some((_, Some(parent))) => at = parent,
        }
    }
    false
}

/// A host with its scheme: nothing that could end the directive it is written into.
fn is_origin(word: &str) -> bool {
    let host = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:*".contains(&byte);
    word.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_a_top_and_no_ring() {
        let row = |code: &str, parent: Option<&str>| (code.to_owned(), parent.map(str::to_owned));
        let tree =
            [row("mayor", None), row("county", Some("mayor")), row("a", Some("b")), row("b", Some("a"))];
        assert!(reaches_the_top(&tree, "county") && reaches_the_top(&tree, "mayor"));
        assert!(!reaches_the_top(&tree, "a") && !reaches_the_top(&tree, "nobody"));
    }

    #[test]
    fn an_origin_cannot_end_the_directive() {
        assert!(is_origin("https://www.example.gov.cn:8443") && is_origin("https://*.example.gov.cn"));
        for word in ["https://", "http://a.cn", "'self'", "https://a.cn;script-src", "https://a.cn/\"", "*"] {
            assert!(!is_origin(word), "{word}");
        }
    }
}
