//! What is told of a session that changes: to everybody in advance, and to each who booked.

use contracts::{
    Body,
    case::PackRef,
    reception::{BookingChanged, ReceptionCancelled, ReceptionHeld, ReceptionMoved, ReceptionPublished},
};
use identity::Claims;
use ids::{RegionCode, SessionId};
use intake_rules::{BookingState, SessionEffect};
use jiff::civil::Date;
use runtime::Draft;
use sqlx::PgConnection;
use uuid::Uuid;
use web::Problem;

use super::{booker, bound};
use crate::{
    app::{Core, addressee::Addressee},
    http::broken,
    store::{
        addressees, bookings,
        receptions::{self, SessionRow},
    },
};

/// The drafts of an effect on a session; `from` is the day that it had before.
pub(super) async fn tell(
    core: &Core,
    transaction: &mut PgConnection,
    caller: &Claims,
    (row, from): (&SessionRow, Date),
    effect: SessionEffect,
) -> Result<Vec<Draft>, Problem> {
    let region: RegionCode = row.region.parse().map_err(anyhow::Error::from)?;
    let pack = PackRef { id: row.pack_id.clone(), version: row.pack_version };
    let (session, day, bookings) = (SessionId(row.session_id), row.day.to_jiff(), row.taken);
    let (step, next): (&str, Option<Date>) = match effect {
        SessionEffect::TellPublished | SessionEffect::TellHeld => ("", None),
        SessionEffect::TellMoved => ("moved", Some(day)),
        SessionEffect::TellCancelled => {
            let next = receptions::next_with_place(&mut *transaction, row, core.today()).await;
            ("cancelled", next.map_err(broken)?)
        }
    };
    let body: Body = match effect {
        SessionEffect::TellPublished => {
            let (region, live, late, pack) = (region.clone(), row.live, row.late, pack.clone());
            ReceptionPublished { session, region, day, live, late, pack }.into()
        }
        SessionEffect::TellHeld => ReceptionHeld { session, cases: row.cases }.into(),
        SessionEffect::TellMoved => {
            let (region, pack) = (region.clone(), pack.clone());
            ReceptionMoved { session, region, from, day, bookings, pack }.into()
        }
        SessionEffect::TellCancelled => {
            let (region, pack) = (region.clone(), pack.clone());
            ReceptionCancelled { session, region, day, bookings, pack }.into()
        }
    };
    let draft = |aggregate: Uuid, body: Body| Draft {
        aggregate,
        region: region.clone(),
        time: core.now(),
        actor: caller.actor(),
        causation: None,
        historic: false,
        trace: None,
        body,
    };
    let mut drafts = vec![draft(row.session_id, body)];
    if step.is_empty() {
        return Ok(drafts);
    }
    let rows = bookings::of_session(&mut *transaction, row.session_id, None).await.map_err(broken)?;
    let waiting = rows.iter().filter(|booked| booked.state == BookingState::Booked.as_str());
    let mut kept = Vec::new();
    for booked in waiting {
        let matter = bound(row.session_id, booked.number).0;
        let who = booker(core, row.session_id, booked.number, &booked.contact)?;
        let addressee = Addressee { phone: Some(who.phone), mail: None };
        let changed = BookingChanged {
            session,
            serial: serial(from, booked.number),
            step: step.to_owned(),
            from,
            day: next,
            region: region.clone(),
            reachable: addressee.reachable(),
            pack: pack.clone(),
        };
        kept.push(addressee.seal(core, matter));
        drafts.push(draft(matter, changed.into()));
    }
    addressees::keep(transaction, &kept, core.now()).await.map_err(broken)?;
    Ok(drafts)
}

/// The number of a place with the day for which it was told.
fn serial(day: Date, number: i32) -> String {
    format!("{}-{number}", day.strftime("%Y%m%d"))
}
