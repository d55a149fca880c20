//! One case under chosen packs, told event by event to the service over a real PostgreSQL.

use std::collections::BTreeMap;

use contracts::{
    Body, StoredEvent,
    assignment::AssignmentDispatched,
    case::{CaseAccepted, CaseAnswered, PackRef},
    words::{Channel, Kind, Mode, Outcome, Part, Urgency},
};
use deadline_scheduler::{DeadlineScheduler, Hearing, tasks::timers::fire_due};
use ids::{AssignmentId, CaseId, CaseNumber, EventId};
use jiff::{SignedDuration, Timestamp, civil::date};
use pg::{Database, Settings};
use runtime::{ApplyError, Clock, PolicyFiles, Service as _, Wake, apply_once};

pub(crate) struct Desk {
    pub(crate) db: Database,
    pub(crate) hearing: Hearing,
    pub(crate) case: CaseId,
    pub(crate) versions: BTreeMap<&'static str, i64>,
    pub(crate) historic: bool,
    pub(crate) pack: &'static str,
    _servers: testkit::Database,
}

pub(crate) const SHARDS: std::ops::Range<i16> = 0..64;

impl Desk {
    /// Under a pack that ships.
    pub(crate) async fn new(pack: &'static str) -> Self {
        let texts = [
            (
                "mailbox-002",
                1,
                include_str!("../../../../deploy/policy/mailbox-002/deadlines.toml").to_owned(),
            ),
            (
                "petition-2022",
                1,
                include_str!("../../../../deploy/policy/petition-2022/deadlines.toml").to_owned(),
            ),
            (
                "hotline-004",
                1,
                include_str!("../../../../deploy/policy/hotline-004/deadlines.toml").to_owned(),
            ),
        ];
        Self::under(pack, &texts).await
    }

    /// Under packs made up for a test: id, version, text of `deadlines.toml`.
    pub(crate) async fn under(pack: &'static str, texts: &[(&str, i32, String)]) -> Self {
        let servers = testkit::database("deadlines").await.unwrap();
        let settings = Settings {
            url: servers.url.clone(),
            schema: "deadline_scheduler".to_owned(),
            max_connections: 4,
        };
        let db = Database::open(&settings).unwrap();
        db.migrate(DeadlineScheduler::migrator()).await.unwrap();
        let policy = Self::policy(texts);
        let hearing = DeadlineScheduler::hearing_of(&policy, Wake::default(), Clock::default()).unwrap();
        let case = CaseId::fresh();
        Self { db, hearing, case, versions: BTreeMap::new(), historic: false, pack, _servers: servers }
    }

    /// Packs as the runtime hands them out.
    pub(crate) fn policy(texts: &[(&str, i32, String)]) -> PolicyFiles {
        let packs = texts.iter().map(|(id, version, text)| {
            let head = format!("id = \"{id}\"\nversion = {version}\nvalid_from = \"2011-01-01\"");
            BTreeMap::from([("pack".to_owned(), head), ("deadlines".to_owned(), text.clone())])
        });
        PolicyFiles::from_texts(packs.collect()).unwrap()
    }

    pub(crate) fn event(&mut self, time: Timestamp, body: impl Into<Body>) -> StoredEvent {
        let body = body.into();
        let version = self.versions.entry(body.owner()).or_default();
        *version += 1;
        StoredEvent {
            id: EventId::fresh(),
            source: body.owner().to_owned(),
            aggregate: self.case.0,
            version: *version,
            kind: body.kind().to_owned(),
            region: "511602".to_owned(),
            time,
            actor: "system".to_owned(),
            causation: None,
            trace: None,
            historic: self.historic,
            payload: String::from_utf8(body.to_json()).unwrap(),
        }
    }

    pub(crate) async fn hear(&self, batch: &[StoredEvent]) -> Result<(), ApplyError> {
        apply_once(&self.db, "deadline-scheduler", &self.hearing, batch, true).await.map(|_| ())
    }

    pub(crate) async fn tell(&mut self, time: Timestamp, body: impl Into<Body>) {
        let event = self.event(time, body);
        self.hear(&[event]).await.unwrap();
    }

    pub(crate) fn accepted(&self, kind: Kind, received_at: Timestamp) -> CaseAccepted {
        let region: ids::RegionCode = "511602".parse().unwrap();
        CaseAccepted {
            number: CaseNumber::new(date(2026, 2, 13), &region, 7),
            kind,
            subject: None,
            channel: Channel::Mailbox,
            region,
            urgency: Urgency::Ordinary,
            received_at,
            pack: PackRef { id: self.pack.to_owned(), version: 1 },
            confidential: false,
            multi_unit: false,
            wording: None,
            unit_hint: None,
            mode_hint: None,
            reachable: Vec::new(),
            class: None,
            fast: None,
        }
    }

    pub(crate) fn dispatched(&self, unit: &str, part: Part) -> AssignmentDispatched {
        AssignmentDispatched {
            assignment: AssignmentId::derived(unit),
            unit: unit.parse().unwrap(),
            mode: Mode::Forwarding,
            part,
            round: 1,
            decided_by: "person".to_owned(),
            pack: PackRef { id: self.pack.to_owned(), version: 1 },
            parent: None,
        }
    }

    pub(crate) fn answered(&self, at: Timestamp) -> CaseAnswered {
        CaseAnswered {
            unit: "water".parse().unwrap(),
            outcome: Outcome::Explained,
            mode: Mode::Forwarding,
            round: 1,
            answered_at: at,
            level: None,
            cause: None,
            remedy: None,
        }
    }

    pub(crate) async fn fire(&self) -> usize {
        fire_due(&self.db, &SHARDS.collect::<Vec<_>>(), 4000).await.unwrap()
    }

    pub(crate) async fn said(&self) -> Vec<Body> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT kind, payload FROM outbox_event ORDER BY seq")
                .fetch_all(&self.db.pool)
                .await
                .unwrap();
        rows.iter().map(|(kind, payload)| Body::from_json(kind, payload).unwrap()).collect()
    }

    pub(crate) async fn kinds(&self) -> Vec<&'static str> {
        self.said().await.iter().map(Body::kind).collect()
    }

    pub(crate) async fn armed(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM timer").fetch_one(&self.db.pool).await.unwrap()
    }

    pub(crate) async fn late(&self) -> Vec<bool> {
        let said = self.said().await;
        let met =
            said.iter().filter_map(|body| if let Body::ClockMet(met) = body { Some(met) } else { None });
        met.flat_map(|met| met.clocks.iter().map(|clock| clock.late)).collect()
    }
}

/// So many hours.
pub(crate) fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}
