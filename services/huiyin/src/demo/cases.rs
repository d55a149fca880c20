//! A hundred cases of the demonstration city, each brought to its stage by the commands that people use.

use std::time::Duration;

use anyhow::Context as _;
use identity::Role;
use jiff::ToSpan as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::city::{City, Message};
use crate::{Client, Suite};

/// The city is a hotline of Sichuan; an imported mailbox beside it keeps its own figures.
const PACK: &str = "hotline-sichuan-2025";
const CASES: usize = 92;
const OVERDUE: usize = 8;
/// How many cases are made at once.
const HANDS: usize = 8;

/// How far a case has come.
#[derive(Clone, Copy)]
enum Stage {
    Fresh,
    Signed,
    Contacted,
    Returning,
    Redirected,
    Kept,
    Answered,
    UnderReview,
    SentBack,
    Released,
    RatedWell,
    RatedBadly,
    Withdrawn,
    Supplemented,
    Confidential,
}

const STAGES: [Stage; 15] = [
    Stage::Fresh,
    Stage::Signed,
    Stage::Answered,
    Stage::Contacted,
    Stage::RatedWell,
    Stage::Returning,
    Stage::Released,
    Stage::Redirected,
    Stage::UnderReview,
    Stage::Kept,
    Stage::RatedBadly,
    Stage::SentBack,
    Stage::Supplemented,
    Stage::Withdrawn,
    Stage::Confidential,
];

/// Makes all cases; repeating it makes none twice.
pub(super) async fn make(suite: &Suite, city: &City) -> anyhow::Result<()> {
    use futures::StreamExt as _;
    let staff = Staff {
        operator: suite.client(Role::Operator)?,
        reviewer: suite.client(Role::Reviewer)?,
        dispatcher: suite.client(Role::Dispatcher)?,
    };
    overdue(suite, city).await.context("overdue cases")?;
    let made: Vec<anyhow::Result<()>> = futures::stream::iter(0..CASES)
        .map(|at| {
            let (staff, message, stage) =
                (&staff, &city.messages[at % city.messages.len()], STAGES[at % STAGES.len()]);
            async move { one(suite, staff, at, message, stage).await.with_context(|| format!("case {at}")) }
        })
        .buffer_unordered(HANDS)
        .collect()
        .await;
    made.into_iter().collect()
}

struct Staff {
    operator: Client,
    reviewer: Client,
    dispatcher: Client,
}

async fn one(suite: &Suite, staff: &Staff, at: usize, message: &Message, stage: Stage) -> anyhow::Result<()> {
    let reviewed = matches!(stage, Stage::UnderReview | Stage::SentBack | Stage::Released);
    let confidential = matches!(stage, Stage::Confidential);
    let body = json!({
        "kind": if confidential { "report" } else { &message.kind },
        "region": message.region,
        "title": message.title,
        "text": format!("{}(示范第{}件)", message.text, at + 1),
        "channel": if at.is_multiple_of(2) { "phone" } else { "mailbox" },
        "mode": if reviewed { "assignment" } else { "forwarding" },
        "confidential": confidential,
        "pack": PACK,
        // A number that no exchange gives out.
        "party": {"name": format!("示范群众{}", at + 1), "phone": format!("0826-0000{:03}", at + 1)},
    });
    let answer = staff
        .operator
        .request(Method::POST, "/api/intake/cases")
        .header("Idempotency-Key", format!("demo-{at}"))
        .json(&body)
        .send()
        .await?;
    let status = answer.status();
    let made: Value = answer.json().await?;
    anyhow::ensure!(status.is_success(), "{status} {made}");
    let desk = Desk { case: word(&made, "case_id")?, number: word(&made, "number")?, suite, staff };
    match stage {
        Stage::Fresh | Stage::Confidential => Ok(()),
        Stage::Withdrawn => desk.citizen(&word(&made, "query_code")?, "withdraw", json!({})).await,
        Stage::Supplemented => {
            desk.citizen(&word(&made, "query_code")?, "supplement", json!({"text": "补充:今天仍未解决。"}))
                .await
        }
        Stage::Signed => desk.unit("sign", json!({})).await,
        Stage::Contacted => {
            desk.unit("sign", json!({})).await?;
            desk.unit("contact", json!({"reached": true})).await
        }
        Stage::Returning => desk.give_back().await,
        Stage::Redirected => {
            desk.give_back().await?;
            desk.review_return(json!({"agree": true, "unit": "ga-xfj"})).await
        }
        Stage::Kept => {
            desk.give_back().await?;
            desk.review_return(json!({"agree": false, "reason": "competent"})).await
        }
        Stage::Answered | Stage::UnderReview => desk.reply().await,
        Stage::SentBack => {
            desk.reply().await?;
            desk.review(json!({"release": false, "reason": "promise_only"})).await
        }
        Stage::Released => {
            desk.reply().await?;
            desk.review(json!({"release": true})).await
        }
        Stage::RatedWell => {
            desk.reply().await?;
            desk.rate(&word(&made, "query_code")?, json!({"solved": "yes", "grade": "good"})).await
        }
        Stage::RatedBadly => {
            desk.reply().await?;
            desk.rate(&word(&made, "query_code")?, json!({"solved": "no", "grade": "poor"})).await
        }
    }
}

/// All that is done with one case.
struct Desk<'a> {
    case: String,
    number: String,
    suite: &'a Suite,
    staff: &'a Staff,
}

impl Desk<'_> {
    /// The lead unit's newest hand-over; a case that waits for a dispatcher is dispatched first.
    async fn hand_over(&self) -> anyhow::Result<Value> {
        for _ in 0..200 {
            let path = format!("/api/routing/cases/{}", self.case);
            let answer = self.staff.dispatcher.request(Method::GET, &path).send().await?;
            if answer.status().is_success() {
                let detail: Value = answer.json().await?;
                let newest = detail["assignments"].as_array().and_then(|all| all.last()).cloned();
                match newest {
                    Some(assignment) if assignment["state"] != "redirected" => return Ok(assignment),
                    Some(_) | None => {
                        let body = json!({"unit": "ga-xfj"});
                        change(
                            &self.staff.dispatcher,
                            &format!("{path}/dispatch"),
                            &detail["case"]["version"],
                            &body,
                        )
                        .await?;
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the case was not dispatched")
    }

    async fn unit(&self, verb: &str, body: Value) -> anyhow::Result<()> {
        let assignment = self.hand_over().await?;
        let officer = self.suite.officer(&word(&assignment, "unit")?)?;
        let path = format!("/api/routing/assignments/{}/{verb}", word(&assignment, "id")?);
        change(&officer, &path, &assignment["version"], &body).await
    }

    async fn give_back(&self) -> anyhow::Result<()> {
        self.unit("return", json!({"reason": "not-competent", "explanation": "该事项不属于本单位职责范围。"}))
            .await
    }

    async fn reply(&self) -> anyhow::Result<()> {
        self.unit("sign", json!({})).await?;
        self.unit(
            "reply",
            json!({
                "public_text": "您好!您反映的问题已收悉。经现场核查,情况属实,已于今日完成处理,感谢您的监督。",
                "internal_text": "已到现场,照片存档。",
                "outcome": "supported",
                "reasons": "现场核查,情况属实。",
                "legal_basis": "部门职责",
                "handler": "承办科室",
                "completed_on": jiff::tz::Offset::constant(8).to_datetime(runtime::Clock::default().now()).date().to_string(),
                "public": true,
            }),
        )
        .await
    }

    async fn review(&self, body: Value) -> anyhow::Result<()> {
        let assignment = self.hand_over().await?;
        let path = format!("/api/routing/assignments/{}/review", word(&assignment, "id")?);
        change(&self.staff.reviewer, &path, &assignment["version"], &body).await
    }

    async fn review_return(&self, body: Value) -> anyhow::Result<()> {
        let assignment = self.hand_over().await?;
        let path = format!("/api/routing/assignments/{}/return-review", word(&assignment, "id")?);
        change(&self.staff.dispatcher, &path, &assignment["version"], &body).await
    }

    /// What the citizen does with number and query code, once the case has come far enough.
    async fn citizen(&self, query_code: &str, verb: &str, body: Value) -> anyhow::Result<()> {
        let tracked = self.track(query_code).await?;
        let citizen = Client::bearing(&self.suite.base, word(&tracked, "token")?)?;
        change(&citizen, &format!("/api/intake/cases/{}/{verb}", self.number), &tracked["version"], &body)
            .await
    }

    async fn rate(&self, query_code: &str, body: Value) -> anyhow::Result<()> {
        let tracked = self.track(query_code).await?;
        let citizen = Client::bearing(&self.suite.base, word(&tracked, "token")?)?;
        let path = format!("/api/evaluation/cases/{}/rating", self.case);
        for _ in 0..200 {
            let answer = citizen.request(Method::POST, &path).json(&body).send().await?;
            // Evaluation may not have heard of the answer yet.
            if answer.status().is_success() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the case could not be rated")
    }

    async fn track(&self, query_code: &str) -> anyhow::Result<Value> {
        let keys = json!({"number": self.number, "query_code": query_code});
        self.staff.operator.post("/api/intake/track", &keys).await
    }
}

/// Makes a change under the version that was read. A conflict means that an earlier start has done it.
async fn change(client: &Client, path: &str, version: &Value, body: &Value) -> anyhow::Result<()> {
    let answer = client
        .request(Method::POST, path)
        .header("If-Match", format!("\"{version}\""))
        .json(body)
        .send()
        .await?;
    let status = answer.status();
    if status.is_success() || status == StatusCode::CONFLICT || status == StatusCode::PRECONDITION_FAILED {
        return Ok(());
    }
    anyhow::bail!("{path}: {status} {}", answer.text().await?)
}

/// Cases of an older system without answer: their limits have passed long ago.
async fn overdue(suite: &Suite, city: &City) -> anyhow::Result<()> {
    let received = runtime::Clock::default().now() - (70 * 24).hours();
    let rows: Vec<Value> = (0..OVERDUE)
        .map(|at| {
            let message = &city.messages[at % city.messages.len()];
            json!({
                "source": "demo", "external_id": at.to_string(), "kind": message.kind, "title": message.title,
                "text": message.text, "region": message.region, "mode": "forwarding", "channel": "mailbox",
                "received_at": received.to_string(), "answered": false,
            })
        })
        .collect();
    let importer = suite.client(Role::Importer)?;
    let answer: Value = importer.post("/api/intake/imports", &json!({"pack": PACK, "rows": rows})).await?;
    let failed = answer["rows"].as_array().into_iter().flatten().find(|row| row["outcome"] == "failed");
    anyhow::ensure!(failed.is_none(), "{failed:?}");
    Ok(())
}

fn word(of: &Value, key: &str) -> anyhow::Result<String> {
    of[key].as_str().map(str::to_owned).with_context(|| format!("the answer has no {key}"))
}
