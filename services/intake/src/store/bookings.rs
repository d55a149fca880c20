//! Places of sessions: taken, given back, written down. The row of the session is locked before.

use jiff::Timestamp;
use pg::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

/// A place as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct BookingRow {
    pub(crate) number: i32,
    pub(crate) state: String,
    pub(crate) contact: Vec<u8>,
    pub(crate) code_hash: Vec<u8>,
    pub(crate) matter: String,
    pub(crate) advice: Option<String>,
    pub(crate) ones: Vec<String>,
    pub(crate) case_id: Option<Uuid>,
}

/// A place to be taken.
pub(crate) struct NewBooking {
    pub(crate) session: Uuid,
    pub(crate) number: i32,
    pub(crate) contact: Vec<u8>,
    pub(crate) phone_index: Vec<u8>,
    pub(crate) code_hash: Vec<u8>,
    pub(crate) matter: String,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
}

/// Takes a place. Says whether it was taken: not where the same telephone has one already.
pub(crate) async fn insert(transaction: &mut PgConnection, new: &NewBooking) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO reception_booking (session_id, number, state, contact, phone_index, code_hash, matter, booked_at,
                                        actor)
         VALUES ($1, $2, 'booked', $3, $4, $5, $6, $7, $8)
         ON CONFLICT (session_id, phone_index) WHERE state <> 'cancelled' DO NOTHING",
    )
    .bind(new.session)
    .bind(new.number)
    .bind(&new.contact)
    .bind(&new.phone_index)
    .bind(&new.code_hash)
    .bind(&new.matter)
    .bind(new.at.to_sqlx())
    .bind(&new.actor)
    .execute(transaction)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The number of the place that a telephone has already.
pub(crate) async fn place_of(
    transaction: &mut PgConnection,
    session: Uuid,
    phone_index: &[u8],
) -> Result<Option<i32>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT number FROM reception_booking WHERE session_id = $1 AND phone_index = $2 AND state <> 'cancelled'",
    )
    .bind(session)
    .bind(phone_index)
    .fetch_optional(transaction)
    .await
}

/// Reads the places of a session, or one of them.
pub(crate) async fn of_session(
    connection: &mut PgConnection,
    session: Uuid,
    number: Option<i32>,
) -> Result<Vec<BookingRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT number, state, contact, code_hash, matter, advice, ones, case_id
         FROM reception_booking WHERE session_id = $1 AND ($2::int IS NULL OR number = $2) ORDER BY number",
    )
    .bind(session)
    .bind(number)
    .fetch_all(connection)
    .await
}

/// Stores what was changed of a place.
pub(crate) async fn update(
    transaction: &mut PgConnection,
    session: Uuid,
    row: &BookingRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE reception_booking SET state = $3, advice = $4, ones = $5, case_id = $6, matter = $7
         WHERE session_id = $1 AND number = $2",
    )
    .bind(session)
    .bind(row.number)
    .bind(&row.state)
    .bind(&row.advice)
    .bind(&row.ones)
    .bind(row.case_id)
    .bind(&row.matter)
    .execute(transaction)
    .await?;
    Ok(())
}
