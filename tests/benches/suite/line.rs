//! A lean HTTP/1.1 client: one connection kept open, requests written whole, answers read by their length. It leaves
//! the processors to what is measured.

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// One connection.
pub(crate) struct Line {
    address: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
    request: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Line {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream, buffer: Vec::new(), request: Vec::new() })
    }

    /// Sends a request and reads its answer. `headers` are whole lines, each with its `\r\n`.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> anyhow::Result<Answer<'_>> {
        use std::io::Write as _;
        self.request.clear();
        write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
            self.address,
            body.len()
        )?;
        self.request.extend_from_slice(body);
        self.stream.write_all(&self.request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            anyhow::ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the connection was closed");
        };
        let length = length(&self.buffer[..head])?;
        while self.buffer.len() < head + 4 + length {
            anyhow::ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the connection was closed");
        }
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).context("no status")?.parse()?;
        Ok(Answer { status, head: text, body: &self.buffer[head + 4..head + 4 + length] })
    }
}

fn length(head: &[u8]) -> anyhow::Result<usize> {
    let text = std::str::from_utf8(head)?;
    let line = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    });
    Ok(line.context("an answer without length")?.trim().parse()?)
}
