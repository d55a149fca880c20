//! Finding the server programs on this machine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The oldest PostgreSQL the SQL of the services is written for.
const OLDEST: u32 = 15;

/// Gives the folder with `initdb` and `postgres`; of several, the one for the `major` version of existing data,
/// otherwise the newest.
pub(crate) fn postgres(chosen: Option<&Path>, major: Option<u32>) -> Result<PathBuf> {
    let named =
        chosen.map(Path::to_path_buf).or_else(|| std::env::var_os("HUIYIN_PG_BIN").map(PathBuf::from));
    if let Some(folder) = named {
        if folder.join("postgres").is_file() && folder.join("initdb").is_file() {
            return Ok(folder);
        }
        bail!("no postgres and initdb in {}, which was named for PostgreSQL", folder.display());
    }
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some((version(&entry.ok()?.file_name())?, PathBuf::new())))
        .map(|(version, _)| (version, PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))))
        .filter(|(version, bin)| *version >= OLDEST && bin.join("initdb").is_file())
        .collect();
    found.sort();
    let matching = major.and_then(|major| found.iter().find(|(version, _)| *version == major).cloned());
    if let Some((_, bin)) = matching.or_else(|| found.pop()) {
        return Ok(bin);
    }
    if let Some(initdb) = on_path("initdb").and_then(|file| file.canonicalize().ok())
        && let Some(bin) = initdb.parent().filter(|bin| bin.join("postgres").is_file())
    {
        return Ok(bin.to_path_buf());
    }
    bail!("PostgreSQL {OLDEST} or newer is not installed; run `make tools`");
}

/// Gives the file `nats-server`.
pub(crate) fn nats(chosen: Option<&Path>) -> Result<PathBuf> {
    let named =
        chosen.map(Path::to_path_buf).or_else(|| std::env::var_os("HUIYIN_NATS_BIN").map(PathBuf::from));
    if let Some(file) = named {
        return if file.is_file() { Ok(file) } else { bail!("{} is not nats-server", file.display()) };
    }
    let starts = [std::env::current_dir().ok(), std::env::current_exe().ok()];
    let above = starts.iter().flatten().flat_map(|start| start.ancestors());
    let ours = above.map(|folder| folder.join(".tools/nats/bin/nats-server")).find(|file| file.is_file());
    match ours.or_else(|| on_path("nats-server")) {
        Some(file) => Ok(file),
        None => bail!("nats-server is not installed; run `make tools`"),
    }
}

fn version(folder: &OsStr) -> Option<u32> {
    folder.to_str()?.parse().ok()
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
