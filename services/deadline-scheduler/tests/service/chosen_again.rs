//! What is known of a case changes while its limit runs: who has it is never late before they could know of it.

use contracts::{
    Body,
    assignment::AssignmentRedirected,
    case::CaseReopened,
    handling::{CasePaused, CaseResumed},
    record::CaseClassified,
    words::{Class, Kind, Part, Urgency},
};
use ids::AssignmentId;
use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::{
    desk::{Desk, hours},
    happenings::{entry, pack},
};

const DAY: i64 = 24;

fn days(id: &str, applies: &str, amount: u32) -> String {
    let (applies, limit) = (format!("{{ {applies} }}"), format!("{{ amount = {amount}, unit = \"days\" }}"));
    let pause = ("pause", "[\"case.paused\"]");
    let rest =
        [("applies", applies.as_str()), ("limit", limit.as_str()), pause, ("resume", "[\"case.resumed\"]")];
    entry(id, "handle", "case.accepted", "case.answered", &rest)
}

fn by_urgency() -> Vec<(&'static str, i32, String)> {
    pack(&[days("urgent", "urgencies = [\"urgent\"]", 2), days("ordinary", "urgencies = [\"ordinary\"]", 10)])
}

fn by_units() -> Vec<(&'static str, i32, String)> {
    pack(&[days("several", "multi_unit = true", 40), days("one", "multi_unit = false", 20)])
}

fn classified(urgency: Urgency) -> CaseClassified {
    CaseClassified {
        kind: Kind::Complaint,
        urgency,
        class: Class::Ordinary,
        subject: None,
        fast: None,
        petition: None,
        first: false,
    }
}

impl Desk {
    /// A case under way for so many days, and the time it is now.
    async fn since(pack: &[(&'static str, i32, String)], ago: i64) -> (Self, Timestamp) {
        let mut desk = Self::under("made-up", pack).await;
        let now = desk.db.now().await.unwrap();
        desk.accept(now - hours(DAY * ago)).await;
        (desk, now)
    }

    async fn due(&self) -> Date {
        self.clocks().await.pop().unwrap().2
    }

    async fn joined(&mut self, unit: &str, part: Part, at: Timestamp) {
        let dispatched = self.dispatched(unit, part);
        self.tell(at, dispatched).await;
    }

    async fn left(&mut self, unit: &str, at: Timestamp) {
        let assignment = AssignmentId::derived(unit);
        let redirected = AssignmentRedirected { assignment, unit: unit.parse().unwrap(), to: None };
        self.tell(at, redirected).await;
    }
}

fn in_days(now: Timestamp, days: i64) -> Date {
    calendar::day_of(now).checked_add(days.days()).unwrap()
}

#[tokio::test]
async fn raised_urgency_counts_from_the_raise_and_breaches_nothing() {
    let (mut desk, now) = Desk::since(&by_urgency(), 5).await;
    assert_eq!(desk.due().await, in_days(now, 5));
    desk.tell(now, classified(Urgency::Urgent)).await;
    assert_eq!(desk.due().await, in_days(now, 2), "two days from now, not three days ago");
    assert_eq!((desk.fire().await, desk.armed().await), (0, 1));
    // A pause afterwards moves it as it moves others; lowered again it is what it was, and the pause.
    desk.tell(now, CasePaused { reason: "law".to_owned() }).await;
    desk.tell(now + hours(3 * DAY), CaseResumed { reason: "law".to_owned() }).await;
    assert_eq!(desk.due().await, in_days(now, 5));
    desk.tell(now + hours(3 * DAY), classified(Urgency::Ordinary)).await;
    assert_eq!(desk.due().await, in_days(now, 8));
}

#[tokio::test]
async fn a_raise_shortly_before_the_end_gives_no_more_time() {
    let (mut desk, now) = Desk::since(&by_urgency(), 9).await;
    desk.tell(now, classified(Urgency::Urgent)).await;
    assert_eq!(desk.due().await, in_days(now, 1));
    let said = desk.said().await;
    assert!(matches!(said.as_slice(), [Body::ClockOpened(_)]), "nothing moved: {said:?}");
}

#[tokio::test]
async fn a_co_unit_that_leaves_takes_its_longer_limit_along() {
    let (mut desk, now) = Desk::since(&by_units(), 15).await;
    desk.joined("water", Part::Lead, now).await;
    desk.joined("roads", Part::Co, now).await;
    desk.joined("parks", Part::Co, now).await;
    assert_eq!(desk.due().await, in_days(now, 25));
    desk.left("roads", now).await;
    assert_eq!(desk.due().await, in_days(now, 25), "the parks have it still");
    desk.left("roads", now).await;
    desk.left("parks", now).await;
    assert_eq!(
        desk.due().await,
        in_days(now, 20),
        "twenty days from now: nobody is late because another left"
    );
    desk.joined("parks", Part::Co, now).await;
    assert_eq!(desk.due().await, in_days(now, 25), "and from the start again, whoever joins");
    // The lead's own leaving changes nothing of that.
    desk.left("water", now).await;
    assert_eq!(desk.due().await, in_days(now, 25));
}

#[tokio::test]
async fn what_intake_called_a_case_of_several_units_stays_one() {
    let mut desk = Desk::under("made-up", &by_units()).await;
    let now = desk.db.now().await.unwrap();
    let mut accepted = desk.accepted(Kind::Complaint, now);
    accepted.multi_unit = true;
    desk.tell(now, accepted).await;
    desk.joined("roads", Part::Co, now).await;
    desk.left("roads", now).await;
    assert_eq!(desk.due().await, in_days(now, 40));
}

#[tokio::test]
async fn another_round_begins_with_one_unit() {
    let (mut desk, now) = Desk::since(&by_units(), 0).await;
    desk.joined("roads", Part::Co, now).await;
    let answered = desk.answered(now);
    desk.tell(now, answered).await;
    desk.tell(now + hours(1), CaseReopened { reason: "new-facts".to_owned(), round: 2 }).await;
    let second: pg::SqlDate = sqlx::query_scalar("SELECT due_day FROM clock WHERE round = 2")
        .fetch_one(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(second.to_jiff(), calendar::day_of(now + hours(1)).checked_add(20.days()).unwrap());
}
