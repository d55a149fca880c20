//! A receiver that is away delays the end of the process by seconds at most and breaks nothing.

use std::time::{Duration, Instant};

use telemetry::{Format, Settings};

#[tokio::test]
async fn a_receiver_that_is_away_does_not_hold_the_process() {
    let settings = Settings {
        service_instance: String::new(),
        format: Format::Pretty,
        filter: "off".to_owned(),
        otlp: Some("http://127.0.0.1:9".to_owned()),
        sample_ratio: 1.0,
    };
    let guard = telemetry::init("intake", &settings).unwrap();
    tracing::info_span!("http.request").in_scope(|| {});
    telemetry::metrics::outbox::pending("intake", 3);
    let before = Instant::now();
    guard.flush();
    drop(guard);
    assert!(before.elapsed() < Duration::from_secs(15), "took {:?}", before.elapsed());
}
