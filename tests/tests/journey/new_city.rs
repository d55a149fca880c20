//! A city that is not in the product becomes a tenant by data alone: divisions of its province, a pack with its own limits, its own
//! days off. Two such cities share one installation; each has its limits, and neither sees the other's matters.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use identity::Role;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, message},
    house::{House, eventually, word},
};

const DIVISIONS: &str = "code,name,level,parent
520000,贵州省,province,
520100,贵阳市,city,520000
520102,南明区,county,520100
520300,遵义市,city,520000
520302,红花岗区,county,520300
";

/// A pack of the city's own: begun as a copy, with its name and its limits.
fn pack(folder: &Path, from: &str, id: &str, changes: &[(&str, &str, &str)]) -> Result<()> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policy").join(from);
    let own = folder.join(id);
    fs::create_dir(&own)?;
    for file in fs::read_dir(shipped)? {
        let file = file?;
        let name = file.file_name().into_string().unwrap_or_default();
        let mut text = fs::read_to_string(file.path())?;
        if name == "pack.toml" {
            text = text.replace(&format!("id = \"{from}\""), &format!("id = \"{id}\""));
        }
        for (_, before, after) in changes.iter().filter(|(of, ..)| *of == name) {
            ensure!(text.contains(before), "{from}/{name} does not say {before}");
            text = text.replace(before, after);
        }
        fs::write(own.join(name), text)?;
    }
    Ok(())
}

/// Units and what they are competent for.
async fn furnish(house: &House) -> Result<()> {
    let unit = |code: &str, region: &str| json!({"code": code, "name": "城市管理局", "region": region, "kind": "department"});
    let units = json!({"units": [unit("gy-cg", "520100"), unit("zy-cg", "520300")]});
    let line = |unit: &str, region: &str| json!({"unit": unit, "region": region, "keywords": ["路灯"], "basis": "职责"});
    let catalogue = json!({"entries": [line("gy-cg", "520100"), line("zy-cg", "520300")]});
    let admin = house.staff(Role::Admin);
    for (path, body) in [("units", units), ("catalogue", catalogue)] {
        house.call(&admin, Method::PUT, &format!("/api/routing/{path}"), &[], Some(body)).await?.must(200)?;
    }
    Ok(())
}

fn told(region: &str, pack: &str) -> Value {
    let mut body = message("complaint", "学校门口路灯不亮");
    body["region"] = region.into();
    body["pack"] = pack.into();
    body["channel"] = "phone".into();
    body
}

/// The last day of the handling limit.
async fn due_day(desk: &Desk<'_>) -> Result<Date> {
    let path = format!("/api/deadline-scheduler/cases/{}/clocks", desk.case);
    let supervisor = desk.house.staff(Role::Supervisor);
    eventually("the handling limit", async || {
        let clocks = desk.house.get(&supervisor, &path).await?.body;
        let handle = clocks.as_array().into_iter().flatten().find(|clock| clock["name"] == "handle").cloned();
        handle.map(|handle| Ok(word(&handle, "due_day")?.parse()?)).transpose()
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_cities_of_another_province_are_tenants_by_data_alone() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (divisions, packs) = (folder.path().join("guizhou.csv"), folder.path().join("policy"));
    fs::write(&divisions, DIVISIONS)?;
    fs::create_dir(&packs)?;
    // Guiyang gives ten working days for a complaint, Zunyi three working days for an ordinary matter.
    let shorter = [(
        "deadlines.toml",
        "limit = { amount = 20, unit = \"workdays\" }",
        "limit = { amount = 10, unit = \"workdays\" }",
    )];
    pack(&packs, "mailbox-002", "guiyang", &shorter)?;
    let workdays = [(
        "deadlines.toml",
        "limit = { amount = 7, unit = \"days\" }",
        "limit = { amount = 3, unit = \"workdays\" }",
    )];
    pack(&packs, "hotline-004", "zunyi", &workdays)?;
    let more = [
        ("intake.regions", divisions.to_str().context("a path")?),
        ("policy.folder", packs.to_str().context("a path")?),
        ("intake.default_pack", "guiyang"),
    ];
    let house = House::open_bare("new_city", &more, |_| {}).await?;
    furnish(&house).await?;

    // Zunyi has a day off of its own: the first working day to come.
    let calendar = calendar::shipped();
    let today = calendar::day_of(runtime::Clock::default().now());
    let festival = calendar.add_workdays(today, 1)?.date;
    let own = json!({"region": "5203", "version": 1, "source": "遵义市人民政府通知", "days": [
        {"date": festival, "name": "本地节日", "off": true},
    ]});
    let admin = house.staff(Role::Admin);
    house.post(&admin, "/api/deadline-scheduler/calendar/files", own).await?.must(202)?;

    let staff = |role, region| house.holder(role, None, Some(region));
    let (guiyang, zunyi) = (staff(Role::Operator, "520100"), staff(Role::Operator, "520300"));
    let first = Desk::register(&house, &guiyang, told("520102", "guiyang")).await?;
    let second = Desk::register(&house, &zunyi, told("520302", "zunyi")).await?;
    ensure!(
        first.number.contains("520102") && second.number.contains("520302"),
        "{} {}",
        first.number,
        second.number
    );
    let refused = house.post(&guiyang, "/api/intake/cases", told("511602", "guiyang")).await?;
    ensure!(
        refused.status.as_u16() == 422 && refused.fields() == ["region"],
        "no division of Sichuan: {refused:?}"
    );

    // Each goes to its own city's unit, under its own city's limit and days.
    let hands = [(&first, "gy-cg"), (&second, "zy-cg")];
    for (desk, unit) in hands {
        ensure!(word(&desk.hand_over("dispatched").await?, "unit")? == unit, "not {unit}");
    }
    ensure!(due_day(&first).await? == calendar.add_workdays(today, 10)?.date, "ten working days");
    let shifted = calendar.add_workdays(today, 4)?.date;
    ensure!(
        due_day(&second).await? == shifted,
        "three working days, of which the festival is none: {shifted}"
    );

    // Neither sees the other's matter, whatever the desk.
    for (region, own, other) in [("520100", &first, &second), ("520300", &second, &first)] {
        for role in [Role::Operator, Role::Dispatcher, Role::Supervisor] {
            let who = staff(role, region);
            let list = house.read(&who, "/api/intake/cases").await?;
            let seen: Vec<String> = list["cases"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|case| word(case, "number"))
                .collect::<Result<_>>()?;
            ensure!(seen == [own.number.clone()], "{role} of {region} sees {seen:?}");
            for path in [
                other.path(""),
                format!("/api/routing/cases/{}", other.case),
                format!("/api/deadline-scheduler/cases/{}/clocks", other.case),
                format!("/api/evaluation/cases/{}/fact", other.case),
            ] {
                let answer = house.get(&who, &path).await?;
                ensure!(
                    [403, 404].contains(&answer.status.as_u16()),
                    "{role} of {region}: {path} {answer:?}"
                );
            }
        }
    }
    house.settle().await?;
    for (region, policy, cases) in
        [("520100", "guiyang", 1), ("520300", "zunyi", 1), ("520100", "zunyi", 0), ("520300", "guiyang", 0)]
    {
        let path = format!("/api/evaluation/indicators?policy={policy}");
        let table = house.read(&staff(Role::Supervisor, region), &path).await?;
        let counted: u64 =
            table["rows"].as_array().into_iter().flatten().filter_map(|row| row["cases"].as_u64()).sum();
        ensure!(counted == cases, "{region} {policy}: {table}");
    }

    // The whole way to the citizen, for both.
    for (desk, unit) in hands {
        desk.answered_by(unit, "路灯线路已更换,今晚恢复照明。").await?;
        desk.becomes("closed").await?;
    }
    house.close().await
}
