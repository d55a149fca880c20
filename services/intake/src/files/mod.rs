//! The store of files: addressed by the SHA-256 of what is in them, sealed piece by piece, never whole in memory.
//!
//! `<folder>/sealed/ab/abcd…` holds a mark, a random id and pieces of 64 KiB; each is sealed beside the id, its place
//! and whether it is the last, so that none can be changed, moved, dropped or added.

mod read;
mod write;

use std::path::PathBuf;

pub(crate) use read::{Reader, Unreadable};
pub(crate) use write::Writer;

/// Bytes of a piece before it is sealed.
const PIECE: usize = 64 * 1024;
/// What a sealed piece has beside that: nonce and tag of AES-256-GCM-SIV.
const AROUND: usize = 28;
const MARK: &[u8; 4] = b"HYF1";

/// A file in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// SHA-256 of what is in it.
    pub(crate) digest: [u8; 32],
    /// How long that is.
    pub(crate) bytes: u64,
}

/// The store.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn place(&self, digest: &[u8]) -> PathBuf {
        let name = hex(digest);
        self.folder.join("sealed").join(&name[..2]).join(name)
    }

    /// Takes a file away; one that is not there is gone already.
    pub(crate) async fn remove(&self, digest: &[u8]) -> std::io::Result<()> {
        match tokio::fs::remove_file(self.place(digest)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// What a piece is bound to.
fn bound(id: &[u8; 16], at: u32, last: bool) -> [u8; 21] {
    let mut bound = [0; 21];
    bound[..16].copy_from_slice(id);
    bound[16..20].copy_from_slice(&at.to_be_bytes());
    bound[20] = u8::from(last);
    bound
}

/// Writes bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
