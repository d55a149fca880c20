//! Mistakes of an operator are told all at once, each with its key, and no secret is among the words.

use std::{fs, process::Command};

use anyhow::{Result, ensure};

use crate::kit::{checkout, program, words};

const WRONG: &str = r#"
[http]
listen = "everywhere"
body_limit = "much"
colour = 1
[database]
url = "mysql://clerk:open-sesame@host/db"
max_connections = "postgres://clerk:open-sesame@host/db"
[nats]
replicas = "a-few-open-sesame"
[security]
secret = "open-sesame"
[notification]
track_url = ["open-sesame"]
[gateway]
attempts = 0
[evaluation]
sweep_secnods = 3
[holidays]
summer = true
"#;

#[test]
fn every_mistake_is_told_and_no_value_of_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("wrong.toml");
    fs::write(&file, WRONG)?;
    let output = program()
        .env("HUIYIN_HTTP__IN_FLIGHT", "several")
        .arg("--config")
        .arg(&file)
        .args(["config", "check"])
        .output()?;
    let told = words(&output);
    ensure!(output.status.code() == Some(64), "{told}");
    ensure!(!told.contains("sesame"), "a value is shown: {told}");
    for key in [
        "body_limit",
        "colour",
        "in_flight",
        "max_connections",
        "replicas",
        "[security] secret",
        "track_url",
        "gateway.attempts",
        "sweep_secnods",
        "holidays",
    ] {
        ensure!(told.contains(key), "{key} is not named: {told}");
    }
    // The same for every command that needs the configuration.
    let output = program().arg("--config").arg(&file).args(["migrate"]).output()?;
    ensure!(output.status.code() == Some(64), "{}", words(&output));
    let values = "[http]\nlisten = \"everywhere\"\n[database]\nurl = \"mysql://clerk:open-sesame@host/db\"\n";
    fs::write(&file, values)?;
    let output = program().arg("--config").arg(&file).args(["config", "check"]).output()?;
    let told = words(&output);
    ensure!(output.status.code() == Some(64) && told.contains("listen") && told.contains("url"), "{told}");
    ensure!(!told.contains("sesame"), "{told}");
    Ok(())
}

#[test]
fn what_is_in_order_passes_and_shows_no_secret() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("right.toml");
    let secret = "open-sesame-".repeat(4);
    fs::write(
        &file,
        format!("[security]\nsecret = {secret:?}\n[database]\nurl = \"postgres://clerk:{secret}@host/db\"\n"),
    )?;
    let output = program().arg("--config").arg(&file).args(["config", "check"]).output()?;
    ensure!(output.status.success() && !words(&output).contains("sesame"), "{}", words(&output));
    // The defaults that are printed are a configuration themselves.
    let defaults = program().args(["config", "defaults"]).output()?;
    fs::write(&file, &defaults.stdout)?;
    let output = program().arg("--config").arg(&file).args(["config", "check"]).output()?;
    ensure!(output.status.success(), "{}", words(&output));
    let output = program().args(["--config", "no/such/file.toml", "config", "check"]).output()?;
    ensure!(output.status.code() == Some(64), "{}", words(&output));
    Ok(())
}

#[test]
fn packs_are_checked_before_anybody_relies_on_them() -> Result<()> {
    let output = program().args(["policy", "check"]).output()?;
    let told = words(&output);
    ensure!(output.status.success() && told.contains("mailbox-002"), "{told}");

    let folder = tempfile::tempdir()?;
    let packs = folder.path().join("policy");
    let copied = Command::new("cp").arg("-r").arg(checkout().join("deploy/policy")).arg(&packs).status()?;
    ensure!(copied.success(), "cp");
    let deadlines = packs.join("mailbox-002/deadlines.toml");
    let text = fs::read_to_string(&deadlines)?;
    fs::write(&deadlines, text.replace("unit = \"workdays\"", "unit = \"fortnights\""))?;
    let routing = packs.join("petition-2022/routing.toml");
    let text = fs::read_to_string(&routing)?;
    fs::write(&routing, text.replacen("[returns]", "colour = 3\n[returns]", 1))?;
    fs::remove_file(packs.join("hotline-004/notices.toml"))?;
    let output = program().env("HUIYIN_POLICY__FOLDER", &packs).args(["policy", "check"]).output()?;
    let told = words(&output);
    ensure!(output.status.code() == Some(1), "{told}");
    for place in ["deadlines.toml", "routing.toml", "notices.toml", "fortnights", "colour"] {
        ensure!(told.contains(place), "{place} is not named: {told}");
    }
    Ok(())
}

#[test]
fn a_data_folder_that_is_not_there_is_no_clean_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("mistyped");
    for look in [&["audit"][..], &["report", "list"], &["dead-letters", "list"]] {
        let output = program().arg("--data").arg(&data).args(look).output()?;
        let said = words(&output);
        ensure!(output.status.code() == Some(1) && said.contains("--data"), "{look:?}: {said}");
    }
    ensure!(!data.exists(), "looking makes nothing");
    Ok(())
}
