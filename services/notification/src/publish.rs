//! From what became of notices to the events that say so: one for all of a case that were brought at once.

use std::collections::BTreeMap;

use contracts::{
    Body, Event,
    notice::{NoticeFailed, NoticeOpened, NoticeSent, Sent},
};
use ids::{EventId, NoticeId, RegionCode};
use jiff::Timestamp;
use runtime::Draft;
use uuid::Uuid;

use crate::store::notices::{Row, Settled};

/// What is said of notices just written: of those that were brought, and once for each case.
pub(crate) fn sent<'a>(told: impl Iterator<Item = (&'a Row, &'a Event)>) -> Vec<Draft> {
    let mut cases: BTreeMap<Uuid, (&Event, Vec<Sent>)> = BTreeMap::new();
    for (row, cause) in told.filter(|(row, _)| row.sent_at.is_some()) {
        let (latest, notices) = cases.entry(row.case.0).or_insert((cause, Vec::new()));
        if (cause.time, cause.id) > (latest.time, latest.id) {
            *latest = cause;
        }
        notices.push(Sent {
            notice: row.id,
            template: row.owed.template.clone(),
            audience: row.owed.audience.to_string(),
            channel: row.end.channel().to_owned(),
        });
    }
    let draft = |(cause, notices): (&Event, Vec<Sent>)| Draft {
        aggregate: cause.aggregate,
        region: cause.region.clone(),
        time: cause.time,
        actor: "system".to_owned(),
        causation: Some(cause.id),
        historic: cause.historic,
        trace: None,
        body: NoticeSent { notices }.into(),
    };
    cases.into_values().map(draft).collect()
}

/// What is said of a notice whose carrier has come to an end with it.
pub(crate) fn settled(settled: &Settled, reason: Option<&str>, at: Timestamp) -> Option<Draft> {
    let (notice, template) = (NoticeId(settled.notice_id), settled.template.clone());
    let body: Body = match reason {
        None => {
            let channel = settled.medium.clone().unwrap_or_else(|| "inbox".to_owned());
            let audience = settled.audience.clone();
            NoticeSent { notices: vec![Sent { notice, template, audience, channel }] }.into()
        }
        Some(reason) => NoticeFailed { notice, template, reason: reason.to_owned() }.into(),
    };
    let region: RegionCode = settled.region.parse().ok()?;
    Some(Draft {
        aggregate: settled.case_id,
        region,
        time: at,
        actor: "system".to_owned(),
        causation: Some(EventId(settled.cause)),
        historic: false,
        trace: None,
        body,
    })
}

/// What is said of a notice that no event brought: an alarm, a digest.
pub(crate) fn laid(row: &Row) -> Draft {
    let sent = Sent {
        notice: row.id,
        template: row.owed.template.clone(),
        audience: row.owed.audience.to_string(),
        channel: row.end.channel().to_owned(),
    };
    Draft {
        aggregate: row.case.0,
        region: row.region.clone(),
        time: row.created_at,
        actor: "system".to_owned(),
        causation: Some(row.cause),
        historic: false,
        trace: None,
        body: NoticeSent { notices: vec![sent] }.into(),
    }
}

/// What is said of notices that no event of a case brought, one event for all of them that are about the same.
pub(crate) fn all_laid<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Draft> {
    let mut drafts: BTreeMap<Uuid, (Draft, Vec<Sent>)> = BTreeMap::new();
    for row in rows {
        let Draft { body, .. } = laid(row);
        let Body::NoticeSent(NoticeSent { notices }) = body else { continue };
        drafts.entry(row.case.0).or_insert_with(|| (laid(row), Vec::new())).1.extend(notices);
    }
    let whole = |(draft, notices)| Draft { body: NoticeSent { notices }.into(), ..draft };
    drafts.into_values().map(whole).collect()
}

/// What is said of a notice that was opened, by whom where that is known.
pub(crate) fn opened(opened: &Settled, actor: &str, at: Timestamp) -> Option<Draft> {
    Some(Draft {
        aggregate: opened.case_id,
        region: opened.region.parse().ok()?,
        time: at,
        actor: actor.to_owned(),
        causation: Some(EventId(opened.cause)),
        historic: false,
        trace: None,
        body: NoticeOpened {
            notice: NoticeId(opened.notice_id),
            template: opened.template.clone(),
            audience: opened.audience.clone(),
            way: opened.medium.clone().unwrap_or_else(|| "inbox".to_owned()),
        }
        .into(),
    })
}
