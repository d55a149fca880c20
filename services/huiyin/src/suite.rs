//! The suite on this machine: the one that runs, or one started for a command and stopped after it.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use runtime::{Clock, Running, Settings};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{CATALOGUE, Client};

/// A suite that can be talked to.
pub struct Suite {
    /// The configuration with the addresses filled in.
    pub settings: Settings,
    /// Where its door is.
    pub base: String,
    servers: Option<embedded::Servers>,
    running: Option<Running>,
    note: Option<PathBuf>,
}

impl Suite {
    /// Starts the servers that the configuration does not name, makes databases and streams, starts all services.
    ///
    /// # Errors
    /// Something cannot be started; what was started is stopped again.
    pub async fn start(mut settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        let data = settings.process.data.clone();
        settings.security.secret = secret(&settings, &data)?;
        let mut servers = None;
        if settings.database.url.is_empty() || settings.nats.url.is_empty() {
            let started = embedded::Servers::start(embedded::Options::new(&data)).await?;
            if settings.database.url.is_empty() {
                settings.database.url.clone_from(&started.pg_url);
            }
            if settings.nats.url.is_empty() {
                settings.nats.url.clone_from(&started.nats_url);
            }
            servers = Some(started);
        }
        let prepared = async {
            runtime::migrate(CATALOGUE, &settings).await?;
            runtime::migrate_streams(CATALOGUE, &settings).await?;
            crate::commands::migrate::reference_data(&settings).await?;
            runtime::start(CATALOGUE, &settings, clock).await
        };
        let running = match prepared.await {
            Ok(running) => running,
            Err(error) => {
                if let Some(servers) = servers {
                    servers.stop().await.ok();
                }
                return Err(error);
            }
        };
        let base = format!("http://{}", running.address());
        fs::create_dir_all(&data)?;
        let note = data.join("suite.address");
        fs::write(&note, &base).with_context(|| format!("writing {}", note.display()))?;
        Ok(Self { settings, base, servers, running: Some(running), note: Some(note) })
    }

    /// As [`Suite::join_or_start`], for commands that look at what is there: a folder that is not there is a mistyped one,
    /// and an empty suite in its place would say that all is well.
    ///
    /// # Errors
    /// There is no such data folder, or neither can be had.
    pub async fn found(settings: Settings) -> anyhow::Result<Self> {
        let data = &settings.process.data;
        let own = settings.database.url.is_empty() || settings.nats.url.is_empty();
        if own && !data.is_dir() {
            let data = data.display();
            anyhow::bail!(
                "没有数据目录 {data}，请用 --data 指定 / no data folder {data}: name it with --data"
            );
        }
        Self::join_or_start(settings).await
    }

    /// Uses the suite that runs on this data folder; starts one on a free port when none does.
    ///
    /// # Errors
    /// Neither can be had.
    pub async fn join_or_start(mut settings: Settings) -> anyhow::Result<Self> {
        let data = settings.process.data.clone();
        if let Ok(base) = fs::read_to_string(data.join("suite.address")) {
            let alive = reqwest::Client::new()
                .get(format!("{base}/livez"))
                .timeout(Duration::from_secs(2))
                .send()
                .await;
            if alive.is_ok_and(|answer| answer.status().is_success()) {
                settings.security.secret = secret(&settings, &data)?;
                if let Some(urls) = embedded::running(&data)? {
                    settings.database.url = fill(&settings.database.url, &urls.pg_url);
                    settings.nats.url = fill(&settings.nats.url, &urls.nats_url);
                }
                return Ok(Self { settings, base, servers: None, running: None, note: None });
            }
        }
        "127.0.0.1:0".clone_into(&mut settings.http.listen);
        Self::start(settings, Clock::default()).await
    }

    /// Speaks to the suite as a member of staff with all that `role` may do.
    ///
    /// # Errors
    /// No client can be made.
    pub fn client(&self, role: identity::Role) -> anyhow::Result<Client> {
        Client::signed(&self.base, &self.settings.security.secret, role)
    }

    /// Speaks to the suite as an officer of a unit.
    ///
    /// # Errors
    /// No client can be made.
    pub fn officer(&self, unit: &str) -> anyhow::Result<Client> {
        Client::for_unit(
            &self.base,
            &self.settings.security.secret,
            identity::Role::Officer,
            Some(unit.parse()?),
        )
    }

    /// Speaks to the suite in the name of one account, with all that `role` may do.
    ///
    /// # Errors
    /// No client can be made.
    pub fn account(&self, account: ids::AccountId, role: identity::Role) -> anyhow::Result<Client> {
        Client::of_account(&self.base, &self.settings.security.secret, role, None, account)
    }

    /// Waits for Ctrl-C, SIGTERM or a failure.
    ///
    /// # Errors
    /// Signals cannot be heard.
    pub async fn wait(&self) -> anyhow::Result<()> {
        let Some(running) = &self.running else { return Ok(()) };
        let Some(servers) = &self.servers else { return running.wait().await };
        let mut look = tokio::time::interval(Duration::from_secs(1));
        let mut told = std::pin::pin!(running.wait());
        loop {
            tokio::select! {
                outcome = &mut told => return outcome,
                _ = look.tick() => match servers.mend().await {
                    Ok(mended) if mended.is_empty() => {}
                    Ok(mended) => tracing::warn!(?mended, "a private server had ended and was started again"),
                    Err(error) => tracing::error!(error = %format!("{error:#}"), "a private server cannot be started"),
                },
            }
        }
    }

    /// Stops what this value started, in order: services, then servers. Answers whether all went well.
    ///
    /// # Errors
    /// A server did not stop cleanly.
    pub async fn stop(self) -> anyhow::Result<bool> {
        if let Some(note) = self.note {
            fs::remove_file(note).ok();
        }
        let well = match self.running {
            Some(running) => running.stop().await,
            None => true,
        };
        if let Some(servers) = self.servers {
            servers.stop().await?;
        }
        Ok(well)
    }
}

fn fill(given: &str, found: &str) -> String {
    if given.is_empty() { found.to_owned() } else { given.to_owned() }
}

/// The secret of the configuration, or the one kept in the data folder; made at the first start.
pub(crate) fn secret(settings: &Settings, data: &Path) -> anyhow::Result<SecretString> {
    if !settings.security.secret.expose_secret().is_empty() {
        return Ok(settings.security.secret.clone());
    }
    fs::create_dir_all(data).with_context(|| format!("making the data folder {}", data.display()))?;
    let path = data.join("secret");
    if !path.exists() {
        let made = format!("{}{}", ids::EventId::fresh().0.simple(), uuid::Uuid::new_v4().simple());
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(made.as_bytes())?;
    }
    Ok(SecretString::from(fs::read_to_string(&path)?.trim().to_owned()))
}

/// Settings for a whole suite in a test: given servers, a free port, packs of this checkout, quiet logs.
///
/// # Errors
/// A mistake in the configuration.
pub fn settings_for_tests(database: &str, nats: &str, data: &Path) -> anyhow::Result<Settings> {
    settings_for_tests_with(database, nats, data, &[])
}

/// As [`settings_for_tests`], with more that is set: `("evaluation.watch_seconds", "1")`.
///
/// # Errors
/// As there.
pub fn settings_for_tests_with(
    database: &str,
    nats: &str,
    data: &Path,
    more: &[(&str, &str)],
) -> anyhow::Result<Settings> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = vec![
        ("database.url", database.to_owned()),
        ("nats.url", nats.to_owned()),
        ("http.listen", "127.0.0.1:0".to_owned()),
        ("process.data", data.display().to_string()),
        ("policy.folder", root.join("deploy/policy").display().to_string()),
        ("security.secret", "a-secret-of-tests-and-of-nothing-else".to_owned()),
    ];
    all.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
    Ok(Settings::read(None, &all)?)
}
