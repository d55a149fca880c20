//! By which door a case came in: line, mailbox, topic, session, contact, or another body's own number.

use ids::{CaseId, ContactId, SessionId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The door of a case; several parts may be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) line: Option<String>,
    pub(crate) mailbox: Option<String>,
    pub(crate) topic: Option<String>,
    /// The session and the place in it.
    pub(crate) session: Option<(SessionId, i32)>,
    pub(crate) contact: Option<ContactId>,
    /// The body and its number.
    pub(crate) origin: Option<(String, String)>,
}

/// The door of a case, as it is shown.
#[derive(Clone, Debug, sqlx::FromRow, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct EntryRow {
    /// Merged legacy line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    /// Mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    mailbox: Option<String>,
    /// Topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    /// Session of a reception.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<Uuid>,
    /// Place in that session.
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<i32>,
    /// Contact that it came of.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<Uuid>,
    /// Body that handed it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_body: Option<String>,
    /// That body's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_serial: Option<String>,
}

/// Writes the doors of new cases.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    entries: &[(CaseId, &Entry)],
) -> Result<(), sqlx::Error> {
    macro_rules! column {
        ($entry:ident => $value:expr) => {
            entries.iter().map(|(_, $entry)| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query(
        "INSERT INTO case_entry (case_id, line, mailbox, topic, session_id, booking, contact_id, origin_body,
                                 origin_serial)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::int[], $7::uuid[],
                              $8::text[], $9::text[])",
    )
    .bind(entries.iter().map(|(case, _)| case.0).collect::<Vec<_>>())
    .bind(column!(entry => entry.line.as_deref()))
    .bind(column!(entry => entry.mailbox.as_deref()))
    .bind(column!(entry => entry.topic.as_deref()))
    .bind(column!(entry => entry.session.map(|(session, _)| session.0)))
    .bind(column!(entry => entry.session.map(|(_, number)| number)))
    .bind(column!(entry => entry.contact.map(|contact| contact.0)))
    .bind(column!(entry => entry.origin.as_ref().map(|(body, _)| body.as_str())))
    .bind(column!(entry => entry.origin.as_ref().map(|(_, serial)| serial.as_str())))
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the door of a case; none is written down for most.
pub(crate) async fn of_case(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<EntryRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT line, mailbox, topic, session_id, booking, contact_id, origin_body, origin_serial
         FROM case_entry WHERE case_id = $1",
    )
    .bind(case.0)
    .fetch_optional(connection)
    .await
}

/// A case that stands behind a door, by id, number and state.
pub(crate) type Behind = (Uuid, String, String);

/// The case that another body's number made.
pub(crate) async fn by_origin(
    connection: &mut PgConnection,
    body: &str,
    serial: &str,
) -> Result<Option<Behind>, sqlx::Error> {
    sqlx::query_as(
        "SELECT f.case_id, f.number, f.state FROM case_entry e JOIN case_file f USING (case_id)
         WHERE e.origin_body = $1 AND e.origin_serial = $2",
    )
    .bind(body)
    .bind(serial)
    .fetch_optional(connection)
    .await
}

/// The case that a contact became.
pub(crate) async fn by_contact(
    connection: &mut PgConnection,
    contact: ContactId,
) -> Result<Option<Behind>, sqlx::Error> {
    sqlx::query_as(
        "SELECT f.case_id, f.number, f.state FROM case_entry e JOIN case_file f USING (case_id)
         WHERE e.contact_id = $1",
    )
    .bind(contact.0)
    .fetch_optional(connection)
    .await
}

/// The case that was taken up for one place of a session.
pub(crate) async fn by_booking(
    connection: &mut PgConnection,
    session: SessionId,
    number: i32,
) -> Result<Option<Behind>, sqlx::Error> {
    sqlx::query_as(
        "SELECT f.case_id, f.number, f.state FROM case_entry e JOIN case_file f USING (case_id)
         WHERE e.session_id = $1 AND e.booking = $2",
    )
    .bind(session.0)
    .bind(number)
    .fetch_optional(connection)
    .await
}
