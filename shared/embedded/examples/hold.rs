//! Owns servers in the folder given until it is killed, so that tests can see what a killed owner leaves behind.

use std::io::Write as _;

use embedded::{Options, Servers};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).ok_or_else(|| anyhow::anyhow!("name a folder"))?;
    let servers = Servers::start(Options { durable: false, ..Options::new(folder) }).await?;
    let pids: Vec<String> = servers.pids().await.iter().map(u32::to_string).collect();
    writeln!(std::io::stdout(), "{} {}", servers.pg_url, pids.join(" "))?;
    std::future::pending().await
}
