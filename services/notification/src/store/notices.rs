//! Writing rows of `notice`.

use std::collections::HashSet;

use ids::{CaseId, CaseNumber, EventId, NoticeId, RegionCode};
use jiff::Timestamp;
use notification_rules::{
    decide::{Channel, Medium, Owed},
    lifecycle::{Effect, State},
};
use pg::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

/// A notice to be written.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: NoticeId,
    pub(crate) case: CaseId,
    pub(crate) cause: EventId,
    pub(crate) number: CaseNumber,
    pub(crate) region: RegionCode,
    pub(crate) pack: String,
    pub(crate) owed: Owed,
    pub(crate) state: State,
    pub(crate) effect: Option<Effect>,
    pub(crate) created_at: Timestamp,
}

/// Writes those that are not there yet and answers which these are.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    rows: &[&Row],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let all = || rows.iter();
    let states = || rows.iter().map(|row| parts(&row.state));
    let fresh: Vec<Uuid> = sqlx::query_scalar(
        // The database says when it was sent: the row is the delivery.
        "INSERT INTO notice (notice_id, case_id, cause, number, region, audience, recipient, template, pack, channel,
                             medium, title_zh, title_en, zh, en, state, attempts, next_at, created_at, sent_at)
         SELECT new.*, CASE state WHEN 'sent' THEN now() END
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                     $16::text[], $17::int[], $18::timestamptz[], $19::timestamptz[])
              AS new (notice_id, case_id, cause, number, region, audience, recipient, template, pack, channel,
                      medium, title_zh, title_en, zh, en, state, attempts, next_at, created_at)
         ON CONFLICT (notice_id) DO NOTHING RETURNING notice_id",
    )
    .bind(all().map(|row| row.id.0).collect::<Vec<_>>())
    .bind(all().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(all().map(|row| row.cause.0).collect::<Vec<_>>())
    .bind(all().map(|row| row.number.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.region.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.audience.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.recipient.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.template.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.pack.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| channel_word(row.owed.channel)).collect::<Vec<_>>())
    .bind(all().map(|row| medium_word(row.owed.channel)).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.title.zh.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.title.en.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.body.zh.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.body.en.as_str()).collect::<Vec<_>>())
    .bind(states().map(|state| state.0).collect::<Vec<_>>())
    .bind(states().map(|state| state.1).collect::<Vec<_>>())
    .bind(states().map(|state| state.2.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(all().map(|row| row.created_at.to_sqlx()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(fresh.into_iter().collect())
}

/// The word of a channel in tables and events.
pub(crate) const fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Inbox => "inbox",
        Channel::Spool(_) => "spool",
    }
}

const fn medium_word(channel: Channel) -> Option<&'static str> {
    match channel {
        Channel::Inbox => None,
        Channel::Spool(Medium::Sms) => Some("sms"),
        Channel::Spool(Medium::Email) => Some("email"),
    }
}

/// State, attempts and next attempt as columns.
fn parts(state: &State) -> (&'static str, i32, Option<Timestamp>) {
    let count = |attempts: u32| i32::try_from(attempts).unwrap_or(i32::MAX);
    match state {
        State::Queued => ("queued", 0, None),
        State::Retrying { attempts, next_at } => ("retrying", count(*attempts), Some(*next_at)),
        State::Sent { attempts, .. } => ("sent", count(*attempts), None),
        State::Failed { attempts, .. } => ("failed", count(*attempts), None),
    }
}
