//! The calendars in force: those compiled in, under what was published since.

use anyhow::Context as _;
use calendar::{CalendarSet, Calendars, Overlay, Year};
use serde::Deserialize;
use sqlx::PgConnection;

use crate::store::calendars::{File, newest};

/// A file as it is handed in: the notice of a year, or the own days of a region.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Notice {
    /// Of the whole country.
    Year(Year),
    /// Of a region and all below it.
    Region(Overlay),
}

impl Notice {
    /// Reads a file's text.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn read(kind: &str, content: &str) -> anyhow::Result<Self> {
        Ok(match kind {
            "year" => Self::Year(serde_json::from_str(content).context("a year's notice")?),
            _ => Self::Region(serde_json::from_str(content).context("a region's days")?),
        })
    }

    /// `year` or `region`, the year or the region code, and the version.
    pub(crate) fn name(&self) -> (&'static str, String, u32) {
        match self {
            Self::Year(year) => ("year", year.year.to_string(), year.version),
            Self::Region(overlay) => ("region", overlay.region.clone(), overlay.version),
        }
    }

    /// Who set the days.
    pub(crate) fn source(&self) -> String {
        match self {
            Self::Year(year) => year.papers.join(" "),
            Self::Region(overlay) => overlay.source.clone(),
        }
    }

    /// The year it speaks of first.
    pub(crate) fn year(&self) -> i16 {
        match self {
            Self::Year(year) => year.year,
            Self::Region(overlay) => overlay.days.first().map_or(0, |day| day.date.year()),
        }
    }

    /// Puts it into a set.
    pub(crate) fn put_into(self, set: &mut CalendarSet) {
        match self {
            Self::Year(year) => {
                set.put_year(year);
            }
            Self::Region(overlay) => {
                set.put_overlay(overlay);
            }
        }
    }
}

/// Reads the set in force. A published file stands over one compiled in unless that has a higher version: a newer build
/// may know better.
///
/// # Errors
/// The database is away, or a stored file cannot be read.
pub(crate) async fn load(connection: &mut PgConnection) -> anyhow::Result<CalendarSet> {
    let mut set = calendar::shipped_set().clone();
    for File { kind, key, content, .. } in newest(connection).await? {
        let notice = Notice::read(&kind, &content).with_context(|| format!("calendar {kind} {key}"))?;
        let older = match &notice {
            Notice::Year(year) => {
                set.years().any(|known| known.year == year.year && known.version > year.version)
            }
            Notice::Region(_) => false,
        };
        if !older {
            notice.put_into(&mut set);
        }
    }
    Ok(set)
}

/// Reads and compiles.
///
/// # Errors
/// As [`load`], or files that contradict one another.
pub(crate) async fn compiled(connection: &mut PgConnection) -> anyhow::Result<Calendars> {
    Ok(load(connection).await?.compile()?)
}
