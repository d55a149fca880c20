//! The data folder: where it is, who owns it now, and the small files the servers keep in it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use rand::Rng as _;
use tokio::time::sleep;

use crate::account::Account;

/// Gives the folder that servers asked for in `data_dir` really use, and makes it.
///
/// It is `data_dir` itself, unless the caller is root and a folder above is closed to the account PostgreSQL must run
/// under (as /root is); then it is a folder under /var/lib/huiyin that belongs to this `data_dir` alone, and the link
/// `moved` in `data_dir` leads there.
///
/// # Errors
/// When the folder cannot be made, or root has no account `postgres` to hand PostgreSQL to.
pub fn settle(data_dir: &Path) -> Result<PathBuf> {
    let account = Account::for_postgres()?;
    let asked = std::path::absolute(data_dir)?;
    make(&asked, 0o711)?;
    let asked = asked.canonicalize()?;
    if account.can_enter(&asked) {
        return Ok(asked);
    }
    let elsewhere = Path::new("/var/lib/huiyin").join(format!("{:016x}", fingerprint(&asked)));
    make(&elsewhere, 0o711)?;
    let sign = asked.join("moved");
    if !sign.is_symlink() {
        symlink(&elsewhere, &sign).context("leaving a sign of where the data went")?;
    }
    Ok(elsewhere)
}

/// Gives the folder that servers of `data_dir` run in at this moment, under whatever process owns them.
pub(crate) fn in_use(data_dir: &Path) -> Result<Option<PathBuf>> {
    let root = settle(data_dir)?;
    match private(&root.join("lock"))?.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(root)),
        Err(TryLockError::Error(error)) => Err(error).context("looking at the lock of the data folder"),
    }
}

/// The data folder, owned as long as this value lives.
pub(crate) struct Home {
    root: PathBuf,
    // The kernel lets go of the lock however the owner ends.
    _lock: File,
}

impl Home {
    /// Takes the folder for this process alone.
    pub(crate) async fn take(data_dir: &Path) -> Result<Self> {
        let root = settle(data_dir)?;
        if root != data_dir.canonicalize()? {
            tracing::warn!(asked = %data_dir.display(), used = %root.display(),
                "the data folder lies below one that the user postgres cannot enter; another is used");
        }
        let lock = private(&root.join("lock"))?;
        // One who only looks at the lock holds it for a moment, too.
        for _ in 0..20 {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { root, _lock: lock }),
                Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(10)).await,
                Err(TryLockError::Error(error)) => return Err(error).context("locking the data folder"),
            }
        }
        bail!("servers already run in {}", root.display())
    }

    /// Gives the path of `name` in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Gives the folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Makes a folder that only its owner may look into.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.path(name);
        make(&path, 0o700)?;
        Ok(path)
    }

    /// Reads the secret `name`, or makes it once: 32 random hex digits, readable by its owner alone.
    pub(crate) fn secret(&self, name: &str) -> Result<String> {
        let path = self.path(name);
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if !kept.trim().is_empty() {
            return Ok(kept.trim().to_owned());
        }
        let fresh = format!("{:032x}", rand::rng().random::<u128>());
        private(&path)?.write_all(fresh.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
        Ok(fresh)
    }

    /// Reads the number kept under `name`.
    pub(crate) fn number(&self, name: &str) -> Option<u16> {
        fs::read_to_string(self.path(name)).ok()?.trim().parse().ok()
    }

    /// Keeps a number under `name` for the next start.
    pub(crate) fn keep(&self, name: &str, number: u16) -> Result<()> {
        fs::write(self.path(name), number.to_string()).with_context(|| format!("writing {name}"))
    }

    /// Opens the log `name` for appending; a long one is put aside first, and only one is kept aside.
    pub(crate) fn log(&self, name: &str) -> Result<File> {
        let path = self.path(name);
        if fs::metadata(&path).is_ok_and(|file| file.len() > 10_000_000) {
            fs::rename(&path, self.path(&format!("{name}.1")))?;
        }
        private(&path)
    }
}

/// Opens a file for appending that only its owner may read.
fn private(path: &Path) -> Result<File> {
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    file.with_context(|| format!("opening {}", path.display()))
}

/// Makes the folder, open to others only for passing through where `mode` says so.
fn make(path: &Path, mode: u32) -> Result<()> {
    let is_new = !path.exists();
    DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(path)
        .with_context(|| format!("making {}", path.display()))?;
    if is_new {
        fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    Ok(())
}

/// FNV-1a: a name for a path that is the same in every build.
fn fingerprint(path: &Path) -> u64 {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
