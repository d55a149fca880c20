//! Written notices: issued, waived, owed; and the view of what nobody has looked at.

use contracts::case::PackRef;
use intake_rules::State;
use jiff::{Timestamp, civil::Date};
use pg::{SqlTimestamp, ToSqlx};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::cases::state;

/// A notice as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) form: String,
    pub(crate) serial: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) due_on: Option<Date>,
    pub(crate) served_on: Option<Date>,
    pub(crate) way: Option<String>,
    pub(crate) waived: Option<String>,
}

type Row = (
    String,
    Option<String>,
    Option<String>,
    Option<jiff_sqlx::Date>,
    Option<jiff_sqlx::Date>,
    Option<String>,
    Option<String>,
);

/// Reads the notices of a case.
pub(crate) async fn of_case(connection: &mut PgConnection, case: Uuid) -> Result<Vec<Notice>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT form, serial, body, due_on, served_on, way, waived FROM written_notice WHERE case_id = $1
         ORDER BY made_at, form",
    )
    .bind(case)
    .fetch_all(connection)
    .await?;
    let notice = |(form, serial, body, due_on, served_on, way, waived): Row| Notice {
        form,
        serial,
        body,
        due_on: due_on.map(jiff_sqlx::Date::to_jiff),
        served_on: served_on.map(jiff_sqlx::Date::to_jiff),
        way,
        waived,
    };
    Ok(rows.into_iter().map(notice).collect())
}

/// Takes the next serial.
pub(crate) async fn serial(connection: &mut PgConnection, today: Date) -> Result<String, sqlx::Error> {
    let next: i64 = sqlx::query_scalar("SELECT nextval('notice_serial')").fetch_one(connection).await?;
    Ok(format!("{}-{next:06}", today.year()))
}

/// Writes a notice down. A case has each form once.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    case: Uuid,
    notice: &Notice,
    (by, at): (&str, Timestamp),
    pack: &PackRef,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO written_notice (case_id, form, serial, body, due_on, served_on, way, waived, made_by, made_at, pack_id,
                                     pack_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(case)
    .bind(&notice.form)
    .bind(notice.serial.as_deref())
    .bind(notice.body.as_deref())
    .bind(notice.due_on.map(ToSqlx::to_sqlx))
    .bind(notice.served_on.map(ToSqlx::to_sqlx))
    .bind(notice.way.as_deref())
    .bind(notice.waived.as_deref())
    .bind(by)
    .bind(at.to_sqlx())
    .bind(&pack.id)
    .bind(pack.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// A case that may be owed a notice.
#[derive(Clone, Debug)]
pub(crate) struct Creditor {
    pub(crate) number: String,
    pub(crate) region: String,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) received_at: Timestamp,
}

/// What to look for: one form of one pack, in the states in which it is owed.
pub(crate) struct Search<'a> {
    pub(crate) pack: &'a str,
    pub(crate) form: &'a str,
    pub(crate) states: &'a [&'static str],
    pub(crate) reasons: Option<&'a [&'a str]>,
    pub(crate) region: Option<&'a str>,
    pub(crate) confidential: bool,
    pub(crate) limit: i64,
}

/// Cases without a notice of the form, the oldest first. Historic cases owe none: that was another system's duty.
pub(crate) async fn without(
    connection: &mut PgConnection,
    search: &Search<'_>,
) -> Result<Vec<Creditor>, sqlx::Error> {
    let rows: Vec<(String, String, String, Option<String>, SqlTimestamp)> = sqlx::query_as(
        "SELECT number, region, state, reason, received_at FROM case_file f
         WHERE state = ANY($1) AND pack_id = $2 AND ($3::text[] IS NULL OR reason = ANY($3)) AND NOT historic
           AND ($4 OR NOT confidential) AND ($5::text IS NULL OR starts_with(region, $5))
           AND NOT EXISTS (SELECT FROM written_notice n WHERE n.case_id = f.case_id AND n.form = $6)
         ORDER BY received_at, case_id LIMIT $7",
    )
    .bind(search.states)
    .bind(search.pack)
    .bind(search.reasons)
    .bind(search.confidential)
    .bind(search.region)
    .bind(search.form)
    .bind(search.limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(number, region, word, reason, received_at)| {
            Ok(Creditor { number, region, state: state(&word)?, reason, received_at: received_at.to_jiff() })
        })
        .collect()
}

/// Writes down the first look of a member of staff; later looks change nothing.
pub(crate) async fn seen(
    connection: &mut PgConnection,
    case: Uuid,
    at: Timestamp,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_seen (case_id, seen_at, seen_by) VALUES ($1, $2, $3) ON CONFLICT (case_id) DO NOTHING",
    )
    .bind(case)
    .bind(at.to_sqlx())
    .bind(by)
    .execute(connection)
    .await?;
    Ok(())
}

/// What lies in one mailbox from before today.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Left {
    pub(crate) channel: String,
    pub(crate) mailbox: Option<String>,
    pub(crate) unread: i64,
    pub(crate) undecided: i64,
    pub(crate) oldest: String,
}

/// 日收日清: by mailbox, what nobody has looked at and what nobody has decided, received before `today` began.
pub(crate) async fn left(
    connection: &mut PgConnection,
    today: Timestamp,
    region: Option<&str>,
    confidential: bool,
) -> Result<Vec<Left>, sqlx::Error> {
    sqlx::query_as(
        "SELECT f.channel, m.unit_hint AS mailbox,
                count(*) FILTER (WHERE s.case_id IS NULL) AS unread,
                count(*) FILTER (WHERE f.state = 'registered') AS undecided,
                (array_agg(f.number ORDER BY f.received_at))[1] AS oldest
         FROM case_file f JOIN case_matter m USING (case_id) LEFT JOIN case_seen s USING (case_id)
         WHERE f.state IN ('registered', 'accepted') AND f.received_at < $1 AND NOT f.historic
           AND ($2::text IS NULL OR starts_with(f.region, $2)) AND (s.case_id IS NULL OR f.state = 'registered')
           AND ($3 OR NOT f.confidential)
         GROUP BY f.channel, m.unit_hint ORDER BY count(*) DESC, f.channel, m.unit_hint",
    )
    .bind(today.to_sqlx())
    .bind(region)
    .bind(confidential)
    .fetch_all(connection)
    .await
}
