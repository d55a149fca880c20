//! What routing hears: a whole batch against one desk, one file for each event that is more than a line.

mod classified;
mod hands;
mod merged;
mod petition;
mod questions;
mod reopened;
mod subject;

use std::sync::Arc;

use contracts::{Body, Event};
use futures::future::BoxFuture;
use ids::CaseId;
use runtime::{ApplyError, Consumer};
use sqlx::PgConnection;

use crate::{
    app::{
        App,
        accept::{Grounds, accept},
        desk::Desk,
        sealed,
    },
    store::{
        self,
        cases::RouteState,
        classes,
        due::{self, Due},
        prints, secrecy,
    },
};

/// The services whose events routing hears.
pub(crate) const SOURCES: &[&str] = &["intake", "evaluation", "deadline-scheduler"];

/// Applies batches of events.
pub(crate) struct Hearing {
    app: Arc<App>,
}

impl Hearing {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    async fn hear(&self, connection: &mut PgConnection, batch: &[Event]) -> Result<(), ApplyError> {
        runtime::calendars::keep(&mut *connection, batch).await?;
        due::keep(&mut *connection, &dues(batch)).await?;
        classes::keep(&mut *connection, &classified::accepted(batch)).await?;
        secrecy::keep(&mut *connection, batch).await?;
        prints::keep_questions(&mut *connection, &questions::prints(&self.app.packs, batch)).await?;
        let cases: Vec<_> =
            batch.iter().filter(|event| concerns(event)).map(|event| event.aggregate).collect();
        if cases.is_empty() {
            return Ok(());
        }
        let directory = self.app.directory.current(&mut *connection).await?;
        let grounds = Grounds { directory: &directory, packs: &self.app.packs, config: &self.app.config };
        let mut desk = Desk::of_cases(&mut *connection, &cases).await?;
        let mut seals = sealed::seals_of(&mut *connection, desk.routes()).await?;
        let mut lines = Vec::new();
        for event in batch {
            let case = CaseId(event.aggregate);
            match &event.body {
                Body::CaseAccepted(body) if desk.route(case).is_none() => {
                    accept(&mut desk, grounds, event, body)?;
                }
                // What the machine accepted a person may still decline, until a unit has it.
                Body::CaseWithdrawn(_) | Body::CaseDeclined(_) => {
                    desk.withdraw(case);
                    desk.change(case, |route| route.state = RouteState::Closed);
                }
                Body::CaseClosed(body) => {
                    let current = desk.route(case).is_some_and(|route| route.round <= body.round);
                    if current {
                        desk.withdraw(case);
                        desk.change(case, |route| route.state = RouteState::Closed);
                    }
                }
                Body::CaseReopened(body) => {
                    let seal = seals.get(&case);
                    reopened::reopen(&mut desk, event, body, |unit| sealed::may_hold(unit, seal, &directory));
                    petition::renewed(&mut *connection, case, body.round).await?;
                }
                Body::CaseHandsNamed(body) => {
                    let seal = hands::named(&mut desk, &directory, event, body);
                    let drawn = hands::line(&directory, body);
                    store::seals::keep(&mut *connection, event, &seal, &drawn, directory.version).await?;
                    lines.extend(hands::told(event, drawn));
                    seals.insert(case, seal);
                }
                Body::CaseMerged(_) => merged::merge(&mut desk, event),
                Body::CaseUnmerged(_) => merged::part(&mut desk, event),
                Body::CaseClassified(body) => subject::classify(&mut desk, case, body),
                _ => {}
            }
        }
        desk.save(&mut *connection).await?;
        if !lines.is_empty() {
            runtime::emit(&mut *connection, crate::NAME, lines).await?;
        }
        // After the cases of this batch are there.
        store::joined::keep(&mut *connection, batch).await?;
        classified::hear(connection, batch).await?;
        Ok(())
    }
}

impl Consumer for Hearing {
    fn sources(&self) -> &'static [&'static str] {
        SOURCES
    }

    fn apply<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        batch: &'a [Event],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(self.hear(transaction, batch))
    }
}

fn concerns(event: &Event) -> bool {
    matches!(
        event.body,
        Body::CaseAccepted(_)
            | Body::CaseWithdrawn(_)
            | Body::CaseDeclined(_)
            | Body::CaseClosed(_)
            | Body::CaseReopened(_)
            | Body::CaseHandsNamed(_)
            | Body::CaseMerged(_)
            | Body::CaseUnmerged(_)
            | Body::CaseClassified(_)
    )
}

/// The newest due instant of each case's handle clock.
fn dues(batch: &[Event]) -> Vec<Due> {
    let mut newest = std::collections::BTreeMap::new();
    for event in batch {
        if let Body::ClockOpened(body) = &event.body {
            for clock in body.clocks.iter().filter(|clock| clock.name == "handle") {
                let case = CaseId(event.aggregate);
                newest.insert(case, Due { case, at: clock.due_at, provisional: clock.provisional });
            }
        }
    }
    newest.into_values().collect()
}

#[cfg(test)]
mod tests;
