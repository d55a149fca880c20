//! What people do with one case: the citizen with number and query code, the unit, the centre.

use anyhow::{Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, Who, eventually, word};

/// One case and the house it is in.
pub(crate) struct Desk<'a> {
    pub(crate) house: &'a House,
    pub(crate) case: String,
    pub(crate) number: String,
    pub(crate) query_code: String,
}

/// A message of which everything is made up.
pub(crate) fn message(kind: &str, title: &str) -> Value {
    json!({
        "kind": kind, "region": "511602", "title": title,
        "text": format!("{title},老人出行不便,请安排检修。"),
        "party": {"name": "测试群众", "phone": "0826-0000001"},
    })
}

/// A reply with everything the pack owes.
pub(crate) fn reply(text: &str) -> Value {
    json!({
        "public_text": text, "internal_text": "现场照片存档。", "outcome": "supported",
        "handler": "承办科室", "completed_on": "2026-01-05", "public": true,
    })
}

impl<'a> Desk<'a> {
    /// Takes a registration's answer in hand.
    pub(crate) fn of(house: &'a House, made: &Value) -> Result<Self> {
        let (case, number) = (word(made, "case_id")?, word(made, "number")?);
        Ok(Self { house, case, number, query_code: word(made, "query_code")? })
    }

    /// Registers as `who`.
    pub(crate) async fn register(house: &'a House, who: &Who, body: Value) -> Result<Self> {
        let made = house.post(who, "/api/intake/cases", body).await?.must(201)?;
        Self::of(house, &made.body)
    }

    pub(crate) async fn track(&self) -> Result<Value> {
        let keys = json!({"number": self.number, "query_code": self.query_code});
        Ok(self.house.post(&Who::Nobody, "/api/intake/track", keys).await?.must(200)?.body)
    }

    /// The citizen, with the token that tracking gives.
    pub(crate) async fn citizen(&self) -> Result<Who> {
        Ok(Who::Token(word(&self.track().await?, "token")?))
    }

    /// Waits until tracking shows a state.
    pub(crate) async fn becomes(&self, state: &str) -> Result<Value> {
        eventually(state, async || {
            let tracked = self.track().await?;
            Ok((tracked["state"] == state).then_some(tracked))
        })
        .await
    }

    /// Waits until the newest hand-over is in a state.
    pub(crate) async fn hand_over(&self, state: &str) -> Result<Value> {
        let dispatcher = self.house.staff(Role::Dispatcher);
        eventually(state, async || {
            let path = format!("/api/routing/cases/{}", self.case);
            let detail = self.house.get(&dispatcher, &path).await?;
            let newest = detail.body["assignments"].as_array().and_then(|all| all.last());
            Ok(newest.filter(|newest| newest["state"] == state).cloned())
        })
        .await
    }

    /// Does something with a hand-over under the version that was read.
    pub(crate) async fn act(&self, who: &Who, hand: &Value, verb: &str, body: Value) -> Result<Answer> {
        let path = format!("/api/routing/assignments/{}/{verb}", word(hand, "id")?);
        let version = format!("\"{}\"", hand["version"]);
        self.house.call(who, Method::POST, &path, &[("if-match", &version)], Some(body)).await
    }

    /// The unit does something; gives the hand-over as it then stands.
    pub(crate) async fn unit(&self, hand: &Value, verb: &str, body: Value) -> Result<Value> {
        let officer = self.house.officer(&word(hand, "unit")?);
        let done = self.act(&officer, hand, verb, body).await?.must(200)?;
        ensure!(done.header("etag") == format!("\"{}\"", done.body["version"]), "{done:?}");
        Ok(done.body)
    }

    /// Waits for a follow-up of a round, then rates as the citizen.
    pub(crate) async fn rate(&self, solved: &str, grade: &str) -> Result<Value> {
        let citizen = self.citizen().await?;
        let path = format!("/api/evaluation/cases/{}/rating", self.case);
        let body = json!({"solved": solved, "grade": grade, "comment": "谢谢"});
        eventually("rating", async || {
            let answer = self.house.post(&citizen, &path, body.clone()).await?;
            // Evaluation may not have heard of the answer yet.
            match answer.status.as_u16() {
                404 | 409 => Ok(None),
                _ => Ok(Some(answer.must(200)?.body)),
            }
        })
        .await
    }

    /// The dossier, which must be whole, as kinds in their order.
    pub(crate) async fn dossier(&self) -> Result<Vec<String>> {
        let path = format!("/api/intake/cases/{}/dossier", self.number);
        let dossier = self.house.read(&self.house.staff(Role::Auditor), &path).await?;
        ensure!(dossier["whole"] == true, "{dossier}");
        let entries = dossier["entries"].as_array().cloned().unwrap_or_default();
        for (at, entry) in entries.iter().enumerate() {
            ensure!(entry["seq"] == at + 1 && word(entry, "hash")?.len() == 64, "{entry}");
        }
        entries.iter().map(|entry| word(entry, "kind")).collect()
    }

    /// Everything that was told about the case, as `audience template channel`, sorted.
    pub(crate) async fn notices(&self) -> Result<Vec<String>> {
        let path = format!("/api/notification/cases/{}/notices?limit=200", self.case);
        let told = self.house.read(&self.house.staff(Role::Auditor), &path).await?;
        let line = |notice: &Value| {
            Ok(["recipient", "template", "channel"]
                .map(|key| word(notice, key))
                .into_iter()
                .collect::<Result<Vec<_>>>()?
                .join(" "))
        };
        let mut lines = told.as_array().into_iter().flatten().map(line).collect::<Result<Vec<_>>>()?;
        lines.sort();
        Ok(lines)
    }
}
