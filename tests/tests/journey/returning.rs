//! 退单 and 改派; and an accusation, whose words only named hands see.

use anyhow::{Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::json;

use crate::{
    desk::{Desk, message, reply},
    house::{House, Who, eventually},
};

/// Words that stand nowhere else.
const SECRETS: [&str; 4] = ["鲲鹏工程围标", "青花瓷瓶行贿", "举报之人甲", "0826-7654321"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_returned_and_redirected_and_an_accusation_is_kept() -> Result<()> {
    let house = House::open("returning").await?;
    let (redirected, kept) = tokio::try_join!(redirected(&house), accusation(&house))?;
    house.settle().await?;

    let kinds = redirected.dossier().await?;
    for kind in ["assignment.returned", "assignment.redirected", "case.answered", "case.closed"] {
        ensure!(kinds.iter().filter(|one| *one == kind).count() == 1, "{kind}: {kinds:?}");
    }
    let told = redirected.notices().await?;
    ensure!(told.iter().any(|line| line.starts_with("centre assignment.returned")), "{told:?}");
    nothing_leaks(&house, &kept).await?;
    house.close().await
}

async fn redirected(house: &House) -> Result<Desk<'_>> {
    let desk = Desk::register(house, &Who::Nobody, message("complaint", "路灯旁的小区围墙倾斜")).await?;
    let hand = desk.hand_over("dispatched").await?;
    ensure!(hand["unit"] == "cg", "{hand}");
    let officer = house.officer("cg");
    let free = json!({"reason": "不归我管", "explanation": "不属于"});
    desk.act(&officer, &hand, "return", free).await?.must(422)?;
    let reason = json!({"reason": "not-competent", "explanation": "围墙不属于本单位职责。"});
    let hand = desk.unit(&hand, "return", reason).await?;
    ensure!(hand["state"] == "returning", "{hand}");
    desk.act(&officer, &hand, "return-review", json!({"agree": true})).await?.must(403)?;
    let dispatcher = house.staff(Role::Dispatcher);
    let agreed = json!({"agree": true, "unit": "zj"});
    desk.act(&dispatcher, &hand, "return-review", agreed).await?.must(200)?;
    let hand = desk.hand_over("dispatched").await?;
    ensure!(hand["unit"] == "zj", "{hand}");
    // The first unit has given it up and may do nothing more with it.
    desk.act(&officer, &hand, "sign", json!({})).await?.must(403)?;
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    desk.unit(&hand, "reply", reply("围墙已加固,请放心通行,谢谢。")).await?;
    desk.becomes("closed").await?;
    Ok(desk)
}

async fn accusation(house: &House) -> Result<Desk<'_>> {
    let body = json!({
        "kind": "report", "region": "511602", "title": format!("反映{}", SECRETS[0]),
        "text": format!("有人以{}的方式谋取路灯采购。", SECRETS[1]),
        "party": {"name": SECRETS[2], "phone": SECRETS[3]},
    });
    let desk = Desk::register(house, &Who::Nobody, body).await?;
    let dispatcher = house.staff(Role::Dispatcher);
    // Nobody sees it before the keeper has named hands.
    let named = |role: Role| ids::AccountId::derived(&format!("{role:?}"));
    let hands = json!({"hands": [named(Role::Dispatcher), named(Role::Reviewer)], "barred": ["cg"]});
    let path = format!("/api/intake/cases/{}/hands", desk.number);
    let keeper = house.staff(Role::Keeper);
    house.settle().await?;
    house.get(&dispatcher, &format!("/api/routing/cases/{}", desk.case)).await?.must(404)?;
    house.call(&keeper, Method::PUT, &path, &[], Some(hands)).await?.must(204)?;
    house.settle().await?;
    // No machine hands out an accusation.
    let detail = eventually("waiting", async || {
        let detail = house.get(&dispatcher, &format!("/api/routing/cases/{}", desk.case)).await?;
        Ok((detail.status == 200).then_some(detail))
    })
    .await?;
    ensure!(detail.body["case"]["state"] == "waiting", "{detail:?}");
    ensure!(detail.body["case"]["title"].is_null(), "{detail:?}");
    let path = format!("/api/routing/cases/{}/dispatch", desk.case);
    let version = format!("\"{}\"", detail.body["case"]["version"]);
    let barred = Some(json!({"unit": "cg"}));
    house.call(&dispatcher, Method::POST, &path, &[("if-match", &version)], barred).await?.must(422)?;
    let to = Some(json!({"unit": "xf"}));
    house.call(&dispatcher, Method::POST, &path, &[("if-match", &version)], to).await?.must(200)?;
    desk.hand_over("dispatched").await?;
    Ok(desk)
}

/// The words stand in intake's own tables and before named hands, and nowhere else.
async fn nothing_leaks(house: &House, desk: &Desk<'_>) -> Result<()> {
    let said = house.said().await?;
    let path = format!("/api/intake/cases/{}", desk.number);
    let mut seen = vec![("events", said)];
    for role in [
        Role::Operator,
        Role::Leader,
        Role::Importer,
        Role::Admin,
        Role::Agency,
        Role::Supervisor,
        Role::Auditor,
        Role::Inspector,
    ] {
        let who = house.staff(role);
        let direct = house.get(&who, &path).await?;
        ensure!(matches!(direct.status.as_u16(), 403 | 404), "{role:?} reads an accusation: {direct:?}");
        direct.problem()?;
        let list = house.get(&who, "/api/intake/cases?limit=200").await?;
        seen.push(("a list of cases", list.body.to_string()));
    }
    let stranger = house.get(&house.officer("cg"), &path).await?;
    ensure!(matches!(stranger.status.as_u16(), 403 | 404), "{stranger:?}");
    let auditor = house.staff(Role::Auditor);
    for path in [
        "/api/notification/spool?limit=200".to_owned(),
        "/api/notification/inbox?of=centre&limit=200".to_owned(),
        "/api/notification/inbox?unit=xf&limit=200".to_owned(),
    ] {
        let list = house.read(&auditor, &path).await?.to_string();
        ensure!(!list.contains(&desk.case), "{path} shows an accusation to the auditor");
        seen.push(("what an auditor reads", list));
    }
    for path in [
        format!("/api/routing/cases/{}", desk.case),
        format!("/api/intake/cases/{}/dossier", desk.number),
        format!("/api/evaluation/cases/{}/fact", desk.case),
        format!("/api/deadline-scheduler/cases/{}/clocks", desk.case),
    ] {
        house.get(&auditor, &path).await?.must(404)?;
    }
    let notices = format!("/api/notification/cases/{}/notices?limit=200", desk.case);
    ensure!(house.read(&auditor, &notices).await? == json!([]), "notices of a sealed case");
    let told = house.read(&house.staff(Role::Dispatcher), &notices).await?.to_string();
    ensure!(told.contains("有新的") && !told.contains("举报"), "the words are not the neutral ones: {told}");
    let looks = house.read(&auditor, &format!("/api/intake/cases/{}/looks", desk.number)).await?;
    ensure!(
        looks.to_string().contains("case.looked") && looks.to_string().contains("dispatcher:"),
        "{looks}"
    );
    for service in ["routing", "evaluation", "notification", "deadline_scheduler"] {
        let name = service.replace('_', "-");
        seen.push(("the tables of another service", everything(&house.tables(&name, service)?).await?));
    }
    for (place, text) in seen {
        for secret in SECRETS {
            ensure!(!text.contains(secret), "{secret} stands in {place}");
        }
    }
    // Named hands see the words; in the tables of intake they and whoever told it are sealed, too.
    let read = house.read(&house.staff(Role::Reviewer), &path).await?.to_string();
    ensure!(read.contains(SECRETS[0]) && read.contains(SECRETS[1]), "{read}");
    let kept = everything(&house.tables("intake", "intake")?).await?;
    ensure!(SECRETS.iter().all(|secret| !kept.contains(secret)), "words or party are not sealed");
    Ok(())
}

/// Every row of every table of a schema, as text.
async fn everything(pool: &sqlx::PgPool) -> Result<String> {
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
    )
    .fetch_all(pool)
    .await?;
    let mut all = String::new();
    for (table,) in tables {
        let select = format!("SELECT coalesce(string_agg(t::text, ''), '') FROM \"{table}\" t");
        let (rows,): (String,) = sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_one(pool).await?;
        all.push_str(&rows);
    }
    Ok(all)
}
