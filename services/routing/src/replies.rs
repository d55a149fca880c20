//! Answers what other services ask of routing: which replies a case has, and what the line of a unit is.

use contracts::{
    line::{AskLine, Line},
    replies::{AskReplies, Replies, ToldReply},
};
use routing_rules::sealed::lines;

use crate::{app::App, store::told};

/// Every reply of a case, as it is kept: of a sealed case its texts travel sealed, and open where somebody is let in.
pub(crate) async fn replies(app: &App, question: &[u8]) -> anyhow::Result<Vec<u8>> {
    let asked: AskReplies = serde_json::from_slice(question)?;
    let mut connection = app.db.pool.acquire().await?;
    let rows = told::of_case(&mut connection, asked.case).await?;
    let directory = app.directory.current(&mut connection).await?;
    let replies = rows.into_iter().map(|(reply, unit, round)| ToldReply {
        assignment: Some(reply.assignment),
        unit_name: directory.name_of(&unit),
        unit,
        round,
        attempt: reply.attempt,
        outcome: reply.outcome,
        public_text: reply.public_text,
        internal_text: reply.internal_text,
        reasons: reply.reasons,
        legal_basis: reply.legal_basis,
        completed_on: reply.completed_on,
        public: reply.public,
        released: reply.state == "released",
        at: reply.at,
    });
    Ok(serde_json::to_vec(&Replies { replies: replies.collect() })?)
}

/// The line of accused units, as the tree stands now.
pub(crate) async fn line(app: &App, question: &[u8]) -> anyhow::Result<Vec<u8>> {
    let asked: AskLine = serde_json::from_slice(question)?;
    let mut connection = app.db.pool.acquire().await?;
    let directory = app.directory.current(&mut connection).await?;
    let units = lines(&asked.units, &directory.parents()).into_iter().collect();
    Ok(serde_json::to_vec(&Line { units })?)
}
