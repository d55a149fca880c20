//! Every endpoint that asks for a token refuses who has none, and who has one of another role.

use anyhow::{Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, message, reply},
    house::{House, Who, eventually, word},
    petition, sample,
};

/// What everybody may ask.
const OPEN: [&str; 29] = [
    "POST /api/gateway/sessions",
    "POST /api/intake/cases",
    // With the query code of the case, where there is no token.
    "POST /api/intake/cases/{number}/attachments",
    "POST /api/intake/track",
    "POST /api/intake/track/flags",
    "POST /api/intake/track/objection",
    "POST /api/intake/contacts/track",
    "POST /api/intake/contacts/objection",
    "POST /api/intake/mailboxes/{code}/letters",
    "POST /api/intake/receptions/{id}/bookings",
    "POST /api/intake/receptions/{id}/bookings/{number}/cancel",
    "GET /api/intake/channels",
    "GET /api/notification/bulletins",
    "GET /api/notification/bulletins/{id}",
    // Signed by the gateway of WeChat or WeCom.
    "POST /api/notification/bindings/{way}",
    // The link of a mail, which carries its own proof.
    "GET /api/notification/o/{link}",
    "GET /api/intake/lines",
    "GET /api/intake/mailboxes",
    "GET /api/intake/mailboxes/{code}/form",
    "GET /api/intake/public/answers",
    "GET /api/intake/public/answers/{publication}",
    "GET /api/intake/public/status",
    "GET /api/intake/receptions/published",
    "GET /api/intake/receptions/published.atom",
    "GET /api/intake/subjects",
    "GET /api/intake/topics",
    "GET /api/deadline-scheduler/calendar",
    "GET /api/deadline-scheduler/calendar/add",
    "GET /api/deadline-scheduler/calendar/between",
];
/// What every holder of a token may ask.
const OF_ANYBODY: [&str; 1] = ["GET /api/gateway/me"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_endpoint_asks_who_is_there() -> Result<()> {
    let house = House::open("roles").await?;
    let ids = Ids::make(&house).await?;
    let document = house.read(&Who::Nobody, "/api/openapi.json").await?;
    let operations = operations(&document, &ids);
    ensure!(operations.len() > 40, "{}", operations.len());
    let mut wrong = Vec::new();
    for operation in &operations {
        let open = OPEN.contains(&operation.name.as_str());
        if open == operation.secured {
            wrong.push(format!("{}: the description says secured={}", operation.name, operation.secured));
        }
        let nobody = [401].as_slice();
        let mut asked = vec![(Who::Nobody, nobody), (Who::Token("not.a.token".to_owned()), nobody)];
        if !OF_ANYBODY.contains(&operation.name.as_str()) {
            // Where a thing is looked for first, a stranger does not learn whether it is there.
            asked.push((operation.stranger(&house), [403, 404].as_slice()));
        }
        for (who, statuses) in asked.into_iter().filter(|_| !open) {
            let headers = [("if-match", "\"1\"")];
            let answer = house
                .call(&who, operation.method.clone(), &operation.path, &headers, operation.body())
                .await?;
            if !statuses.contains(&answer.status.as_u16()) || answer.problem().is_err() {
                wrong.push(format!(
                    "{}: {statuses:?} wanted, {} {}",
                    operation.name, answer.status, answer.body
                ));
            }
        }
    }
    // What is wrong with a body is told to those only who may send one.
    for operation in operations.iter().filter(|operation| operation.secured && operation.has_body) {
        if OF_ANYBODY.contains(&operation.name.as_str()) || OPEN.contains(&operation.name.as_str()) {
            continue;
        }
        for body in [json!({}), json!({"no_such_field": 1}), json!([])] {
            let (who, headers) = (operation.stranger(&house), [("if-match", "\"1\"")]);
            let (method, path) = (operation.method.clone(), &operation.path);
            let answer = house.call(&who, method, path, &headers, Some(body.clone())).await?;
            if !matches!(answer.status.as_u16(), 401 | 403 | 404) {
                wrong.push(format!("{} {body}: {} {}", operation.name, answer.status, answer.body));
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    everybody_speaks_of_errors_alike(&house, &ids).await?;
    house.close().await
}

/// Something of every sort, so that a refusal is about the role and not about what is missing.
struct Ids {
    case: String,
    number: String,
    assignment: String,
    followup: String,
    notice: String,
}

impl Ids {
    async fn make(house: &House) -> Result<Self> {
        let desk = Desk::register(house, &Who::Nobody, message("complaint", "井盖破损")).await?;
        let hand = desk.hand_over("dispatched").await?;
        let hand = desk.unit(&hand, "sign", json!({})).await?;
        desk.unit(&hand, "reply", reply("井盖已更换,感谢您的监督。")).await?;
        let operator = house.staff(Role::Operator);
        let followup = eventually("a follow-up", async || {
            let all = house.read(&operator, "/api/evaluation/followups").await?;
            Ok(all.as_array().and_then(|all| all.first()).cloned())
        })
        .await?;
        let path = format!("/api/notification/cases/{}/notices", desk.case);
        let auditor = house.staff(Role::Auditor);
        let notice = eventually("a notice to the unit", async || {
            let all = house.read(&auditor, &path).await?;
            let of_unit = |all: &Vec<Value>| all.iter().find(|notice| notice["audience"] == "unit").cloned();
            Ok(all.as_array().and_then(of_unit))
        })
        .await?;
        Ok(Self {
            assignment: word(&hand, "id")?,
            followup: word(&followup, "id")?,
            notice: word(&notice, "id")?,
            case: desk.case,
            number: desk.number,
        })
    }

    /// Puts real ids in the places of a path.
    fn fill(&self, path: &str) -> String {
        let id = match path {
            path if path.contains("/assignments/") => &self.assignment,
            path if path.contains("/followups/") => &self.followup,
            path if path.contains("/notices/") => &self.notice,
            _ => &self.case,
        };
        path.replace("{seq}", "1")
            .replace("{role}", "handler")
            .replace("{number}", &self.number)
            .replace("{case_id}", &self.case)
            .replace("{id}", id)
    }
}

struct Operation {
    name: String,
    method: Method,
    path: String,
    secured: bool,
    has_body: bool,
    sample: Value,
}

fn operations(document: &Value, ids: &Ids) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            // One way in without a token among others makes it open.
            let ways = operation["security"].as_array();
            let needs = |way: &Value| way.as_object().is_some_and(|needs| !needs.is_empty());
            let secured = ways.is_some_and(|ways| !ways.is_empty() && ways.iter().all(needs));
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            all.push(Operation {
                name: format!("{method} {path}"),
                method,
                path: format!("{}{}", ids.fill(path), sample::query(document, operation)),
                secured,
                has_body: operation["requestBody"].is_object(),
                sample: sample::of(document, schema),
            });
        }
    }
    all
}

impl Operation {
    /// Somebody who may not: an importer may bring history in and nothing else.
    fn stranger(&self, house: &House) -> Who {
        let imports = self.name.contains("/import");
        house.staff(if imports { Role::Leader } else { Role::Importer })
    }

    /// The sample with words of the endpoint where it reads them before it looks who asks.
    fn filled(&self) -> Value {
        let mut body = self.sample.clone();
        for (field, word) in [
            ("by", "designation"),
            ("charge", "leader"),
            ("decision", "granted"),
            ("ends", "11:00:00"),
            ("form", "article"),
            ("held_on", "2026-01-05"),
            ("kind", "progress"),
            ("starts", "09:00:00"),
        ] {
            if let Some(place) = body.get_mut(field) {
                *place = word.into();
            }
        }
        if let Some(place) = body.get_mut("evidence") {
            *place = serde_json::json!(["sheet-1"]);
        }
        body
    }

    /// A body that could be taken, so that it is the role that is refused.
    fn body(&self) -> Option<Value> {
        let last = self.name.rsplit('/').next().unwrap_or_default();
        self.has_body.then(|| match last {
            "supplement" => json!({"text": "补充"}),
            "decline" => json!({"reason": "no_new_facts"}),
            "imports" => json!({"pack": "mailbox-002", "rows": []}),
            "import" if self.name.contains("/cases/") => json!({"rows": []}),
            "dispatch" => json!({"unit": "cg"}),
            "contact" => json!({"reached": true}),
            "reply" => reply("已处理完毕,感谢您的监督。"),
            "return" => json!({"reason": "not-competent"}),
            "return-review" => json!({"agree": true}),
            "review" if self.name.contains("/assignments/") => json!({"release": true}),
            "units" => json!({"units": []}),
            "catalogue" => json!({"entries": []}),
            "rating" => json!({"solved": "yes", "grade": "good"}),
            "reopen" => json!({"reason": "unsolved"}),
            "complete" => json!({"result": "unreachable"}),
            "accounts" => json!({
                "login": "new", "password": "a-long-password", "roles": ["officer"], "label": "承办"
            }),
            "lane" => json!({"lane": "opinion"}),
            "extension" if self.name.contains("/petitions/") => json!({"days": 1, "reason": "复杂"}),
            "request" => json!({"stage": "review", "grounds": "不服"}),
            "request-decision" => json!({"accept": true}),
            "hearing" => json!({"open": true}),
            "termination" => json!({"kind": "other", "evidence": "材料"}),
            "termination-decision" => json!({"approve": true}),
            "opinion" | "review-opinion" => petition::paper("1", "supported", "2026-01-06"),
            "hands" => json!({"hands": []}),
            "destruction" => json!({"step": "agree"}),
            "flags" => json!({"flag": "order_violation", "ground": "staying", "facts": "滞留"}),
            "proposals" => {
                json!({"change": "add", "grounds": "职责调整", "entry": {"unit": "cg", "region": "511600", "basis": "职责"}})
            }
            _ => self.filled(),
        })
    }
}

/// What axum itself refuses is told like everything else.
async fn everybody_speaks_of_errors_alike(house: &House, ids: &Ids) -> Result<()> {
    let staff = house.staff(Role::Auditor);
    house.get(&staff, "/api/intake/no-such-thing").await?.must(404)?;
    house.get(&staff, "/no/such/place").await?.must(404)?;
    house.call(&staff, Method::DELETE, "/api/intake/cases", &[], None).await?.must(405)?;
    house.get(&staff, "/api/intake/cases/not-a-number").await?.must(404)?;
    house.get(&staff, "/api/intake/cases?limit=100000").await?.must(400)?;
    house.get(&staff, "/api/intake/cases?after=%ff%fe").await?.must(400)?;
    house.get(&staff, "/api/routing/cases/not-a-uuid").await?.problem()?;
    house.get(&staff, "/api/evaluation/indicators?policy=none").await?.must(400)?;
    let path = format!("/api/intake/cases/{}/withdraw", ids.number);
    let operator = house.staff(Role::Operator);
    house.call(&operator, Method::POST, &path, &[("if-match", "rubbish")], None).await?.must(400)?;
    Ok(())
}
