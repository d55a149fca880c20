//! The doors: channels, merged lines, mailboxes with their forms, other bodies, surges, topics.

mod card;
mod deliver;
mod door;
mod form;
mod hand_over;
mod html;
mod letter;
mod lines;
mod mailboxes;
mod origins;
mod reports;
mod surges;
mod table;
mod topics;

use utoipa_axum::{router::OpenApiRouter, routes};
use web::Problem;

use crate::app::{
    Desk,
    register::{Answer, Registered},
};

/// The routes of this part.
pub(crate) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(table::channels))
        .routes(routes!(lines::lines, lines::put_lines))
        .routes(routes!(mailboxes::mailboxes, mailboxes::put_mailboxes))
        .routes(routes!(form::form))
        .routes(routes!(letter::letter))
        .routes(routes!(origins::origins, origins::put_origins))
        .routes(routes!(deliver::deliver))
        .routes(routes!(reports::reports))
        .routes(routes!(reports::acknowledge))
        .routes(routes!(hand_over::hand_over))
        .routes(routes!(door::door))
        .routes(routes!(card::card))
        .routes(routes!(surges::surges, surges::put_surges))
        .routes(routes!(topics::topics, topics::put_topics))
}

/// What a registration through one of these doors came to, and whether it had been there before.
pub(crate) fn made(outcome: Registered) -> Result<(Answer, bool), Problem> {
    match outcome {
        Registered::Made(answer) => Ok((answer, false)),
        Registered::Repeated(answer) => Ok((answer, true)),
        Registered::KeyUsed => Err(Problem::conflict(
            "此编号或 Idempotency-Key 已用于内容不同的请求。",
            "This number or Idempotency-Key was used for a request with another body.",
        )),
        Registered::Unavailable => Err(Problem::unavailable()),
        Registered::Failed => Err(anyhow::anyhow!("a registration could not be written").into()),
    }
}
