//! A report as data, and its drawings: pages for the screen, for the printer, and workbooks.

mod face;
mod html;
mod lines;
mod pages;
mod pdf;
mod xlsx;

pub(crate) use face::Faces;
pub(crate) use html::page;
pub(crate) use pdf::{Undrawn, printed};
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

/// What an editor wrote beside the figures: why it is so, and what is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// 原因分析.
    pub(crate) causes: String,
    /// 对策建议.
    pub(crate) remedies: String,
}

/// A report as it is drawn: the archived data, its digest, and the words beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edition<'a> {
    pub(crate) document: &'a Document,
    /// SHA-256 of the archived data; the words are no part of it.
    pub(crate) digest: &'a str,
    pub(crate) note: Option<&'a Note>,
    /// A person has still to release it.
    pub(crate) draft: bool,
    /// How many cases were sealed since it was made, whose numbers are left out.
    pub(crate) sealed: usize,
}

impl<'a> Edition<'a> {
    /// The lines under the title.
    pub(crate) fn front(&self) -> Vec<String> {
        let Document { from, to, before_from, before_to, as_of, policy, version, .. } = self.document;
        let mut lines = vec![
            format!("{from} 至 {to}（对比 {before_from} 至 {before_to}；统计截至 {as_of}）"),
            format!("规则包 {policy} v{version}"),
        ];
        if self.draft {
            lines.push("送审稿，尚未签发".to_owned());
        }
        if self.sealed > 0 {
            lines.push(format!(
                "{} 件诉求在报告形成后密封，编号以“（已密封）”代替；归档数据不变，数据摘要仍是归档数据的",
                self.sealed
            ));
        }
        lines
    }

    /// Titles and words of the editor.
    pub(crate) fn words(&self) -> Vec<(&'static str, &'a str)> {
        let both =
            self.note.map(|note| [("原因分析", note.causes.as_str()), ("对策建议", note.remedies.as_str())]);
        both.into_iter().flatten().filter(|(_, text)| !text.is_empty()).collect()
    }
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
    /// A length of time, in minutes.
    Minutes(i64),
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
            Self::Minutes(minutes) => format!("{}小时{:02}分", minutes / 60, minutes % 60),
            Self::Nothing => "—".to_owned(),
        }
    }

    /// Whether it stands at the right of its column.
    pub(crate) const fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_))
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
