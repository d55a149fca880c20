//! Starting, stopping, crashing and killing private servers, on the real programs.
#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use embedded::{Options, Servers};
use tempfile::TempDir;

/// Makes a folder that PostgreSQL's account can reach through when the tests run as root.
fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o711)).unwrap();
    dir
}

fn quick(dir: &Path) -> Options {
    Options { durable: false, ..Options::new(dir) }
}

fn psql(url: &str, sql: &str) -> String {
    let out = Command::new("psql").args([url, "-v", "ON_ERROR_STOP=1", "-Atqc", sql]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn is_alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "waiting until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The example `hold`, built beside this test, as a child that owns servers.
struct Holder {
    child: Child,
    url: String,
    pids: Vec<u32>,
}

impl Holder {
    fn start(mut command: Command, dir: &Path) -> Self {
        let mut child = command.arg(dir).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let mut words = line.split_whitespace();
        let url = words.next().expect("the holder failed").to_owned();
        Self { child, url, pids: words.map(|word| word.parse().unwrap()).collect() }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn hold() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/hold")
}

#[tokio::test]
async fn second_start_keeps_everything_and_is_quick() {
    let dir = folder();
    assert!(embedded::running(dir.path()).unwrap().is_none());
    let first = Servers::start(Options::new(dir.path())).await.unwrap();
    assert!(embedded::running(dir.path()).unwrap().is_some_and(|urls| urls == *first));
    let (url, nats_url, pids) = (first.pg_url.clone(), first.nats_url.clone(), first.pids().await);
    assert_eq!(psql(&url, "create table kept as select 42 as n; select n from kept"), "42");
    for (setting, value) in [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", "127.0.0.1"),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
    ] {
        assert_eq!(psql(&url, &format!("show {setting}")), value, "{setting}");
    }
    for secret in ["postgres.password", "nats.password", "nats.conf"] {
        assert_eq!(std::fs::metadata(dir.path().join(secret)).unwrap().mode() & 0o777, 0o600, "{secret}");
    }
    let refused = Servers::start(Options::new(dir.path())).await.err().expect("the folder is owned");
    assert!(format!("{refused:#}").contains("already run"), "{refused:#}");
    first.stop().await.unwrap();
    assert!(embedded::running(dir.path()).unwrap().is_none());
    assert!(!pids.into_iter().any(is_alive));

    let start = Instant::now();
    let second = Servers::start(Options::new(dir.path())).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!((&second.pg_url, &second.nats_url), (&url, &nats_url));
    assert_eq!(psql(&url, "select n from kept"), "42");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn servers_come_back_after_crashes_and_end_when_dropped() {
    let dir = folder();
    let servers = Servers::start(quick(dir.path())).await.unwrap();
    let url = servers.pg_url.clone();
    psql(&url, "create table kept as select 1 as n");
    let before = servers.pids().await;
    servers.kill_pg_immediate().await.unwrap();
    servers.kill_nats().await.unwrap();
    assert!(servers.pids().await.is_empty() && !before.into_iter().any(is_alive));
    servers.restart_nats().await.unwrap();
    servers.restart_pg().await.unwrap();
    assert_eq!(psql(&url, "select n from kept"), "1");
    servers.restart_pg().await.unwrap();
    let pids = servers.pids().await;
    assert_eq!(pids.len(), 2);
    drop(servers);
    assert!(!pids.into_iter().any(is_alive));
}

#[tokio::test]
async fn killed_owner_leaves_nothing_the_next_start_does_not_mend() {
    let dir = folder();
    // A setpriv that knows less, as older ones do, cannot tie the servers to their owner.
    let less = dir.path().join("setpriv");
    std::fs::write(&less, "#!/bin/sh\n[ \"$1\" = --help ] || exec /usr/bin/setpriv \"$@\"\n").unwrap();
    std::fs::set_permissions(&less, Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(hold());
    command.env("PATH", format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap()));
    let holder = Holder::start(command, dir.path());
    let pids = holder.pids.clone();
    assert!(pids.len() == 2 && pids.iter().copied().all(is_alive));
    psql(&holder.url, "create table kept as select 7 as n");
    holder.kill();
    assert!(pids.iter().copied().all(is_alive), "strays are what this test is about");

    let next = Servers::start(quick(dir.path())).await.unwrap();
    assert!(!pids.into_iter().any(is_alive));
    assert_eq!(psql(&next.pg_url, "select n from kept"), "7");
    next.stop().await.unwrap();
}

#[test]
fn servers_end_with_a_killed_owner() {
    let dir = folder();
    let holder = Holder::start(Command::new(hold()), dir.path());
    let pids = holder.pids.clone();
    holder.kill();
    wait_until("the servers have ended", || !pids.iter().copied().any(is_alive));
}

#[tokio::test]
async fn a_recycled_process_number_is_left_alone() {
    let dir = folder();
    Servers::start(quick(dir.path())).await.unwrap().stop().await.unwrap();
    let mut bystander = Command::new("sleep").arg("60").spawn().unwrap();
    // As if the servers had been killed and their number given to somebody else.
    for file in ["postgres.pid", "nats.pid"] {
        std::fs::write(dir.path().join(file), format!("{} 1\n", bystander.id())).unwrap();
    }
    std::fs::write(dir.path().join("postgres/postmaster.pid"), format!("{}\n", bystander.id())).unwrap();
    let servers = Servers::start(quick(dir.path())).await.unwrap();
    assert!(is_alive(bystander.id()));
    servers.stop().await.unwrap();
    bystander.kill().unwrap();
    bystander.wait().unwrap();
}

#[test]
fn an_ordinary_user_owns_its_servers() {
    if !is_root() {
        return; // Then every other test here is this one.
    }
    let dir = folder();
    let nobody = |program: &Path| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]).arg(program);
        command
    };
    // The checkout may be closed to others, so the programs come along.
    let bring = |from: &Path| {
        let to = dir.path().join(from.file_name().unwrap());
        std::fs::copy(from, &to).unwrap();
        to
    };
    let nats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/nats/bin/nats-server");
    let nats = std::env::var_os("HUIYIN_NATS_BIN").map_or(nats, PathBuf::from);
    let (hold, nats) = (bring(&hold()), bring(&nats));
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    assert!(Command::new("chown").arg("nobody:nogroup").arg(&data).status().unwrap().success());
    let mut command = nobody(&hold);
    command.env("HUIYIN_NATS_BIN", nats).current_dir("/");
    let holder = Holder::start(command, &data);
    assert_eq!(psql(&holder.url, "select 1"), "1");
    let pids = holder.pids.clone();
    holder.kill();
    wait_until("the servers have ended", || !pids.iter().copied().any(is_alive));
}

#[tokio::test]
async fn root_moves_out_of_a_folder_that_others_cannot_enter() {
    if !is_root() {
        return; // Only root hands PostgreSQL to another account.
    }
    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
    let asked = closed.path().join("data");
    let servers = Servers::start(quick(&asked)).await.unwrap();
    let used = servers.folder().to_path_buf();
    assert!(used.starts_with("/var/lib/huiyin"), "{}", used.display());
    assert_eq!(asked.join("moved").canonicalize().unwrap(), used);
    assert_eq!(psql(&servers.pg_url, "select 1"), "1");
    servers.stop().await.unwrap();
    std::fs::remove_dir_all(used).unwrap();
}
