//! A notice could not be brought: the centre is told, so that somebody gets in touch by hand.

use ids::{CaseId, EventId, NoticeId};
use notification_rules::{
    decide::Owed,
    render::{Both, Values},
    words::{Audience, Happening, Variable},
};
use sqlx::PgConnection;

use super::{Core, deliver::End};
use crate::{
    publish,
    store::notices::{self, Row, Settled},
};

/// Lays into the inbox of the centre what the pack has for `notice.failed`.
pub(crate) async fn tell_centre(
    core: &Core,
    transaction: &mut PgConnection,
    failed: &[Settled],
) -> Result<(), sqlx::Error> {
    let mut rows = Vec::new();
    for one in failed {
        rows.extend(row(core, one));
    }
    write(transaction, rows).await
}

fn row(core: &Core, failed: &Settled) -> Option<Row> {
    let id = failed.pack.split_once(':').map_or(failed.pack.as_str(), |(id, _)| id);
    let ready = core.packs.newest().get(id).copied()?;
    let notice = ready.notices.of(Happening::NoticeFailed, None, &[]).next()?;
    let values: Values = [
        (Variable::CaseNumber, Both::same(failed.number.as_str())),
        (Variable::TrackUrl, Both::same(core.config.track_url.as_str())),
    ]
    .into();
    let owed = Owed {
        template: notice.name.clone(),
        audience: notice.audience,
        recipient: notice.audience.as_str().to_owned(),
        ways: Vec::new(),
        urgent: notice.urgent,
        digest: false,
        title: notice.title.filled(&values),
        body: notice.body.filled(&values),
    };
    let name = format!("{}:failed:{}", failed.notice_id, Audience::Centre);
    // What a person had tried again and fails again is told again.
    let name = if failed.attempts > 1 { format!("{name}:{}", failed.attempts) } else { name };
    inbox_row(core, &name, failed, owed)
}

/// A row for an inbox about the case of another notice, of which it comes.
pub(crate) fn inbox_row(core: &Core, name: &str, of: &Settled, owed: Owed) -> Option<Row> {
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

/// Writes rows that no event brought, and says so.
pub(crate) async fn write(transaction: &mut PgConnection, rows: Vec<Row>) -> Result<(), sqlx::Error> {
    let all: Vec<&Row> = rows.iter().collect();
    let fresh = notices::insert(transaction, &all).await?;
    let drafts = rows.iter().filter(|row| fresh.contains(&row.id.0)).map(publish::laid).collect();
    runtime::emit(transaction, "notification", drafts).await?;
    Ok(())
}
