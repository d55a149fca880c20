//! Reading a file of the store, piece by piece.

use sha2::{Digest as _, Sha256};
use tokio::{
    fs,
    io::{AsyncReadExt as _, BufReader},
};

use super::{AROUND, Files, MARK, PIECE, bound};
use crate::vault::Vault;

/// Why a file does not come out as it went in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// It is not there, or the disk fails.
    #[error("reading a stored file")]
    Disk(#[source] std::io::Error),
    /// Changed, cut, or sealed under another key.
    #[error("a stored file is damaged or sealed under another key")]
    Damaged,
}

/// A file on its way out.
pub(crate) struct Reader {
    file: BufReader<fs::File>,
    id: [u8; 16],
    at: u32,
    /// The sealed piece that comes next; empty at the end.
    next: Vec<u8>,
    hash: Sha256,
    digest: Vec<u8>,
}

impl Reader {
    pub(crate) async fn open(files: &Files, digest: &[u8]) -> Result<Self, Unreadable> {
        let file = fs::File::open(files.place(digest)).await.map_err(Unreadable::Disk)?;
        let mut file = BufReader::with_capacity(PIECE + AROUND, file);
        let (mut mark, mut id) = ([0; 4], [0; 16]);
        file.read_exact(&mut mark).await.map_err(|_| Unreadable::Damaged)?;
        file.read_exact(&mut id).await.map_err(|_| Unreadable::Damaged)?;
        if mark != *MARK {
            return Err(Unreadable::Damaged);
        }
        let mut reader =
            Self { file, id, at: 0, next: Vec::new(), hash: Sha256::new(), digest: digest.to_vec() };
        reader.next = reader.sealed().await?;
        // Even an empty file has a last piece.
        if reader.next.is_empty() { Err(Unreadable::Damaged) } else { Ok(reader) }
    }

    async fn sealed(&mut self) -> Result<Vec<u8>, Unreadable> {
        let mut sealed = Vec::with_capacity(PIECE + AROUND);
        let most = (PIECE + AROUND) as u64;
        (&mut self.file).take(most).read_to_end(&mut sealed).await.map_err(Unreadable::Disk)?;
        Ok(sealed)
    }

    /// The next piece; none at the end, which is reached only if the whole is what its digest says.
    pub(crate) async fn next(&mut self, vault: &Vault) -> Result<Option<Vec<u8>>, Unreadable> {
        if self.next.is_empty() {
            let whole = std::mem::take(&mut self.hash).finalize().as_slice() == self.digest;
            return if whole { Ok(None) } else { Err(Unreadable::Damaged) };
        }
        let sealed = std::mem::take(&mut self.next);
        self.next = self.sealed().await?;
        let bound = bound(&self.id, self.at, self.next.is_empty());
        let plain = vault.open(&bound, &sealed).ok_or(Unreadable::Damaged)?;
        self.at += 1;
        self.hash.update(&plain);
        Ok(Some(plain))
    }
}
