//! The server loop: what `axum::serve` does, with a limit on slow heads and on connections.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tower::ServiceExt as _;

/// How connections are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serve {
    /// The longest time for the head of a request, and for an idle connection.
    pub head: Duration,
    /// How many connections are open at once; the next ones wait in the system's queue.
    pub connections: usize,
    /// How long requests in hand may take to end after the stop.
    pub grace: Duration,
}

impl Default for Serve {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), connections: 4096, grace: Duration::from_secs(20) }
    }
}

/// Serves until `stop` comes, then lets the requests in hand end; with the usual limits.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    Serve::default().run(listener, router, stop).await;
}

impl Serve {
    /// Serves until `stop` comes, then lets the requests in hand end, at most for the grace period.
    pub async fn run(self, listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
        let places = Arc::new(Semaphore::new(self.connections));
        let graceful = GracefulShutdown::new();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.head).max_buf_size(64 * 1024);
        let mut stop = pin!(stop);
        loop {
            let accepted = async {
                let place = places.clone().acquire_owned().await;
                (listener.accept().await, place)
            };
            let (accepted, place) = tokio::select! {
                accepted = accepted => accepted,
                () = &mut stop => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: wait for some to close.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let service = router.clone().map_request(move |request: hyper::Request<Incoming>| {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(peer));
                request
            });
            let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
            let connection = graceful.watch(connection);
            tokio::spawn(async move {
                let _place = place;
                if let Err(error) = connection.await {
                    tracing::trace!(%error, "a connection ended early");
                }
            });
        }
        drop(listener);
        if tokio::time::timeout(self.grace, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests did not end within the grace period");
        }
    }
}
