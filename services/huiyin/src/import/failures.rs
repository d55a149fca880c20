//! Writes the rows that could not be taken into a file beside the first, to be corrected and imported again.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use csv::{StringRecord, Writer};

use super::row::RowFailure;

/// The columns that are put behind those of the file, and taken off again when it is imported again.
const ADDED: [&str; 4] = ["失败行号", "失败字段", "失败原因", "reason"];

/// Gives the name of the file of failed rows: `留言.csv` becomes `留言.failed.csv`.
#[must_use]
pub fn failed_path(file: &Path) -> PathBuf {
    file.with_extension("failed.csv")
}

/// Holds the file of failed rows; it comes into being with the first of them.
pub struct FailureFile {
    path: PathBuf,
    headers: StringRecord,
    kept: Vec<usize>,
    width: usize,
    writer: Option<Writer<BufWriter<File>>>,
    rows: u64,
}

impl FailureFile {
    /// Prepares the file for rows with these headers; nothing is written yet.
    #[must_use]
    pub fn new(path: PathBuf, headers: &StringRecord) -> Self {
        let kept: Vec<usize> = headers
            .iter()
            .enumerate()
            .filter(|(_, header)| !ADDED.contains(header))
            .map(|(at, _)| at)
            .collect();
        let width = headers.len();
        let headers = kept.iter().filter_map(|at| headers.get(*at)).collect();
        Self { path, headers, kept, width, writer: None, rows: 0 }
    }

    /// Writes a row with its line, the field and the reason, as it stood in the file.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub fn add(&mut self, failure: &RowFailure) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(create(&self.path, &self.headers)?),
        };
        let field =
            |at: &usize| failure.record.get(*at).unwrap_or_default().trim_end_matches('\r').to_owned();
        let mut fields: Vec<String> = self.kept.iter().map(field).collect();
        // A row with too many columns keeps them all in its last place, so that nothing of it is lost.
        if let Some(last) = fields.last_mut() {
            for more in failure.record.iter().skip(self.width) {
                last.push(',');
                last.push_str(more.trim_end_matches('\r'));
            }
        }
        fields.push(failure.line.to_string());
        fields.push(failure.column.clone());
        fields.push(failure.reason.zh());
        fields.push(failure.reason.en());
        writer.write_record(&fields)?;
        self.rows += 1;
        Ok(())
    }

    /// Closes the file and gives its name and number of rows; nothing when no row failed.
    ///
    /// # Errors
    /// Fails when the last rows cannot be written.
    pub fn finish(mut self) -> io::Result<Option<(PathBuf, u64)>> {
        let Some(writer) = self.writer.take() else { return Ok(None) };
        let file = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(Some((self.path, self.rows)))
    }
}

/// Begins the file with a byte order mark, without which the office programs of our users take it for GB18030.
fn create(path: &Path, headers: &StringRecord) -> io::Result<Writer<BufWriter<File>>> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all("\u{feff}".as_bytes())?;
    let mut writer = Writer::from_writer(file);
    writer.write_record(headers.iter().chain(ADDED))?;
    Ok(writer)
}
