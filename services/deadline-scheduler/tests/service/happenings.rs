//! What else happens to a case and what it means to its limits: instructions, merging, pauses, reviews, disputes.

use contracts::{
    Body,
    assignment::AssignmentReplied,
    handling::{AssignmentDisputed, AssignmentProgressed, AssignmentSettled, CasePaused, CaseResumed},
    leader::{InstructionIssued, InstructionReported},
    petition::{OpinionIssued, ReviewRequested},
    record::{CaseClassified, CaseMaterialsReceived, CaseMaterialsRequested, CaseMerged, CaseUnmerged},
    words::{Class, Kind, Outcome, Part, ReviewStage, Urgency},
};
use ids::{AssignmentId, CaseId, InstructionId};
use jiff::{Timestamp, civil::Date};

use super::desk::{Desk, hours};

/// Writes one entry; `rest` replaces what an ordinary entry has.
pub(crate) fn entry(id: &str, name: &str, start: &str, stop: &str, rest: &[(&str, &str)]) -> String {
    let quoted = |events: &str| {
        let words: Vec<_> = events.split_whitespace().map(|event| format!("\"{event}\"")).collect();
        format!("[{}]", words.join(", "))
    };
    let mut keys = vec![
        ("label", "{ zh = \"时限\", en = \"limit\" }".to_owned()),
        ("subject", "\"case\"".to_owned()),
        ("from", "\"event\"".to_owned()),
        ("cancel", "[\"case.closed\"]".to_owned()),
        ("pause", "[]".to_owned()),
        ("resume", "[]".to_owned()),
        ("applies", "{}".to_owned()),
        ("limit", "{ amount = 5, unit = \"workdays\" }".to_owned()),
        ("warn", "[]".to_owned()),
        ("basis", "\"choice\"".to_owned()),
        ("source", "\"made up\"".to_owned()),
    ];
    for (key, value) in rest {
        keys.retain(|(known, _)| known != key);
        keys.push((*key, (*value).to_owned()));
    }
    let keys: Vec<_> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    let (start, stop) = (quoted(start), quoted(stop));
    format!(
        "[[clock]]\nid = \"{id}\"\nname = \"{name}\"\nstart = {start}\nstop = {stop}\n{}\n",
        keys.join("\n")
    )
}

/// A pack of these entries.
pub(crate) fn pack(entries: &[String]) -> Vec<(&'static str, i32, String)> {
    vec![("made-up", 1, format!("calendar = \"national\"\n{}", entries.concat()))]
}

const STILL: [(&str, &str); 2] = [
    ("pause", "[\"case.paused\", \"case.materials_requested\"]"),
    ("resume", "[\"case.resumed\", \"case.materials_received\"]"),
];

fn handle(id: &str, rest: &[(&str, &str)]) -> String {
    entry(id, "handle", "case.accepted", "case.answered", &[&STILL, rest].concat())
}

impl Desk {
    /// Name, state and due day of every clock, in the order of names.
    pub(crate) async fn clocks(&self) -> Vec<(String, i16, Date)> {
        let rows: Vec<(String, i16, pg::SqlDate)> =
            sqlx::query_as("SELECT name, state, due_day FROM clock ORDER BY name, started_at, unit")
                .fetch_all(&self.db.pool)
                .await
                .unwrap();
        rows.into_iter().map(|(name, state, day)| (name, state, day.to_jiff())).collect()
    }

    async fn states(&self) -> Vec<(String, i16)> {
        self.clocks().await.into_iter().map(|(name, state, _)| (name, state)).collect()
    }

    /// Tells the acceptance of a complaint at `at`.
    pub(crate) async fn accept(&mut self, at: Timestamp) {
        let accepted = self.accepted(Kind::Complaint, at);
        self.tell(at, accepted).await;
    }
}

fn workdays(from: Timestamp, amount: u32) -> Date {
    calendar::shipped().add_workdays(calendar::day_of(from), amount).unwrap().date
}

fn classified(urgency: Urgency) -> CaseClassified {
    CaseClassified {
        kind: Kind::Complaint,
        urgency,
        class: Class::Important,
        subject: None,
        fast: Some("safety".to_owned()),
        petition: None,
        first: true,
    }
}

#[tokio::test]
async fn an_instruction_has_a_clock_of_its_own_by_the_day_the_leader_set() {
    let clock = entry(
        "instruction",
        "instruction",
        "instruction.issued",
        "instruction.reported",
        &[("subject", "\"matter\""), ("given", "true")],
    );
    let mut desk = Desk::under("made-up", &pack(&[handle("handle", &[]), clock])).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    let issued = |name: &str, report_by| InstructionIssued {
        instruction: InstructionId::derived(name),
        rank: "mayor".to_owned(),
        urgency: Urgency::ExtraUrgent,
        report_by,
    };
    let day = workdays(now, 2);
    desk.tell(now + hours(1), issued("first", Some(day))).await;
    desk.tell(now + hours(2), issued("second", None)).await;
    let due: Vec<Date> = desk.clocks().await.into_iter().skip(1).map(|(_, _, day)| day).collect();
    assert_eq!(due, [day, workdays(now + hours(2), 5)]);
    desk.tell(now + hours(3), InstructionReported { instruction: InstructionId::derived("second") }).await;
    let states: Vec<i16> = desk.clocks().await.into_iter().map(|(_, state, _)| state).collect();
    assert_eq!(states, [0, 0, 2], "the handling and the first instruction are still owed");
}

#[tokio::test]
async fn merging_stops_every_clock_and_taking_it_back_lets_them_run_from_the_same_start() {
    let mut desk = Desk::under("made-up", &pack(&[handle("handle", &[])])).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    let before = desk.clocks().await;
    desk.tell(now + hours(1), CaseMerged { into: CaseId::fresh(), round: 1 }).await;
    assert_eq!((desk.states().await, desk.armed().await), (vec![("handle".to_owned(), 3)], 0));
    let lead = desk.dispatched("water", Part::Lead);
    desk.tell(now + hours(2), lead).await;
    desk.tell(now + hours(3), CaseUnmerged { from: CaseId::fresh() }).await;
    assert_eq!((desk.clocks().await, desk.armed().await), (before, 1));
    let answered = desk.answered(now + hours(4));
    desk.tell(now + hours(4), answered).await;
    assert_eq!(desk.late().await, [false]);
}

#[tokio::test]
async fn a_limit_said_before_the_merging_is_not_said_again_after_it() {
    let mut desk = Desk::under("made-up", &pack(&[handle("handle", &[])])).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now - hours(24 * 40)).await;
    assert_eq!(desk.fire().await, 1);
    desk.tell(now, CaseMerged { into: CaseId::fresh(), round: 1 }).await;
    desk.tell(now, CaseUnmerged { from: CaseId::fresh() }).await;
    assert_eq!((desk.armed().await, desk.fire().await), (0, 0));
}

#[tokio::test]
async fn a_pause_is_not_lost_when_urgency_changes_while_materials_are_awaited() {
    let urgent = handle(
        "handle-urgent",
        &[("applies", "{ urgencies = [\"urgent\"] }"), ("limit", "{ amount = 10, unit = \"workdays\" }")],
    );
    let plain = handle("handle", &[("limit", "{ amount = 20, unit = \"workdays\" }")]);
    let mut desk = Desk::under("made-up", &pack(&[urgent, plain])).await;
    let start = desk.db.now().await.unwrap();
    desk.accept(start).await;
    desk.tell(start + hours(1), CaseMaterialsRequested { count: 2, request: 1 }).await;
    assert_eq!((desk.states().await[0].1, desk.armed().await), (1, 0));
    desk.tell(start + hours(2), classified(Urgency::Urgent)).await;
    assert_eq!((desk.states().await[0].1, desk.armed().await), (1, 0), "paused under the new limit too");
    // A second reason begins before the first ends: what overlaps counts once.
    desk.tell(start + hours(24 * 7), CasePaused { reason: "hearing".to_owned() }).await;
    desk.tell(start + hours(24 * 14), CaseMaterialsReceived { request: 1 }).await;
    assert_eq!(desk.states().await[0].1, 1, "the hearing goes on");
    let until = start + hours(24 * 21);
    desk.tell(until, CaseResumed { reason: "hearing".to_owned() }).await;
    let calendar = calendar::shipped();
    let (from, to) = (calendar::day_of(start + hours(1)), calendar::day_of(until));
    let paused = calendar.workdays_between(from, to).unwrap();
    let due = calendar.add_workdays(calendar::day_of(start), 10 + paused).unwrap().date;
    assert_eq!(desk.clocks().await, [("handle".to_owned(), 0, due)]);
    assert_eq!(desk.armed().await, 1);
    let kinds = desk.kinds().await;
    assert_eq!(kinds, ["clock.opened", "clock.paused", "clock.opened", "clock.resumed", "clock.opened"]);
}

#[tokio::test]
async fn a_clock_that_opens_during_a_pause_stands_still_from_the_first_moment() {
    let sign = entry(
        "sign",
        "sign",
        "assignment.dispatched",
        "assignment.signed",
        &[&STILL[..], &[("subject", "\"assignment\"")]].concat(),
    );
    let mut desk = Desk::under("made-up", &pack(&[handle("handle", &[]), sign])).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    desk.tell(now + hours(1), CasePaused { reason: "law".to_owned() }).await;
    let lead = desk.dispatched("water", Part::Lead);
    desk.tell(now + hours(2), lead).await;
    assert_eq!(desk.states().await, [("handle".to_owned(), 1), ("sign".to_owned(), 1)]);
    desk.tell(now + hours(2), CaseResumed { reason: "law".to_owned() }).await;
    assert_eq!((desk.states().await[1].1, desk.armed().await), (0, 2));
}

#[tokio::test]
async fn co_units_have_clocks_of_their_own_and_a_dispute_pauses_only_the_one_in_dispute() {
    let assist = entry(
        "assist",
        "assist",
        "assignment.dispatched",
        "assignment.replied",
        &[
            ("subject", "\"assignment\""),
            ("applies", "{ parts = [\"co\"] }"),
            ("pause", "[\"assignment.disputed\"]"),
            ("resume", "[\"assignment.settled\"]"),
        ],
    );
    let settle = entry(
        "settle",
        "settle",
        "assignment.disputed",
        "assignment.settled",
        &[("subject", "\"assignment\"")],
    );
    let mut desk = Desk::under("made-up", &pack(&[assist, settle])).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    for (unit, part) in [("water", Part::Lead), ("roads", Part::Co), ("parks", Part::Co)] {
        let dispatched = desk.dispatched(unit, part);
        desk.tell(now, dispatched).await;
    }
    assert_eq!(desk.states().await, [("assist".to_owned(), 0), ("assist".to_owned(), 0)]);
    let (assignment, unit): (_, ids::UnitCode) = (AssignmentId::derived("roads"), "roads".parse().unwrap());
    desk.tell(now + hours(1), AssignmentDisputed { assignment, unit: unit.clone() }).await;
    let words = ["assist", "assist", "settle"].map(str::to_owned);
    let states: Vec<_> = words.clone().into_iter().zip([0, 1, 0]).collect();
    assert_eq!(desk.states().await, states);
    let by = "conference".to_owned();
    let to = unit.clone();
    desk.tell(now + hours(2), AssignmentSettled { assignment, unit: unit.clone(), by, to }).await;
    let replied = AssignmentReplied { assignment, unit, outcome: Outcome::Explained, attempt: 1 };
    desk.tell(now + hours(3), replied).await;
    let states: Vec<_> = words.into_iter().zip([0, 2, 2]).collect();
    assert_eq!(desk.states().await, states);
}

#[tokio::test]
async fn review_and_re_examination_have_their_thirty_days_and_a_hearing_is_not_counted() {
    let days = ("limit", "{ amount = 30, unit = \"days\" }");
    let served = ("from", "\"served\"");
    let hearing = [
        ("pause", "[\"case.paused\"]"),
        ("resume", "[\"case.resumed\"]"),
        ("pause_reasons", "[\"hearing\"]"),
        ("cancel", "[\"review.refused:reexamination\"]"),
        days,
    ];
    let entries = [
        entry(
            "ask-review",
            "ask_review",
            "opinion.issued:handling",
            "review.requested:review",
            &[days, served],
        ),
        entry("recheck", "recheck", "review.requested:review", "opinion.issued:review", &[days]),
        entry(
            "reexamine",
            "reexamine",
            "review.requested:reexamination",
            "opinion.issued:reexamination",
            &hearing,
        ),
    ];
    let mut desk = Desk::under("made-up", &pack(&entries)).await;
    let now: Timestamp = "2026-03-02T02:00:00Z".parse().unwrap();
    let opinion = |stage, on: &str| OpinionIssued {
        stage,
        result: "not-supported".to_owned(),
        served_on: on.parse().unwrap(),
    };
    desk.accept(now).await;
    desk.tell(now, opinion(ReviewStage::Handling, "2026-03-05")).await;
    assert_eq!(desk.clocks().await, [("ask_review".to_owned(), 0, "2026-04-04".parse().unwrap())]);
    desk.tell(now + hours(24 * 8), ReviewRequested { stage: ReviewStage::Review }).await;
    desk.tell(now + hours(24 * 18), opinion(ReviewStage::Review, "2026-03-20")).await;
    desk.tell(now + hours(24 * 20), ReviewRequested { stage: ReviewStage::Reexamination }).await;
    let (law, hearing) = ("law".to_owned(), "hearing".to_owned());
    desk.tell(now + hours(24 * 21), CasePaused { reason: law.clone() }).await;
    desk.tell(now + hours(24 * 22), CasePaused { reason: hearing.clone() }).await;
    desk.tell(now + hours(24 * 26), CaseResumed { reason: hearing }).await;
    desk.tell(now + hours(24 * 28), CaseResumed { reason: law }).await;
    let due: Date = "2026-04-25".parse().unwrap();
    assert_eq!(
        desk.clocks().await.last(),
        Some(&("reexamine".to_owned(), 0, due)),
        "30 and the 4 of the hearing"
    );
    assert_eq!(desk.late().await, [false, false]);
}

#[tokio::test]
async fn an_interim_report_is_owed_again_each_week_until_the_answer() {
    let interim = entry(
        "interim",
        "interim",
        "assignment.dispatched assignment.progressed",
        "assignment.progressed",
        &[
            ("subject", "\"assignment\""),
            ("repeat", "true"),
            ("cancel", "[\"case.answered\", \"case.closed\"]"),
        ],
    );
    let mut desk = Desk::under("made-up", &pack(&[interim])).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    let lead = desk.dispatched("water", Part::Lead);
    desk.tell(now, lead).await;
    for week in 1..3 {
        let progressed = AssignmentProgressed {
            assignment: AssignmentId::derived("water"),
            unit: "water".parse().unwrap(),
            step: "interim".to_owned(),
            means: Vec::new(),
        };
        desk.tell(now + hours(24 * 7 * week), progressed).await;
    }
    let states: Vec<i16> = desk.clocks().await.into_iter().map(|(_, state, _)| state).collect();
    assert_eq!(states, [2, 2, 0]);
    let answered = desk.answered(now + hours(24 * 20));
    desk.tell(now + hours(24 * 20), answered).await;
    assert_eq!(desk.armed().await, 0);
}

#[tokio::test]
async fn what_stands_on_the_strict_and_fast_list_gets_its_own_limit_when_it_is_found_to() {
    let fast = handle(
        "handle-fast",
        &[("applies", "{ fast = true, first = true }"), ("limit", "{ amount = 1, unit = \"days\" }")],
    );
    let mut desk = Desk::under("made-up", &pack(&[fast, handle("handle", &[])])).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    assert_eq!(desk.clocks().await[0].2, workdays(now, 5));
    desk.tell(now + hours(1), classified(Urgency::Ordinary)).await;
    let tomorrow = calendar::day_of(now).tomorrow().unwrap();
    assert_eq!(desk.clocks().await, [("handle".to_owned(), 0, tomorrow)]);
    let said = desk.said().await;
    assert!(matches!(said.as_slice(), [Body::ClockOpened(_), Body::ClockOpened(_)]), "{said:?}");
}
