//! How late events are heard: from their recording to their application.

use std::time::Duration;

use contracts::StoredEvent;
use jiff::Timestamp;

/// Records the lag of each event of a batch that was applied at `now`.
pub(crate) fn measure(
    service: &'static str,
    sources: &'static [&'static str],
    events: &[StoredEvent],
    now: Timestamp,
) {
    for event in events {
        let source = sources.iter().find(|source| **source == event.source);
        if let (Some(source), Some(lag)) = (source, lag(event, now)) {
            telemetry::metrics::messaging::delivered(source, service, lag);
        }
    }
}

/// The id of an event is made when it is recorded and tells the time (UUID version 7); its business time may lie years back.
fn lag(event: &StoredEvent, now: Timestamp) -> Option<Duration> {
    let (seconds, nanoseconds) = event.id.0.get_timestamp()?.to_unix();
    let now = Duration::from_millis(u64::try_from(now.as_millisecond()).ok()?);
    Some(now.saturating_sub(Duration::new(seconds, nanoseconds)))
}
