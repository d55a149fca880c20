//! A service as the process sees it: a name, a schema, a section of the configuration, a list of parts.

use std::{pin::Pin, sync::Arc};

use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;

use crate::{Clock, Consumer, PolicyFiles, Secrets, Settings, Wake, settings::Changed};

/// What every service is given: its own door to the database, and the handles that all share.
#[derive(Clone)]
pub struct Platform {
    /// The service's own pool; it sees its own schema only.
    pub db: pg::Database,
    /// The bus, for questions between services; events go through [`crate::emit()`].
    pub bus: bus::Bus,
    /// What time it is.
    pub clock: Clock,
    /// Signs and verifies tokens.
    pub keys: Arc<identity::Keys>,
    /// Keys by purpose.
    pub secrets: Arc<Secrets>,
    /// The policy packs.
    pub policy: PolicyFiles,
    /// What is done when packs are not what they were under the same number.
    pub changed: Changed,
    /// Folder for what the process keeps in files.
    pub data: std::path::PathBuf,
    /// Nudges for the workers of this service.
    pub wake: Wake,
    /// For calls over HTTP.
    pub http: reqwest::Client,
    /// OpenAPI documents of all services in this process, complete once all are assembled.
    pub apis: Apis,
}

/// OpenAPI documents by service name.
pub type Apis = Arc<std::sync::OnceLock<Vec<(&'static str, utoipa::openapi::OpenApi)>>>;

/// What the suite is made of.
pub trait Service: Send + Sync + 'static {
    /// Its name in URLs, subjects, durable names and configuration.
    const NAME: &'static str;
    /// Its schema in PostgreSQL.
    const SCHEMA: &'static str;
    /// Whose events it hears; all of each.
    const HEARS: &'static [&'static str];
    /// Its section of the configuration.
    type Config: DeserializeOwned + Send;

    /// Its migrations, numbered from 1001.
    fn migrator() -> &'static Migrator;

    /// Lists every mistake of its section that the types do not catch.
    fn problems(_config: &Self::Config) -> Vec<String> {
        Vec::new()
    }

    /// Builds everything and starts nothing.
    fn assemble(
        config: Self::Config,
        platform: Platform,
    ) -> impl Future<Output = anyhow::Result<Assembly>> + Send;
}

type Worker = Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, anyhow::Result<()>> + Send>;

/// What a service hands to the process.
#[derive(Default)]
pub struct Assembly {
    pub(crate) routes: OpenApiRouter,
    pub(crate) root: axum::Router,
    pub(crate) workers: Vec<(&'static str, Worker)>,
    pub(crate) consumer: Option<Arc<dyn Consumer>>,
}

impl Assembly {
    /// Mounts routes under `/api/<name>`.
    #[must_use]
    pub fn routes(mut self, routes: OpenApiRouter) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// Mounts routes at the root: for the door, which has pages there.
    #[must_use]
    pub fn root(mut self, routes: axum::Router) -> Self {
        self.root = self.root.merge(routes);
        self
    }

    /// Hears events.
    #[must_use]
    pub fn consumer(mut self, consumer: impl Consumer) -> Self {
        self.consumer = Some(Arc::new(consumer));
        self
    }

    /// Runs a loop until it is told to stop. One that ends unasked stops the process.
    #[must_use]
    pub fn worker<F, Fut>(mut self, name: &'static str, run: F) -> Self
    where
        F: FnOnce(CancellationToken) -> Fut + Send + 'static,
        Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.workers.push((name, Box::new(move |stop| Box::pin(run(stop)))));
        self
    }
}

type Assembling = Pin<Box<dyn Future<Output = anyhow::Result<Assembly>> + Send>>;

/// One line of a catalogue: a service with its type forgotten.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The service's name.
    pub name: &'static str,
    /// Its schema.
    pub schema: &'static str,
    /// Whose events it hears.
    pub hears: &'static [&'static str],
    /// Its migrations.
    pub migrator: fn() -> &'static Migrator,
    pub(crate) problems: fn(&config::Config) -> Vec<String>,
    pub(crate) assemble: fn(&Settings, Platform) -> Assembling,
}

/// Writes a service into a catalogue.
#[must_use]
pub const fn entry<S: Service>() -> Entry {
    Entry {
        name: S::NAME,
        schema: S::SCHEMA,
        hears: S::HEARS,
        migrator: S::migrator,
        problems: |raw| match crate::mistakes::section::<S::Config>(raw, S::NAME) {
            Ok(config) => S::problems(&config),
            Err(mistakes) => mistakes,
        },
        assemble: |settings, platform| {
            let config = settings.section::<S::Config>(S::NAME);
            Box::pin(async move {
                S::assemble(config.map_err(|mistake| anyhow::anyhow!(mistake))?, platform).await
            })
        },
    }
}

/// Names of the sections that belong to services, for the check of unknown sections.
#[must_use]
pub const fn every_section() -> &'static [&'static str] {
    &["intake", "routing", "deadline-scheduler", "notification", "evaluation", "gateway"]
}
