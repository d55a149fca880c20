//! With a receiver named, spans and metrics reach it; the end of the process sends what is left.

use std::time::Duration;

use telemetry::{Format, Settings};
use testkit::otlp::Receiver;
use tracing::Instrument as _;

const REMOTE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_and_metrics_reach_the_receiver_and_the_guard_sends_the_rest() {
    let receiver = Receiver::start().await.unwrap();
    let settings = Settings {
        service_instance: "one".to_owned(),
        format: Format::Json,
        filter: "warn".to_owned(),
        otlp: Some(format!("{}/", receiver.endpoint())),
        sample_ratio: 1.0,
    };
    let guard = telemetry::init("routing", &settings).unwrap();
    assert!(telemetry::init("routing", &settings).is_err(), "a process starts telemetry once");

    let consumer = tracing::info_span!("process", otel.name = "process evt.case.accepted", case.id = "a1");
    telemetry::set_parent(&consumer, REMOTE);
    telemetry::link(&consumer, REMOTE);
    async { tokio::task::yield_now().await }.instrument(consumer).await;
    telemetry::metrics::timer::fired("handle", Duration::from_millis(300));
    telemetry::metrics::inbox::duplicates("routing", 2);
    guard.flush();

    let spans = receiver.wait(Duration::from_secs(5), |spans| !spans.is_empty()).await.unwrap();
    let span = &spans[0];
    assert_eq!((span.service.as_str(), span.name.as_str()), ("routing", "process evt.case.accepted"));
    assert_eq!((span.trace_id.as_str(), span.parent_id.as_str()), (&REMOTE[3..35], &REMOTE[36..52]));
    assert_eq!(span.links, [format!("{}:{}", &REMOTE[3..35], &REMOTE[36..52])]);
    assert_eq!(span.attributes["case.id"], "a1");
    assert_eq!(receiver.metrics(), ["inbox.duplicates", "timer.lateness"]);

    tracing::info_span!("last words").in_scope(|| {});
    drop(guard);
    let spans = receiver.spans();
    assert!(spans.iter().any(|span| span.name == "last words"), "the guard sends the rest: {spans:?}");
}
