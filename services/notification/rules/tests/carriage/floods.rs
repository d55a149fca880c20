//! However much is urgent: the limit of the pack and one message, and nothing lost.

use ids::NoticeId;
use jiff::{SignedDuration, Timestamp};
use notification_rules::bundle::{Lately, Parcel, Storm, Waiting, bundle};
use proptest::prelude::*;

use super::at;

proptest! {
    #[test]
    fn however_long_a_flood_lasts_nobody_is_sent_more_than_the_limit_and_one(
        arrivals in proptest::collection::vec((0_i64..40, any::<bool>(), any::<bool>()), 1..120), most in 1_u32..5,
    ) {
        let storm = Storm { most, within: SignedDuration::from_secs(300), urgent: None };
        // When each message went, and whether anything urgent lay in it.
        let mut sent: Vec<(i64, bool)> = Vec::new();
        let mut waiting: Vec<(i64, Waiting)> = Vec::new();
        let (mut now, mut look, mut last) = (0, None, 0);
        let mut coming = arrivals.iter().enumerate().peekable();
        while coming.peek().is_some() || !waiting.is_empty() {
            let next = coming.peek().map(|(_, (later, ..))| last + later);
            now = [next, look].into_iter().flatten().min().map_or(now, |soonest: i64| soonest.max(now));
            while let Some((place, (later, urgent, digest))) = coming.next_if(|(_, (later, ..))| last + later <= now) {
                last += later;
                let id = NoticeId::derived(&place.to_string());
                waiting.push((last, Waiting { id, urgent: *urgent, digest: *digest }));
            }
            let recent: Vec<i64> = sent.iter().map(|(at, _)| *at).filter(|at| *at > now - 300).collect();
            let messages = u32::try_from(recent.len()).expect("few");
            let lately = Lately { messages, first: recent.first().copied().map(at), last: None };
            let all: Vec<Waiting> = waiting.iter().map(|(_, one)| *one).collect();
            let bundled = bundle(&all, lately, storm, at(now));
            for parcel in &bundled.parcels {
                let ids = match parcel {
                    Parcel::Single(id) => vec![*id],
                    Parcel::Digest(ids) => ids.clone(),
                };
                let inside = |one: &&(i64, Waiting)| ids.contains(&one.1.id);
                for (came, one) in waiting.iter().filter(inside) {
                    prop_assert!(!one.urgent || now - came <= 300, "an urgent one waited {}", now - came);
                }
                sent.push((now, waiting.iter().filter(inside).any(|(_, one)| one.urgent)));
            }
            waiting.retain(|(_, one)| bundled.held.contains(&one.id));
            look = bundled.until.map(Timestamp::as_second);
            prop_assert!(look.is_none_or(|look| look > now), "looks without end");
        }
        for (end, (until, _)) in sent.iter().enumerate() {
            let within = sent[..=end].iter().filter(|(at, _)| *at > until - 300).count();
            prop_assert!(within <= most as usize + 1, "{within} messages within the time");
            let plain = sent[..=end].iter().filter(|(at, urgent)| *at > until - 300 && !urgent).count();
            prop_assert!(plain <= most as usize, "{plain} messages of what is not urgent");
        }
    }
}

#[test]
fn the_place_beyond_the_limit_is_one_and_for_what_is_urgent_alone() {
    let storm = Storm { most: 3, within: SignedDuration::from_mins(60), urgent: None };
    let one = |word: &str, urgent| Waiting { id: NoticeId::derived(word), urgent, digest: false };
    let waiting = [one("plain", false), one("urgent", true), one("urgent too", true)];
    let (plain, both) = (waiting[0].id, vec![waiting[1].id, waiting[2].id]);
    let look =
        |messages| bundle(&waiting, Lately { messages, first: Some(at(60)), last: None }, storm, at(90));
    let opens = Some(at(3_660));

    let last = look(2);
    assert_eq!(
        (last.parcels, last.held, last.until),
        (vec![Parcel::Digest(both.clone())], vec![plain], opens)
    );
    let beyond = look(3);
    assert_eq!((beyond.parcels, beyond.held, beyond.until), (vec![Parcel::Digest(both)], vec![plain], opens));
    for messages in [4, 9] {
        let full = look(messages);
        let all = vec![waiting[1].id, waiting[2].id, plain];
        assert_eq!((full.parcels, full.held, full.until), (vec![], all, opens), "what is urgent first");
    }
    let alone = bundle(&waiting[..1], Lately { messages: 3, first: Some(at(60)), last: None }, storm, at(90));
    assert_eq!((alone.parcels.len(), alone.held, alone.until), (0, vec![plain], opens));
    let nothing = bundle(&[], Lately { messages: 4, first: Some(at(60)), last: None }, storm, at(90));
    assert_eq!((nothing.held.len(), nothing.until), (0, None));
}

#[test]
fn beyond_the_limit_what_is_urgent_goes_together_after_each_pause() {
    let (within, urgent) = (SignedDuration::from_mins(60), Some(SignedDuration::from_mins(5)));
    let storm = Storm { most: 3, within, urgent };
    let one = |word: &str, urgent| Waiting { id: NoticeId::derived(word), urgent, digest: false };
    let waiting = [one("urgent", true), one("urgent too", true), one("plain", false)];
    let both = vec![Parcel::Digest(vec![waiting[0].id, waiting[1].id])];
    let look = |waiting: &[Waiting], messages, last, now| {
        let lately = Lately { messages, first: Some(at(60)), last: Some(at(last)) };
        let bundled = bundle(waiting, lately, storm, at(now));
        (bundled.parcels, bundled.held.len(), bundled.until)
    };
    // The place beyond the limit is free at once, whatever went just before.
    assert_eq!(look(&waiting, 3, 100, 101), (both.clone(), 1, Some(at(3_660))));
    assert_eq!(look(&waiting, 4, 100, 399), (vec![], 3, Some(at(400))), "a second too early");
    assert_eq!(
        look(&waiting, 4, 100, 400),
        (both.clone(), 1, Some(at(3_660))),
        "what is not urgent waits on"
    );
    assert_eq!(look(&waiting, 9, 100, 401), (both, 1, Some(at(3_660))), "and so after each pause");
    assert_eq!(look(&waiting[2..], 4, 100, 101), (vec![], 1, Some(at(3_660))), "nothing urgent");
    assert_eq!(
        look(&waiting[..2], 4, 3_500, 3_510),
        (vec![], 2, Some(at(3_660))),
        "the time itself is over sooner"
    );
}
