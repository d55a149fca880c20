//! The files of a calendar, read and checked one by one, before they are compiled.

use std::collections::BTreeMap;

use crate::compile::Calendars;
use crate::error::LoadError;
use crate::file::{HoursFile, Overlay, Statutory, Year};

/// All calendar files of an installation: the notices of the years, the statutory days, the work hours, and the overlays of regions.
#[derive(Debug, Clone, Default)]
pub struct CalendarSet {
    pub(crate) years: BTreeMap<i16, Year>,
    pub(crate) overlays: BTreeMap<String, Overlay>,
    pub(crate) statutory: Option<Statutory>,
    pub(crate) hours: Option<HoursFile>,
}

impl CalendarSet {
    /// Reads files that are given as name and text; the name says what each is: `…/2026.json` a year, `…/regions/CODE.json` an overlay,
    /// `statutory.json`, `hours.json`. Does no input or output itself.
    ///
    /// # Errors
    /// [`LoadError`] names the first file that is not what its name promises.
    pub fn from_files<N, T>(files: impl IntoIterator<Item = (N, T)>) -> Result<Self, LoadError>
    where
        N: AsRef<str>,
        T: AsRef<str>,
    {
        let mut set = Self::default();
        for (name, text) in files {
            set.read(name.as_ref(), text.as_ref())?;
        }
        Ok(set)
    }

    fn read(&mut self, name: &str, text: &str) -> Result<(), LoadError> {
        let mut parts = name.rsplit('/');
        let stem = parts.next().and_then(|file| file.strip_suffix(".json")).unwrap_or_default();
        let in_regions = parts.next() == Some("regions");
        let misnamed = |says: &str| LoadError::Misnamed { name: name.to_owned(), says: says.to_owned() };
        if in_regions {
            let overlay: Overlay = parse(name, text)?;
            let region = overlay.region.clone();
            if region != stem || self.put_overlay(overlay).is_some() {
                return Err(misnamed(&region));
            }
        } else if stem == "statutory" {
            self.statutory = Some(parse(name, text)?);
        } else if stem == "hours" {
            self.hours = Some(parse(name, text)?);
        } else if stem.len() == 4 && stem.bytes().all(|byte| byte.is_ascii_digit()) {
            let year: Year = parse(name, text)?;
            let says = year.year.to_string();
            if says != stem || self.put_year(year).is_some() {
                return Err(misnamed(&says));
            }
        } else {
            return Err(LoadError::UnknownFile { name: name.to_owned() });
        }
        Ok(())
    }

    /// Puts a year in, such as a notice just published, and gives back the one it replaces.
    pub fn put_year(&mut self, year: Year) -> Option<Year> {
        self.years.insert(year.year, year)
    }

    /// Puts the own days of a region in, and gives back those it replaces.
    pub fn put_overlay(&mut self, mut overlay: Overlay) -> Option<Overlay> {
        overlay.region.truncate(Overlay::beginning(&overlay.region).len());
        self.overlays.insert(overlay.region.clone(), overlay)
    }

    /// Gives the years in order, published or not.
    pub fn years(&self) -> impl Iterator<Item = &Year> {
        self.years.values()
    }

    /// Gives a number that grows whenever a file grows its version: the stamp of the calendar a decision was made under.
    #[must_use]
    pub fn revision(&self) -> u32 {
        let years = self.years.values().map(|year| year.version);
        let overlays = self.overlays.values().map(|overlay| overlay.version);
        let rest = [
            self.statutory.as_ref().map_or(0, |file| file.version),
            self.hours.as_ref().map_or(0, |file| file.version),
        ];
        years.chain(overlays).chain(rest).sum()
    }

    /// Compiles the set into tables that answer in constant time.
    ///
    /// # Errors
    /// [`LoadError`] if a year is missing in between, two years contradict one another, or a file needed is not there.
    pub fn compile(&self) -> Result<Calendars, LoadError> {
        Calendars::compile(self)
    }
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, LoadError> {
    serde_json::from_str(text).map_err(|source| LoadError::Json { name: name.to_owned(), source })
}
