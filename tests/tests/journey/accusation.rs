//! An accusation (检举控告) that nobody but the named hands can see, tried from every role at every endpoint of every service.

use anyhow::{Context as _, Result, ensure};
use identity::{Claims, Keys, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    clerk::{in_order, named, put},
    desk::{Desk, reply},
    house::{Answer, House, Who, eventually, word},
};

/// What was told, by whom, and what came of it; none of it may be seen by anybody else.
const SECRETS: [&str; 6] =
    ["采购科收礼", "购物卡两张", "测试举报人", "0826-0000077", "已查实并作出处理", "内部核查结论"];
/// Ends of paths that take what anybody may bring, or make something new; they name no case.
const NOWHERE: [&str; 2] = ["/api/gateway/", "/api/intake/track"];

fn accusation() -> Value {
    json!({
        "kind": "report", "region": "511602", "title": format!("举报{}", SECRETS[0]),
        "text": format!("三月五日在办公室收受{}。", SECRETS[1]),
        "party": {"name": SECRETS[2], "phone": SECRETS[3]},
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_accusation_is_seen_by_named_hands_and_by_nobody_else() -> Result<()> {
    let house = House::open("accusation").await?;
    let unit = |code: &str, parent: Option<&str>| json!({"code": code, "name": code, "region": "511600", "parent": parent});
    let tree = json!({"units": [unit("gov", None), unit("cg", Some("gov")), unit("cg-team", Some("cg")), unit("zj", None)]});
    put(&house, &house.staff(Role::Admin), "/api/routing/units", tree).await?.must(200)?;
    let desk = Desk::register(&house, &Who::Nobody, accusation()).await?;
    house.settle().await?;

    let hand = |role, unit, account| named(&house, role, unit, account);
    let (dispatcher, officer) =
        (hand(Role::Dispatcher, None, "专办派单")?, hand(Role::Officer, Some("zj"), "专办承办")?);
    let (reviewer, keeper) = (hand(Role::Reviewer, None, "专办审核")?, hand(Role::Keeper, None, "机要员")?);
    let number = format!("/api/intake/cases/{}", desk.number);
    let accounts = ["专办派单", "专办承办", "专办审核"].map(|account| ids::AccountId::derived(account).0);
    let hands = json!({"hands": accounts, "barred": ["cg"]});
    put(&house, &house.staff(Role::Supervisor), &format!("{number}/hands"), hands.clone())
        .await?
        .must(404)?;
    put(&house, &keeper, &format!("{number}/hands"), hands).await?.must(204)?;
    house.settle().await?;

    let case = format!("/api/routing/cases/{}", desk.case);
    let waiting = eventually("waiting", async || {
        let detail = house.get(&dispatcher, &case).await?;
        Ok((detail.status == 200).then_some(detail.body))
    })
    .await?;
    ensure!(waiting["case"]["state"] == "waiting" && waiting["case"]["title"].is_null(), "{waiting}");
    let version = format!("\"{}\"", waiting["case"]["version"]);
    let dispatch = async |who: &Who, choice: Value| {
        let path = format!("{case}/dispatch");
        house.call(who, Method::POST, &path, &[("if-match", &version)], Some(choice)).await
    };
    for barred in ["cg", "cg-team", "gov"] {
        let refused = dispatch(&dispatcher, json!({"unit": barred})).await?.must(422)?;
        ensure!(refused.fields() == ["unit"], "{barred}: {refused:?}");
        dispatch(&dispatcher, json!({"unit": "zj", "co_units": [barred]})).await?.must(422)?;
    }
    dispatch(&house.staff(Role::Dispatcher), json!({"unit": "zj"})).await?.must(404)?;
    dispatch(&dispatcher, json!({"unit": "zj", "mode": "assignment"})).await?.must(200)?;
    let newest = async || -> Result<Value> {
        let detail = house.read(&keeper, &case).await?;
        detail["assignments"].as_array().and_then(|all| all.last()).cloned().context("a hand-over")
    };
    let given = newest().await?;
    let places = Places { case: &desk.case, number: &desk.number, assignment: &word(&given, "id")? };
    let description = house.read(&Who::Nobody, "/api/openapi.json").await?;
    let doors = doors(&description);
    ensure!(doors.len() > 100, "{}", doors.len());
    house.settle().await?;
    everybody_tries(&house, &places, &doors).await?;

    // The hands do their work, each under the version it read.
    let sign = desk.act(&officer, &newest().await?, "sign", json!({})).await?.must(200)?.body;
    let mut words = reply(&format!("您反映的问题{}。", SECRETS[4]));
    words["internal_text"] = json!(SECRETS[5]);
    let replied = desk.act(&officer, &sign, "reply", words).await?.must(200)?.body;
    desk.act(&house.staff(Role::Reviewer), &replied, "review", json!({"release": true})).await?.must(404)?;
    let released = desk.act(&reviewer, &replied, "review", json!({"release": true})).await?.must(200)?;
    ensure!(released.body["state"] == "answered", "{released:?}");
    desk.becomes("closed").await?;
    house.settle().await?;
    everybody_tries(&house, &places, &doors).await?;

    what_the_hands_see(&house, &desk, &keeper, &reviewer).await?;
    house.close().await
}

/// The citizen sees that it ended, the hands see all of it, the auditor who looked; nobody reads a result in a notice or an event.
async fn what_the_hands_see(house: &House, desk: &Desk<'_>, keeper: &Who, reviewer: &Who) -> Result<()> {
    let tracked = desk.track().await?;
    ensure!(
        tracked["state"] == "closed" && tracked["steps"] == json!([]),
        "the state and no more: {tracked}"
    );
    let answer = format!("/api/routing/cases/{}/answer", desk.case);
    let told = house.read(&desk.citizen().await?, &answer).await?;
    ensure!(told["secret"] == true && told["text"].to_string().contains("受理窗口"), "{told}");
    for telling in ["outcome", "unit", "unit_name", "answered_at"] {
        ensure!(told.get(telling).is_none(), "{telling} is told: {told}");
    }
    ensure!(!told.to_string().contains(SECRETS[4]), "{told}");
    ensure!(house.read(reviewer, &answer).await?["text"].to_string().contains(SECRETS[4]));
    let number = format!("/api/intake/cases/{}", desk.number);
    let dossier = house.read(keeper, &format!("{number}/dossier")).await?;
    ensure!(dossier["whole"] == true, "{dossier}");
    let entries = dossier["entries"].as_array().context("entries")?;
    let kinds: Vec<String> = entries.iter().map(|entry| word(entry, "kind")).collect::<Result<_>>()?;
    in_order(
        &kinds,
        &["case.registered", "case.hands_named", "assignment.dispatched", "case.answered", "case.closed"],
    )?;
    let looks = house.read(&house.staff(Role::Auditor), &format!("{number}/looks")).await?;
    let kinds = looks.to_string();
    for kind in ["case.read", "case.looked"] {
        ensure!(kinds.contains(kind), "{kind} is not listed: {looks}");
    }
    for role in [Role::Supervisor, Role::Leader, Role::Inspector, Role::Admin] {
        house.get(&house.staff(role), &format!("{number}/looks")).await?.problem()?;
    }
    let path = format!("/api/notification/cases/{}/notices?limit=200", desk.case);
    let told = house.read(reviewer, &path).await?;
    let notices = told.as_array().context("notices")?;
    ensure!(!notices.is_empty(), "nobody was told anything");
    let neutral = ["办理情况有更新", "有新的事项"];
    for notice in notices {
        ensure!(
            neutral.iter().any(|words| notice["title"]["zh"] == *words),
            "a notice tells what it is about: {notice}"
        );
    }
    let words = told.to_string();
    for telling in ["支持", "答复", "举报", "supported", "answer", "zj"] {
        ensure!(
            !notices.iter().any(|notice| notice["body"].to_string().contains(telling)),
            "{telling}: {words}"
        );
    }
    let said = house.said().await?;
    for secret in SECRETS {
        ensure!(!said.contains(secret) && !words.contains(secret), "{secret} is told");
    }
    Ok(())
}

struct Places<'a> {
    case: &'a str,
    number: &'a str,
    assignment: &'a str,
}

impl Places<'_> {
    fn fill(&self, path: &str) -> String {
        let id = if path.contains("/assignments/") { self.assignment } else { self.case };
        path.replace("{seq}", "1")
            .replace("{number}", self.number)
            .replace("{case_id}", self.case)
            .replace("{id}", id)
    }
}

struct Door {
    method: Method,
    path: String,
    has_body: bool,
}

/// Every operation of every service.
fn doors(description: &Value) -> Vec<Door> {
    let mut all = Vec::new();
    for (path, methods) in description["paths"].as_object().into_iter().flatten() {
        if NOWHERE.iter().any(|nowhere| path.starts_with(nowhere)) {
            continue;
        }
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            // A stream never ends; what goes into it is the inbox, which is tried.
            if operation["responses"]["200"]["content"]["text/event-stream"].is_object() {
                continue;
            }
            all.push(Door { method, path: path.clone(), has_body: operation["requestBody"].is_object() });
        }
    }
    all
}

impl Door {
    fn of_a_case(&self) -> bool {
        self.path.contains("/cases/{")
            || self.path.contains("/assignments/{")
            || self.path.contains("/petitions/{")
            || self.path.contains("/register/{")
    }

    /// A body that could be taken, so that it is the case that is refused.
    fn body(&self) -> Option<Value> {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        self.has_body.then(|| match last {
            "supplement" | "renew" | "read" => json!({"text": "补充"}),
            "decline" => json!({"reason": "no_new_facts"}),
            "dispatch" => json!({"unit": "zj"}),
            "contact" => json!({"reached": true}),
            "reply" => reply("已处理完毕,感谢您的监督。"),
            "return" => json!({"reason": "not-competent", "explanation": "不属于本单位职责。"}),
            "return-review" => json!({"agree": true}),
            "review" if self.path.contains("/register/") => json!({"until": "2999-01-01", "note": "再看"}),
            "review" => json!({"release": true}),
            "reactivate" | "settle" => json!({"note": "办结"}),
            "rating" => json!({"solved": "yes", "grade": "good"}),
            "reopen" => json!({"reason": "unsolved"}),
            "hands" => json!({"hands": []}),
            "lane" => json!({"lane": "opinion"}),
            "hearing" => json!({"open": true}),
            "request" => json!({"stage": "review", "grounds": "不服"}),
            "instructions" => json!({"kind": "instruct", "rank": "chief", "text": "请办理"}),
            "charges" => json!({"charge": "discipline", "reason": "督办"}),
            "hand-over" => json!({"to": "110", "remit": "theirs"}),
            "merge" => json!({"into": "1"}),
            "steps" => json!({"step": "visit_home", "record": {"note": "走访"}}),
            "sub-dispatch" => json!({"unit": "zj"}),
            "supervision" => {
                json!({"form": "notice", "grounds": "overdue", "demand": "请报告", "unit": "zj"})
            }
            "materials" => json!({"items": ["身份证明"]}),
            "flags" => json!({"flag": "order_violation", "grounds": "无", "until": "2999-01-01"}),
            _ => json!({}),
        })
    }
}

/// Nobody unnamed gets in anywhere, and what is refused looks as if there were no such case.
async fn everybody_tries(house: &House, places: &Places<'_>, doors: &[Door]) -> Result<()> {
    let nothing = Places {
        case: &ids::CaseId::derived("there is no such case").0.to_string(),
        number: &format!("{}9", &places.number[..places.number.len() - 1]),
        assignment: &ids::CaseId::derived("there is no such assignment").0.to_string(),
    };
    let nothing = if nothing.number == places.number {
        Places { number: &format!("{}8", &places.number[..places.number.len() - 1]), ..nothing }
    } else {
        nothing
    };
    let stranger = Claims::citizen(ids::CaseId::derived("another case"), i64::from(u32::MAX));
    let stranger = Keys::from_secret(&house.suite.settings.security.secret).sign(&stranger);
    let mut people =
        vec![("nobody".to_owned(), Who::Nobody), ("another citizen".to_owned(), Who::Token(stranger))];
    for role in Role::ALL.into_iter().filter(|role| !matches!(role, Role::Keeper | Role::Citizen)) {
        people.push((role.to_string(), named(house, role, None, "外人")?));
    }
    // Of the accused unit, of its line, and of the unit that has it.
    let officers = ["cg", "cg-team", "gov", "zj"].map(|unit| (Role::Officer, unit));
    for (role, unit) in officers.into_iter().chain([(Role::Agency, "zj"), (Role::Reviewer, "cg")]) {
        people.push((format!("{role} of {unit}"), named(house, role, Some(unit), "外人")?));
    }
    // Named by mistake, or before it was accused: the line of the accused unit is out whatever the list says.
    for unit in ["cg", "cg-team", "gov"] {
        people.push((format!("a hand of {unit}"), named(house, Role::Officer, Some(unit), "专办承办")?));
    }
    let mut wrong = Vec::new();
    for (name, who) in &people {
        for door in doors {
            if !door.of_a_case() && (door.method != Method::GET || door.path.contains('{')) {
                continue;
            }
            let found = knock(house, who, door, places).await?;
            let told = found.body.to_string();
            let leak = SECRETS.iter().find(|secret| told.contains(*secret));
            let listed = !door.of_a_case() && (told.contains(places.case) || told.contains(places.number));
            if leak.is_some() || listed {
                wrong.push(format!("{name} {} {}: shows it: {told}", door.method, door.path));
            }
            if !door.of_a_case() {
                continue;
            }
            let missing = knock(house, who, door, &nothing).await?;
            let looks = name == "auditor" && door.path.ends_with("/looks");
            if found.status != missing.status && !looks {
                wrong.push(format!(
                    "{name} {} {}: {} and {} where there is none: {told}",
                    door.method, door.path, found.status, missing.status
                ));
            }
        }
    }
    ensure!(wrong.is_empty(), "{} ways:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

async fn knock(house: &House, who: &Who, door: &Door, places: &Places<'_>) -> Result<Answer> {
    let path = places.fill(&door.path);
    house.raw(who, door.method.clone(), &path, &[("if-match", "\"2\"")], door.body()).await
}
