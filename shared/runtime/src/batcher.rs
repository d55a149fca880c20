//! Group commit: requests that wait together share one transaction, and each still gets its own answer.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};

type Waiting<Q, A> = (Q, oneshot::Sender<A>);

/// Collects requests while a transaction is on its way and hands them over together when it is done.
pub struct Batcher<Q, A> {
    queue: mpsc::Sender<Waiting<Q, A>>,
}

impl<Q, A> Clone for Batcher<Q, A> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Batcher<Q, A> {
    /// Starts `workers` loops; each takes what waits, `most` at a time. `work` answers in the order of its requests.
    pub fn start<W, F>(workers: usize, most: usize, work: W) -> Self
    where
        W: Fn(Vec<Q>) -> F + Send + Sync + 'static,
        F: Future<Output = Vec<A>> + Send + 'static,
    {
        let (queue, waiting) = mpsc::channel::<Waiting<Q, A>>(most * workers * 4);
        let waiting = Arc::new(tokio::sync::Mutex::new(waiting));
        let work = Arc::new(work);
        for _ in 0..workers {
            let (waiting, work) = (waiting.clone(), work.clone());
            tokio::spawn(async move {
                loop {
                    let mut batch = Vec::with_capacity(most);
                    if waiting.lock().await.recv_many(&mut batch, most).await == 0 {
                        return;
                    }
                    let (requests, callers): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
                    // A panic costs its batch; without this it would cost the worker, and silently.
                    let answers = AssertUnwindSafe(work(requests)).catch_unwind().await.unwrap_or_default();
                    for (answer, caller) in answers.into_iter().zip(callers) {
                        // A caller that has gone away no longer wants to know; the work is done all the same.
                        drop(caller.send(answer));
                    }
                }
            });
        }
        Self { queue }
    }

    /// Hands a request over and waits for its answer; `None` when no place came free in time or the work broke off.
    pub async fn call(&self, request: Q, patience: Duration) -> Option<A> {
        let (caller, answer) = oneshot::channel();
        self.queue.send_timeout((request, caller), patience).await.ok()?;
        answer.await.ok()
    }
}
