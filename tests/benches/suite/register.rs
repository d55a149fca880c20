//! (a) How many registrations are accepted a second over HTTP, each durable before its answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    chain,
    figure::{Figure, quantile},
    house::House,
    limits::Limits,
    line::Line,
};

/// The citizens so far, over all figures: no two have the same telephone number or key.
static CITIZENS: AtomicUsize = AtomicUsize::new(0);

/// A case that was accepted.
#[derive(Clone)]
pub(crate) struct Accepted {
    pub(crate) case: Uuid,
    pub(crate) number: String,
    pub(crate) citizen: usize,
    /// When its request began.
    pub(crate) begun: Timestamp,
    /// How long the answer took, in milliseconds.
    pub(crate) took: f64,
}

#[derive(Deserialize)]
struct Answer {
    case_id: Uuid,
    number: String,
}

/// When a flood ends.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Seconds(u64),
    Cases(usize),
}

pub(crate) async fn measure(house: &House, limits: &Limits, quick: bool) -> anyhow::Result<Vec<Figure>> {
    flood(house, 8, Until::Cases(200)).await?;
    chain::quiet(house).await?;
    let (before, started) = (house.usage(), Instant::now());
    let accepted = flood(house, 64, Until::Seconds(if quick { 4 } else { 10 })).await?;
    let (rate, used) = (per_second(accepted.len(), started.elapsed()), house.used(before));
    let mut took: Vec<f64> = accepted.iter().map(|case| case.took).collect();
    let waited = Instant::now();
    chain::quiet(house).await?;
    let note = format!("{used}; the chain behind caught up {:.1} s later", waited.elapsed().as_secs_f64());
    Ok(vec![
        Figure::rate("(a) registrations over HTTP, 64 connections", Some(2000.0), rate)
            .of(rate, limits.commits, "single-row commits")
            .note(note),
        Figure::most("(a) p99 of a registration's answer", None, quantile(&mut took, 0.99), "ms"),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
pub(crate) fn per_second(count: usize, elapsed: Duration) -> f64 {
    count as f64 / elapsed.as_secs_f64()
}

/// Registers from many connections, each waiting for its answer before the next request.
pub(crate) async fn flood(house: &House, connections: usize, until: Until) -> anyhow::Result<Vec<Accepted>> {
    let address = house.address()?;
    let begun = Instant::now();
    let left = Arc::new(AtomicUsize::new(match until {
        Until::Seconds(_) => usize::MAX,
        Until::Cases(cases) => cases,
    }));
    let is_over = move || match until {
        Until::Seconds(seconds) => begun.elapsed() >= Duration::from_secs(seconds),
        Until::Cases(_) => false,
    };
    let work = (0..connections).map(|_| {
        let left = left.clone();
        async move {
            let (mut line, mut accepted) = (Line::open(address).await?, Vec::new());
            while !is_over()
                && left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok()
            {
                accepted.push(one(house, &mut line).await?);
            }
            anyhow::Ok(accepted)
        }
    });
    Ok(futures::future::try_join_all(work).await?.into_iter().flatten().collect())
}

/// Registers the next citizen's matter.
pub(crate) async fn one(house: &House, line: &mut Line) -> anyhow::Result<Accepted> {
    let citizen = CITIZENS.fetch_add(1, Ordering::Relaxed);
    let body = house.city.registration(citizen);
    let (begun, clock) = (runtime::Clock::default().now(), Instant::now());
    let key = format!("idempotency-key: citizen-{citizen}\r\n");
    let answer = line.ask("POST", "/api/intake/cases", &key, &body).await?;
    anyhow::ensure!(answer.status == 201, "{} {}", answer.status, String::from_utf8_lossy(answer.body));
    let Answer { case_id, number } = serde_json::from_slice(answer.body)?;
    Ok(Accepted { case: case_id, number, citizen, begun, took: clock.elapsed().as_secs_f64() * 1e3 })
}
