//! What routing does: one operation = one file, each in one transaction: load, decide, store, say.

pub(crate) mod accept;
pub(crate) mod charges;
pub(crate) mod desk;
pub(crate) mod dispatch;
pub(crate) mod ending;
pub(crate) mod import;
pub(crate) mod inspection;
pub(crate) mod instructions;
pub(crate) mod lines;
pub(crate) mod petition;
pub(crate) mod proposal;
pub(crate) mod reach;
pub(crate) mod redispatch;
pub(crate) mod refusal;
pub(crate) mod register;
pub(crate) mod sealed;
pub(crate) mod settle;
pub(crate) mod shelf;
pub(crate) mod steps;
pub(crate) mod succession;
pub(crate) mod transition;
pub(crate) mod units;

use std::{sync::Arc, time::Duration};

use runtime::{Batcher, Clock, Wake, calendars::Live};

use crate::{config::Config, directory::Directory, packs::Packs, vault::Vault};

/// What every operation works with.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) db: pg::Database,
    pub(crate) clock: Clock,
    pub(crate) wake: Wake,
    pub(crate) directory: Directory,
    pub(crate) packs: Arc<Packs>,
    pub(crate) config: Arc<Config>,
    pub(crate) vault: Arc<Vault>,
    /// Days as deadline-scheduler counts them.
    pub(crate) calendars: Live,
}

/// The group commit of what officers and reviewers do: requests that wait together share one transaction.
pub(crate) type Transitions = Batcher<transition::Request, transition::Answer>;

/// The group commit of what dispatchers do.
pub(crate) type Dispatches = Batcher<dispatch::Request, dispatch::Answer>;

/// How long a request waits for a place in the batch before the caller is told to come again.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

const WORKERS: usize = 2;
const MOST: usize = 64;

impl App {
    /// Starts the group commit.
    pub(crate) fn transitions(&self) -> Transitions {
        let app = self.clone();
        Batcher::start(WORKERS, MOST, move |requests| {
            let app = app.clone();
            async move { transition::run(&app, requests).await }
        })
    }

    /// Starts the group commit of dispatchers.
    pub(crate) fn dispatches(&self) -> Dispatches {
        let app = self.clone();
        Batcher::start(WORKERS, MOST, move |requests| {
            let app = app.clone();
            async move { dispatch::run(&app, requests).await }
        })
    }
}
