//! Telling what is about no case: early warnings and reports of evaluation, receivers outside that failed.

use contracts::{Body, Event};
use ids::{CaseId, EventId, NoticeId, RegionCode};
use jiff::{Timestamp, civil::Date};
use notification_rules::{
    decide::day,
    matter::{Matter, owed},
    render::{Both, Values},
    when,
    words::{Happening, Variable},
};
use runtime::ApplyError;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Packs,
    app::deliver::deliver,
    office::Office,
    packs::Ready,
    publish, regions,
    store::{
        notices::{self, Row},
        outward::{self, ways_text},
    },
};

/// What is told, and where it stands.
pub(crate) struct Telling<'a> {
    /// Derived ids begin with it, so that a repeat makes no second notice.
    pub(crate) cause: EventId,
    /// The aggregate: a warning, a report, a subscription.
    pub(crate) about: Uuid,
    pub(crate) region: &'a RegionCode,
    pub(crate) at: Timestamp,
}

/// Tells what a batch says about no case. Of an imported history nobody is told.
pub(crate) async fn tell(
    connection: &mut PgConnection,
    packs: &Packs,
    track_url: &str,
    office: &Office,
    batch: &[Event],
) -> Result<(), ApplyError> {
    for event in batch.iter().filter(|event| !event.historic) {
        let (policy, event_word) = match &event.body {
            Body::AlertRaised(body) => (body.policy.as_deref(), Happening::AlertRaised),
            Body::ReportPublished(body) => (Some(body.policy.as_str()), Happening::ReportPublished),
            _ => continue,
        };
        let Some((id, ready)) = packs.telling(policy, event_word) else { continue };
        let telling =
            Telling { cause: event.id, about: event.aggregate, region: &event.region, at: event.time };
        let matter = matter(event, ready);
        lay_down(
            connection,
            office,
            (id, ready),
            track_url,
            &telling,
            &matter.into_iter().collect::<Vec<_>>(),
        )
        .await?;
    }
    Ok(())
}

/// Reads an event; nothing for what is about a case.
fn matter(event: &Event, pack: &Ready) -> Option<Matter> {
    let labelled = |values: &mut Values, variable, code: &str| {
        values.extend(pack.label(code).map(|label| (variable, label)));
    };
    let number = |number: i32| Both::same(number.to_string());
    match &event.body {
        Body::AlertRaised(body) => {
            let mut values = Values::from([
                (Variable::Area, Both::same(regions::name_of(&body.place))),
                (Variable::Since, day(body.week)),
                (Variable::Count, number(body.cases)),
                (Variable::Previous, number(body.before)),
            ]);
            labelled(&mut values, Variable::Reason, &body.sign);
            labelled(&mut values, Variable::Subject, &body.subject);
            let (place, codes) = (Some(body.place.clone()), vec![body.sign.clone()]);
            Some(Matter { event: Happening::AlertRaised, place, values, codes })
        }
        Body::ReportPublished(body) => {
            let days = |from: Date, to: Date| [(Variable::Since, day(from)), (Variable::Until, day(to))];
            let mut values = Values::from(days(body.from, body.to));
            let whole = || Both::of("全市", "the whole city");
            let area = body.place.as_ref().map_or_else(whole, |place| Both::same(regions::name_of(place)));
            values.insert(Variable::Area, area);
            labelled(&mut values, Variable::Form, &body.series);
            let codes = vec![body.series.clone()];
            Some(Matter { event: Happening::ReportPublished, place: body.place.clone(), values, codes })
        }
        _ => None,
    }
}

/// Lays down what a pack owes of some matters, and says so.
pub(crate) async fn lay_down(
    connection: &mut PgConnection,
    office: &Office,
    (id, ready): (&str, &Ready),
    track_url: &str,
    telling: &Telling<'_>,
    matters: &[Matter],
) -> Result<(), sqlx::Error> {
    let (mut rows, mut out) = (Vec::new(), Vec::new());
    let (settings, calendars) = (&ready.notices.settings, office.calendars());
    let calendar = calendars.of(telling.region.as_str());
    for owed in matters.iter().flat_map(|matter| owed(&ready.notices, matter, track_url)) {
        let name = format!("{}:{}:{}:{}", telling.cause, owed.audience, owed.recipient, owed.template);
        let notice = NoticeId::derived(&name);
        let (end, ways) = deliver(office, &owed);
        let start = when::to_staff(&owed, settings, office.now(), calendar);
        if !ways.is_empty() {
            out.push(outward::Row {
                notice: notice.0,
                ways: ways_text(&ways),
                case: telling.about,
                audience: owed.audience.to_string(),
                recipient: owed.recipient.clone(),
                region: telling.region.to_string(),
                pack: id.to_owned(),
                urgent: owed.urgent,
                digest: owed.digest,
                not_before: start,
            });
        }
        rows.push(Row {
            id: notice,
            case: CaseId(telling.about),
            cause: telling.cause,
            number: String::new(),
            region: telling.region.clone(),
            pack: format!("{id}:0"),
            owed,
            end,
            created_at: telling.at,
            sent_at: Some(office.now()),
            ends_by: None,
        });
    }
    let all: Vec<&Row> = rows.iter().collect();
    let fresh = notices::insert(connection, &all).await?;
    out.retain(|row| fresh.contains(&row.notice));
    outward::insert(connection, &out).await?;
    let drafts = publish::all_laid(rows.iter().filter(|row| fresh.contains(&row.id.0)));
    runtime::emit(connection, "notification", drafts).await?;
    Ok(())
}
