//! Tables for a terminal, where a Chinese character takes two places.

use serde_json::Value;

/// Lines of a table under its head, columns as wide as their widest cell.
pub(super) fn grid(head: &[String], rows: &[Vec<String>]) -> String {
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.chain(head.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(widest).collect();
    let line = |cells: &[String]| {
        let cells = cells
            .iter()
            .zip(&widths)
            .map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide.saturating_sub(width(cell)))));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    std::iter::once(head).chain(rows.iter().map(Vec::as_slice)).map(line).collect::<Vec<_>>().join("\n")
}

/// The places that a text takes.
fn width(text: &str) -> usize {
    text.chars().map(|one| if one < '\u{1100}' { 1 } else { 2 }).sum()
}

/// A value as people read it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "—".to_owned(),
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Chosen fields of objects as a table, each under its heading.
pub(super) fn fields(rows: &[Value], columns: &[(&str, &str)]) -> String {
    let head: Vec<String> = columns.iter().map(|(_, heading)| (*heading).to_owned()).collect();
    let row = |row: &Value| columns.iter().map(|(field, _)| shown(&row[*field])).collect();
    grid(&head, &rows.iter().map(row).collect::<Vec<Vec<String>>>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_stand_under_one_another_in_either_script() {
        let rows = [json!({"a": "广安", "b": 1}), json!({"a": "x", "b": null})];
        assert_eq!(fields(&rows, &[("a", "地"), ("b", "n")]), "地    n\n广安  1\nx     —");
        assert_eq!(fields(&[], &[("a", "地")]), "地");
    }
}
