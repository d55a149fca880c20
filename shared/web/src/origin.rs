//! Where a request came from, as far as those in front can be believed.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};

/// The address of the connection, and what proxies in front wrote about it (`X-Forwarded-For`), the nearest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    peer: Option<IpAddr>,
    forwarded: Vec<IpAddr>,
}

impl Origin {
    /// The caller's address behind so many proxies of our own. What was written before the first of them could be anything;
    /// where fewer wrote than stand there, the connection itself counts.
    #[must_use]
    pub fn behind(&self, proxies: usize) -> Option<IpAddr> {
        let place = self.forwarded.len().checked_sub(proxies).filter(|_| proxies > 0);
        place.and_then(|place| self.forwarded.get(place)).copied().or(self.peer)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let lines = parts.headers.get_all("x-forwarded-for").iter();
        let entries = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        // From the nearest on, up to the first word that is no address.
        let mut forwarded: Vec<IpAddr> = entries.rev().map_while(|entry| entry.trim().parse().ok()).collect();
        forwarded.reverse();
        Ok(Self { peer, forwarded })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn origin(lines: &[&str]) -> Origin {
        let mut request = axum::http::Request::builder();
        for line in lines {
            request = request.header("x-forwarded-for", *line);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 9], 80))));
        let Ok(origin) = Origin::from_request_parts(&mut parts, &()).await;
        origin
    }

    #[tokio::test]
    async fn what_a_stranger_writes_counts_for_nothing() {
        let of = |origin: &Origin, proxies| origin.behind(proxies).unwrap().to_string();
        let direct = origin(&["1.1.1.1"]).await;
        assert_eq!(of(&direct, 0), "10.0.0.9");
        // The stranger wrote 1.1.1.1, the door the stranger's own address.
        let behind = origin(&["1.1.1.1, 2.2.2.2", "3.3.3.3"]).await;
        assert_eq!((of(&behind, 1), of(&behind, 2)), ("3.3.3.3".into(), "2.2.2.2".into()));
        assert_eq!(of(&behind, 9), "10.0.0.9", "nobody in front wrote anything: it came past them");
        let rubbish = origin(&["2.2.2.2, me, 3.3.3.3"]).await;
        assert_eq!((of(&rubbish, 1), of(&rubbish, 2)), ("3.3.3.3".into(), "10.0.0.9".into()));
    }
}
