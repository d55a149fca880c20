//! Rows of `event_waiting`.

use contracts::{Event, StoredEvent};
use sqlx::PgConnection;
use uuid::Uuid;

/// Loads what waits in some cases, in the order of happening.
pub(crate) async fn load(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<StoredEvent>, sqlx::Error> {
    let rows: Vec<String> = sqlx::query_scalar("SELECT event FROM event_waiting WHERE case_id = ANY($1)")
        .bind(cases)
        .fetch_all(connection)
        .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let event: StoredEvent = serde_json::from_str(&row)
            .map_err(|_| sqlx::Error::Decode("event_waiting.event is not what was written".into()))?;
        events.push(event);
    }
    events.sort_by_key(|event| (event.time, event.id));
    Ok(events)
}

/// Keeps those that came to wait and forgets those that wait no longer.
pub(crate) async fn save(
    connection: &mut PgConnection,
    came: &[&Event],
    gone: &[Uuid],
) -> Result<(), sqlx::Error> {
    if !gone.is_empty() {
        sqlx::query("DELETE FROM event_waiting WHERE event_id = ANY($1)")
            .bind(gone)
            .execute(&mut *connection)
            .await?;
    }
    if !came.is_empty() {
        sqlx::query(
            "INSERT INTO event_waiting (event_id, case_id, event)
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[]) ON CONFLICT DO NOTHING",
        )
        .bind(came.iter().map(|event| event.id.0).collect::<Vec<_>>())
        .bind(came.iter().map(|event| event.aggregate).collect::<Vec<_>>())
        .bind(came.iter().map(|event| text(event)).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    }
    Ok(())
}

fn text(event: &Event) -> String {
    let stored = StoredEvent {
        id: event.id,
        source: event.source.clone(),
        aggregate: event.aggregate,
        version: event.version,
        kind: event.body.kind().to_owned(),
        region: event.region.to_string(),
        time: event.time,
        actor: event.actor.clone(),
        causation: event.causation,
        trace: event.trace.clone(),
        historic: event.historic,
        payload: String::from_utf8(event.body.to_json()).expect("JSON is UTF-8"),
    };
    serde_json::to_string(&stored).expect("an event is a plain struct")
}
