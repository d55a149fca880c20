//! A report as data, and its drawings: pages for the screen and the printer, and workbooks.

mod html;
mod xlsx;

pub(crate) use html::page;
pub(crate) use xlsx::workbook;

use serde::{Deserialize, Serialize};

/// A report: tables under a title, and nothing that speaks of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) series: String,
    pub(crate) title: String,
    pub(crate) policy: String,
    pub(crate) version: i32,
    /// The county; empty: all.
    pub(crate) place: String,
    pub(crate) from: jiff::civil::Date,
    pub(crate) to: jiff::civil::Date,
    /// The period compared with.
    pub(crate) before_from: jiff::civil::Date,
    pub(crate) before_to: jiff::civil::Date,
    /// The day by which due days are judged.
    pub(crate) as_of: jiff::civil::Date,
    pub(crate) tables: Vec<Table>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", content = "value", rename_all = "lowercase")]
pub(crate) enum Cell {
    /// Words or a code.
    Text(String),
    /// A number of cases.
    Count(i64),
    /// Between 0 and 1.
    Share(f64),
    /// Days, points.
    Number(f64),
    /// Nothing to count over.
    Nothing,
}

impl Cell {
    /// As people read it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(number) => number.to_string(),
            Self::Share(share) => format!("{:.2}%", share * 100.0),
            Self::Number(number) => format!("{number:.2}"),
            Self::Nothing => "—".to_owned(),
        }
    }

    /// A number of cases.
    pub(crate) fn count(number: u64) -> Self {
        i64::try_from(number).map_or(Self::Nothing, Self::Count)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
