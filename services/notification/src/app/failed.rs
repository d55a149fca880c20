//! A notice could not be brought: whom the pack names is told, so that somebody gets in touch by hand.

use std::collections::HashSet;

use ids::{CaseId, EventId, NoticeId};
use notification_rules::{
    decide::Owed,
    pack::Notice,
    render::{Both, Values},
    when,
    words::{Happening, Variable},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Core,
    deliver::{End, deliver},
};
use crate::{
    publish,
    store::{
        notices::{self, Row, Settled},
        outward::{self, ways_text},
    },
};

/// A row for an inbox, and what goes out beside it to whoever left an address.
pub(crate) type Laid = (Row, Option<outward::Row>);

/// Tells those whom the pack has for `notice.failed`.
pub(crate) async fn tell_desk(
    core: &Core,
    transaction: &mut PgConnection,
    failed: &[Settled],
    reason: &str,
) -> Result<(), sqlx::Error> {
    lay(transaction, failed.iter().flat_map(|one| laid_of(core, one, reason)).collect()).await
}

fn laid_of(core: &Core, failed: &Settled, reason: &str) -> Vec<Laid> {
    let id = failed.pack.split_once(':').map_or(failed.pack.as_str(), |(id, _)| id);
    let Some(ready) = core.packs.newest().get(id).copied() else { return Vec::new() };
    let mut values: Values = [
        (Variable::CaseNumber, Both::same(failed.number.as_str())),
        (Variable::TrackUrl, Both::same(core.config.track_url.as_str())),
    ]
    .into();
    values.extend(ready.label(&format!("undelivered-{reason}")).map(|label| (Variable::Reason, label)));
    let codes = [reason.to_owned()];
    let laid = |notice: &Notice| {
        let owed = Owed {
            template: notice.name.clone(),
            audience: notice.audience,
            recipient: notice.audience.as_str().to_owned(),
            ways: notice.outward(),
            urgent: notice.urgent,
            digest: notice.digest,
            title: notice.title.filled(&values),
            body: notice.body.filled(&values),
        };
        let name = format!("{}:failed:{}", failed.notice_id, notice.audience);
        // What a person had tried again and fails again is told again.
        let name = if failed.attempts > 1 { format!("{name}:{}", failed.attempts) } else { name };
        laid(core, &name, failed, owed)
    };
    ready.notices.of(Happening::NoticeFailed, None, &codes).filter_map(laid).collect()
}

/// What is told about the case of another notice, of which it comes: a row for the inbox, and the ways beside it.
pub(crate) fn laid(core: &Core, name: &str, of: &Settled, owed: Owed) -> Option<Laid> {
    let id = of.pack.split_once(':').map_or(of.pack.as_str(), |(id, _)| id);
    let (calendars, (_, ways)) = (core.office.calendars(), deliver(&core.office, &owed));
    let settings = core.packs.settings(id)?;
    let not_before = when::to_staff(&owed, settings, core.office.now(), calendars.of(&of.region));
    let row = inbox_row(core, name, of, owed)?;
    let out = (!ways.is_empty()).then(|| outward::Row {
        notice: row.id.0,
        ways: ways_text(&ways),
        case: of.case_id,
        audience: row.owed.audience.to_string(),
        recipient: row.owed.recipient.clone(),
        region: of.region.clone(),
        pack: id.to_owned(),
        urgent: row.owed.urgent,
        digest: row.owed.digest,
        not_before,
    });
    Some((row, out))
}

/// Writes rows with what goes out beside those that were not there yet.
pub(crate) async fn lay(transaction: &mut PgConnection, laid: Vec<Laid>) -> Result<(), sqlx::Error> {
    let (rows, mut out): (Vec<Row>, Vec<Option<outward::Row>>) = laid.into_iter().unzip();
    let fresh = write(transaction, rows).await?;
    out.retain(|row| row.as_ref().is_some_and(|row| fresh.contains(&row.notice)));
    outward::insert(transaction, &out.into_iter().flatten().collect::<Vec<_>>()).await
}

/// A row for an inbox about the case of another notice, of which it comes.
fn inbox_row(core: &Core, name: &str, of: &Settled, owed: Owed) -> Option<Row> {
    let now = core.office.now();
    Some(Row {
        id: NoticeId::derived(name),
        case: CaseId(of.case_id),
        cause: EventId(of.cause),
        number: of.number.clone(),
        region: of.region.parse().ok()?,
        pack: of.pack.clone(),
        owed,
        end: End::Inbox,
        created_at: now,
        sent_at: Some(now),
        ends_by: None,
    })
}

/// Writes rows that no event brought, and says so. Answers which of them were not there yet.
pub(crate) async fn write(
    transaction: &mut PgConnection,
    rows: Vec<Row>,
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let all: Vec<&Row> = rows.iter().collect();
    let fresh = notices::insert(transaction, &all).await?;
    let drafts = rows.iter().filter(|row| fresh.contains(&row.id.0)).map(publish::laid).collect();
    runtime::emit(transaction, "notification", drafts).await?;
    Ok(fresh)
}
