//! Who is told of what is about no case: an early warning, a report, a receiver outside that failed.

use ids::RegionCode;

use crate::{
    decide::Owed,
    pack::Notices,
    render::{Both, Values},
    words::{Audience, Happening, Variable},
};

/// Something that happened to no case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// What.
    pub event: Happening,
    /// Where, if it has a place.
    pub place: Option<RegionCode>,
    /// What it gives to the words.
    pub values: Values,
    /// Codes that it carries, for notices that are owed for some of them only.
    pub codes: Vec<String>,
}

/// Lists what is owed of it under a pack. A county is told of its own place only, everybody else once.
#[must_use]
pub fn owed(notices: &Notices, matter: &Matter, track_url: &str) -> Vec<Owed> {
    let mut values = matter.values.clone();
    values.insert(Variable::TrackUrl, Both::same(track_url));
    let told = notices.of(matter.event, None, &matter.codes).filter_map(|notice| {
        let recipient = match notice.audience {
            Audience::County => matter.place.as_ref().and_then(county)?,
            Audience::Centre | Audience::Supervisor | Audience::Leader => notice.audience.to_string(),
            // Refused when the pack is read: nobody of these has to do with it.
            Audience::Citizen | Audience::Unit | Audience::Officer | Audience::InCharge => return None,
        };
        Some(Owed {
            template: notice.name.clone(),
            audience: notice.audience,
            recipient,
            ways: notice.outward(),
            urgent: notice.urgent,
            digest: notice.digest,
            title: notice.title.filled(&values),
            body: notice.body.filled(&values),
        })
    });
    told.collect()
}

/// The county that a place lies in; nothing for a whole city or province.
fn county(place: &RegionCode) -> Option<String> {
    (!place.county().ends_with("00")).then(|| place.county().to_owned())
}
