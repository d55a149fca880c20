//! Choosing a loopback port nobody listens on.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};
use rand::Rng as _;

/// Below the kernel's range for outgoing connections: while a server is down for a moment, no client may be given
/// its port, nor connect to itself on it.
const RANGE: std::ops::Range<u16> = 18_000..32_000;

/// Gives `wished` unless it is 0, else `last` if it is free, else any free port.
pub(crate) fn choose(wished: u16, last: Option<u16>) -> Result<u16> {
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
