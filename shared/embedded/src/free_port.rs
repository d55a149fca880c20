//! Choosing a loopback port nobody listens on.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};
use rand::Rng as _;

/// Below the kernel's range for outgoing connections: while a server is down for a moment, no client may be given
/// its port, nor connect to itself on it.
const RANGE: std::ops::Range<u16> = 18_000..32_000;

/// Gives `wished` unless it is 0, else `last` if it is free, else any free port; none of `given`, which are chosen for
/// others and not listened on yet.
pub(crate) fn choose(wished: u16, last: Option<u16>, given: &[u16]) -> Result<u16> {
    let is_free = |port: u16| !given.contains(&port) && is_free(port);
    if wished != 0 {
        return if is_free(wished) { Ok(wished) } else { bail!("port {wished} is taken") };
    }
    if let Some(port) = last.filter(|port| is_free(*port)) {
        return Ok(port);
    }
    let mut random = rand::rng();
    let found = (0..1_000).map(|_| random.random_range(RANGE)).find(|port| is_free(*port));
    found.map_or_else(|| bail!("no free port in {RANGE:?}"), Ok)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_servers_are_never_given_one_port() {
        let first = choose(0, None, &[]).unwrap();
        assert_eq!(choose(0, Some(first), &[]).unwrap(), first, "the one of the last start");
        assert_ne!(choose(0, Some(first), &[first]).unwrap(), first);
        choose(first, None, &[first]).unwrap_err();
    }
}
