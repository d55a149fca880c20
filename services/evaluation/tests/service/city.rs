//! Cases of a hotline city under `hotline-004`, told by county, subject and day; and what stands in a report about them.

use contracts::{
    Body, StoredEvent,
    case::{CaseAccepted, CaseAnswered},
};
use ids::EventId;
use jiff::civil::Date;
use serde_json::Value;

use crate::tale::Tale;

/// Cases as they came, with serials that go up by one; odd ones are of one unit, even ones of another.
#[derive(Default)]
pub(crate) struct City {
    serial: i64,
    pub(crate) told: Vec<StoredEvent>,
}

impl City {
    /// So many cases of a subject came in from a county on a day; each is due a week later.
    pub(crate) fn came(&mut self, county: &'static str, subject: &str, day: Date, cases: usize) -> Vec<Tale> {
        (0..cases).map(|_| self.one(county, subject, day, |_| {}, |_| {})).collect()
    }

    /// One more that was answered on a day, with a reply that named a cause and a remedy.
    pub(crate) fn answered(
        &mut self,
        (county, subject): (&'static str, &str),
        (day, answered): (Date, Date),
        named: Option<(&str, &str)>,
    ) -> Tale {
        let with = |answer: &mut CaseAnswered| {
            answer.cause = named.map(|(cause, _)| cause.to_owned());
            answer.remedy = named.map(|(_, remedy)| remedy.to_owned());
        };
        self.one(county, subject, day, |tale| tale.answered = Some(answered), with)
    }

    /// One more that only named hands may see.
    pub(crate) fn sealed(&mut self, county: &'static str, subject: &str, day: Date) -> Tale {
        let from = self.told.len();
        let tale = self.one(county, subject, day, |_| {}, |_| {});
        for event in &mut self.told[from..] {
            if let Body::CaseAccepted(accepted) = event.clone().open().unwrap().body {
                speak(event, CaseAccepted { confidential: true, ..accepted });
            }
        }
        tale
    }

    fn one(
        &mut self,
        county: &'static str,
        subject: &str,
        day: Date,
        change: impl FnOnce(&mut Tale),
        answer: impl Fn(&mut CaseAnswered),
    ) -> Tale {
        self.serial += 1;
        let due = day + jiff::Span::new().days(7);
        let mut tale = Tale { region: county, ..Tale::new(self.serial, day, due, None) };
        change(&mut tale);
        for mut event in tale.told().concat() {
            event.payload = event.payload.replace("mailbox-002", "hotline-004");
            match event.clone().open().unwrap().body {
                Body::CaseAccepted(accepted) => {
                    speak(&mut event, CaseAccepted { subject: Some(subject.to_owned()), ..accepted });
                }
                Body::CaseAnswered(mut told) => {
                    answer(&mut told);
                    speak(&mut event, told);
                }
                _ => {}
            }
            self.told.push(event);
        }
        tale
    }

    /// Intake or another service says something more of a case.
    pub(crate) fn more(&mut self, tale: &Tale, version: i64, body: impl Into<Body>) {
        let mut event = tale.events(vec![body.into()]).remove(0);
        (event.version, event.id) = (version, EventId::fresh());
        self.told.push(event);
    }
}

fn speak(event: &mut StoredEvent, body: impl Into<Body>) {
    event.payload = String::from_utf8(body.into().to_json()).unwrap();
}

/// The values of a section of a report, row by row.
pub(crate) fn rows(report: &Value, section: &str) -> Vec<Vec<Value>> {
    let tables = report["tables"].as_array().unwrap_or_else(|| panic!("{report}"));
    let table = tables.iter().find(|table| table["code"] == section);
    let table = table.unwrap_or_else(|| panic!("no {section} in {report}"));
    let cells = |row: &Value| row.as_array().unwrap().iter().map(|cell| cell["value"].clone()).collect();
    table["rows"].as_array().unwrap().iter().map(cells).collect()
}

/// What stands where nothing is counted.
pub(crate) const NOTHING: Value = Value::Null;

/// A row as a test writes it.
#[macro_export]
macro_rules! row {
    ($($cell:expr),* $(,)?) => { vec![$(serde_json::json!($cell)),*] };
}
