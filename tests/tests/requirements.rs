//! Keeps `docs/requirements.md` honest: every demand once, in a known state, and what is claimed can be found.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::MetadataCommand;

/// How many demands each of the five documents has; together 247.
const DEMANDS: [(&str, usize); 5] = [("S000", 56), ("S001", 37), ("S002", 46), ("S003", 38), ("S004", 70)];
const STATES: [&str; 4] = ["done", "partly", "to come", "context"];
const SERVICES: [&str; 6] = ["intake", "routing", "deadline-scheduler", "notification", "evaluation", "all"];

struct Row {
    id: String,
    services: String,
    state: String,
    place: String,
    tests: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is above").to_owned()
}

fn rows() -> Vec<Row> {
    let page = fs::read_to_string(root().join("docs/requirements.md")).expect("the page can be read");
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows = page.lines().filter(|line| line.starts_with("| S")).map(cells).map(|cells| {
        let [_, id, demand, services, state, place, tests, _] =
            <[String; 8]>::try_from(cells).unwrap_or_else(|cells| panic!("not six cells: {cells:?}"));
        assert!(demand.split_whitespace().count() <= 12, "{id} is too long");
        Row { id, services, state, place, tests }
    });
    rows.collect()
}

#[test]
fn every_demand_stands_there_once_in_a_known_state() {
    let rows = rows();
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let wanted: Vec<String> = DEMANDS
        .iter()
        .flat_map(|(document, most)| (1..=*most).map(move |number| format!("{document}-{number:02}")))
        .collect();
    assert_eq!(wanted.len(), 247);
    assert_eq!(ids, wanted);
    for row in &rows {
        assert!(STATES.contains(&row.state.as_str()), "{}: {}", row.id, row.state);
        for service in row.services.split(", ") {
            assert!(SERVICES.contains(&service), "{}: {service}", row.id);
        }
    }
}

#[test]
fn the_figures_above_the_tables_are_theirs() {
    let page = fs::read_to_string(root().join("docs/requirements.md")).expect("the page can be read");
    for state in STATES {
        let counted = rows().iter().filter(|row| row.state == state).count();
        assert!(page.contains(&format!("- **{state}** ({counted}):")), "{counted} rows are {state}");
    }
}

#[test]
fn what_is_claimed_can_be_found() {
    let packages: BTreeMap<String, PathBuf> = MetadataCommand::new()
        .no_deps()
        .exec()
        .expect("cargo metadata runs")
        .packages
        .into_iter()
        .map(|package| {
            let folder = package.manifest_path.parent().expect("a manifest stands in a folder");
            (package.name.to_string(), folder.as_std_path().to_owned())
        })
        .collect();
    let mut known = BTreeMap::<&str, BTreeSet<String>>::new();
    let mut complaints = Vec::new();
    let rows = rows();
    for row in &rows {
        let claims = ["done", "partly"].contains(&row.state.as_str());
        if claims == (row.place == "–" || row.tests == "–") {
            complaints.push(format!("{}: place and test belong to done and partly", row.id));
        }
        if !claims {
            continue;
        }
        if !root().join(row.place.trim_matches('`')).exists() {
            complaints.push(format!("{}: {} is not there", row.id, row.place));
        }
        for test in row.tests.split(", ").map(|test| test.trim_matches('`')) {
            let found = test.split_once("::").and_then(|(package, function)| {
                let folder = packages.get_key_value(package)?;
                let tests = known.entry(folder.0).or_insert_with(|| tests_below(folder.1));
                tests.contains(function).then_some(())
            });
            if found.is_none() {
                complaints.push(format!("{}: no test {test}", row.id));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Names the test functions of a package; a package within its folder, such as its rules, is another one.
fn tests_below(package: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![package.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() && !path.join("Cargo.toml").exists() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a file can be read");
                let mut is_test = false;
                for line in text.lines().map(str::trim) {
                    if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                        is_test = true;
                    } else if let Some(name) =
                        line.split_once("fn ").filter(|_| is_test).map(|(_, name)| name)
                    {
                        names.insert(name.split(['(', '<']).next().unwrap_or_default().to_owned());
                        is_test = false;
                    }
                }
            }
        }
    }
    names
}
