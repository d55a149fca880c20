//! Streams the rows of a legacy CSV file: good ones, those already seen, and those that cannot be taken.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{StringRecord, StringRecordsIntoIter};
use text::Encoding;

use super::decoder::{self, Decoder};
use super::mapping::Mapping;
use super::parse::{self, Positions};
use super::row::{Field, LegacyRow, Reason, RowFailure};

/// Says why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened or read.
    #[error("文件无法读取 / the file cannot be read")]
    File(#[source] std::io::Error),
    /// The CSV reader gave up.
    #[error("CSV 无法读取 / the CSV cannot be read")]
    Csv(#[source] csv::Error),
    /// Columns of the mapping are not in the header.
    #[error("文件缺少列 / the file lacks the columns: {}", .0.join(", "))]
    MissingColumns(Vec<String>),
    /// A column of the mapping stands in the header more than once.
    #[error("文件有重复的列 / the file has a column twice: {0}")]
    ColumnTwice(String),
}

/// One row of the file.
#[derive(Debug)]
pub enum Item {
    /// A row to import.
    Row(Box<LegacyRow>),
    /// A row that says again what an earlier one said.
    Duplicate {
        /// The line of this row.
        line: u64,
        /// The line of the earlier one.
        first: u64,
    },
    /// A row that cannot be taken.
    Failed(Box<RowFailure>),
}

/// Reads one file; memory holds one row, and of the others id, line and a hash.
pub struct Reader {
    records: StringRecordsIntoIter<Decoder>,
    headers: StringRecord,
    positions: Positions,
    mapping: Arc<Mapping>,
    seen: HashMap<Box<str>, (u64, u64)>,
    hasher: RandomState,
    encoding: Encoding,
    size: u64,
    done: Arc<AtomicU64>,
}

impl Reader {
    /// Opens a file and finds the columns of the mapping in its header.
    ///
    /// # Errors
    /// Fails when the file cannot be read or lacks a column; see [`ReadError`].
    pub fn open(path: &Path, mapping: Arc<Mapping>) -> Result<Self, ReadError> {
        let opened = decoder::open(path).map_err(ReadError::File)?;
        let mut builder = csv::ReaderBuilder::new();
        builder.flexible(true);
        if opened.line_feeds {
            // A stray carriage return inside a row must not end it.
            builder.terminator(csv::Terminator::Any(b'\n'));
        }
        let mut reader = builder.from_reader(opened.decoder);
        let headers = reader.headers().map_err(ReadError::Csv)?.iter().map(tidy).collect();
        let positions = positions(&headers, &mapping)?;
        Ok(Self {
            records: reader.into_records(),
            headers,
            positions,
            mapping,
            seen: HashMap::new(),
            hasher: RandomState::new(),
            encoding: opened.encoding,
            size: opened.size,
            done: opened.done,
        })
    }

    /// Gives the header, tidied, for the file of failed rows.
    #[must_use]
    pub fn headers(&self) -> &StringRecord {
        &self.headers
    }

    /// Gives the encoding the file is in.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Gives how many bytes were read and how many there are, for a progress bar.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.size)
    }

    fn item(&mut self, record: StringRecord) -> Item {
        let line = record.position().map_or(0, csv::Position::line);
        let columns = self.headers.len();
        if record.len() < columns || record.iter().skip(columns).any(|field| !field.trim().is_empty()) {
            let reason = Reason::Columns { expected: columns, actual: record.len() };
            return self.failed(record, line, Field::Row, reason);
        }
        let row = match parse::row(&record, line, &self.positions, &self.mapping) {
            Ok(row) => row,
            Err((field, reason)) => return self.failed(record, line, field, reason),
        };
        let content = self.hasher.hash_one(record.iter().take(columns).map(str::trim).collect::<Vec<_>>());
        match self.seen.get(row.external_id.as_str()) {
            None => {
                self.seen.insert(row.external_id.as_str().into(), (line, content));
                Item::Row(Box::new(row))
            }
            Some((first, known)) if *known == content => Item::Duplicate { line, first: *first },
            Some((first, _)) => {
                let reason = Reason::OtherContent { first: *first, line };
                self.failed(record, line, Field::Id, reason)
            }
        }
    }

    fn failed(&self, record: StringRecord, line: u64, field: Field, reason: Reason) -> Item {
        let external_id = parse::id(&record, &self.positions);
        let column = self.mapping.columns.get(&field).map_or(field.key(), String::as_str).to_owned();
        Item::Failed(Box::new(RowFailure { line, external_id, field, column, reason, record }))
    }
}

impl Iterator for Reader {
    type Item = Result<Item, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let record = match self.records.next()? {
                Ok(record) => record,
                Err(error) => return Some(Err(ReadError::Csv(error))),
            };
            if record.iter().any(|field| !field.trim().is_empty()) {
                return Some(Ok(self.item(record)));
            }
        }
    }
}

fn positions(headers: &StringRecord, mapping: &Mapping) -> Result<Positions, ReadError> {
    let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, header) in headers.iter().enumerate() {
        found.entry(header).or_default().push(at);
    }
    let (mut places, mut missing) = (Vec::new(), Vec::new());
    for (field, header) in &mapping.columns {
        match found.get(tidy(header).as_str()).map(Vec::as_slice) {
            Some([at]) => places.push((*field, *at)),
            Some(_) => return Err(ReadError::ColumnTwice(header.clone())),
            None => missing.push(header.clone()),
        }
    }
    if missing.is_empty() { Ok(Positions::new(places)) } else { Err(ReadError::MissingColumns(missing)) }
}

/// Takes space, marks and quotes out of a header, so that `\u{feff}"留言 编号 "` is 留言编号.
fn tidy(header: &str) -> String {
    text::clean(header).text.chars().filter(|ch| !ch.is_whitespace() && *ch != '"').collect()
}

#[cfg(test)]
mod tests;
