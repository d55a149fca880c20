//! What this machine can do at best, measured in the same run: single-row durable commits, and JetStream publishes.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    process::Command,
};

use crate::{figure::Figure, house::House};

/// Beside these the figures are shown.
pub(crate) struct Limits {
    pub(crate) commits: f64,
    pub(crate) publishes: f64,
    cores: usize,
    load: String,
}

impl Limits {
    pub(crate) async fn measure(house: &House, quick: bool) -> anyhow::Result<Self> {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split_whitespace().next().unwrap_or_default().to_owned();
        Ok(Self {
            commits: commits(house, if quick { 3 } else { 6 }).await?,
            publishes: publishes(house.nats_url(), if quick { 50_000 } else { 200_000 }).await?,
            cores: std::thread::available_parallelism()?.get(),
            load,
        })
    }

    pub(crate) fn figures(&self) -> Vec<Figure> {
        let machine = format!("{} cores; load of others at the start {}", self.cores, self.load);
        vec![
            Figure::rate("limit: single-row durable commits, 32 clients", None, self.commits).note(machine),
            Figure::rate("limit: JetStream publishes, pipelined", None, self.publishes)
                .note("sync on the default interval"),
        ]
    }
}

/// pgbench with one plain INSERT a transaction, or the same by 32 connections of this process where it is missing.
async fn commits(house: &House, seconds: u64) -> anyhow::Result<f64> {
    sqlx::query(
        "CREATE TABLE single_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text NOT NULL)",
    )
    .execute(&house.db)
    .await?;
    let script = house.path("single_row.sql");
    std::fs::write(&script, "INSERT INTO single_row (word) VALUES ('a row of a plain table');\n")?;
    let seconds_text = seconds.to_string();
    let told = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-c", "32", "-j", "2", "-T", &seconds_text, "-f"])
        .arg(&script)
        .arg(house.pg_url())
        .stderr(Stdio::null())
        .output()
        .await;
    if let Ok(told) = told {
        let text = String::from_utf8_lossy(&told.stdout).into_owned();
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        if let Some(rate) = rate {
            return Ok(rate);
        }
    }
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(32).connect(house.pg_url()).await?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let clients = (0..32).map(|_| {
        let pool = pool.clone();
        tokio::spawn(async move {
            let (mut connection, mut done) = (pool.acquire().await?, 0.0);
            while Instant::now() < until {
                let insert = sqlx::query("INSERT INTO single_row (word) VALUES ('a row of a plain table')");
                insert.execute(&mut *connection).await?;
                done += 1.0;
            }
            Ok::<f64, sqlx::Error>(done)
        })
    });
    let mut all = 0.0;
    for client in clients.collect::<Vec<_>>() {
        all += client.await??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
    Ok(all / seconds as f64)
}

/// Speaks the protocol itself: a client library would be part of what is measured.
async fn publishes(url: &str, count: usize) -> anyhow::Result<f64> {
    const WINDOW: usize = 1024;
    let rest = url.strip_prefix("nats://").context("nats.url")?;
    let (account, address) = rest.split_once('@').context("nats.url without account")?;
    let (user, password) = account.split_once(':').context("nats.url without password")?;
    let (read, mut write) = TcpStream::connect(address).await?.into_split();
    let mut lines = BufReader::new(read);
    let hello = format!(
        "CONNECT {{\"user\":\"{user}\",\"pass\":\"{password}\",\"verbose\":false,\"lang\":\"bench\",\"version\":\"1\"}}\r\n"
    );
    write.write_all(hello.as_bytes()).await?;
    let make =
        r#"{"name":"LIMIT","subjects":["limit.>"],"storage":"file","num_replicas":1,"max_age":60000000000}"#;
    let make = format!(
        "SUB made 1\r\nSUB acked 2\r\nPUB $JS.API.STREAM.CREATE.LIMIT made {}\r\n{make}\r\n",
        make.len()
    );
    write.write_all(make.as_bytes()).await?;
    answers(&mut lines, &mut write, "made", 1).await?;
    let payload = "x".repeat(200);
    let one = format!("PUB limit.one acked {}\r\n{payload}\r\n", payload.len());
    let chunk = one.repeat(WINDOW / 2);
    let started = Instant::now();
    let (mut sent, mut heard) = (0, 0);
    while heard < count {
        while sent < count && sent - heard <= WINDOW / 2 {
            write.write_all(chunk.as_bytes()).await?;
            sent += WINDOW / 2;
        }
        heard += answers(&mut lines, &mut write, "acked", (WINDOW / 2).min(sent - heard)).await?;
    }
    let rate = heard as f64 / started.elapsed().as_secs_f64();
    let remove = "PUB $JS.API.STREAM.DELETE.LIMIT made 0\r\n\r\n";
    write.write_all(remove.as_bytes()).await?;
    answers(&mut lines, &mut write, "made", 1).await?;
    Ok(rate)
}

/// Reads until so many messages came on a subject.
async fn answers(
    lines: &mut (impl tokio::io::AsyncBufRead + Unpin),
    write: &mut (impl tokio::io::AsyncWrite + Unpin),
    subject: &str,
    count: usize,
) -> anyhow::Result<usize> {
    let (mut heard, mut line) = (0, String::new());
    let sign = format!("MSG {subject} ");
    while heard < count {
        line.clear();
        anyhow::ensure!(lines.read_line(&mut line).await? > 0, "NATS closed the connection");
        if line.starts_with("PING") {
            write.write_all(b"PONG\r\n").await?;
        } else if line.starts_with("-ERR") {
            anyhow::bail!("NATS: {}", line.trim());
        } else if line.starts_with(&sign) {
            line.clear();
            lines.read_line(&mut line).await?;
            anyhow::ensure!(!line.contains("\"error\""), "JetStream: {}", line.trim());
            heard += 1;
        }
    }
    Ok(heard)
}
