//! Keeps the drawing of the house true: who may name whom, and how big a room may be.
//!
//! It looks at what the manifests say, tests and examples included, so that not even a test takes a forbidden way.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};

/// Who may name which crates from outside; `deny.toml` says the same to cargo-deny. Every service may, too, where
/// the second list is true.
const GUARDED: [(&str, &[&str], bool); 3] = [
    ("axum", &["web", "runtime", "gateway", "testkit", "tests"], true),
    ("sqlx", &["pg", "runtime", "gateway", "huiyin", "testkit", "tests"], true),
    ("async-nats", &["bus"], false),
];
/// All that rules may name, and what their tests may name beside it.
const FOR_RULES: [&str; 5] = ["calendar", "ids", "jiff", "serde", "thiserror"];
const FOR_TESTS_OF_RULES: [&str; 3] = ["proptest", "serde_json", "toml"];
/// Crates of values: they wait for nothing, and know of the workspace only one another.
const VALUES: [&str; 5] = ["calendar", "contracts", "identity", "ids", "text"];
const ASYNC: [&str; 10] = [
    "async-nats",
    "axum",
    "futures",
    "hyper",
    "reqwest",
    "sqlx",
    "tokio",
    "tokio-util",
    "tower",
    "tower-http",
];
/// Lines of a file, its tests apart.
const LONGEST_FILE: usize = 400;

/// The packages of the workspace, and where each stands.
struct House {
    root: PathBuf,
    packages: Vec<Package>,
}

impl House {
    fn read() -> Self {
        let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
        Self { root: metadata.workspace_root.into(), packages: metadata.packages }
    }

    /// Gives the folder below `services/` that a package stands in, if it does.
    fn service(&self, package: &Package) -> Option<String> {
        let folder = package.manifest_path.as_std_path().strip_prefix(&self.root).ok()?;
        Some(folder.strip_prefix("services").ok()?.iter().next()?.to_str()?.to_owned())
    }

    fn service_named(&self, name: &str) -> Option<String> {
        self.service(self.packages.iter().find(|package| package.name == name)?)
    }

    fn is_of_workspace(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }

    /// Gives every pair of a package and what it names.
    fn names(&self) -> impl Iterator<Item = (&Package, &Dependency)> {
        self.packages
            .iter()
            .flat_map(|package| package.dependencies.iter().map(move |named| (package, named)))
    }

    fn rules(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.name.ends_with("-rules"))
    }
}

fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn services_meet_only_in_contracts() {
    let house = House::read();
    let may_name_all = ["huiyin", "tests"];
    let complaint = |(package, named): (&Package, &Dependency)| {
        let other = house.service_named(&named.name)?;
        let is_own = house.service(package).is_some_and(|own| own == other);
        let is_fine = is_own || may_name_all.contains(&package.name.as_str());
        (!is_fine).then(|| format!("{} names {}, which is of another service", package.name, named.name))
    };
    none(house.names().filter_map(complaint).collect());
}

#[test]
fn guarded_crates_are_named_only_by_their_keepers() {
    let house = House::read();
    let complaint = |(package, named): (&Package, &Dependency)| {
        let (guarded, keepers, may_services) = GUARDED.iter().find(|(guarded, ..)| *guarded == named.name)?;
        let is_service = house.service(package).is_some_and(|service| service == package.name.as_str());
        let is_five = is_service && !["huiyin", "gateway"].contains(&package.name.as_str());
        let is_fine = keepers.contains(&package.name.as_str()) || (*may_services && is_five);
        (!is_fine).then(|| format!("{} names {guarded}", package.name))
    };
    none(house.names().filter_map(complaint).collect());
}

#[test]
fn rules_reach_nothing_but_values() {
    let house = House::read();
    assert!(house.rules().count() >= 5, "the rules crates were not found");
    let complaint = |(package, named): (&Package, &Dependency)| {
        let is_test = named.kind == DependencyKind::Development;
        let name = named.name.as_str();
        let is_fine = FOR_RULES.contains(&name) || (is_test && FOR_TESTS_OF_RULES.contains(&name));
        (package.name.ends_with("-rules") && !is_fine).then(|| format!("{} names {name}", package.name))
    };
    none(house.names().filter_map(complaint).collect());
}

#[test]
fn rules_share_one_list_of_what_is_forbidden() {
    let house = House::read();
    let lists = house.rules().map(|package| {
        let file = package.manifest_path.with_file_name("clippy.toml");
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
    });
    let lists: BTreeSet<String> = lists.collect();
    assert_eq!(lists.len(), 1, "the clippy.toml of the rules crates differ");
    for forbidden in ["jiff::Timestamp::now", "std::env::var", "std::thread::spawn"] {
        assert!(lists.iter().all(|list| list.contains(forbidden)), "{forbidden} is not forbidden to rules");
    }
}

#[test]
fn crates_of_values_wait_for_nothing() {
    let house = House::read();
    let complaint = |(package, named): (&Package, &Dependency)| {
        let name = named.name.as_str();
        let is_shell = house.is_of_workspace(name) && !VALUES.contains(&name);
        let is_value = VALUES.contains(&package.name.as_str());
        (is_value && (is_shell || ASYNC.contains(&name))).then(|| format!("{} names {name}", package.name))
    };
    none(house.names().filter_map(complaint).collect());
}

#[test]
fn testkit_is_for_tests() {
    let house = House::read();
    let complaint = |(package, named): (&Package, &Dependency)| {
        let is_product = named.kind != DependencyKind::Development && package.name != "tests";
        (named.name == "testkit" && is_product).then(|| format!("{} ships testkit", package.name))
    };
    none(house.names().filter_map(complaint).collect());
}

#[test]
fn every_crate_obeys_the_lints_of_the_workspace() {
    let house = House::read();
    let complaint = |package: &Package| {
        let manifest = fs::read_to_string(&package.manifest_path).expect("a manifest can be read");
        let obeys = manifest.contains("[lints]\nworkspace = true");
        (!obeys).then(|| format!("{} has no `[lints] workspace = true`", package.name))
    };
    none(house.packages.iter().filter_map(complaint).collect());
}

#[test]
fn no_room_is_too_big() {
    let house = House::read();
    let mut files = Vec::new();
    for folder in ["shared", "services"] {
        rust_files(&house.root.join(folder), &mut files);
    }
    assert!(files.len() > 50, "the files were not found");
    let complaint = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a file can be read");
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        (lines > LONGEST_FILE).then(|| format!("{} has {lines} lines", file.display()))
    };
    none(files.iter().filter_map(complaint).collect());
}

/// Two schemas of one name in one service overwrite each other in its description.
#[test]
fn every_schema_of_a_service_has_its_own_name() {
    let house = House::read();
    let mut files = Vec::new();
    rust_files(&house.root.join("services"), &mut files);
    let mut known = BTreeSet::new();
    let mut complaints = Vec::new();
    for file in files {
        let service = file.strip_prefix(house.root.join("services")).expect("a file of a service");
        let service = service.iter().next().expect("a service's folder").to_owned();
        let text = fs::read_to_string(&file).expect("a file can be read");
        complaints.extend(schemas(&text).into_iter().filter_map(|name| {
            let new = known.insert((service.clone(), name.to_owned()));
            (!new).then(|| format!("{}: {name} is the name of another schema; say `as`", file.display()))
        }));
    }
    assert!(known.len() > 100, "the schemas were not found");
    none(complaints);
}

/// The types of a file that are described under their own name.
fn schemas(text: &str) -> Vec<&str> {
    let (mut found, mut described) = (Vec::new(), false);
    for line in text.lines() {
        if line.starts_with("#[derive(") {
            described = line.contains("ToSchema");
        } else if line.starts_with("#[schema(") && line.contains("as = ") {
            described = false;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let kind = words.iter().position(|word| ["struct", "enum"].contains(word));
        if let Some(name) = kind.filter(|_| line.starts_with("pub")).and_then(|kind| words.get(kind + 1)) {
            let end = name.find(|ch: char| !ch.is_alphanumeric()).unwrap_or(name.len());
            if std::mem::take(&mut described) {
                found.push(&name[..end]);
            }
        }
    }
    found
}

/// Collects the Rust files below a folder, tests apart.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder can be read") {
        let path = entry.expect("an entry can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !["tests", "target", "node_modules"].contains(&name) {
            rust_files(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}
