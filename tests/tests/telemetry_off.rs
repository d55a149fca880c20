//! With no receiver named, nothing leaves the process, and a trace can be followed all the same.

use telemetry::{Format, Settings};
use testkit::otlp::Receiver;

#[tokio::test]
async fn nothing_is_sent_and_ids_exist() {
    let receiver = Receiver::start().await.unwrap();
    let settings = Settings {
        service_instance: String::new(),
        format: Format::Json,
        filter: "off".to_owned(),
        otlp: None,
        sample_ratio: 1.0,
    };
    // Also on a runtime of one thread: neither flush nor drop may wait for a reactor that cannot turn.
    let guard = telemetry::init("intake", &settings).unwrap();
    let traceparent = tracing::info_span!("http.request").in_scope(telemetry::current_traceparent).unwrap();
    assert!(traceparent.starts_with("00-") && traceparent.ends_with("-00"), "{traceparent}");
    telemetry::metrics::case::e2e("accepted", "dispatched", "511600", std::time::Duration::from_secs(1));
    guard.flush();
    drop(guard);
    assert_eq!(receiver.requests(), 0);
}
