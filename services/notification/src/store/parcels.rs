//! Rows of `parcel`: one message to one recipient on one way.

use jiff::Timestamp;
use notification_rules::{bundle::Lately, lifecycle::State, words::Way};
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{FromRow, PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::word;

/// A message.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) id: Uuid,
    pub(crate) way: Way,
    pub(crate) later_ways: String,
    pub(crate) case: Uuid,
    pub(crate) audience: String,
    pub(crate) recipient: String,
    pub(crate) region: String,
    pub(crate) pack: String,
    pub(crate) notices: Vec<Uuid>,
    pub(crate) urgent: bool,
    pub(crate) title: (String, String),
    pub(crate) body: (String, String),
    pub(crate) state: State,
    pub(crate) receipt: Option<String>,
    pub(crate) made_at: Timestamp,
}

impl FromRow<'_, PgRow> for Parcel {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("parcel_id")?,
            way: word("parcel.way", row.try_get("way")?)?,
            later_ways: row.try_get("later_ways")?,
            case: row.try_get("case_id")?,
            audience: row.try_get("audience")?,
            recipient: row.try_get("recipient")?,
            region: row.try_get("region")?,
            pack: row.try_get("pack")?,
            notices: row.try_get("notices")?,
            urgent: row.try_get("urgent")?,
            title: (row.try_get("title_zh")?, row.try_get("title_en")?),
            body: (row.try_get("zh")?, row.try_get("en")?),
            state: state(row)?,
            receipt: row.try_get("receipt")?,
            made_at: row.try_get::<SqlTimestamp, _>("made_at")?.to_jiff(),
        })
    }
}

fn state(row: &PgRow) -> Result<State, sqlx::Error> {
    let at = |column: &'static str| -> Result<Timestamp, sqlx::Error> {
        Ok(row.try_get::<SqlTimestamp, _>(column)?.to_jiff())
    };
    let attempts = u32::try_from(row.try_get::<i32, _>("attempts")?).unwrap_or_default();
    let reason = || -> Result<String, sqlx::Error> {
        Ok(row.try_get::<Option<String>, _>("reason")?.unwrap_or_default())
    };
    Ok(match row.try_get::<&str, _>("state")? {
        "waiting" => State::Waiting { not_before: at("next_at")?, attempts },
        "sending" => State::Sending { attempts, until: at("next_at")? },
        "brought" => State::Brought { attempts, at: at("brought_at")? },
        "failed" => State::Failed { attempts, next_at: at("next_at")?, reason: reason()? },
        "given_up" => State::GivenUp { attempts, reason: reason()? },
        "opened" => State::Opened { attempts, at: at("opened_at")? },
        _ => return Err(sqlx::Error::Decode("parcel.state holds a word that is none".into())),
    })
}

/// The word of a state in tables.
pub(crate) const fn state_word(state: &State) -> &'static str {
    match state {
        State::Waiting { .. } => "waiting",
        State::Sending { .. } => "sending",
        State::Brought { .. } => "brought",
        State::Failed { .. } => "failed",
        State::GivenUp { .. } => "given_up",
        State::Opened { .. } => "opened",
    }
}

/// Writes messages. One that is there stays as it is, unless it was given up: then it begins anew.
pub(crate) async fn insert(connection: &mut PgConnection, parcels: &[Parcel]) -> Result<(), sqlx::Error> {
    if parcels.is_empty() {
        return Ok(());
    }
    let all = || parcels.iter();
    sqlx::query(
        "INSERT INTO parcel (parcel_id, way, later_ways, case_id, audience, recipient, region, pack, notices,
                             title_zh, title_en, zh, en, urgent, state, attempts, next_at, made_at)
         SELECT parcel_id, way, later_ways, case_id, audience, recipient, region, pack, notices::uuid[],
                title_zh, title_en, zh, en, urgent, 'waiting', 0, made_at, made_at
         FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bool[], $15::timestamptz[])
              AS new (parcel_id, way, later_ways, case_id, audience, recipient, region, pack, notices,
                      title_zh, title_en, zh, en, urgent, made_at)
         ON CONFLICT (parcel_id) DO UPDATE SET
            later_ways = EXCLUDED.later_ways, title_zh = EXCLUDED.title_zh, title_en = EXCLUDED.title_en,
            zh = EXCLUDED.zh, en = EXCLUDED.en, urgent = EXCLUDED.urgent, state = EXCLUDED.state, attempts = EXCLUDED.attempts,
            next_at = EXCLUDED.next_at, made_at = EXCLUDED.made_at
         WHERE parcel.state = 'given_up'",
    )
    .bind(all().map(|one| one.id).collect::<Vec<_>>())
    .bind(all().map(|one| one.way.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.later_ways.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.case).collect::<Vec<_>>())
    .bind(all().map(|one| one.audience.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.recipient.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.region.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.pack.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| ids_text(&one.notices)).collect::<Vec<_>>())
    .bind(all().map(|one| one.title.0.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.title.1.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.body.0.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.body.1.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.urgent).collect::<Vec<_>>())
    .bind(all().map(|one| one.made_at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// UNNEST would flatten an array of arrays, so each goes as the text of one.
fn ids_text(ids: &[Uuid]) -> String {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    format!("{{{}}}", ids.join(","))
}

/// Locks messages that are to be taken up on a way; what another worker has in hand is passed over.
pub(crate) async fn lock_due(
    connection: &mut PgConnection,
    way: Way,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Parcel>, sqlx::Error> {
    sqlx::query_as(
        "SELECT * FROM parcel WHERE way = $3 AND next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(now.to_sqlx())
    .bind(most)
    .bind(way.as_str())
    .fetch_all(connection)
    .await
}

/// The cases that messages speak of, a row for each.
pub(crate) async fn cases(
    connection: &mut PgConnection,
    parcels: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    if parcels.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(
        "SELECT p.parcel_id, n.case_id FROM parcel p JOIN notice n ON n.notice_id = ANY(p.notices)
         WHERE p.parcel_id = ANY($1)",
    )
    .bind(parcels)
    .fetch_all(connection)
    .await
}

/// Locks one message.
pub(crate) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Option<Parcel>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM parcel WHERE parcel_id = $1 FOR UPDATE")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Messages of a region that were given up and whose notices were brought by no other way, oldest first. Staff were told in
/// their inbox; of theirs the last way counts.
pub(crate) async fn given_up(
    connection: &mut PgConnection,
    region: &str,
    most: i64,
) -> Result<Vec<Parcel>, sqlx::Error> {
    sqlx::query_as(
        "SELECT * FROM parcel p WHERE state = 'given_up' AND starts_with(region, $2) AND NOT EXISTS (
            SELECT FROM notice n WHERE n.notice_id = ANY(p.notices)
                   AND NOT CASE WHEN n.channel = 'carrier' THEN n.state = 'failed' ELSE p.later_ways = '' END)
         ORDER BY made_at, parcel_id LIMIT $1",
    )
    .bind(most)
    .bind(region)
    .fetch_all(connection)
    .await
}

/// Writes where a message stands.
pub(crate) async fn save(connection: &mut PgConnection, parcel: &Parcel) -> Result<(), sqlx::Error> {
    let (attempts, next_at, reason, brought_at, opened_at) = match &parcel.state {
        State::Waiting { not_before, attempts } => (*attempts, Some(*not_before), None, None, None),
        State::Sending { attempts, until } => (*attempts, Some(*until), None, None, None),
        State::Brought { attempts, at } => (*attempts, None, None, Some(*at), None),
        State::Failed { attempts, next_at, reason } => (*attempts, Some(*next_at), Some(reason), None, None),
        State::GivenUp { attempts, reason } => (*attempts, None, Some(reason), None, None),
        State::Opened { attempts, at } => (*attempts, None, None, None, Some(*at)),
    };
    sqlx::query(
        "UPDATE parcel SET state = $2, attempts = $3, next_at = $4, reason = coalesce($5, reason),
                brought_at = coalesce($6, brought_at), opened_at = coalesce($7, opened_at),
                receipt = coalesce($8, receipt)
         WHERE parcel_id = $1",
    )
    .bind(parcel.id)
    .bind(state_word(&parcel.state))
    .bind(i32::try_from(attempts).unwrap_or(i32::MAX))
    .bind(next_at.map(|at| at.to_sqlx()))
    .bind(reason)
    .bind(brought_at.map(|at| at.to_sqlx()))
    .bind(opened_at.map(|at| at.to_sqlx()))
    .bind(&parcel.receipt)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whose messages are counted, on which way and since when. A citizen is known by the case.
#[derive(Clone, Debug)]
pub(crate) struct Whose {
    pub(crate) audience: String,
    pub(crate) recipient: String,
    pub(crate) case: Option<Uuid>,
    pub(crate) way: Way,
    pub(crate) since: Timestamp,
}

/// What each of some recipients was sent, in their order.
pub(crate) async fn lately(
    connection: &mut PgConnection,
    whose: &[Whose],
) -> Result<Vec<Lately>, sqlx::Error> {
    if whose.is_empty() {
        return Ok(Vec::new());
    }
    let all = || whose.iter();
    let rows: Vec<(i64, Option<SqlTimestamp>, Option<SqlTimestamp>)> = sqlx::query_as(
        "SELECT sent.messages, sent.first, sent.last
         FROM UNNEST($1::text[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[])
              WITH ORDINALITY AS whose (audience, recipient, case_id, way, since, place)
         CROSS JOIN LATERAL (
            SELECT count(*) AS messages, min(made_at) AS first, max(made_at) AS last FROM (
                SELECT p.made_at FROM parcel p WHERE p.audience = 'citizen' AND p.case_id = whose.case_id
                       AND p.way = whose.way AND p.made_at > whose.since
                UNION ALL
                SELECT p.made_at FROM parcel p WHERE p.audience <> 'citizen' AND p.audience = whose.audience
                       AND p.recipient = whose.recipient AND p.way = whose.way AND p.made_at > whose.since) one) sent
         ORDER BY whose.place",
    )
    .bind(all().map(|one| one.audience.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.recipient.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.case).collect::<Vec<_>>())
    .bind(all().map(|one| one.way.as_str()).collect::<Vec<_>>())
    .bind(all().map(|one| one.since.to_sqlx()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let lately = |(messages, first, last): (i64, Option<SqlTimestamp>, Option<SqlTimestamp>)| Lately {
        messages: u32::try_from(messages).unwrap_or(u32::MAX),
        first: first.map(SqlTimestamp::to_jiff),
        last: last.map(SqlTimestamp::to_jiff),
    };
    Ok(rows.into_iter().map(lately).collect())
}

/// How many messages stand where, by way.
pub(crate) async fn counts(
    connection: &mut PgConnection,
) -> Result<Vec<(String, String, i64, Option<SqlTimestamp>)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT way, state, count(*), min(next_at) FROM parcel GROUP BY way, state ORDER BY way, state",
    )
    .fetch_all(connection)
    .await
}
