//! Whom the accused of sealed cases keep out, when the tree of units moves: drawn anew, told, and obeyed.

use jiff::Timestamp;
use runtime::Draft;
use sqlx::PgConnection;
use uuid::Uuid;

use super::desk::{Desk, Voice};
use crate::store::{
    directory,
    seals::{self, Moved},
};

/// Draws anew what the tree has moved since: tells it, and takes the case from a unit that lies in the line now. Answers
/// how many lines moved.
///
/// # Errors
/// The database refused.
pub(crate) async fn redraw(connection: &mut PgConnection, at: Timestamp) -> Result<usize, sqlx::Error> {
    let tree = directory::version(&mut *connection).await?;
    let moved = seals::moved(&mut *connection, tree).await?;
    if !moved.is_empty() {
        let voice = Voice { actor: "system".to_owned(), at, causation: None, historic: false, trace: None };
        let cases: Vec<Uuid> = moved.iter().map(|moved| moved.case.0).collect();
        let mut desk = Desk::of_cases(&mut *connection, &cases).await?;
        for Moved { case, drawn, .. } in &moved {
            desk.leave(*case, |unit| drawn.line.contains(unit), &voice);
        }
        desk.save(&mut *connection).await?;
        let told = moved.iter().map(|moved| Draft {
            aggregate: moved.case.0,
            region: moved.region.clone(),
            time: at,
            actor: voice.actor.clone(),
            causation: None,
            historic: false,
            trace: None,
            body: moved.drawn.clone().into(),
        });
        runtime::emit(&mut *connection, crate::NAME, told.collect()).await?;
    }
    seals::draw(connection, &moved, tree).await?;
    Ok(moved.len())
}
