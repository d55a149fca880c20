//! What was measured, and the table that shows it.

use std::fmt::Write as _;

/// One line of the table.
pub(crate) struct Figure {
    pub(crate) name: String,
    /// What is to be reached, as people write it; empty where nothing was set.
    pub(crate) target: String,
    pub(crate) measured: String,
    /// Beside what the machine can do.
    pub(crate) share: String,
    pub(crate) reached: Option<bool>,
    /// What else should be known: processor time, memory.
    pub(crate) note: String,
}

impl Figure {
    /// A number a second, the more the better.
    pub(crate) fn rate(name: &str, least: Option<f64>, measured: f64) -> Self {
        Self {
            name: name.to_owned(),
            target: least.map(|least| format!("≥ {}/s", number(least))).unwrap_or_default(),
            measured: format!("{}/s", number(measured)),
            share: String::new(),
            reached: least.map(|least| measured >= least),
            note: String::new(),
        }
    }

    /// An amount in a unit, the less the better.
    pub(crate) fn most(name: &str, most: Option<f64>, measured: f64, unit: &str) -> Self {
        Self {
            name: name.to_owned(),
            target: most.map(|most| format!("< {} {unit}", number(most))).unwrap_or_default(),
            measured: format!("{} {unit}", number(measured)),
            share: String::new(),
            reached: most.map(|most| measured < most),
            note: String::new(),
        }
    }

    pub(crate) fn of(mut self, part: f64, limit: f64, what: &str) -> Self {
        if limit > 0.0 {
            self.share = format!("{:.1} % of {what}", 100.0 * part / limit);
        }
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// Writes three digits that count, thousands apart.
pub(crate) fn number(value: f64) -> String {
    if value.abs() < 100.0 {
        let digits = if value.abs() < 10.0 { 2 } else { 1 };
        return format!("{value:.digits$}");
    }
    let whole = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && !text.ends_with('-') {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// The value below which the share lies, of values in any order.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let at = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len().max(1)) - 1;
    values.get(at).copied().unwrap_or(f64::NAN)
}

/// Writes all lines, for a terminal or as Markdown.
pub(crate) fn table(figures: &[Figure], markdown: bool) -> String {
    let head = ["figure", "target", "measured", "share of the machine", "reached", "note"].map(str::to_owned);
    let mut rows = vec![head];
    rows.extend(figures.iter().map(|figure| {
        let reached = figure.reached.map_or("", |reached| if reached { "yes" } else { "NO" });
        let cells = [&figure.name, &figure.target, &figure.measured, &figure.share, reached, &figure.note];
        cells.map(ToOwned::to_owned)
    }));
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for (line, row) in rows.iter().enumerate() {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        // Writing to a string does not fail.
        let _ = if markdown {
            writeln!(text, "| {} |", cells.join(" | "))
        } else {
            writeln!(text, "{}", cells.join("  ").trim_end())
        };
        if markdown && line == 0 {
            let _ = writeln!(text, "|{}|", ["---"; 6].join("|"));
        }
    }
    text
}
