//! Cases as intake, routing and deadline-scheduler tell them, and as the rules see them.

use contracts::{
    Body, StoredEvent,
    assignment::AssignmentDispatched,
    case::{CaseAccepted, CaseAnswered, CaseClosed, CaseWithdrawn, PackRef},
    clock::{ClockOpened, Running},
    words::{Channel, Kind, Mode, Outcome, Part, Urgency},
};
use evaluation_rules::{Due, Fact, Heard, Registration, Stage};
use ids::{AssignmentId, CaseId, CaseNumber, ClockId, EventId, RegionCode};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};

use crate::desk::noon;

/// One case as three services tell it; `None` for what has not happened.
#[derive(Clone)]
pub(crate) struct Tale {
    pub(crate) case: CaseId,
    pub(crate) serial: i64,
    pub(crate) region: &'static str,
    pub(crate) kind: Kind,
    pub(crate) received: Date,
    pub(crate) due: Date,
    pub(crate) answered: Option<Date>,
    pub(crate) withdrawn: bool,
    pub(crate) historic: bool,
}

const UNITS: [&str; 2] = ["water", "city-management"];

impl Tale {
    pub(crate) fn new(serial: i64, received: Date, due: Date, answered: Option<Date>) -> Self {
        let case = CaseId::derived(&serial.to_string());
        let (region, kind) = ("511602", Kind::Complaint);
        Self { case, serial, region, kind, received, due, answered, withdrawn: false, historic: false }
    }

    pub(crate) fn unit(&self) -> &'static str {
        UNITS[usize::try_from(self.serial).unwrap() % 2]
    }

    pub(crate) fn registration(&self) -> CaseAccepted {
        let region: RegionCode = self.region.parse().unwrap();
        CaseAccepted {
            number: CaseNumber::new(self.received, &region, self.serial),
            kind: self.kind,
            subject: None,
            channel: Channel::Mailbox,
            region,
            urgency: Urgency::Ordinary,
            received_at: noon(self.received),
            pack: pack(),
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

    /// What each source says, in its order.
    pub(crate) fn told(&self) -> [Vec<StoredEvent>; 3] {
        let mut intake: Vec<Body> = vec![self.registration().into()];
        let unit: ids::UnitCode = self.unit().parse().unwrap();
        let assignment = AssignmentId::derived(self.unit());
        let dispatched = AssignmentDispatched {
            assignment,
            unit: unit.clone(),
            mode: Mode::Forwarding,
            part: Part::Lead,
            round: 1,
            decided_by: "person".to_owned(),
            pack: pack(),
            parent: None,
        };
        let mut routing: Vec<Body> = vec![dispatched.into()];
        if let Some(day) = self.answered {
            let outcome = Outcome::Explained;
            let answered_at = noon(day);
            routing.push(
                CaseAnswered {
                    unit,
                    outcome,
                    mode: Mode::Forwarding,
                    round: 1,
                    answered_at,
                    level: None,
                    cause: None,
                    remedy: None,
                }
                .into(),
            );
            intake.push(CaseClosed { outcome, round: 1, merged_into: None, unit: None }.into());
        }
        if self.withdrawn {
            intake.push(CaseWithdrawn {}.into());
        }
        let clock = |name: &str, due_day: Date| Running {
            clock: ClockId::derived(name),
            name: name.to_owned(),
            assignment: None,
            unit: None,
            started_at: noon(self.received),
            due_at: calendar::end_of_day(due_day),
            due_day,
            provisional: false,
        };
        let clocks = vec![clock("handle", self.due), clock("accept", self.received)];
        let opened = ClockOpened { clocks, pack: pack(), round: 1, mended: false };
        [intake, routing, vec![opened.into()]].map(|bodies| self.events(bodies))
    }

    pub(crate) fn events(&self, bodies: Vec<Body>) -> Vec<StoredEvent> {
        let event = |(index, body): (usize, Body)| StoredEvent {
            id: EventId::derived(&format!("{}:{}:{index}", self.case, body.owner())),
            source: body.owner().to_owned(),
            aggregate: self.case.0,
            version: i64::try_from(index).unwrap() + 1,
            kind: body.kind().to_owned(),
            region: self.region.to_owned(),
            time: noon(self.received),
            actor: "system".to_owned(),
            causation: None,
            trace: None,
            historic: self.historic,
            payload: String::from_utf8(body.to_json()).unwrap(),
        };
        bodies.into_iter().enumerate().map(event).collect()
    }

    /// The fact that the events come to, told to the rules without any service between.
    pub(crate) fn fact(&self) -> Fact {
        let pack = evaluation_rules::PackRef { id: "mailbox-002".into(), version: 1 };
        let accepted = self.registration();
        let mut fact = Fact::of(self.case);
        fact.hear(Heard::Accepted(Registration {
            number: accepted.number,
            pack: pack.clone(),
            region: accepted.region,
            kind: self.kind.as_str().parse().unwrap(),
            channel: "mailbox".into(),
            subject: None,
            class: None,
            received_at: accepted.received_at,
            historic: self.historic,
        }));
        let unit = self.unit().parse().unwrap();
        fact.hear(Heard::Dispatched { unit, round: 1, pack: pack.clone() });
        fact.hear(Heard::Reached { stage: Stage::Registered, at: noon(self.received) });
        fact.hear(Heard::LimitSet { due: Due { day: self.due, provisional: false }, round: 1, pack });
        if let Some(day) = self.answered {
            let (unit, outcome) = (self.unit().parse().unwrap(), "explained".to_owned());
            fact.hear(Heard::Answered { unit, outcome, round: 1, at: noon(day), historic: self.historic });
            fact.hear(Heard::Closed { round: 1 });
        }
        if self.withdrawn {
            fact.hear(Heard::Withdrawn);
            fact.hear(Heard::EndedAt { at: noon(self.received) });
        }
        fact
    }
}

pub(crate) fn pack() -> PackRef {
    PackRef { id: "mailbox-002".to_owned(), version: 1 }
}

/// Draws numbers from a seed; the same ones each time.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

pub(crate) fn tales(count: i64) -> Vec<Tale> {
    let mut draw = Draw(7);
    let kinds = [Kind::Complaint, Kind::Help, Kind::Consultation];
    (0..count)
        .map(|serial| {
            let received = date(2026, 1, 1) + i64::try_from(draw.below(160)).unwrap().days();
            let due = received + i64::try_from(3 + draw.below(20)).unwrap().days();
            let answered = received + i64::try_from(draw.below(30)).unwrap().days();
            Tale {
                kind: kinds[draw.below(3)],
                region: ["511602", "511603", "512002"][draw.below(3)],
                withdrawn: draw.below(10) == 0,
                historic: draw.below(4) == 0,
                ..Tale::new(serial, received, due, (draw.below(5) > 0).then_some(answered))
            }
        })
        .collect()
}

/// Mixes the sources of all cases; each source stays in its order, batches are of any size.
pub(crate) fn mixed(tales: &[Tale], seed: u64) -> Vec<Vec<StoredEvent>> {
    let mut draw = Draw(seed);
    let mut queues: Vec<_> = tales.iter().flat_map(Tale::told).map(Vec::into_iter).collect();
    let mut stream = Vec::new();
    while !queues.is_empty() {
        let index = draw.below(queues.len());
        match queues[index].next() {
            Some(event) => stream.push(event),
            None => drop(queues.swap_remove(index)),
        }
    }
    let mut batches = Vec::new();
    while !stream.is_empty() {
        let rest = stream.split_off((1 + draw.below(100)).min(stream.len()));
        batches.push(std::mem::replace(&mut stream, rest));
    }
    batches
}
