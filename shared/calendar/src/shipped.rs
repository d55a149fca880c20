//! The national calendar that ships: the files of `deploy/calendars`, compiled in and parsed once.

use std::sync::LazyLock;

use crate::calendar::Calendar;
use crate::compile::Calendars;
use crate::set::CalendarSet;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../deploy/calendars/", $name)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "national/2007.json",
    "national/2008.json",
    "national/2009.json",
    "national/2010.json",
    "national/2011.json",
    "national/2012.json",
    "national/2013.json",
    "national/2014.json",
    "national/2015.json",
    "national/2016.json",
    "national/2017.json",
    "national/2018.json",
    "national/2019.json",
    "national/2020.json",
    "national/2021.json",
    "national/2022.json",
    "national/2023.json",
    "national/2024.json",
    "national/2025.json",
    "national/2026.json",
    "national/2027.json",
    "statutory.json",
    "hours.json",
];

static SET: LazyLock<CalendarSet> = LazyLock::new(|| {
    CalendarSet::from_files(FILES.iter().copied()).expect("the files compiled in are read by the tests")
});

static COMPILED: LazyLock<Calendars> =
    LazyLock::new(|| SET.compile().expect("the files compiled in are compiled by the tests"));

/// Gives the national calendar compiled in: 2007 to the last year published when this was built.
#[must_use]
pub fn shipped() -> &'static Calendar {
    COMPILED.national()
}

/// Gives the files compiled in as a set, to put newer years or a region's own days into.
#[must_use]
pub fn shipped_set() -> &'static CalendarSet {
    &SET
}
