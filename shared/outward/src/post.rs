//! HTTP out of the suite, with TLS: one line for gateways, one for receivers outside that may not lie within.

use std::{
    net::{IpAddr, SocketAddr},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, StatusCode, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::TokioExecutor,
};
use jiff::SignedDuration;

/// The longest answer that is read.
const ANSWER: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);

/// A line out of the suite; cheap to clone.
#[derive(Clone)]
pub struct Post {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    guarded: bool,
}

/// What came back.
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
    /// When it may be tried again.
    pub retry_after: Option<SignedDuration>,
}

impl Post {
    /// Opens a line that reaches everything that this machine reaches.
    ///
    /// # Errors
    /// No TLS can be had.
    pub fn open() -> anyhow::Result<Self> {
        Self::new(false)
    }

    /// Opens a line to the outside only: addresses of private networks are not reached, whatever a name resolves to, and
    /// nothing is said in clear.
    ///
    /// # Errors
    /// No TLS can be had.
    pub fn guarded() -> anyhow::Result<Self> {
        Self::new(true)
    }

    fn new(guarded: bool) -> anyhow::Result<Self> {
        let mut http = HttpConnector::new_with_resolver(Resolver { guarded });
        http.enforce_http(false);
        http.set_connect_timeout(Some(Duration::from_secs(5)));
        let provider = rustls::crypto::ring::default_provider;
        let builder = match HttpsConnectorBuilder::new().with_provider_and_native_roots(provider()) {
            Ok(builder) => builder,
            // Nobody is trusted where the system knows nobody; lines in clear work all the same.
            Err(_) => {
                let tls = rustls::ClientConfig::builder_with_provider(std::sync::Arc::new(provider()))
                    .with_safe_default_protocol_versions()?
                    .with_root_certificates(rustls::RootCertStore::empty())
                    .with_no_client_auth();
                HttpsConnectorBuilder::new().with_tls_config(tls)
            }
        };
        let builder = if guarded { builder.https_only() } else { builder.https_or_http() };
        let connector = builder.enable_http1().wrap_connector(http);
        let client =
            Client::builder(TokioExecutor::new()).pool_idle_timeout(Duration::from_secs(20)).build(connector);
        Ok(Self { client, guarded })
    }

    /// Sends; redirects are not followed. Nothing: the receiver was not reached, or did not answer in time.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Option<Reply> {
        // A literal address meets no resolver.
        let host = request.uri().host()?.trim_matches(['[', ']']);
        if self.guarded && host.parse::<IpAddr>().is_ok_and(|ip| !is_public(ip)) {
            return None;
        }
        let answer = tokio::time::timeout(PATIENCE, async {
            let (parts, body) = self.client.request(request).await.ok()?.into_parts();
            Some((parts, Limited::new(body, ANSWER).collect().await.ok()?.to_bytes()))
        });
        let (parts, body) = answer.await.ok()??;
        let retry_after = parts.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|value| value.parse().ok()).map(SignedDuration::from_secs);
        Some(Reply { status: parts.status, body, retry_after })
    }
}

/// Resolves names; a guarded one leaves out what lies within.
#[derive(Clone)]
struct Resolver {
    guarded: bool,
}

impl tower::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = std::io::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let guarded = self.guarded;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> = found.filter(|found| !guarded || is_public(found.ip())).collect();
            if kept.is_empty() {
                return Err(std::io::Error::other("the name leads nowhere that may be reached"));
            }
            Ok(kept.into_iter())
        })
    }
}

/// Says whether an address lies in the open: not of this machine, of its network, or of none.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let testing = a == 198 && (18..20).contains(&b);
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_broadcast()
                || ip.is_documentation()
                || ip.is_multicast()
                || a == 0
                || a >= 240
                || shared
                || testing)
        }
        IpAddr::V6(ip) => {
            if let Some(ip) = ip.to_ipv4() {
                return is_public(IpAddr::V4(ip));
            }
            let [first, second, ..] = ip.segments();
            // NAT64 carries any address of the old kind.
            let translated = first == 0x64 && second == 0xff9b;
            !(ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_multicast()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
                || translated)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_within_is_not_outside() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["223.5.5.5", "100.128.0.1", "198.20.0.1", "2400:3200::1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }
}
