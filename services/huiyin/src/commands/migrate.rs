//! `huiyin migrate`: databases, streams and reference data, made by the operator and never by a service.

use std::{collections::HashSet, path::Path, process::ExitCode};

use anyhow::Context as _;
use intake::store::regions::{Region, load};
use runtime::Settings;

use super::say;
use crate::{CATALOGUE, cli::Place};

/// The divisions of Sichuan that ship with the product (source and cut-off: `deploy/regions/README.md`).
const REGIONS: &str = include_str!("../../../../deploy/regions/sichuan.csv");

/// Makes or updates what the services need. Repeating it changes nothing.
pub(crate) async fn perform(streams: bool, databases: bool, place: Place) -> anyhow::Result<ExitCode> {
    let settings = place.settings(&[])?;
    anyhow::ensure!(!settings.database.url.is_empty() || streams, "`migrate` needs database.url");
    if !streams {
        runtime::migrate(CATALOGUE, &settings).await?;
        reference_data(&settings).await?;
        say("数据库已就绪 databases are up to date");
    }
    if !databases && !settings.nats.url.is_empty() {
        runtime::migrate_streams(CATALOGUE, &settings).await?;
        say("消息流已就绪 streams are up to date");
    }
    Ok(ExitCode::SUCCESS)
}

/// Loads the regions that intake checks against; quick when they are there.
pub(crate) async fn reference_data(settings: &Settings) -> anyhow::Result<()> {
    let db = pg::Database::open(&pg::Settings {
        url: settings.database_url("intake").to_owned(),
        schema: "intake".to_owned(),
        max_connections: 1,
    })?;
    let config: intake::Config =
        settings.section("intake").map_err(|mistake| anyhow::anyhow!("[intake] {mistake}"))?;
    let rows = if config.regions.as_os_str().is_empty() { read(REGIONS)? } else { file(&config.regions)? };
    let mut connection = db.pool.acquire().await?;
    load(&mut connection, &rows).await.context("loading regions")?;
    Ok(())
}

fn file(path: &Path) -> anyhow::Result<Vec<Region>> {
    let place = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("intake.regions: reading {place}"))?;
    read(&text).with_context(|| format!("intake.regions: {place}"))
}

/// Reads a file of divisions; the first mistake is named with its line.
fn read(text: &str) -> anyhow::Result<Vec<Region>> {
    const LEVELS: [&str; 5] = ["province", "city", "county", "township", "village"];
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head: Vec<&str> = reader.headers()?.iter().collect();
    anyhow::ensure!(
        head == ["code", "name", "level", "parent"],
        "the first line must be code,name,level,parent"
    );
    let (mut rows, mut known) = (Vec::new(), HashSet::new());
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let (code, name, level) = (field(0), field(1), field(2));
        let parent = Some(field(3)).filter(|parent| !parent.is_empty());
        anyhow::ensure!(code.parse::<ids::RegionCode>().is_ok(), "line {line}: {code} is no region code");
        anyhow::ensure!(!name.is_empty(), "line {line}: {code} has no name");
        anyhow::ensure!(
            LEVELS.contains(&level.as_str()),
            "line {line}: level must be one of {}",
            LEVELS.join(", ")
        );
        if let Some(parent) = &parent {
            anyhow::ensure!(
                known.contains(parent),
                "line {line}: the parent {parent} does not stand before it"
            );
        }
        anyhow::ensure!(known.insert(code.clone()), "line {line}: {code} stands there twice");
        rows.push(Region { code, name, level, parent });
    }
    anyhow::ensure!(!rows.is_empty(), "no division is in it");
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_divisions_can_be_read() {
        assert!(read(REGIONS).is_ok_and(|rows| rows.len() > 3000));
    }

    #[test]
    fn a_file_of_divisions_is_told_its_first_mistake() {
        let says = |rows: &str| {
            let text = format!("\u{feff}code,name,level,parent\n{rows}");
            read(&text).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let province = "520000,贵州省,province,\n";
        assert_eq!(says(&format!("{province}520100,贵阳市,city,520000\n")), "");
        assert!(says("").contains("no division"));
        assert!(says("52,贵州省,province,\n").contains("line 2: 52 is no region code"));
        assert!(says("520000,,province,\n").contains("no name"));
        assert!(says("520000,贵州省,state,\n").contains("level"));
        assert!(says("520100,贵阳市,city,520000\n").contains("does not stand before"));
        assert!(says(&format!("{province}{province}")).contains("line 3: 520000 stands there twice"));
        assert!(read("a,b\n").is_err_and(|error| error.to_string().contains("code,name,level,parent")));
    }
}
