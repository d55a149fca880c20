//! GET and PUT /topics: what citizens are asked about for a while (政民互动话题); contributions are suggestions that name one.

use axum::{body::Bytes, extract::State, http::HeaderMap};
use identity::{Action, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, MaybeCaller, Problem};

use crate::{
    app::{Desk, doors},
    http::{
        fault,
        given::Given,
        rows::{self, Replaced},
    },
    store::registers::{self, TOPICS, Topic},
};

/// Topics.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Topics {
    topics: Vec<TopicShown>,
}

/// A topic with what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TopicShown {
    #[serde(flatten)]
    topic: Topic,
    /// Contributions are taken today.
    open: bool,
    /// Contributions so far.
    contributions: i64,
}

/// Lists the topics: published ones for everyone, all of them for who keeps them.
#[utoipa::path(get, path = "/topics", tag = "channels", security((), ("bearer" = [])),
    responses((status = 200, body = Topics)))]
pub(crate) async fn topics(
    State(desk): State<Desk>,
    MaybeCaller(caller): MaybeCaller,
) -> Result<Json<Topics>, Problem> {
    let keeps = caller.is_some_and(|claims| may(&claims, &Action::ManageKnowledge).is_ok());
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        let topics: Vec<Topic> = registers::all(&mut connection, &TOPICS).await?;
        Ok((topics, registers::contributions(&mut connection).await?))
    };
    let (topics, counts) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let today = desk.core.today();
    let shown = topics.into_iter().filter(|topic| keeps || topic.published).map(|topic| TopicShown {
        open: doors::is_open(&topic, today),
        contributions: counts.get(&topic.code).copied().unwrap_or(0),
        topic,
    });
    Ok(Json(Topics { topics: shown.collect() }))
}

/// Puts a table of topics in the place of the one before: JSON, TOML or CSV.
#[utoipa::path(put, path = "/topics", tag = "channels", security(("bearer" = [])),
    request_body(content = Vec<Topic>, description = "{\"topics\": […]}, [[topics]], or CSV with a head"),
    responses((status = 200, body = Replaced), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put_topics(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Replaced>, Problem> {
    rows::may_replace(&claims, &Action::ManageKnowledge)?;
    let mut topics: Vec<Topic> = rows::read(&headers, &body, "topics")?;
    let mut given = Given::default();
    for (at, topic) in topics.iter_mut().enumerate() {
        let field = |name: &str| format!("topics[{at}].{name}");
        given.code(&field("code"), &topic.code);
        topic.zh = given.line(&field("zh"), &topic.zh, 100);
        topic.en = given.line(&field("en"), &topic.en, 100);
        topic.question = given.text(&field("question"), &topic.question, 2000);
        given.ensure(
            topic.first_day <= topic.last_day,
            &field("last_day"),
            "早于开始日",
            "lies before the first day",
        );
        if let Some(region) = &topic.region {
            given.region(&desk.core, &claims, &field("region"), region).await?;
        }
    }
    given.once("topics", topics.iter().map(|topic| topic.code.as_str()));
    given.check()?;
    let write = async {
        let mut transaction = desk.core.platform.db.pool.begin().await?;
        registers::replace(&mut transaction, &TOPICS, &topics).await?;
        transaction.commit().await
    };
    write.await.map_err(|error| fault(error.into()))?;
    Ok(Json(Replaced { rows: topics.len() }))
}
