//! Sessions of receptions and live answering: written, found, moved on, counted.

use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// A session as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct SessionRow {
    pub(crate) session_id: Uuid,
    pub(crate) live: bool,
    pub(crate) state: String,
    pub(crate) rank: String,
    pub(crate) leaders: Vec<String>,
    pub(crate) region: String,
    pub(crate) unit: Option<String>,
    pub(crate) remit: String,
    pub(crate) place: String,
    pub(crate) day: SqlDate,
    pub(crate) starts_at: SqlTimestamp,
    pub(crate) ends_at: SqlTimestamp,
    pub(crate) capacity: i32,
    pub(crate) taken: i32,
    pub(crate) last_number: i32,
    pub(crate) cases: i32,
    pub(crate) late: bool,
    pub(crate) reason: Option<String>,
    pub(crate) participants: Vec<String>,
    pub(crate) summary: Option<String>,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
    pub(crate) version: i64,
}

/// The columns of [`SessionRow`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT session_id, live, state, rank, leaders, region, unit, remit, place, day, starts_at, ends_at,
                    capacity, taken, last_number, cases, late, reason, participants, summary, pack_id, pack_version,
                    version FROM reception ",
            $rest
        )
    };
}

/// A session to be written.
pub(crate) struct NewSession {
    pub(crate) session_id: Uuid,
    pub(crate) live: bool,
    pub(crate) rank: String,
    pub(crate) leaders: Vec<String>,
    pub(crate) region: String,
    pub(crate) unit: Option<String>,
    pub(crate) remit: String,
    pub(crate) place: String,
    pub(crate) day: Date,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) capacity: i32,
    pub(crate) actor: String,
    pub(crate) pack: contracts::case::PackRef,
}

/// Writes a session.
pub(crate) async fn insert(transaction: &mut PgConnection, new: &NewSession) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO reception (session_id, live, state, rank, leaders, region, unit, remit, place, day, starts_at,
                                ends_at, capacity, actor, pack_id, pack_version)
         VALUES ($1, $2, 'scheduled', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(new.session_id)
    .bind(new.live)
    .bind(&new.rank)
    .bind(&new.leaders)
    .bind(&new.region)
    .bind(&new.unit)
    .bind(&new.remit)
    .bind(&new.place)
    .bind(new.day.to_sqlx())
    .bind(new.starts_at.to_sqlx())
    .bind(new.ends_at.to_sqlx())
    .bind(new.capacity)
    .bind(&new.actor)
    .bind(&new.pack.id)
    .bind(new.pack.version)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Reads a session and locks it for a change.
pub(crate) async fn lock(
    transaction: &mut PgConnection,
    id: Uuid,
) -> Result<Option<SessionRow>, sqlx::Error> {
    sqlx::query_as(select!("WHERE session_id = $1 FOR NO KEY UPDATE"))
        .bind(id)
        .fetch_optional(transaction)
        .await
}

/// Stores what was changed of a session that is locked; `now` is when it was published or held, if it was now.
pub(crate) async fn update(
    transaction: &mut PgConnection,
    row: &SessionRow,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE reception SET state = $2, taken = $3, last_number = $4, cases = $5, late = $6, reason = $7,
                participants = $8, summary = $9, version = $10,
                published_at = CASE WHEN $2 = 'published' THEN coalesce(published_at, $11) ELSE published_at END,
                held_at = CASE WHEN $2 = 'held' THEN coalesce(held_at, $11) ELSE held_at END
         WHERE session_id = $1",
    )
    .bind(row.session_id)
    .bind(&row.state)
    .bind(row.taken)
    .bind(row.last_number)
    .bind(row.cases)
    .bind(row.late)
    .bind(&row.reason)
    .bind(&row.participants)
    .bind(&row.summary)
    .bind(row.version)
    .bind(now.to_sqlx())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Stores where and when a session is held now.
pub(crate) async fn reschedule(transaction: &mut PgConnection, row: &SessionRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE reception SET day = $2, starts_at = $3, ends_at = $4, place = $5, late = $6, reason = $7, version = $8
         WHERE session_id = $1",
    )
    .bind(row.session_id)
    .bind(row.day)
    .bind(row.starts_at)
    .bind(row.ends_at)
    .bind(&row.place)
    .bind(row.late)
    .bind(&row.reason)
    .bind(row.version)
    .execute(transaction)
    .await?;
    Ok(())
}

/// The day of the next session of the same seat that still has a place.
pub(crate) async fn next_with_place(
    transaction: &mut PgConnection,
    row: &SessionRow,
    today: Date,
) -> Result<Option<Date>, sqlx::Error> {
    let day: Option<SqlDate> = sqlx::query_scalar(
        "SELECT day FROM reception
         WHERE state = 'published' AND session_id <> $1 AND region = $2 AND rank = $3 AND unit IS NOT DISTINCT FROM $4
           AND live = $5 AND taken < capacity AND day >= $6
         ORDER BY starts_at, session_id LIMIT 1",
    )
    .bind(row.session_id)
    .bind(&row.region)
    .bind(&row.rank)
    .bind(&row.unit)
    .bind(row.live)
    .bind(today.to_sqlx())
    .fetch_optional(transaction)
    .await?;
    Ok(day.map(SqlDate::to_jiff))
}

/// What a list is narrowed by.
#[derive(Default)]
pub(crate) struct SessionFilter {
    pub(crate) states: Vec<&'static str>,
    pub(crate) live: Option<bool>,
    /// Only those that were published, whatever became of them.
    pub(crate) public: bool,
    /// First digits of region codes; several must all hold.
    pub(crate) regions: Vec<String>,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) after: Option<(Timestamp, Uuid)>,
}

/// Reads one page, in the order of days.
pub(crate) async fn page(
    connection: &mut PgConnection,
    filter: &SessionFilter,
    limit: i64,
) -> Result<Vec<SessionRow>, sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new(select!("WHERE true"));
    if !filter.states.is_empty() {
        query.push(" AND state = ANY(").push_bind(&filter.states).push(")");
    }
    if filter.public {
        query.push(" AND published_at IS NOT NULL");
    }
    if let Some(live) = filter.live {
        query.push(" AND live = ").push_bind(live);
    }
    for prefix in &filter.regions {
        query
            .push(" AND region >= ")
            .push_bind(prefix)
            .push(" AND region < ")
            .push_bind(format!("{prefix}:"));
    }
    if let Some(from) = filter.from {
        query.push(" AND day >= ").push_bind(from.to_sqlx());
    }
    if let Some(to) = filter.to {
        query.push(" AND day <= ").push_bind(to.to_sqlx());
    }
    if let Some((at, id)) = filter.after {
        query.push(" AND (starts_at, session_id) > (").push_bind(at.to_sqlx());
        query.push(", ").push_bind(id).push(")");
    }
    query.push(" ORDER BY starts_at, session_id LIMIT ").push_bind(limit);
    query.build_query_as().persistent(false).fetch_all(connection).await
}

/// Where leaders sit: region, unit, rank.
pub(crate) type SeatRow = (String, Option<String>, String);

/// Every seat that ever had a session, within the regions that begin so.
pub(crate) async fn seats(connection: &mut PgConnection, stem: &str) -> Result<Vec<SeatRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT region, unit, rank FROM reception
         WHERE state <> 'cancelled' AND region >= $1 AND region < $1 || ':' ORDER BY region, unit, rank",
    )
    .bind(stem)
    .fetch_all(connection)
    .await
}

/// The seat of each session between two days; only sessions held where `held`, else all that were not cancelled.
pub(crate) async fn sat(
    connection: &mut PgConnection,
    stem: &str,
    (from, to): (Date, Date),
    held: bool,
) -> Result<Vec<SeatRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT region, unit, rank FROM reception
         WHERE day BETWEEN $2 AND $3 AND region >= $1 AND region < $1 || ':'
           AND (state = 'held' OR (NOT $4 AND state <> 'cancelled'))",
    )
    .bind(stem)
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .bind(held)
    .fetch_all(connection)
    .await
}

/// What was held, in rooms or live.
#[derive(sqlx::FromRow)]
pub(crate) struct SessionCount {
    pub(crate) live: bool,
    pub(crate) region: String,
    pub(crate) sessions: i64,
    pub(crate) cases: i64,
    pub(crate) person_times: i64,
    pub(crate) late: i64,
}

/// Counts sessions that were held.
pub(crate) async fn figures(
    connection: &mut PgConnection,
    from: Date,
    to: Date,
    stem: &str,
) -> Result<Vec<SessionCount>, sqlx::Error> {
    sqlx::query_as(
        "SELECT live, region, count(*) AS sessions, sum(cases)::bigint AS cases,
                sum(cardinality(leaders))::bigint AS person_times, count(*) FILTER (WHERE late) AS late
         FROM reception WHERE state = 'held' AND day BETWEEN $1 AND $2 AND region >= $3 AND region < $3 || ':'
         GROUP BY live, region ORDER BY live, region",
    )
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .bind(stem)
    .fetch_all(connection)
    .await
}

/// Writes down who opened the contacts of a session.
pub(crate) async fn look(
    transaction: &mut PgConnection,
    session: Uuid,
    at: Timestamp,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO reception_look (session_id, at, actor) VALUES ($1, $2, $3)")
        .bind(session)
        .bind(at.to_sqlx())
        .bind(actor)
        .execute(transaction)
        .await?;
    Ok(())
}
