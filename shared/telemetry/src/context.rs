//! W3C trace context in and out of spans: what travels in headers and in stored rows.

use opentelemetry::{
    Context, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, TraceContextExt as _, TraceState},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Returns the `traceparent` of the span this code runs in, or nothing outside any span.
pub fn current_traceparent() -> Option<String> {
    // The thread's own context is enough while a span is entered, and it takes no lock.
    Context::map_current(|context| render(context.span().span_context()))
}

/// Returns the `traceparent` of a span that need not be entered; starts it if it was only declared.
pub fn traceparent(span: &Span) -> Option<String> {
    render(span.context().span().span_context())
}

/// Makes a span the child of a remote one; must come before the span is entered. Rubbish is ignored.
pub fn set_parent(span: &Span, traceparent: &str) {
    if let Some(parent) = parse(traceparent) {
        // A span that is disabled or already started keeps the parent it has: tracing never fails the work.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
}

/// Ties a span to a remote one that caused it without being its parent. Rubbish is ignored.
pub fn link(span: &Span, traceparent: &str) {
    if let Some(context) = parse(traceparent) {
        span.add_link(context);
    }
}

fn render(context: &SpanContext) -> Option<String> {
    context.is_valid().then(|| {
        format!("00-{}-{}-{:02x}", context.trace_id(), context.span_id(), context.trace_flags().to_u8())
    })
}

/// Reads the four fields of W3C Trace Context level 1; a later version may carry more after them.
fn parse(traceparent: &str) -> Option<SpanContext> {
    let mut fields = traceparent.trim().split('-');
    let (version, trace, span, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let shaped = hex(version, 2) && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
    if !shaped || version == "ff" || (version == "00" && fields.next().is_some()) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let context = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        flags,
        true,
        TraceState::NONE,
    );
    context.is_valid().then_some(context)
}

fn hex(field: &str, length: usize) -> bool {
    field.len() == length && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    const REMOTE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn traced<T>(work: impl FnOnce() -> T) -> T {
        let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
        let provider = SdkTracerProvider::builder().with_sampler(sampler).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work)
    }

    #[test]
    fn a_remote_parent_gives_its_trace_and_its_decision() {
        traced(|| {
            let span = tracing::info_span!("child");
            set_parent(&span, REMOTE);
            let inside = span.in_scope(current_traceparent).unwrap();
            assert_eq!(&inside[..36], &REMOTE[..36]);
            assert_ne!(&inside[36..52], &REMOTE[36..52]);
            assert!(inside.ends_with("-01"));
            assert_eq!(traceparent(&span).unwrap(), inside);
        });
    }

    #[test]
    fn ids_exist_without_an_exporter_and_rubbish_changes_nothing() {
        traced(|| {
            assert_eq!(current_traceparent(), None);
            for rubbish in [
                "",
                "x",
                "00-1-2-3",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-张-三-丰",
                &REMOTE.to_uppercase(),
            ] {
                let span = tracing::info_span!("root");
                set_parent(&span, rubbish);
                link(&span, rubbish);
                let own = span.in_scope(current_traceparent).unwrap();
                assert!(own.ends_with("-00") && own[..36] != REMOTE[..36], "{rubbish:?} gave {own}");
            }
        });
    }
}
