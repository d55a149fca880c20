//! GET and PUT /subjects: the tenant's tree of subjects (事项分类).

use axum::extract::State;
use identity::{Action, may};
use intake_rules::subject::{BadTree, check_tree};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, FieldError, Json, Later, Problem};

use crate::{
    app::Desk,
    http::{broken, wrong},
    store::subjects::{self, Subject},
};

/// A tree of subjects.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tree {
    /// Grows with each change; 0 where none was loaded.
    version: i32,
    /// Every code with its labels; a code stands with the codes above it.
    subjects: Vec<Subject>,
}

/// Reads the tree in use. Forms show it, so nobody need sign in.
#[utoipa::path(get, path = "/subjects", tag = "subjects",
    responses((status = 200, description = "the tree", body = Tree)), security(()))]
pub(crate) async fn get(State(desk): State<Desk>) -> Result<Json<Tree>, Problem> {
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(broken)?;
    let version = subjects::version(&mut connection).await.map_err(broken)?;
    let subjects = subjects::tree(&mut connection).await.map_err(broken)?;
    Ok(Json(Tree { version, subjects }))
}

/// Puts a newer tree in the place of the one before.
#[utoipa::path(put, path = "/subjects", tag = "subjects", request_body = Tree,
    responses((status = 200, description = "the tree", body = Tree),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "a tree of this version or a newer one is there", body = Problem),
              (status = 422, description = "the tree is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    tree: Later<Tree>,
) -> Result<Json<Tree>, Problem> {
    may(&claims, &Action::Administer)?;
    let tree = tree.read()?;
    let codes: Vec<&str> = tree.subjects.iter().map(|subject| subject.code.as_str()).collect();
    let mut errors: Vec<FieldError> = check_tree(&codes).into_iter().map(named).collect();
    for (at, subject) in tree.subjects.iter().enumerate() {
        if [&subject.zh, &subject.en]
            .iter()
            .any(|label| label.trim().is_empty() || label.chars().count() > 60)
        {
            errors.push(FieldError::new(
                format!("subjects[{at}]"),
                "中英文名称各 1 至 60 字",
                "labels in both languages, 1 to 60 characters",
            ));
        }
    }
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    if tree.subjects.is_empty() || tree.subjects.len() > 20_000 {
        return Err(wrong("subjects", "应为 1 至 20000 项", "must have 1 to 20000 entries"));
    }
    let mut transaction = desk.core.platform.db.pool.begin().await.map_err(broken)?;
    let newer = subjects::replace(&mut transaction, tree.version, &tree.subjects).await.map_err(broken)?;
    if !newer {
        return Err(Problem::conflict(
            "版本号必须大于现有版本。",
            "The version must be above the one in use.",
        ));
    }
    transaction.commit().await.map_err(broken)?;
    desk.core.subjects.forget();
    tracing::info!(
        version = tree.version,
        subjects = tree.subjects.len(),
        actor = claims.actor(),
        "subjects loaded"
    );
    Ok(Json(tree))
}

fn named(bad: BadTree) -> FieldError {
    let (at, zh) = match bad {
        BadTree::Code(at) => (at, "代码应为一至三段，每段 1 至 16 个字母、数字或连字符"),
        BadTree::Twice(at) => (at, "代码重复"),
        BadTree::Orphan(at) => (at, "缺少上一级代码"),
    };
    FieldError::new(format!("subjects[{at}].code"), zh, bad.to_string())
}
