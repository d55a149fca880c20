//! When words may go out: not in the quiet hours of a citizen, to staff in working hours, what is gathered at its hour.

use calendar::{Calendar, day_of};
use jiff::{SignedDuration, Timestamp};

use crate::{
    decide::Owed,
    guard::Wish,
    hours::{after_quiet, in_work},
    sections::Settings,
    words::Audience,
};

/// No holidays last longer, in days.
const LONGEST: u32 = 40;

/// When words to a citizen may go out.
#[must_use]
pub fn to_citizen(owed: &Owed, wish: &Wish, settings: &Settings, now: Timestamp) -> Timestamp {
    if owed.urgent {
        return now;
    }
    let at = if owed.digest { settings.next_digest(now) } else { now };
    after_quiet(at, wish.quiet.or(settings.quiet))
}

/// When words to staff may go out. The hour of the digest is the pack's own, be it the last minute of work: it only has
/// to lie on a working day.
#[must_use]
pub fn to_staff(owed: &Owed, settings: &Settings, now: Timestamp, calendar: &Calendar) -> Timestamp {
    match (owed.urgent, owed.digest && settings.digest_at.is_some()) {
        (true, _) => now,
        (false, true) => digest(settings, now, calendar),
        (false, false) if settings.staff_in_work => in_work(now, calendar),
        (false, false) => now,
    }
}

/// The next moment, from `at` on, in which somebody may be disturbed: for what is tried again, was held back, or is late.
/// The hour of a digest that has gone by is not waited for once more.
#[must_use]
pub fn again(
    (audience, urgent): (Audience, bool),
    wish: &Wish,
    settings: &Settings,
    at: Timestamp,
    calendar: &Calendar,
) -> Timestamp {
    match audience {
        Audience::Citizen if !urgent => after_quiet(at, wish.quiet.or(settings.quiet)),
        Audience::Unit
        | Audience::Officer
        | Audience::InCharge
        | Audience::Centre
        | Audience::Supervisor
        | Audience::Leader
        | Audience::County
            if !urgent && settings.staff_in_work =>
        {
            in_work(at, calendar)
        }
        Audience::Citizen
        | Audience::Unit
        | Audience::Officer
        | Audience::InCharge
        | Audience::Centre
        | Audience::Supervisor
        | Audience::Leader
        | Audience::County => at,
    }
}

fn digest(settings: &Settings, now: Timestamp, calendar: &Calendar) -> Timestamp {
    let mut at = settings.next_digest(now);
    for _ in 0..LONGEST {
        if !settings.staff_in_work || calendar.is_workday(day_of(at)).unwrap_or(true) {
            break;
        }
        let later = at.checked_add(SignedDuration::from_secs(1)).unwrap_or(at);
        at = settings.next_digest(later);
    }
    at
}

#[cfg(test)]
mod tests {
    use calendar::shipped;
    use jiff::civil::time;

    use super::*;
    use crate::render::Both;

    fn owed(urgent: bool, digest: bool) -> Owed {
        Owed {
            template: "t".to_owned(),
            audience: Audience::Unit,
            recipient: "water".to_owned(),
            ways: vec![],
            urgent,
            digest,
            title: Both::same("t"),
            body: Both::same("t"),
        }
    }

    fn settings() -> Settings {
        Settings {
            digest_at: Some(time(17, 30, 0, 0)),
            staff_in_work: true,
            quiet: "21:00-08:00".parse().ok(),
            ..Settings::default()
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn what_is_gathered_goes_at_its_hour_of_a_working_day() {
        let staff = |now, settings: &Settings| to_staff(&owed(false, true), settings, at(now), shipped());
        // Monday morning, the very hour, a moment after it, Friday night before two days off.
        assert_eq!(staff("2026-03-02T02:00:00Z", &settings()), at("2026-03-02T09:30:00Z"));
        assert_eq!(staff("2026-03-02T09:30:00Z", &settings()), at("2026-03-02T09:30:00Z"));
        assert_eq!(staff("2026-03-02T09:30:01Z", &settings()), at("2026-03-03T09:30:00Z"));
        assert_eq!(staff("2026-03-06T12:00:00Z", &settings()), at("2026-03-09T09:30:00Z"));
        // Before the Spring Festival: nine days off.
        assert_eq!(staff("2026-02-14T12:00:00Z", &settings()), at("2026-02-24T09:30:00Z"));
        let always = Settings { staff_in_work: false, ..settings() };
        assert_eq!(staff("2026-03-06T12:00:00Z", &always), at("2026-03-07T09:30:00Z"));
        let no_hour = Settings { digest_at: None, ..settings() };
        assert_eq!(staff("2026-03-06T12:00:00Z", &no_hour), at("2026-03-09T01:00:00Z"));
    }

    #[test]
    fn what_is_tried_again_disturbs_nobody_at_night_or_on_a_day_off() {
        let quiet = Wish { quiet: "12:00-14:00".parse().ok(), ..Wish::default() };
        let always = Settings { staff_in_work: false, ..settings() };
        let loud = Settings { quiet: None, ..settings() };
        let check = |who, wish: &Wish, settings: &Settings, from: &str, to: &str| {
            assert_eq!(again(who, wish, settings, at(from), shipped()), at(to), "{who:?} from {from}");
        };
        let (none, citizen) = (Wish::default(), (Audience::Citizen, false));
        // A minute before nine in the evening, and nine; a wish goes before the pack's hours.
        check(citizen, &none, &settings(), "2026-03-06T12:59:59Z", "2026-03-06T12:59:59Z");
        check(citizen, &none, &settings(), "2026-03-06T13:00:00Z", "2026-03-07T00:00:00Z");
        check(citizen, &none, &loud, "2026-03-06T13:00:00Z", "2026-03-06T13:00:00Z");
        check(citizen, &quiet, &settings(), "2026-03-06T13:00:00Z", "2026-03-06T13:00:00Z");
        check(citizen, &quiet, &settings(), "2026-03-06T05:00:00Z", "2026-03-06T06:00:00Z");
        check((Audience::Citizen, true), &none, &settings(), "2026-03-06T13:00:00Z", "2026-03-06T13:00:00Z");
        // Staff: Friday night is for Monday morning.
        for audience in [
            Audience::Unit,
            Audience::Officer,
            Audience::InCharge,
            Audience::Centre,
            Audience::Supervisor,
            Audience::Leader,
            Audience::County,
        ] {
            check((audience, false), &none, &settings(), "2026-03-06T02:00:00Z", "2026-03-06T02:00:00Z");
            check((audience, false), &none, &settings(), "2026-03-06T13:00:00Z", "2026-03-09T01:00:00Z");
            check((audience, false), &none, &always, "2026-03-06T13:00:00Z", "2026-03-06T13:00:00Z");
            check((audience, true), &none, &settings(), "2026-03-06T13:00:00Z", "2026-03-06T13:00:00Z");
        }
    }

    #[test]
    fn what_is_urgent_goes_at_once_and_the_rest_when_people_may_be_disturbed() {
        let night = at("2026-03-06T14:00:00Z");
        for digest in [false, true] {
            assert_eq!(to_staff(&owed(true, digest), &settings(), night, shipped()), night);
            assert_eq!(to_citizen(&owed(true, digest), &Wish::default(), &settings(), night), night);
        }
        assert_eq!(to_staff(&owed(false, false), &settings(), night, shipped()), at("2026-03-09T01:00:00Z"));
        let always = Settings { staff_in_work: false, ..settings() };
        assert_eq!(to_staff(&owed(false, false), &always, night, shipped()), night);
        let morning = at("2026-03-07T00:00:00Z");
        assert_eq!(to_citizen(&owed(false, false), &Wish::default(), &settings(), night), morning);
        let wish = Wish { quiet: "22:00-09:30".parse().ok(), ..Wish::default() };
        assert_eq!(to_citizen(&owed(false, false), &wish, &settings(), night), at("2026-03-07T01:30:00Z"));
        assert_eq!(to_citizen(&owed(false, true), &wish, &settings(), night), at("2026-03-07T09:30:00Z"));
    }
}
