//! Under whose account a server runs: the caller's, or `postgres` where root would be refused.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use anyhow::{Context as _, Result, bail};

/// The account PostgreSQL runs under.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    /// User and group id of `postgres` when the caller is root.
    drop_to: Option<(u32, u32)>,
}

/// Whether `setpriv` can tie a child to the life of its parent.
static TIES: LazyLock<bool> = LazyLock::new(|| {
    let help = Command::new("setpriv").arg("--help").output();
    help.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains("--pdeathsig"))
});

impl Account {
    /// Gives the account for PostgreSQL, which refuses to run as root.
    pub(crate) fn for_postgres() -> Result<Self> {
        if !is_root()? {
            return Ok(Self { drop_to: None });
        }
        let drop_to = Some((id("-u").context("finding the user postgres")?, id("-g")?));
        Ok(Self { drop_to })
    }

    /// Gives the caller's own account.
    pub(crate) fn own() -> Self {
        Self { drop_to: None }
    }

    /// Prepares `program` to run under this account, in a process group of its own, so that Ctrl-C reaches the
    /// owner alone, and to receive `death` when the thread that starts it ends.
    pub(crate) fn command(self, program: &Path, death: Option<&str>) -> Command {
        let death = death.filter(|_| *TIES);
        let mut command = if self.drop_to.is_none() && death.is_none() {
            Command::new(program)
        } else {
            let mut command = Command::new("setpriv");
            if let Some((user, group)) = self.drop_to {
                command.arg(format!("--reuid={user}")).arg(format!("--regid={group}")).arg("--init-groups");
            }
            if let Some(signal) = death {
                command.args(["--pdeathsig", signal]);
            }
            command.arg("--").arg(program);
            command
        };
        // PGDATA, PGPORT and their like would talk a private server into something else.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        command.current_dir("/").stdin(Stdio::null()).process_group(0);
        command
    }

    /// Gives `path` to this account.
    pub(crate) fn take(self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.drop_to else { return Ok(()) };
        std::os::unix::fs::chown(path, Some(user), Some(group))
            .with_context(|| format!("giving {} to the user postgres", path.display()))
    }

    /// Tells whether this account can reach into the folder.
    pub(crate) fn can_enter(self, folder: &Path) -> bool {
        if self.drop_to.is_none() {
            return true;
        }
        let status = self.command(Path::new("test"), None).arg("-x").arg(folder).status();
        status.is_ok_and(|status| status.success())
    }
}

fn is_root() -> Result<bool> {
    let status = std::fs::read_to_string("/proc/self/status").context("reading /proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    let effective = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(effective.context("no Uid line in /proc/self/status")? == "0")
}

fn id(which: &str) -> Result<u32> {
    let out = Command::new("id").args([which, "postgres"]).output().context("running id")?;
    if !out.status.success() {
        bail!("there is no user `postgres`, which root needs to run PostgreSQL; run `make tools`");
    }
    String::from_utf8_lossy(&out.stdout).trim().parse().context("reading what id printed")
}
