//! A report as a workbook: one sheet a table; shares are numbers that are shown as shares, so that they can be reckoned with.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{Cell, Edition};

/// Draws the workbook.
///
/// # Errors
/// A table that a workbook cannot hold.
pub(crate) fn workbook(edition: &Edition<'_>) -> Result<Vec<u8>, XlsxError> {
    let document = edition.document;
    let mut workbook = Workbook::new();
    let (bold, share) = (Format::new().set_bold(), Format::new().set_num_format("0.00%"));
    let cover = workbook.add_worksheet();
    cover.set_name("封面")?;
    let mut lines = vec![document.title.clone()];
    lines.extend(edition.front());
    for (title, text) in edition.words() {
        lines.push(title.to_owned());
        lines.extend(text.lines().map(str::to_owned));
    }
    lines.push(format!("SHA-256 {}", edition.digest));
    for (row, line) in (0..).zip(&lines) {
        cover.write_string(row, 0, line)?;
    }
    for table in &document.tables {
        let sheet = workbook.add_worksheet();
        // Codes are short and without the signs that a sheet's name may not have.
        sheet.set_name(&table.code)?;
        for (column, title) in (0..).zip(&table.columns) {
            sheet.write_string_with_format(0, column, title, &bold)?;
        }
        for (row, cells) in (1..).zip(&table.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    // As text: a code that begins with "=" is no formula.
                    Cell::Text(text) => sheet.write_string(row, column, text)?,
                    #[expect(clippy::cast_precision_loss, reason = "a workbook knows no other numbers")]
                    Cell::Count(number) => sheet.write_number(row, column, *number as f64)?,
                    Cell::Share(value) => sheet.write_number_with_format(row, column, *value, &share)?,
                    Cell::Number(value) => sheet.write_number(row, column, *value)?,
                    // Hours, so that they can be reckoned with.
                    #[expect(clippy::cast_precision_loss, reason = "a workbook knows no other numbers")]
                    Cell::Minutes(minutes) => sheet.write_number(row, column, *minutes as f64 / 60.0)?,
                    Cell::Nothing => sheet.write_string(row, column, "—")?,
                };
            }
        }
        sheet.autofit();
    }
    workbook.save_to_buffer()
}
