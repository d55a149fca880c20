//! What still holds of words that were written before: a case may be sealed, or its unit accused, while they wait.

use crate::{card::Card, decide::of_card, render::Both, sections::Settings, words::Audience};

/// Says whether somebody may not be told any more: the unit stands in the line of the accused by now.
#[must_use]
pub fn is_barred(card: &Card, audience: Audience, recipient: &str) -> bool {
    audience.is_of_unit() && recipient.parse().is_ok_and(|unit| card.guard.bars(&unit))
}

/// The neutral words, heading and text, that take the place of those written; nothing where these may be told as they are.
#[must_use]
pub fn neutral(
    settings: &Settings,
    audience: Audience,
    card: &Card,
    track_url: &str,
) -> Option<(Both<String>, Both<String>)> {
    let text = settings.neutral.get(&audience).filter(|_| card.guard.hushed(&settings.secret))?;
    let values = of_card(card, track_url);
    Some((text.title.filled(&values), text.body.filled(&values)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        card::{Head, Pack},
        guard::Guard,
        render::Template,
        sections::Text,
        words::Kind,
    };

    fn card(guard: Guard) -> Card {
        let head = Head {
            number: "260302511602000001".to_owned(),
            kind: Some(Kind::Complaint),
            received_on: date(2026, 3, 2),
            region: "511602".parse().expect("a code"),
            pack: Pack { id: "mailbox-002".to_owned(), version: 1 },
        };
        Card { head: Some(head), guard, ..Card::default() }
    }

    fn settings() -> Settings {
        let text = |text: &str| Template::read(text).expect("a template");
        let both = |words: &str| Both { zh: text(words), en: text(words) };
        let neutral = Text { title: both("news"), body: both("{case_number} {received_on} {track_url}") };
        Settings {
            neutral: [(Audience::Officer, neutral)].into(),
            secret: ["result_secret".to_owned()].into(),
            ..Settings::default()
        }
    }

    #[test]
    fn a_unit_that_is_accused_since_is_barred_with_its_people_and_nobody_else_is() {
        let accused = card(Guard { barred: ["water".parse().expect("a unit")].into(), ..Guard::default() });
        for audience in [Audience::Unit, Audience::Officer, Audience::InCharge] {
            assert!(is_barred(&accused, audience, "water"));
            assert!(is_barred(&accused, audience, "water.east"));
            assert!(!is_barred(&accused, audience, "roads"));
            assert!(!is_barred(&card(Guard::default()), audience, "water"));
        }
        assert!(!is_barred(&accused, Audience::Citizen, "water"));
        assert!(!is_barred(&accused, Audience::Centre, "water"));
    }

    #[test]
    fn words_give_way_to_neutral_ones_once_the_case_is_hushed() {
        let hushed = [
            Guard { sealed: true, ..Guard::default() },
            Guard { flags: ["result_secret".to_owned()].into(), ..Guard::default() },
            Guard { flags: [crate::guard::RESULT_SEALED.to_owned()].into(), ..Guard::default() },
        ];
        for guard in hushed {
            let (title, body) =
                neutral(&settings(), Audience::Officer, &card(guard.clone()), "here").expect("words");
            assert_eq!((title.zh.as_str(), title.en.as_str()), ("news", "news"));
            assert_eq!(body.zh, "260302511602000001 2026年3月2日 here");
            assert_eq!(body.en, "260302511602000001 2026-03-02 here");
            assert_eq!(neutral(&settings(), Audience::Unit, &card(guard), "here"), None);
        }
        let open = Guard { flags: ["other".to_owned()].into(), ..Guard::default() };
        for guard in [Guard::default(), open] {
            assert_eq!(neutral(&settings(), Audience::Officer, &card(guard), "here"), None);
        }
    }
}
