//! Writing a file into the store: under a name of the moment first, under its digest when it is whole.

use std::{io, path::PathBuf};

use sha2::{Digest as _, Sha256};
use tokio::{
    fs,
    io::{AsyncWriteExt as _, BufWriter},
};

use super::{Files, MARK, PIECE, Stored, bound};
use crate::vault::Vault;

/// A file on its way in; dropped before its end it leaves nothing.
pub(crate) struct Writer<'a> {
    files: &'a Files,
    vault: &'a Vault,
    id: [u8; 16],
    file: BufWriter<fs::File>,
    path: PathBuf,
    kept: bool,
    piece: Vec<u8>,
    at: u32,
    hash: Sha256,
    bytes: u64,
}

impl<'a> Writer<'a> {
    pub(crate) async fn begin(files: &'a Files, vault: &'a Vault) -> io::Result<Self> {
        let id = uuid::Uuid::new_v4();
        let folder = files.folder.join("incoming");
        fs::create_dir_all(&folder).await?;
        let path = folder.join(id.simple().to_string());
        let mut file = BufWriter::new(fs::File::create_new(&path).await?);
        file.write_all(MARK).await?;
        file.write_all(id.as_bytes()).await?;
        let (piece, hash) = (Vec::with_capacity(PIECE), Sha256::new());
        Ok(Self { files, vault, id: *id.as_bytes(), file, path, kept: false, piece, at: 0, hash, bytes: 0 })
    }

    /// How much was written so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) async fn write(&mut self, mut more: &[u8]) -> io::Result<()> {
        self.hash.update(more);
        self.bytes += more.len() as u64;
        while !more.is_empty() {
            // A full piece is sealed only when another follows, because the last one is marked.
            if self.piece.len() == PIECE {
                self.put(false).await?;
            }
            let (now, later) = more.split_at(more.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            more = later;
        }
        Ok(())
    }

    async fn put(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.vault.seal(&bound(&self.id, self.at, last), &self.piece);
        self.file.write_all(&sealed).await?;
        self.piece.clear();
        self.at += 1;
        Ok(())
    }

    /// Ends the file and puts it in its place; the same content may be there already.
    pub(crate) async fn finish(mut self) -> io::Result<Stored> {
        self.put(true).await?;
        self.file.flush().await?;
        self.file.get_ref().sync_all().await?;
        let stored = Stored { digest: std::mem::take(&mut self.hash).finalize().into(), bytes: self.bytes };
        let place = self.files.place(&stored.digest);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).await?;
        }
        // The newer one takes the place of the older: both hold the same, and a damaged one is mended so.
        fs::rename(&self.path, &place).await?;
        self.kept = true;
        Ok(stored)
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
