//! A month of the Guang'an mailbox in fast time: 205 messages, of which 8 were invalid, 105 answered and 92 in hand at its end.

use contracts::{
    Body, StoredEvent,
    case::{CaseAnswered, CaseClosed, CaseDeclined, CaseRegistered},
    words::{Kind, Mode, Outcome},
};
use identity::Role;
use ids::EventId;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde_json::Value;

use crate::{
    desk::{Desk, noon},
    tale::{Draw, Tale},
};

const RECEIVED: i64 = 205;
const INVALID: i64 = 8;
const ANSWERED: i64 = 105;
const IN_HAND: i64 = 92;

/// An event with the day on which it is told.
type Told = (Date, StoredEvent);

/// What became of each message, in an order that has nothing to do with its number.
fn month(first: Date) -> Vec<Told> {
    let mut draw = Draw(2011);
    let (end, mut told) = (first.last_of_month(), Vec::new());
    let days = usize::try_from(i64::from(first.days_in_month())).unwrap();
    for serial in 0..RECEIVED {
        let place = (serial * 101) % RECEIVED;
        let (invalid, answered) = (place < INVALID, place < INVALID + ANSWERED);
        let received = first + i64::try_from(draw.below(days)).unwrap().days();
        let room = usize::try_from((end - received).get_days()).unwrap();
        let taken = i64::try_from(draw.below(room + 1)).unwrap();
        let due = calendar::shipped().add_workdays(received, 15).unwrap().date;
        let kinds = [Kind::Complaint, Kind::Help, Kind::Consultation, Kind::Suggestion];
        let tale = Tale { kind: kinds[draw.below(4)], ..Tale::new(serial, received, due, None) };
        let accepted = tale.registration();
        let registered = CaseRegistered {
            number: accepted.number.clone(),
            kind: accepted.kind,
            channel: accepted.channel,
            region: accepted.region.clone(),
            urgency: accepted.urgency,
            received_at: accepted.received_at,
            pack: accepted.pack.clone(),
            confidential: false,
        };
        let mut intake: Vec<(Date, Body)> = vec![(received, registered.into())];
        if invalid {
            intake.push((
                received,
                CaseDeclined { reason: "invalid".into(), invalid: Some(true), reachable: vec![] }.into(),
            ));
            told.extend(dated(&tale, intake));
            continue;
        }
        intake.push((received, accepted.into()));
        let [_, mut routing, clocks] = tale.told();
        // Those in hand are answered after the month, so that its end must be found again by looking back.
        let day = if answered { received + taken.days() } else { end + (1 + taken).days() };
        let answer = CaseAnswered {
            unit: tale.unit().parse().unwrap(),
            outcome: Outcome::Explained,
            mode: Mode::Forwarding,
            round: 1,
            answered_at: noon(day),
            level: None,
            cause: None,
            remedy: None,
        };
        intake.push((
            day,
            CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None, unit: None }.into(),
        ));
        let mut said = tale.events(vec![answer.into()]);
        said[0].version = 2;
        said[0].id = EventId::derived(&format!("{}:answer", tale.case));
        told.extend(dated(&tale, intake));
        told.extend(routing.drain(..).chain(clocks).map(|event| (received, event)));
        told.push((day, said.remove(0)));
    }
    told
}

fn dated(tale: &Tale, bodies: Vec<(Date, Body)>) -> Vec<Told> {
    let (days, bodies): (Vec<Date>, Vec<Body>) = bodies.into_iter().unzip();
    days.into_iter().zip(tale.events(bodies)).collect()
}

async fn counters(desk: &Desk, as_of: Date) -> [i64; 4] {
    let token = desk.staff(Role::Leader, None);
    let path = format!("/figures?policy=mailbox-002&from=2026-05-01&to=2026-05-31&as_of={as_of}");
    let (status, _, table) = desk.get(&path, &token).await;
    assert_eq!(status, 200, "{table}");
    ["received", "invalid", "replied", "in_progress"].map(|code| {
        let figures = table["rows"][0]["figures"].as_array().unwrap();
        figures.iter().find(|one: &&Value| one["code"] == code).unwrap()["numerator"].as_i64().unwrap()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counters_of_the_mailbox_reproduce_exactly() {
    let (first, end) = (date(2026, 5, 1), date(2026, 5, 31));
    let mut told = month(first);
    told.sort_by_key(|(day, _)| *day);
    let desk = Desk::new().await;
    let mut draw = Draw(7);
    let mut day = first;
    while day <= end {
        let mut today: Vec<StoredEvent> =
            told.iter().filter(|(of, _)| *of == day).map(|(_, event)| event.clone()).collect();
        // Sources are heard in any order among one another, and some of it comes again.
        if draw.below(2) == 0 {
            today.sort_by(|a, b| b.source.cmp(&a.source));
        }
        desk.hear(&today).await;
        desk.hear(&today[..today.len() / 2]).await;
        let [received, invalid, answered, in_hand] = counters(&desk, day).await;
        assert_eq!(received, invalid + answered + in_hand, "on {day}");
        day = day.tomorrow().unwrap();
    }
    assert_eq!(counters(&desk, end).await, [RECEIVED, INVALID, ANSWERED, IN_HAND]);
    let later: Vec<StoredEvent> =
        told.iter().filter(|(of, _)| *of > end).map(|(_, event)| event.clone()).collect();
    desk.hear(&later).await;
    assert_eq!(counters(&desk, end).await, [RECEIVED, INVALID, ANSWERED, IN_HAND], "looked at later");
    assert_eq!(counters(&desk, date(2026, 7, 31)).await, [RECEIVED, INVALID, ANSWERED + IN_HAND, 0]);
    assert!(desk.running.stop().await);
}
