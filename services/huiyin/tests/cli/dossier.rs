//! The dossier on the command line: proved whole, found touched, brought out as one file.

use std::fs;

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::kit::{Background, Place, words};

const SECRET: &str = "a-secret-of-this-test-and-of-nothing-else";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_touched_dossier_is_named_and_a_closed_case_brought_out() -> Result<()> {
    let place = Place::open("dossier", &format!("[security]\nsecret = {SECRET:?}")).await?;
    let mut running = Background::start(place.program().args(["run", "--bare"]))?;
    let note = place.folder.path().join("data/suite.address");
    let end = Instant::now() + Duration::from_secs(60);
    let base = loop {
        if let Ok(base) = fs::read_to_string(&note)
            && reqwest::get(format!("{base}/livez")).await.is_ok_and(|answer| answer.status().is_success())
        {
            break base;
        }
        ensure!(Instant::now() < end && running.0.try_wait()?.is_none(), "the suite does not come up");
        sleep(Duration::from_millis(100)).await;
    };
    let operator = huiyin::Client::signed(&base, &SECRET.into(), identity::Role::Operator)?;
    let body = json!({"kind": "complaint", "region": "511602", "title": "路灯不亮", "text": "路灯不亮一个月。",
        "party": {"name": "测试者", "phone": "13800000000"}});
    let made: Value = operator.post("/api/intake/cases", &body).await?;
    let number = made["number"].as_str().unwrap_or_default().to_owned();
    let out = place.folder.path().join("file.html");
    let export = || place.program().args(["dossier", "export", &number, "--out"]).arg(&out).output();
    let early = export()?;
    ensure!(!early.status.success() && words(&early).contains("409") && !out.exists(), "{}", words(&early));
    let path = format!("/api/intake/cases/{number}/decline");
    let declined = operator.request(Method::POST, &path).header("if-match", "\"1\"");
    let declined = declined.json(&json!({"reason": "statutory_route"})).send().await?;
    ensure!(declined.status().is_success(), "{}", declined.text().await?);
    let exported = export()?;
    ensure!(exported.status.success(), "{}", words(&exported));
    let page = fs::read_to_string(&out)?;
    ensure!(page.contains(&number) && page.contains("测试者") && page.contains("办结登记"));
    let as_json = place.folder.path().join("file.json");
    let exported = place.program().args(["dossier", "export", &number, "--out"]).arg(&as_json).output()?;
    ensure!(exported.status.success(), "{}", words(&exported));
    let inside: Value = serde_json::from_slice(&fs::read(&as_json)?)?;
    ensure!(inside["case"]["number"] == json!(number) && inside["dossier"]["whole"] == true);

    let verify = |more: &[&str]| place.program().args(["dossier", "verify", "--json"]).args(more).output();
    let anchored = place.program().args(["dossier", "anchor"]).output()?;
    ensure!(anchored.status.success(), "{}", words(&anchored));
    let whole = verify(&["--all"])?;
    ensure!(whole.status.success(), "{}", words(&whole));
    let report: Value = serde_json::from_slice(&whole.stdout)?;
    ensure!(report["cases"] == 1 && report["anchors"] == 1 && report["findings"] == json!([]), "{report}");
    sqlx::query("UPDATE dossier_entry SET actor = 'system' WHERE kind = 'case.declined'")
        .execute(&place.tables("intake")?)
        .await?;
    for more in [&["--all"][..], &["--case", &number]] {
        let touched = verify(more)?;
        ensure!(touched.status.code() == Some(1), "{}", words(&touched));
        let report: Value = serde_json::from_slice(&touched.stdout)?;
        ensure!(report["findings"][0]["case"] == json!(number), "{report}");
        ensure!(report["findings"][0]["broken"] == "changed", "{report}");
    }
    let nobody = verify(&["--case", "260302511602999999"])?;
    ensure!(nobody.status.code() == Some(1) && words(&nobody).contains("no case"), "{}", words(&nobody));
    ensure!(!verify(&[])?.status.success());
    let id = running.0.id().to_string();
    ensure!(std::process::Command::new("kill").args(["-TERM", &id]).status()?.success(), "kill");
    ensure!(running.0.wait()?.success(), "the suite did not stop well");
    Ok(())
}
