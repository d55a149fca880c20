//! Events on the wire: CloudEvents 1.0 attributes as NATS headers (binary mode), body as JSON.

use async_nats::{HeaderMap, HeaderValue};
use contracts::{BadEvent, StoredEvent};

const TYPE_PREFIX: &str = "cn.huiyin.";

/// Writes the envelope as headers.
pub(crate) fn headers(event: &StoredEvent, again: i32, stream: &str) -> HeaderMap {
    let id = event.id.to_string();
    let message_id = if again == 0 { id.clone() } else { format!("{id}:r{again}") };
    let mut headers = HeaderMap::new();
    headers.insert(async_nats::header::NATS_MESSAGE_ID, message_id.as_str());
    headers.insert(async_nats::header::NATS_EXPECTED_STREAM, stream);
    headers.insert("ce-specversion", "1.0");
    headers.insert("ce-id", id.as_str());
    headers.insert("ce-source", event.source.as_str());
    headers.insert("ce-type", format!("{TYPE_PREFIX}{}.v1", event.kind).as_str());
    headers.insert("ce-subject", event.aggregate.to_string().as_str());
    headers.insert("ce-time", event.time.to_string().as_str());
    headers.insert("ce-datacontenttype", "application/json");
    headers.insert("ce-sequence", format!("{:010}", event.version).as_str());
    headers.insert("ce-region", event.region.as_str());
    headers.insert("ce-actor", event.actor.as_str());
    if let Some(cause) = event.causation {
        headers.insert("ce-causationid", cause.to_string().as_str());
    }
    if let Some(trace) = &event.trace {
        // The creation context; it stays as it is over every hop.
        headers.insert("ce-traceparent", trace.as_str());
        headers.insert("traceparent", trace.as_str());
    }
    if event.historic {
        headers.insert("ce-historic", "true");
    }
    headers
}

/// Reads the envelope back.
pub(crate) fn read(headers: Option<&HeaderMap>, payload: &[u8]) -> Result<StoredEvent, BadEvent> {
    let headers = headers.ok_or(BadEvent::Header("ce-specversion"))?;
    let optional = |name: &str| headers.get(name).map(HeaderValue::as_str);
    let needed = |name: &'static str| optional(name).ok_or(BadEvent::Header(name));
    let kind = needed("ce-type")?
        .strip_prefix(TYPE_PREFIX)
        .and_then(|kind| kind.strip_suffix(".v1"))
        .ok_or(BadEvent::Header("ce-type"))?;
    Ok(StoredEvent {
        id: needed("ce-id")?.parse().map_err(|_| BadEvent::Header("ce-id"))?,
        source: needed("ce-source")?.to_owned(),
        aggregate: needed("ce-subject")?.parse().map_err(|_| BadEvent::Header("ce-subject"))?,
        version: needed("ce-sequence")?.parse().map_err(|_| BadEvent::Header("ce-sequence"))?,
        kind: kind.to_owned(),
        region: needed("ce-region")?.to_owned(),
        time: needed("ce-time")?.parse().map_err(|_| BadEvent::Header("ce-time"))?,
        actor: needed("ce-actor")?.to_owned(),
        causation: optional("ce-causationid")
            .map(|id| id.parse().map_err(|_| BadEvent::Header("ce-causationid")))
            .transpose()?,
        trace: optional("ce-traceparent").map(str::to_owned),
        historic: optional("ce-historic") == Some("true"),
        payload: String::from_utf8(payload.to_vec()).map_err(|_| BadEvent::Header("payload"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_survives_the_wire() {
        let event = StoredEvent {
            id: ids::EventId::fresh(),
            source: "intake".into(),
            aggregate: uuid::Uuid::now_v7(),
            version: 7,
            kind: "case.accepted".into(),
            region: "511600".into(),
            time: "2011-05-03T09:00:00Z".parse().unwrap(),
            actor: "citizen".into(),
            causation: Some(ids::EventId::fresh()),
            trace: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
            historic: true,
            payload: "{\"标题\":\"路灯不亮\"}".into(),
        };
        assert_eq!(read(Some(&headers(&event, 0, "CASE_EVT")), event.payload.as_bytes()).unwrap(), event);
    }

    #[test]
    fn a_message_without_envelope_is_named_as_such() {
        assert!(matches!(read(None, b"{}"), Err(BadEvent::Header("ce-specversion"))));
    }
}
