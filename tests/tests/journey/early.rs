//! 早发现、早报告、早处置: like matters of one county rise, and leaders, supervisors and the county know it at once.

use anyhow::{Result, ensure};
use identity::Role;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, message},
    house::{House, Who, eventually},
};

const STREETS: [&str; 5] = ["滨河路", "建安北路", "金安大道", "人民路", "思源大道"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rise_in_a_county_is_before_its_leaders_at_once_and_a_unit_is_called_by_its_name() -> Result<()> {
    let house = House::open_set("early", &[("evaluation.watch_seconds", "1")], |_| {}).await?;
    let (operator, dispatcher) = (house.staff(Role::Operator), house.staff(Role::Dispatcher));
    let mut cases = Vec::new();
    for (at, street) in STREETS.into_iter().enumerate() {
        let mut body = message("complaint", &format!("{street}路灯不亮"));
        body["text"] = format!("{street}{at}号门前的路灯坏了，夜里看不见路。").into();
        body["party"] = json!({"name": format!("住户{at}"), "phone": format!("1380000020{at}")});
        let desk = Desk::register(&house, &operator, body).await?;
        desk.hand_over("dispatched").await?;
        desk.becomes("dispatched").await?;
        let matter = json!({"subject": "lamps", "reason": "归类"});
        desk.change(&dispatcher, "classify", matter).await?.must(200)?;
        cases.push(desk);
    }
    let leader = house.staff(Role::Leader);
    let of_county = house.holder(Role::Leader, None, Some("511602"));
    for (who, of, audience) in [
        (&leader, "leader", "leader"),
        (&house.staff(Role::Supervisor), "supervisor", "supervisor"),
        (&of_county, "county", "county"),
    ] {
        let told = warned(&house, who, of).await?;
        let template = told["template"].as_str().unwrap_or_default();
        ensure!(template.starts_with("alert.raised/hot-issue"), "{told}");
        ensure!(template.ends_with(&format!("/{audience}")), "{told}");
        let text = told["body"]["zh"].as_str().unwrap_or_default();
        ensure!(["广安区", "lamps", "5件", "热点问题"].iter().all(|part| text.contains(part)), "{text}");
        let open = format!("/api/notification/notices/{}/opened", told["id"].as_str().unwrap_or_default());
        house.post(who, &open, json!({})).await?.must(204)?;
    }
    // The county next to it learns nothing.
    let elsewhere = house.holder(Role::Leader, None, Some("511603"));
    let inbox = house.read(&elsewhere, "/api/notification/inbox?of=county").await?;
    ensure!(inbox == json!([]), "{inbox}");
    house.settle().await?;
    // People read what a unit is called.
    let unit = house.read(&house.officer("cg"), "/api/notification/inbox").await?;
    let text = unit.to_string();
    ensure!(text.contains("城市管理局") && !text.contains("已交cg"), "{text}");
    house.close().await
}

/// Waits for the warning in an inbox.
async fn warned(house: &House, who: &Who, of: &str) -> Result<Value> {
    let path = format!("/api/notification/inbox?of={of}");
    eventually(&format!("a warning before {of}"), async || {
        let inbox = house.read(who, &path).await?;
        let warning =
            |one: &&Value| one["template"].as_str().is_some_and(|name| name.starts_with("alert.raised"));
        Ok(inbox.as_array().and_then(|all| all.iter().find(warning).cloned()))
    })
    .await
}
