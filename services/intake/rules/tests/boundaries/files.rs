//! Attachments: what each of the three claims of a file decides, on both sides of every bound.

use intake_rules::{Attachments, FORMS, Form, Refusal, Seen, Unfolded, is_acting, judge};

/// Rules that take every form there is.
fn rules() -> Attachments {
    let media: Vec<String> = FORMS.iter().map(|form| format!("'{}'", form.media)).collect();
    let media = media.join(", ");
    toml::from_str(&format!(
        "media = [{media}]\nunpacked_max_bytes = 1000\nentries_max = 3\nratio_max = 10\nbasis = 'choice'\nsource = 'test'"
    ))
    .unwrap()
}

/// A file that is what it says.
fn honest(form: &Form) -> Seen {
    Seen {
        name: format!("a.{}", form.extensions[0]),
        declared: Some(form.media.to_owned()),
        found: form.marked.then(|| form.media.to_owned()),
        reads_as_text: !form.marked,
        bytes: 100,
        ..Seen::default()
    }
}

fn form(media: &str) -> &'static Form {
    FORMS.iter().find(|form| form.media == media).unwrap()
}

fn ask(seen: &Seen) -> Result<&'static str, Refusal> {
    judge(&rules(), 100, seen).map(|form| form.media)
}

#[test]
fn every_form_is_taken_under_each_of_its_extensions_and_by_no_other_content() {
    for form in FORMS {
        for extension in form.extensions {
            let named = Seen { name: format!("a.{}", extension.to_uppercase()), ..honest(form) };
            assert_eq!(ask(&named), Ok(form.media), "{extension}");
        }
        let other = if form.media == "image/png" { "image/gif" } else { "image/png" };
        let disguised = Seen { found: Some(other.to_owned()), ..honest(form) };
        assert_eq!(ask(&disguised), Err(Refusal::Disguised), "{}", form.media);
    }
}

#[test]
fn a_text_is_known_by_having_no_mark_and_reading_as_text() {
    let text = honest(form("text/plain"));
    assert_eq!(ask(&text), Ok("text/plain"));
    assert_eq!(ask(&Seen { reads_as_text: false, ..text.clone() }), Err(Refusal::Disguised));
    assert_eq!(ask(&Seen { found: Some("text/plain".into()), ..text }), Err(Refusal::Disguised));
    let unmarked = Seen { found: None, reads_as_text: true, ..honest(form("image/png")) };
    assert_eq!(ask(&unmarked), Err(Refusal::Disguised));
}

#[test]
fn what_is_declared_is_the_form_or_a_name_for_it_or_says_nothing() {
    let names = [
        ("image/jpeg", &["image/jpg"][..]),
        ("image/heif", &["image/heic"]),
        ("audio/mpeg", &["audio/mp3"]),
        ("audio/x-wav", &["audio/wav", "audio/wave"]),
        ("audio/m4a", &["audio/mp4", "audio/x-m4a"]),
        ("application/pdf", &[]),
    ];
    let all: Vec<&str> = names.iter().flat_map(|(_, others)| others.iter().copied()).collect();
    for (media, own) in names {
        let declared = |declared: &str| {
            ask(&Seen { declared: Some(declared.to_owned()), ..honest(form(media)) })
                .map_err(|_| declared.to_owned())
        };
        assert_eq!(declared(media), Ok(media));
        assert_eq!(declared("application/octet-stream"), Ok(media));
        for name in &all {
            let wanted = if own.contains(name) { Ok(media) } else { Err((*name).to_owned()) };
            assert_eq!(declared(name), wanted, "{media}");
        }
        assert!(declared("image/tiff").is_err() && declared("").is_err());
        assert_eq!(ask(&Seen { declared: None, ..honest(form(media)) }), Ok(media));
    }
}

#[test]
fn what_acts_is_refused_by_name_by_content_and_behind_a_second_extension() {
    let png = honest(form("image/png"));
    let named = |name: &str| ask(&Seen { name: name.to_owned(), ..png.clone() });
    assert!(is_acting("exe") && is_acting("svg") && !is_acting("png") && !is_acting(""));
    assert_eq!(named("a.exe"), Err(Refusal::Program));
    assert_eq!(named("a. EXE "), Err(Refusal::Program));
    assert_eq!(named("a.exe.png"), Err(Refusal::TwoExtensions));
    assert_eq!(named("a.jpg.png"), Err(Refusal::TwoExtensions));
    assert_eq!(named("2026.03.02.png"), Ok("image/png"), "a date is no extension");
    assert_eq!(named("a.zip"), Err(Refusal::Form));
    assert_eq!(ask(&Seen { program: true, ..png.clone() }), Err(Refusal::Program));
    assert_eq!(ask(&Seen { acts: true, ..png }), Err(Refusal::Acts));
}

#[test]
fn a_packed_file_may_be_smaller_than_every_bound() {
    let packed = |entries, packed, unfolded| {
        let unfolded = Some(Some(Unfolded { entries, packed, unfolded }));
        ask(&Seen { packed: unfolded, ..honest(form("image/png")) })
    };
    assert_eq!(packed(2, 99, 999), Ok("image/png"));
    assert_eq!(packed(0, 0, 0), Ok("image/png"));
    assert_eq!(packed(2, 101, 999), Err(Refusal::Bomb), "entries that share their bytes");
}

#[test]
fn each_refusal_of_a_file_says_something_of_its_own() {
    let all = [
        Refusal::Empty,
        Refusal::TooMany,
        Refusal::TooLong,
        Refusal::Program,
        Refusal::Acts,
        Refusal::TwoExtensions,
        Refusal::Form,
        Refusal::Disguised,
        Refusal::Bomb,
    ];
    super::words::all_differ(all.map(Refusal::zh));
    assert!(all.into_iter().all(|refusal| !refusal.zh().is_ascii()));
}
