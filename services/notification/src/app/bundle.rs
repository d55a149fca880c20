//! Gathering: what is due becomes messages, one by one or together, in one transaction.

use std::collections::BTreeMap;

use ids::NoticeId;
use jiff::Timestamp;
use notification_rules::{
    bundle::{self, Lately, Parcel as Bundle, Storm, Waiting, bundle},
    lifecycle::State,
    render::{Both, Values},
    sections::Text,
    words::{Audience, Variable, Way},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Core, address::parcel_id, put_off, standing::Standing};
use crate::store::{
    notices,
    outward::{self, Due, ways_of, ways_text},
    parcels::{self, Parcel, Whose},
};

const MOST: i64 = 2_000;

/// Whose, and on which way. A citizen is known by the case.
type Key = (String, String, Option<Uuid>, Way);

/// Gathers what is due. Answers how many notices were looked at.
pub(crate) async fn gather(core: &Core) -> Result<usize, sqlx::Error> {
    let now = core.office.now();
    let mut transaction = core.platform.db.pool.begin().await?;
    // Two who gather at once would not see one another's messages, and together exceed what one recipient is sent.
    if !outward::gathers_alone(&mut transaction).await? {
        return Ok(0);
    }
    let due = outward::lock_due(&mut transaction, now, MOST).await?;
    let looked = due.len();
    let standing = Standing::read(&mut transaction, due.iter().map(|one| one.case_id)).await?;
    let due = as_they_stand(core, &mut transaction, &standing, due).await?;
    let due = in_time(core, &mut transaction, &standing, due, now).await?;
    let mut groups: BTreeMap<Key, Vec<Due>> = BTreeMap::new();
    for one in due {
        let Some(way) = ways_of(&one.ways).first().copied() else { continue };
        let case = (one.audience == Audience::Citizen.as_str()).then_some(one.case_id);
        groups.entry((one.audience.clone(), one.recipient.clone(), case, way)).or_default().push(one);
    }
    let whose: Vec<Whose> = groups.iter().map(|(key, group)| whose(core, key, group, now)).collect();
    let lately = parcels::lately(&mut transaction, &whose).await?;
    let (mut messages, mut holds) = (Vec::new(), Vec::new());
    for (((.., way), group), lately) in groups.into_iter().zip(lately) {
        let text = storm(core, &group);
        let (bundled, made) = bundled(core, &group, lately, text, way, now);
        messages.extend(made);
        if let Some(until) = bundled.until {
            let held = group.iter().filter(|one| bundled.held.contains(&NoticeId(one.notice_id)));
            let held = held.map(|one| (one.notice_id, open(core, &standing, one, until)));
            holds.extend(held);
        }
    }
    parcels::insert(&mut transaction, &messages).await?;
    hold(&mut transaction, &holds, now).await?;
    let gone: Vec<Uuid> = messages.iter().flat_map(|parcel| parcel.notices.clone()).collect();
    outward::take_out(&mut transaction, &gone).await?;
    transaction.commit().await?;
    Ok(looked)
}

/// How much is too much for whom a group is, and the words of several as one.
fn storm<'a>(core: &'a Core, group: &[Due]) -> Option<&'a (Storm, Text)> {
    group.first().and_then(|one| core.packs.settings(&one.pack)?.storm.as_ref())
}

/// Of whom it is asked what went out lately; without a storm nothing counts.
fn whose(core: &Core, (audience, recipient, case, way): &Key, group: &[Due], now: Timestamp) -> Whose {
    let since = storm(core, group).map_or(Ok(now), |(storm, _)| now.checked_sub(storm.within));
    Whose {
        audience: audience.clone(),
        recipient: recipient.clone(),
        case: *case,
        way: *way,
        since: since.unwrap_or(now),
    }
}

/// What may still be told, in words that may still be told: a case may have been sealed while they waited. What may not
/// goes out no more.
async fn as_they_stand(
    core: &Core,
    transaction: &mut PgConnection,
    standing: &Standing,
    due: Vec<Due>,
) -> Result<Vec<Due>, sqlx::Error> {
    let (barred, mut due): (Vec<Due>, Vec<Due>) =
        due.into_iter().partition(|one| standing.bars(one.case_id, &one.audience, &one.recipient));
    let barred: Vec<Uuid> = barred.into_iter().map(|one| one.notice_id).collect();
    outward::take_out(transaction, &barred).await?;
    for one in &mut due {
        if let Some((title, body)) = standing.neutral(core, one.case_id, &one.audience, &one.pack) {
            (one.title_zh, one.title_en) = (title.zh, title.en);
            (one.zh, one.en) = (body.zh, body.en);
        }
    }
    Ok(due)
}

/// What may go out now. What comes late, because nobody looked when it was due, is held back where it would disturb.
async fn in_time(
    core: &Core,
    transaction: &mut PgConnection,
    standing: &Standing,
    due: Vec<Due>,
    now: Timestamp,
) -> Result<Vec<Due>, sqlx::Error> {
    let (late, due): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|one| {
        put_off::is_late(core, one.not_before.to_jiff(), now) && open(core, standing, one, now) > now
    });
    let held = late.iter().map(|one| (one.notice_id, open(core, standing, one, now)));
    hold(transaction, &held.collect::<Vec<_>>(), now).await?;
    Ok(due)
}

/// The next moment, from `at` on, in which whom a notice is for may be disturbed.
fn open(core: &Core, standing: &Standing, one: &Due, at: Timestamp) -> Timestamp {
    standing.open(core, (one.case_id, &one.pack, &one.region), (&one.audience, one.urgent), at)
}

/// Holds notices back, each until its moment; their delivery comes to an end as much later.
async fn hold(
    transaction: &mut PgConnection,
    held: &[(Uuid, Timestamp)],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    outward::hold(transaction, held).await?;
    let by: Vec<_> = held.iter().map(|(id, until)| (*id, until.duration_since(now))).collect();
    notices::put_off(transaction, &by).await
}

fn bundled(
    core: &Core,
    group: &[Due],
    lately: Lately,
    text: Option<&(Storm, Text)>,
    way: Way,
    now: Timestamp,
) -> (bundle::Bundled, Vec<Parcel>) {
    let waiting: Vec<Waiting> = group
        .iter()
        .map(|one| Waiting {
            id: NoticeId(one.notice_id),
            urgent: one.urgent,
            // Without words for several there is no message for several.
            digest: one.digest && text.is_some(),
        })
        .collect();
    let without = Storm { most: u32::MAX, within: jiff::SignedDuration::ZERO, urgent: None };
    let bundled = bundle(&waiting, lately, text.map_or(without, |(storm, _)| *storm), now);
    let find = |id: &NoticeId| group.iter().find(|one| one.notice_id == id.0);
    let mut made = Vec::new();
    for parcel in &bundled.parcels {
        match parcel {
            Bundle::Single(id) => made.extend(find(id).map(|one| single(one, way, now))),
            Bundle::Digest(ids) => {
                let all: Vec<&Due> = ids.iter().filter_map(find).collect();
                if let (Some(first), Some((_, text))) = (all.first(), text) {
                    made.push(digest(core, first, &all, text, way, now));
                }
            }
        }
    }
    (bundled, made)
}

fn single(one: &Due, way: Way, now: Timestamp) -> Parcel {
    Parcel {
        id: parcel_id(way, &[one.notice_id]),
        way,
        later_ways: ways_text(&ways_of(&one.ways)[1..]),
        case: one.case_id,
        audience: one.audience.clone(),
        recipient: one.recipient.clone(),
        region: one.region.clone(),
        pack: one.pack.clone(),
        notices: vec![one.notice_id],
        urgent: one.urgent,
        title: (one.title_zh.clone(), one.title_en.clone()),
        body: (one.zh.clone(), one.en.clone()),
        state: State::Waiting { not_before: now, attempts: 0 },
        receipt: None,
        made_at: now,
    }
}

/// Several as one: how many, and where to read them; nothing of any of them.
fn digest(core: &Core, first: &Due, all: &[&Due], text: &Text, way: Way, now: Timestamp) -> Parcel {
    let values: Values = [
        (Variable::Count, Both::same(all.len().to_string())),
        (Variable::TrackUrl, Both::same(core.config.track_url.as_str())),
    ]
    .into();
    let (title, body) = (text.title.filled(&values), text.body.filled(&values));
    let notices: Vec<Uuid> = all.iter().map(|one| one.notice_id).collect();
    Parcel {
        id: parcel_id(way, &notices),
        notices,
        urgent: all.iter().all(|one| one.urgent),
        title: (title.zh, title.en),
        body: (body.zh, body.en),
        ..single(first, way, now)
    }
}
