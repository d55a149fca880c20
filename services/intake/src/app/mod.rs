//! The operations of intake: each loads, decides, stores and says in one transaction.

pub(crate) mod address;
pub(crate) mod addressee;
pub(crate) mod archive;
pub(crate) mod attach;
pub(crate) mod beside;
pub(crate) mod chain;
pub(crate) mod change;
pub(crate) mod codes;
pub(crate) mod contacts;
pub(crate) mod disclosure;
pub(crate) mod doors;
pub(crate) mod found;
pub(crate) mod hand;
pub(crate) mod import;
pub(crate) mod knowledge;
pub(crate) mod listening;
pub(crate) mod merge;
pub(crate) mod name_hands;
pub(crate) mod note;
pub(crate) mod once;
pub(crate) mod party;
pub(crate) mod prepare;
pub(crate) mod publishing;
pub(crate) mod read_party;
pub(crate) mod redaction;
pub(crate) mod regions;
pub(crate) mod register;
pub(crate) mod replies;
pub(crate) mod same;
pub(crate) mod say;
pub(crate) mod sealed;
pub(crate) mod secrecy;
pub(crate) mod status;
pub(crate) mod subjects;
pub(crate) mod switch;
pub(crate) mod track;

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use runtime::{Batcher, Platform};

use crate::{Config, files::Files, packs::Packs, vault::Vault};
use party::Party;
use prepare::Ready;
use regions::Regions;
use register::Registered;
use subjects::Subjects;

/// What every operation may need.
pub(crate) struct Core {
    pub(crate) config: Config,
    pub(crate) platform: Platform,
    pub(crate) packs: Packs,
    pub(crate) vault: Vault,
    pub(crate) regions: Regions,
    /// Tables of the public pages.
    pub(crate) status: status::Tally,
    /// Attachments and archived files.
    pub(crate) files: Files,
    pub(crate) subjects: Subjects,
    /// The telephone switch, where one is connected.
    pub(crate) switch: Option<switch::Switch>,
    /// The zone whose day stands in a case number.
    pub(crate) zone: TimeZone,
    /// Days as deadline-scheduler counts them.
    pub(crate) calendars: runtime::calendars::Live,
}

/// The operations with the queue of registrations; cheap to clone.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) core: Arc<Core>,
    registrations: Batcher<Ready, Registered>,
}

impl Desk {
    /// Reads the packs and makes the keys.
    pub(crate) fn new(config: Config, platform: Platform) -> anyhow::Result<Self> {
        let packs = Packs::read(&platform.policy)?;
        anyhow::ensure!(
            packs.get(&config.default_pack).is_some(),
            "[intake] default_pack: there is no policy pack {}",
            config.default_pack
        );
        let core = Arc::new(Core {
            packs,
            vault: Vault::new(&platform.secrets),
            regions: Regions::default(),
            status: status::Tally::default(),
            files: Files::new(crate::holdings::folder(&config, &platform.data)),
            subjects: Subjects::default(),
            switch: switch::Switch::read(&config.switch)?,
            zone: TimeZone::get("Asia/Shanghai")?,
            calendars: runtime::calendars::Live::shipped()?,
            platform,
            config,
        });
        let working = core.clone();
        let (workers, most) = (core.config.batch_workers, core.config.batch_most);
        let registrations = Batcher::start(workers, most, move |batch| {
            let core = working.clone();
            async move { register::all(&core, batch).await }
        });
        Ok(Self { core, registrations })
    }

    /// Registers one case, in one transaction with those that wait beside it.
    pub(crate) async fn register(&self, ready: Ready) -> Registered {
        let patience = Duration::from_millis(self.core.config.batch_patience_ms);
        self.registrations.call(ready, patience).await.unwrap_or(Registered::Unavailable)
    }
}

impl Core {
    /// The time now, as exact as a table keeps it.
    pub(crate) fn now(&self) -> Timestamp {
        kept(self.platform.clock.now())
    }

    /// The day of the tenant.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.now().to_zoned(self.zone.clone()).date()
    }

    /// Opens the sealed party of a case.
    pub(crate) fn party(&self, case: ids::CaseId, sealed: Option<&[u8]>) -> anyhow::Result<Party> {
        let Some(sealed) = sealed else { return Ok(Party::default()) };
        let plain = self.vault.open(case.0.as_bytes(), sealed);
        let plain =
            plain.ok_or_else(|| anyhow::anyhow!("the party of a case does not open with this key"))?;
        Ok(serde_json::from_slice(&plain)?)
    }
}

/// Cuts an instant to microseconds, which is what a table keeps.
pub(crate) fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
