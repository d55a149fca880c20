//! 上级交办、110 移交: handed down under another body's number, answered, reported back; and handed on with one key.

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use serde_json::{Value, json};

use crate::{
    clerk::{in_order, post, put},
    desk::{Desk, message, reply},
    house::{House, Who},
};

const ORIGINS: &str = "/api/intake/origins";

fn body(code: &str, sort: &str, channel: &str) -> Value {
    json!({"code": code, "zh": code, "en": code, "sort": sort, "channel": channel})
}

async fn table(house: &House) -> Result<()> {
    let mut province = body("province", "superior", "superior");
    (province["unit"], province["reports"]) = (json!("province-12345"), json!(true));
    let mut police = body("110", "emergency", "emergency");
    (police["unit"], police["takes"]) = (json!("police-110"), json!(true));
    put(house, &house.staff(Role::Admin), ORIGINS, json!({"origins": [province, police]}))
        .await?
        .must(200)?;
    Ok(())
}

fn agency(house: &House, unit: &str) -> Who {
    house.holder(Role::Agency, Some(unit), None)
}

async fn reports(house: &House, who: &Who) -> Result<Vec<Value>> {
    let list = house.read(who, &format!("{ORIGINS}/province/reports")).await?;
    list["reports"].as_array().cloned().context("a list of reports")
}

/// The unit signs and answers.
async fn answer(desk: &Desk<'_>, text: &str) -> Result<()> {
    let hand = desk.hand_over("dispatched").await?;
    let hand = desk.unit(&hand, "sign", json!({})).await?;
    desk.unit(&hand, "reply", reply(text)).await?;
    desk.becomes("closed").await?;
    desk.house.settle().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_superiors_matter_is_handled_once_and_reported_back_by_its_own_number() -> Result<()> {
    let house = House::open("superior").await?;
    table(&house).await?;
    let (province, police) = (agency(&house, "province-12345"), agency(&house, "police-110"));
    let path = format!("{ORIGINS}/province/cases");
    let delivery = json!({"serial": "川热线2026-000123", "message": message("complaint", "路灯不亮")});
    house.post(&police, &path, delivery.clone()).await?.must(404)?;
    let (first, second) = tokio::join!(
        house.post(&province, &path, delivery.clone()),
        house.post(&province, &path, delivery.clone())
    );
    let (first, second) = (first?, second?);
    let (made, again) = if first.status == 201 { (first, second) } else { (second, first) };
    let (made, again) = (made.must(201)?.body, again.must(200)?.body);
    ensure!(made["number"] == again["number"] && again["repeated"] == true, "{made} {again}");
    let desk = Desk::of(&house, &made)?;
    ensure!(reports(&house, &province).await?.is_empty(), "nothing is reported before it is answered");
    answer(&desk, "路灯已于今日修复,感谢您的监督。").await?;

    let owed = reports(&house, &province).await?;
    ensure!(owed.len() == 1 && owed[0]["serial"] == "川热线2026-000123", "{owed:?}");
    ensure!(
        owed[0]["number"] == desk.number.as_str() && owed[0]["unit"] == "cg" && owed[0]["round"] == 1,
        "{owed:?}"
    );
    house.get(&police, &format!("{ORIGINS}/province/reports")).await?.must(404)?;
    let ack = format!("{ORIGINS}/province/reports/川热线2026-000123/ack");
    house.post(&province, &ack, json!({"round": 2})).await?.must(404)?;
    for _ in 0..2 {
        house.post(&province, &ack, json!({"round": 1})).await?.must(204)?;
    }
    ensure!(reports(&house, &province).await?.is_empty(), "what is acknowledged is not shown again");
    in_order(
        &desk.dossier().await?,
        &["case.registered", "case.accepted", "assignment.dispatched", "case.answered", "case.reported_up"],
    )?;

    merged(&house, &province).await?;
    emergency(&house, &police).await?;
    house.close().await
}

/// What was merged into another is reported when that one is answered.
async fn merged(house: &House, province: &Who) -> Result<()> {
    let operator = house.staff(Role::Operator);
    let root = Desk::register(house, &operator, message("complaint", "井盖破损")).await?;
    let delivery = json!({"serial": "川热线2026-000124", "message": message("complaint", "井盖损坏")});
    let made = house.post(province, &format!("{ORIGINS}/province/cases"), delivery).await?.must(201)?.body;
    let waits = Desk::of(house, &made)?;
    house.settle().await?;
    let at = format!("/api/intake/cases/{}", waits.number);
    post(house, &operator, &at, &format!("{at}/merge"), json!({"into": root.number})).await?.must(200)?;
    house.settle().await?;
    answer(&root, "井盖已更换,感谢您的监督。").await?;
    waits.becomes("closed").await?;
    let owed = reports(house, province).await?;
    ensure!(owed.len() == 1 && owed[0]["serial"] == "川热线2026-000124", "{owed:?}");
    ensure!(owed[0]["number"] == waits.number.as_str() && owed[0]["unit"] == "cg", "{owed:?}");
    let ack = format!("{ORIGINS}/province/reports/川热线2026-000124/ack");
    house.post(province, &ack, json!({"round": owed[0]["round"]})).await?.must(204)?;
    in_order(&waits.dossier().await?, &["case.merged", "case.closed", "case.reported_up"])?;
    ensure!(!root.dossier().await?.contains(&"case.reported_up".to_owned()), "nobody handed the root down");
    let answer = format!("/api/routing/cases/{}/answer", root.case);
    ensure!(house.read(&root.citizen().await?, &answer).await?["text"] == "井盖已更换,感谢您的监督。");
    Ok(())
}

/// 110 hands a matter in; another goes over to it with one key.
async fn emergency(house: &House, police: &Who) -> Result<()> {
    let delivery = json!({"serial": "110-2026-9", "message": message("help", "路灯线路垂落")});
    let path = format!("{ORIGINS}/110/cases");
    let made = house.post(police, &path, delivery.clone()).await?.must(201)?.body;
    let again = house.post(police, &path, delivery).await?.must(200)?.body;
    ensure!(made["number"] == again["number"], "{again}");
    let desk = Desk::of(house, &made)?;
    let operator = house.staff(Role::Operator);
    let seen = house.read(&operator, &format!("/api/intake/cases/{}?party=false", desk.number)).await?;
    ensure!(seen["channel"] == "emergency", "{seen}");
    answer(&desk, "垂落线路已当晚处置完毕,感谢您的来电。").await?;
    ensure!(reports(house, &agency(house, "province-12345")).await?.is_empty(), "110 asks for no reports");

    let urgent = Desk::register(house, &operator, message("help", "楼道内有人持刀")).await?;
    let over = format!("/api/intake/cases/{}/hand-over", urgent.number);
    let wish = json!({"to": "110", "remit": "unclear", "danger": true});
    house.post(&house.staff(Role::Leader), &over, wish.clone()).await?.must(403)?;
    house.post(&operator, &over, json!({"to": "province", "remit": "theirs"})).await?.must(422)?;
    for _ in 0..2 {
        let done = house.post(&operator, &over, wish.clone()).await?.must(200)?.body;
        ensure!(done["way"] == "transfer" && done["leaves"] == true && done["danger"] == true, "{done}");
    }
    house.settle().await?;
    let kinds = urgent.dossier().await?;
    ensure!(kinds.iter().filter(|kind| *kind == "case.handed_over").count() == 1, "{kinds:?}");
    Ok(())
}
