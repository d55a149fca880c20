//! 市长批示 with its own clock, 包案 with seven roles, 积案, 纪检督办 unseen by the unit, and 暂不能解决 taken up again.

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    clerk::{day, in_order},
    desk::{Desk, message, reply},
    house::{House, Who, eventually, word},
};

const ROUTING: &str = "/api/routing";

async fn clocks(desk: &Desk<'_>, name: &str, state: &str) -> Result<Value> {
    let supervisor = desk.house.staff(Role::Supervisor);
    let path = format!("/api/deadline-scheduler/cases/{}/clocks", desk.case);
    eventually(&format!("{name} {state}"), async || {
        let all = desk.house.read(&supervisor, &path).await?;
        let found = all.as_array().into_iter().flatten().find(|clock| clock["name"] == name);
        Ok(found.filter(|clock| clock["state"] == state).cloned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mayors_word_moves_a_waiting_case_at_once_and_has_a_clock_of_its_own() -> Result<()> {
    let house = House::open("instruction").await?;
    // No line of the catalogue knows it, so it waits.
    let desk = Desk::register(&house, &Who::Nobody, message("complaint", "河边步道积水")).await?;
    house.settle().await?;
    let (mayor, officer) = (house.staff(Role::Leader), house.officer("zj"));
    let case = format!("{ROUTING}/cases/{}", desk.case);
    ensure!(house.read(&mayor, &case).await?["case"]["state"] == "waiting");
    let path = format!("{case}/instructions");
    let wish = json!({"kind": "instruct", "rank": "chief", "text": "请抓紧排水并报告结果", "unit": "zj"});
    for role in [Role::Operator, Role::Dispatcher, Role::Officer, Role::Supervisor, Role::Admin] {
        house.post(&house.staff(role), &path, wish.clone()).await?.must(403)?;
    }
    let issued = house.post(&mayor, &path, wish).await?.must(201)?.body;
    ensure!(issued["state"] == "open" && issued["urgency"] == "urgent", "{issued}");
    let hand = desk.hand_over("dispatched").await?;
    ensure!(
        hand["unit"] == "zj" && hand["mode"] == "assignment" && hand["decided_by"] == "instruction",
        "{hand}"
    );
    ensure!(house.read(&mayor, &case).await?["case"]["urgency"] == "urgent");
    let clock = clocks(&desk, "instruction", "running").await?;
    ensure!(clock["due_day"] == issued["report_by"], "{clock} {issued}");

    let hand = desk.unit(&hand, "sign", json!({})).await?;
    let instruction = format!("{ROUTING}/instructions/{}", word(&issued, "id")?);
    let version = |of: &Value| format!("\"{}\"", of["version"]);
    let review = async |of: &Value, body: Value| {
        let path = format!("{instruction}/review");
        house.call(&mayor, Method::POST, &path, &[("if-match", &version(of))], Some(body)).await
    };
    let report = async |of: &Value, who: &Who| {
        let (path, body) = (format!("{instruction}/report"), json!({"text": "已于当晚排水"}));
        house.call(who, Method::POST, &path, &[("if-match", &version(of))], Some(body)).await
    };
    review(&issued, json!({"accept": true})).await?.must(409)?;
    report(&issued, &house.officer("cg")).await?.must(403)?;
    let reported = report(&issued, &officer).await?.must(200)?.body;
    ensure!(reported["state"] == "reported", "{reported}");
    let met = clocks(&desk, "instruction", "met").await?;
    ensure!(met["late"] == false, "{met}");
    let back = review(&reported, json!({"accept": false, "answer": "请附照片"})).await?.must(200)?.body;
    let reported = report(&back, &officer).await?.must(200)?.body;
    let taken = review(&reported, json!({"accept": true})).await?.must(200)?.body;
    ensure!(taken["state"] == "closed", "{taken}");

    charges(&house, &desk).await?;
    discipline(&house, &desk).await?;
    taken_up_again(&house, &desk, &hand).await?;
    house.close().await
}

/// 七包一 names seven; 领导包案 is another charge; what is young is no 积案.
async fn charges(house: &House, desk: &Desk<'_>) -> Result<()> {
    let (leader, supervisor) = (house.staff(Role::Leader), house.staff(Role::Supervisor));
    let open = format!("{ROUTING}/cases/{}/charges", desk.case);
    let take = |charge: &str| json!({"charge": charge, "reason": "久拖未决"});
    house.post(&house.officer("zj"), &open, take("seven")).await?.must(403)?;
    let book = house.post(&leader, &open, take("seven")).await?.must(201)?.body;
    let missing = book["missing"].as_array().context("the roles that are missing")?.len();
    ensure!(missing == 7, "{book}");
    let charge = format!("{ROUTING}/charges/{}", word(&book, "id")?);
    let mut version = book["version"].clone();
    let step = async |version: &Value, method: Method, path: String, body: Value| {
        house.call(&supervisor, method, &path, &[("if-match", &format!("\"{version}\""))], Some(body)).await
    };
    let solved = json!({"solved": true, "conclusion": "已化解"});
    let roles = ["lead", "township_secretary", "township_deputy", "village_head", "grid", "police", "legal"];
    for role in roles {
        step(&version, Method::POST, format!("{charge}/end"), solved.clone()).await?.must(409)?;
        let named = json!({"function": "责任人", "account": ids::AccountId::derived(role).0});
        let body =
            step(&version, Method::PUT, format!("{charge}/roles/{role}"), named).await?.must(200)?.body;
        version = body["version"].clone();
    }
    let ended = step(&version, Method::POST, format!("{charge}/end"), solved).await?.must(200)?.body;
    ensure!(ended["state"] == "solved" && ended["complete"] == true, "{ended}");
    house.post(&leader, &open, take("leader")).await?.must(201)?;
    house.post(&supervisor, &open, take("backlog")).await?.must(409)?;
    Ok(())
}

/// 纪检督办: the inspector's lane is named to inspectors and auditors; the unit meets a demand and nothing else of it.
async fn discipline(house: &House, desk: &Desk<'_>) -> Result<()> {
    let inspector = house.staff(Role::Inspector);
    let open = format!("{ROUTING}/cases/{}/charges", desk.case);
    let take = json!({"charge": "discipline", "reason": "疑似敷衍办理"});
    house.post(&house.staff(Role::Leader), &open, take.clone()).await?.must(403)?;
    let book = house.post(&inspector, &open, take).await?.must(201)?.body;
    let log = format!("{ROUTING}/charges/{}/log", word(&book, "id")?);
    let demand = json!({"text": "请说明三次未到场的原因", "unit": "zj", "due": day(20)?});
    let version = format!("\"{}\"", book["version"]);
    house.call(&inspector, Method::POST, &log, &[("if-match", &version)], Some(demand)).await?.must(200)?;
    let officer = house.officer("zj");
    let demands = house.read(&officer, &format!("{ROUTING}/demands")).await?;
    ensure!(demands["demands"].as_array().is_some_and(|all| all.len() == 1), "{demands}");
    house.settle().await?;
    let dossier = format!("/api/intake/cases/{}/dossier", desk.number);
    let registers = format!("/api/intake/cases/{}/registrations", desk.number);
    let (charges, fact) = (open.as_str(), format!("/api/evaluation/cases/{}/fact", desk.case));
    for (who, sees) in [
        (officer, false),
        (house.staff(Role::Leader), false),
        (house.staff(Role::Supervisor), false),
        (house.staff(Role::Auditor), true),
        (inspector, true),
    ] {
        for path in [dossier.as_str(), &registers, charges, &fact] {
            let read = house.get(&who, path).await?;
            let shown = read.body.to_string();
            ensure!(
                sees || !shown.contains("discipline") && !shown.contains("inspector:"),
                "{path}: {shown}"
            );
            ensure!(!sees || path != dossier || shown.contains("discipline"), "{path}: {shown}");
            ensure!(path != dossier || read.body["whole"] == true, "{path}: {shown}");
        }
    }
    Ok(())
}

/// 暂不能解决: kept on file with a day, looked at again, and handled in another round when conditions are ripe.
async fn taken_up_again(house: &House, desk: &Desk<'_>, hand: &Value) -> Result<()> {
    let reviewer = house.staff(Role::Reviewer);
    let mut words = reply("该段步道需整体改造,目前资金尚未到位,已记录在案并向您解释。");
    words["outcome"] = json!("not_yet_possible");
    let none = desk.act(&house.officer("zj"), hand, "reply", words.clone()).await?.must(422)?;
    ensure!(none.fields() == ["deferral"], "{none:?}");
    words["deferral"] = json!({"reason": "资金未到位", "review_on": day(90)?});
    let replied = desk.unit(hand, "reply", words).await?;
    desk.act(&reviewer, &replied, "review", json!({"release": true})).await?.must(200)?;
    desk.becomes("closed").await?;
    let dispatcher = house.staff(Role::Dispatcher);
    let register = format!("{ROUTING}/register");
    let entry = async || -> Result<Value> {
        let list = house.read(&dispatcher, &format!("{register}?unit=zj")).await?;
        list["entries"].as_array().and_then(|all| all.first()).cloned().context("an entry of the register")
    };
    let kept = entry().await?;
    ensure!(kept["state"] == "kept" && kept["review_on"] == day(90)?.as_str(), "{kept}");
    let at = format!("{register}/{}", desk.case);
    let turn = async |entry: &Value, verb: &str, body: Value| {
        let version = format!("\"{}\"", entry["version"]);
        house
            .call(&dispatcher, Method::POST, &format!("{at}/{verb}"), &[("if-match", &version)], Some(body))
            .await
    };
    let later = json!({"until": day(180)?, "note": "资金仍未到位"});
    let kept = turn(&kept, "review", later).await?.must(200)?.body;
    let ripe = json!({"note": "资金已到位"});
    turn(&kept, "reactivate", ripe.clone()).await?.must(200)?;
    turn(&kept, "reactivate", ripe).await?.must(200)?;
    let second = eventually("the second round", async || {
        let detail = house.read(&dispatcher, &format!("{ROUTING}/cases/{}", desk.case)).await?;
        let newest = detail["assignments"].as_array().and_then(|all| all.last().cloned());
        Ok(newest.filter(|newest| newest["round"] == 2 && newest["state"] == "dispatched"))
    })
    .await?;
    ensure!(second["unit"] == "zj", "{second}");
    let second = desk.unit(&second, "sign", json!({})).await?;
    let second = desk.unit(&second, "reply", reply("步道已改造完成,积水问题已解决,感谢您的耐心。")).await?;
    desk.act(&reviewer, &second, "review", json!({"release": true})).await?.must(200)?;
    desk.becomes("closed").await?;
    let read = house.read(&desk.citizen().await?, &format!("{ROUTING}/cases/{}/answer", desk.case)).await?;
    ensure!(read["round"] == 2, "{read}");

    house.settle().await?;
    let kinds = desk.dossier().await?;
    in_order(
        &kinds,
        &[
            "assignment.dispatched",
            "instruction.issued",
            "instruction.reported",
            "instruction.reported",
            "case.charged",
            "case.discharged",
            "case.deferred",
            "case.undeferred",
            "case.reopened",
            "case.closed",
        ],
    )?;
    ensure!(kinds.iter().filter(|kind| *kind == "case.reopened").count() == 1, "{kinds:?}");
    let told = desk.notices().await?;
    ensure!(!told.join(" ").contains("discipline"), "{told:?}");
    Ok(())
}
