//! Trees as they are meant to be, and as a careless file makes them.

use super::*;

pub(crate) fn code(word: &str) -> UnitCode {
    word.parse().unwrap()
}

pub(crate) fn node(parent: Option<&str>, region: &str, kind: &str) -> Node {
    let region: RegionCode = region.parse().unwrap();
    Node {
        parent: parent.map(code),
        level: Level::of_region(&region),
        region,
        kind: kind.to_owned(),
        active: true,
        duty24h: false,
        leader: true,
        handler: true,
        successor: None,
    }
}

pub(crate) fn county() -> Tree {
    [
        (code("city"), node(None, "511600", "government")),
        (code("city-water"), node(Some("city"), "511600", "department")),
        (code("county"), node(Some("city"), "511602", "government")),
        (code("county-water"), node(Some("county"), "511602", "department")),
        (code("town"), node(Some("county"), "511602103", "township")),
        (code("village"), node(Some("town"), "511602103204", "village")),
    ]
    .into_iter()
    .collect()
}

#[test]
fn a_region_code_tells_the_level() {
    let level = |region: &str| Level::of_region(&region.parse().unwrap());
    assert_eq!(level("510000"), Level::Province);
    assert_eq!(level("511600"), Level::City);
    assert_eq!(level("511602"), Level::County);
    assert_eq!(level("511602103"), Level::Township);
    assert_eq!(level("511602103204"), Level::Village);
    for level in Level::ALL {
        assert_eq!(Level::read(level.as_str()), Some(level));
    }
    assert_eq!(Level::read("street"), None);
}

#[test]
fn above_goes_up_to_the_root_and_no_further() {
    let tree = county();
    assert_eq!(tree.above(&code("village")), [&code("town"), &code("county"), &code("city")]);
    assert!(tree.above(&code("city")).is_empty());
    assert!(tree.above(&code("nobody")).is_empty());
    assert!(tree.is_below(&code("town"), &code("city")));
    assert!(!tree.is_below(&code("city"), &code("town")));
    assert!(!tree.is_below(&code("town"), &code("town")));
    assert_eq!(tree.above_at(&code("village"), Level::County), Some(&code("county")));
    assert_eq!(tree.above_at(&code("village"), Level::Province), None);
}

#[test]
fn a_line_holds_all_above_and_below_and_no_neighbour() {
    let line = county().line(&code("county"));
    let words = ["county", "city", "county-water", "town", "village"];
    assert_eq!(line, words.map(code).into_iter().collect());
    assert!(!line.contains(&code("city-water")));
}

#[test]
fn a_circle_ends_where_it_closes() {
    let tree: Tree = [
        (code("a"), node(Some("b"), "511602", "department")),
        (code("b"), node(Some("a"), "511602", "department")),
        (code("self"), node(Some("self"), "511602", "department")),
    ]
    .into_iter()
    .collect();
    assert_eq!(tree.above(&code("a")), [&code("b")]);
    assert!(tree.above(&code("self")).is_empty());
}

#[test]
fn an_heir_is_active_or_there_is_none() {
    let gone = |successor: Option<&str>| Node {
        active: false,
        successor: successor.map(code),
        ..node(None, "511602", "department")
    };
    let tree: Tree = [
        (code("old"), gone(Some("older"))),
        (code("older"), gone(Some("new"))),
        (code("new"), node(None, "511602", "department")),
        (code("orphan"), gone(None)),
        (code("x"), gone(Some("y"))),
        (code("y"), gone(Some("x"))),
        (code("lost"), gone(Some("nobody"))),
    ]
    .into_iter()
    .collect();
    assert_eq!(tree.heir(&code("old")), Some(&code("new")));
    assert_eq!(tree.heir(&code("new")), Some(&code("new")));
    for unit in ["orphan", "x", "lost", "nobody"] {
        assert_eq!(tree.heir(&code(unit)), None, "{unit}");
    }
}
