//! What the tests of endpoints tell the service first, and how they call it.

use std::collections::BTreeMap;

use axum::{body::Body as Bytes, http::Method};
use contracts::{
    Body, StoredEvent,
    assignment::AssignmentDispatched,
    case::{CaseAccepted, PackRef},
    words::{Channel, Kind, Mode, Part, Urgency},
};
use ids::{AssignmentId, CaseNumber, EventId};
use jiff::{SignedDuration, Timestamp, civil::date};
use runtime::{PolicyFiles, apply_once};

use super::*;
use crate::app::{climb::climb_due, fire::fire_under};

/// The packs that ship.
pub(super) fn packs() -> PolicyFiles {
    let texts = [
        ("mailbox-002", include_str!("../../../../../deploy/policy/mailbox-002/deadlines.toml")),
        ("hotline-004", include_str!("../../../../../deploy/policy/hotline-004/deadlines.toml")),
        ("petition-2022", include_str!("../../../../../deploy/policy/petition-2022/deadlines.toml")),
    ];
    let packs = texts.map(|(id, text)| {
        let head = format!("id = \"{id}\"\nversion = 1\nvalid_from = \"2011-01-01\"");
        BTreeMap::from([("pack".to_owned(), head), ("deadlines".to_owned(), text.to_owned())])
    });
    PolicyFiles::from_texts(packs.to_vec()).unwrap()
}

pub(super) fn dispatch(case: CaseId, pack: PackRef) -> AssignmentDispatched {
    AssignmentDispatched {
        assignment: AssignmentId::derived(&case.to_string()),
        unit: "water-bureau".parse().unwrap(),
        mode: Mode::Assignment,
        part: Part::Lead,
        round: 1,
        decided_by: "person".to_owned(),
        pack,
        parent: None,
    }
}

impl Desk {
    /// Tells of a complaint received so many days ago and dispatched to the water bureau.
    pub(super) async fn told(&self, pack: &str, days_ago: i64) -> CaseId {
        self.told_as(pack, days_ago, false).await
    }

    /// The same, as part of a history that is brought in.
    pub(super) async fn told_as(&self, pack: &str, days_ago: i64, historic: bool) -> CaseId {
        self.told_under((pack, 1), days_ago, historic).await
    }

    /// The same, under a version of the pack.
    pub(super) async fn told_under(
        &self,
        (pack, version): (&str, i32),
        days_ago: i64,
        historic: bool,
    ) -> CaseId {
        let case = CaseId::fresh();
        let at = self.db.now().await.unwrap() - SignedDuration::from_hours(24 * days_ago);
        let region: ids::RegionCode = "511602".parse().unwrap();
        let pack = PackRef { id: pack.to_owned(), version };
        let accepted = CaseAccepted {
            number: CaseNumber::new(date(2026, 2, 13), &region, 7),
            kind: Kind::Complaint,
            subject: None,
            channel: Channel::Mailbox,
            region,
            urgency: Urgency::Ordinary,
            received_at: at,
            pack: pack.clone(),
            confidential: false,
            multi_unit: false,
            wording: None,
            unit_hint: None,
            mode_hint: None,
            reachable: Vec::new(),
            class: None,
            fast: None,
        };
        self.hear_as(case, 1, at, accepted.into(), historic).await;
        self.hear_as(case, 1, at, dispatch(case, pack).into(), historic).await;
        case
    }

    /// Tells that the water bureau was given a case.
    pub(super) async fn dispatched(&self, case: CaseId, at: Timestamp) {
        let pack = PackRef { id: "mailbox-002".to_owned(), version: 1 };
        self.hear(case, 1, at, dispatch(case, pack).into()).await;
    }

    pub(super) async fn hear(&self, case: CaseId, version: i64, time: Timestamp, body: Body) {
        self.hear_as(case, version, time, body, false).await;
    }

    async fn hear_as(&self, case: CaseId, version: i64, time: Timestamp, body: Body, historic: bool) {
        let event = StoredEvent {
            id: EventId::fresh(),
            source: body.owner().to_owned(),
            aggregate: case.0,
            version,
            kind: body.kind().to_owned(),
            region: "511602".to_owned(),
            time,
            actor: "system".to_owned(),
            causation: None,
            trace: None,
            historic,
            payload: String::from_utf8(body.to_json()).unwrap(),
        };
        apply_once(&self.db, crate::NAME, &self.hearing, &[event], true).await.unwrap();
    }

    /// Fires and climbs until nothing is due.
    pub(super) async fn turn(&self) {
        let rules = self.live.now();
        let shards: Vec<i16> = (0..64).collect();
        while fire_under(&self.db, Some(&rules), &shards, 4000).await.unwrap() > 0
            || climb_due(&self.db, &rules, 100).await.unwrap() > 0
        {}
    }

    /// Sends and gives status and answer.
    pub(super) async fn post(
        &self,
        path: &str,
        claims: &Claims,
        version: Option<i64>,
        body: Value,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.keys.sign(claims)));
        if let Some(version) = version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        let request = request.body(Bytes::from(body.to_string())).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// Kinds and bodies of everything said of a case, in order.
    pub(super) async fn said(&self, case: CaseId) -> Vec<(String, Value)> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT kind, payload FROM outbox_event WHERE aggregate_id = $1 ORDER BY seq")
                .bind(case.0)
                .fetch_all(&self.db.pool)
                .await
                .unwrap();
        rows.into_iter().map(|(kind, body)| (kind, serde_json::from_slice(&body).unwrap())).collect()
    }

    /// The clock of a name.
    pub(super) async fn clock(&self, case: CaseId, name: &str) -> (uuid::Uuid, i16, jiff::civil::Date) {
        let (id, state, day): (_, _, pg::SqlDate) = sqlx::query_as(
            "SELECT clock_id, state, due_day FROM clock WHERE case_id = $1 AND name = $2 ORDER BY started_at DESC LIMIT 1",
        )
        .bind(case.0)
        .bind(name)
        .fetch_one(&self.db.pool)
        .await
        .unwrap();
        (id, state, day.to_jiff())
    }
}
