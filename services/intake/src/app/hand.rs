//! One case in hand for a change: locked, changed by the rules, stored with its events in one transaction.

use contracts::Body;
use identity::Claims;
use ids::EventId;
use runtime::Draft;
use sqlx::{PgConnection, Postgres, Transaction};
use web::Problem;

use crate::{
    app::{Core, change::Changed, say::say},
    http::{fault, no_such_case},
    store::{
        cases::{self, Standing},
        dossier::{self, Happening},
        find::File,
        merging,
    },
};

/// A locked case. Dropping it changes nothing.
pub(crate) struct Hand<'a> {
    core: &'a Core,
    file: &'a File,
    transaction: Transaction<'static, Postgres>,
    pub(crate) standing: Standing,
    /// What waits on the case, locked with it where that was asked.
    pub(crate) waiting: Vec<Standing>,
}

impl<'a> Hand<'a> {
    /// Locks a case.
    pub(crate) async fn take(core: &'a Core, file: &'a File) -> Result<Self, Problem> {
        Self::lock(core, file, false).await
    }

    /// Locks a case with everything that waits on it, in the order of ids.
    pub(crate) async fn take_all(core: &'a Core, file: &'a File) -> Result<Self, Problem> {
        Self::lock(core, file, true).await
    }

    async fn lock(core: &'a Core, file: &'a File, all: bool) -> Result<Self, Problem> {
        let case = file.case_id.0;
        let locked = async {
            let mut transaction = core.platform.db.pool.begin().await?;
            let mut ids = vec![case];
            if all {
                let waiting = merging::waiting_on(&mut transaction, &[case]).await?;
                ids.extend(waiting.into_iter().map(|waits| waits.case_id));
            }
            let locked = cases::lock(&mut transaction, &ids).await?;
            Ok((transaction, locked))
        };
        let (transaction, mut waiting) = locked.await.map_err(|error: sqlx::Error| fault(error.into()))?;
        let place = waiting.iter().position(|standing| standing.case_id == case);
        let standing = waiting.remove(place.ok_or_else(no_such_case)?);
        Ok(Self { core, file, transaction, standing, waiting })
    }

    /// Refuses when the case was changed since the caller read it.
    pub(crate) fn fits(&self, read_version: i64) -> Result<(), Problem> {
        if self.standing.version == read_version { Ok(()) } else { Err(Problem::precondition_failed()) }
    }

    /// The connection of the transaction.
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// An event of this case.
    pub(crate) fn draft(&self, caller: &Claims, body: impl Into<Body>) -> Draft {
        Draft {
            aggregate: self.file.case_id.0,
            region: self.file.region.clone(),
            time: self.core.now(),
            actor: caller.actor(),
            causation: None,
            historic: false,
            trace: None,
            body: body.into(),
        }
    }

    /// Stores the case as the next version and says what happened.
    pub(crate) async fn done(self, drafts: Vec<Draft>) -> Result<Changed, Problem> {
        self.finish(drafts, &[]).await
    }

    /// The same, with other cases that were locked beside it.
    pub(crate) async fn finish(self, drafts: Vec<Draft>, others: &[Standing]) -> Result<Changed, Problem> {
        let Self { core, file, mut transaction, mut standing, .. } = self;
        standing.version += 1;
        let stored = async {
            let mut changed: Vec<&Standing> = vec![&standing];
            changed.extend(others);
            cases::update(&mut transaction, &changed).await?;
            let cases: Vec<uuid::Uuid> = changed.iter().map(|standing| standing.case_id).collect();
            let mut heads = dossier::heads(&mut transaction, &cases).await?;
            say(&mut transaction, &mut heads, drafts).await?;
            transaction.commit().await
        };
        stored.await.map_err(|error| fault(error.into()))?;
        core.platform.wake.outbox();
        Ok(Changed::of(file, &standing))
    }

    /// Writes a step into the dossier of which no other service needs to hear; the version stays.
    pub(crate) async fn note(self, caller: &Claims, what: &str) -> Result<(), Problem> {
        let Self { core, file, mut transaction, .. } = self;
        let step = Happening {
            case_id: file.case_id.0,
            event_id: EventId::fresh(),
            source: "intake".to_owned(),
            kind: what.to_owned(),
            happened_at: core.now(),
            actor: caller.actor(),
            detail: "{}".to_owned(),
        };
        let stored = async {
            let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
            dossier::append(&mut transaction, &mut heads, &[step]).await?;
            transaction.commit().await
        };
        stored.await.map_err(|error| fault(error.into()))
    }

    /// What is answered when nothing was to be done.
    pub(crate) fn same(self) -> Changed {
        Changed::of(self.file, &self.standing)
    }
}
