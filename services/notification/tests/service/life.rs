//! The story of a case as the services tell it.

use contracts::{
    Body, StoredEvent,
    assignment::{AssignmentDispatched, AssignmentReplied, AssignmentReturned, AssignmentSigned},
    case::{CaseAccepted, CaseAnswered, CaseRegistered, CaseReopened, CaseSupplemented, PackRef},
    clock::{ClockExpired, ClockOpened, ClockWarned, Running},
    followup::FollowUpOpened,
    words::{Channel, Kind, Mode, Outcome, Part, Urgency},
};
use ids::{AssignmentId, CaseId, ClockId, EventId, FollowUpId, UnitCode};
use jiff::{SignedDuration, Timestamp, civil::date};

fn start() -> Timestamp {
    "2026-03-02T01:00:00Z".parse().expect("a timestamp")
}

/// What happens to a case, in the true order, with the numbering of each service.
pub(crate) struct Life {
    pub(crate) case: CaseId,
    pub(crate) historic: bool,
    pub(crate) events: Vec<StoredEvent>,
}

impl Life {
    pub(crate) fn new(case: &str, historic: bool) -> Self {
        Self { case: CaseId::derived(case), historic, events: Vec::new() }
    }

    pub(crate) fn say(&mut self, body: impl Into<Body>) -> &mut Self {
        let body = body.into();
        let version = self.events.iter().filter(|event| event.source == body.owner()).count() + 1;
        let minutes = i64::try_from(self.events.len()).expect("few");
        self.events.push(StoredEvent {
            id: EventId::derived(&format!("{}:{}:{version}", self.case, body.owner())),
            source: body.owner().to_owned(),
            aggregate: self.case.0,
            version: i64::try_from(version).expect("few"),
            kind: body.kind().to_owned(),
            region: "511602".to_owned(),
            time: start() + SignedDuration::from_mins(minutes),
            actor: "system".to_owned(),
            causation: None,
            trace: None,
            historic: self.historic,
            payload: String::from_utf8(body.to_json()).expect("JSON"),
        });
        self
    }

    pub(crate) fn of(&self, source: &str) -> Vec<StoredEvent> {
        self.events.iter().filter(|event| event.source == source).cloned().collect()
    }
}

fn pack() -> PackRef {
    PackRef { id: "mailbox-002".to_owned(), version: 1 }
}

pub(crate) fn registered() -> CaseRegistered {
    CaseRegistered {
        number: "260302511602000001".parse().expect("a number"),
        kind: Kind::Complaint,
        channel: Channel::Mailbox,
        region: "511602".parse().expect("a region"),
        urgency: Urgency::Ordinary,
        received_at: start(),
        pack: pack(),
        confidential: false,
    }
}

fn accepted() -> CaseAccepted {
    let CaseRegistered { number, kind, channel, region, urgency, received_at, pack, confidential } =
        registered();
    CaseAccepted {
        number,
        kind,
        subject: None,
        channel,
        region,
        urgency,
        received_at,
        pack,
        confidential,
        multi_unit: false,
        wording: None,
        unit_hint: None,
        mode_hint: None,
        reachable: vec!["sms".to_owned()],
        class: None,
        fast: None,
    }
}

/// Accepted, with the ways to the citizen.
pub(crate) fn accepted_by(ways: &[&str]) -> CaseAccepted {
    CaseAccepted { reachable: ways.iter().map(|way| (*way).to_owned()).collect(), ..accepted() }
}

fn unit() -> UnitCode {
    "water".parse().expect("a unit")
}

fn due() -> Timestamp {
    "2026-03-29T16:00:00Z".parse().expect("a timestamp")
}

/// A whole case, from registration to a second round.
pub(crate) fn whole(case: &str, historic: bool) -> Life {
    let mut life = Life::new(case, historic);
    let (assignment, clock) = (AssignmentId::derived(case), ClockId::derived(case));
    let running = Running {
        clock,
        name: "handle".to_owned(),
        assignment: None,
        unit: None,
        started_at: start(),
        due_at: due(),
        due_day: date(2026, 3, 29),
        provisional: true,
    };
    life.say(registered())
        .say(accepted())
        .say(ClockOpened { clocks: vec![running], pack: pack(), round: 1, mended: false })
        .say(CaseSupplemented { count: 1 })
        .say(AssignmentDispatched {
            assignment,
            unit: unit(),
            mode: Mode::Assignment,
            part: Part::Lead,
            round: 1,
            decided_by: "person".to_owned(),
            pack: pack(),
            parent: None,
        })
        .say(AssignmentReturned { assignment, unit: unit(), reason: "not-ours".to_owned() })
        .say(AssignmentSigned { assignment, unit: unit() })
        .say(ClockWarned {
            clock,
            name: "handle".to_owned(),
            unit: Some(unit()),
            due_at: due(),
            scheduled_for: start(),
            lateness_ms: 0,
        })
        .say(ClockExpired {
            clock,
            name: "handle".to_owned(),
            unit: Some(unit()),
            due_at: due(),
            lateness_ms: 0,
        })
        .say(AssignmentReplied { assignment, unit: unit(), outcome: Outcome::Supported, attempt: 1 })
        .say(CaseAnswered {
            unit: unit(),
            outcome: Outcome::Supported,
            mode: Mode::Assignment,
            round: 1,
            answered_at: start(),
            level: None,
            cause: None,
            remedy: None,
        })
        .say(FollowUpOpened { followup: FollowUpId::derived(case), round: 1 })
        .say(CaseReopened { round: 2, reason: "unsatisfied".to_owned() });
    life
}
