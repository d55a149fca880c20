//! Setting a report on pages: where each line of text, rule and shade lies, before anything is drawn.

use super::{face::Setter, lines::broken};

/// A4 in points.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
const SIDE: f32 = 51.0;
const TOP: f32 = 54.0;
const BOTTOM: f32 = 60.0;
const INNER: f32 = WIDTH - 2.0 * SIDE;

/// Sizes of letters.
const BODY: f32 = 9.5;
const CELL: f32 = 8.5;
/// Distance of two lines in parts of the size.
const LEADING: f32 = 1.45;
const PAD: f32 = 3.0;
/// How far the base line lies below the top of a line, in parts of the size.
const BASE: f32 = 1.08;
/// No column is narrower.
const NARROW: f32 = 30.0;

/// Something on a page; all measures in points from the upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// Text on a base line.
    Text { x: f32, y: f32, size: f32, text: String },
    /// A thin line.
    Rule { from: (f32, f32), to: (f32, f32) },
    /// A shaded field.
    Shade { x: f32, y: f32, width: f32, height: f32 },
}

/// Pages as they fill.
pub(super) struct Pages<'a> {
    setter: &'a Setter<'a>,
    pages: Vec<Vec<Item>>,
    y: f32,
}

/// A row of a table, broken into lines.
struct Row {
    cells: Vec<Vec<String>>,
    right: Vec<bool>,
}

impl<'a> Pages<'a> {
    /// One empty page.
    pub(super) fn new(setter: &'a Setter<'a>) -> Self {
        Self { setter, pages: vec![Vec::new()], y: TOP }
    }

    /// The pages, each with its number of how many.
    pub(super) fn numbered(mut self) -> Vec<Vec<Item>> {
        let many = self.pages.len();
        for (at, page) in self.pages.iter_mut().enumerate() {
            let text = format!("第 {} 页 / 共 {many} 页", at + 1);
            let x = (WIDTH - self.setter.width(&text, 8.0)) / 2.0;
            page.push(Item::Text { x, y: HEIGHT - 32.0, size: 8.0, text });
        }
        self.pages
    }

    /// A heading in the middle.
    pub(super) fn title(&mut self, text: &str) {
        self.centred(text, 19.0);
        self.y += 4.0;
    }

    /// A small line in the middle.
    pub(super) fn note(&mut self, text: &str) {
        self.centred(text, 8.0);
    }

    /// A heading of a part; never the last line of a page.
    pub(super) fn heading(&mut self, text: &str) {
        self.y += 10.0;
        self.need(13.0 * LEADING + 4.0 * CELL * LEADING);
        for line in broken(text, INNER / 13.0, |one| self.setter.advance(one)) {
            self.line(SIDE, 13.0, line);
        }
        self.y += 3.0;
    }

    /// Running text; the first line of a paragraph is moved in by two characters.
    pub(super) fn paragraph(&mut self, text: &str) {
        for paragraph in text.split('\n').filter(|paragraph| !paragraph.trim().is_empty()) {
            let set = format!("　　{}", paragraph.trim());
            for line in broken(&set, INNER / BODY, |one| self.setter.advance(one)) {
                self.need(BODY * LEADING);
                self.line(SIDE, BODY, line);
            }
        }
        self.y += 3.0;
    }

    /// A table; its head stands again on each page it goes on to. `right` says which columns are numbers.
    pub(super) fn table(&mut self, head: &[String], rows: &[Vec<(String, bool)>]) {
        let widths = self.widths(head, rows);
        let broken_row = |cells: &[(String, bool)]| Row {
            cells: cells
                .iter()
                .zip(&widths)
                .map(|((text, _), width)| {
                    broken(text, (width - 2.0 * PAD) / CELL, |one| self.setter.advance(one))
                })
                .collect(),
            right: cells.iter().map(|(_, right)| *right).collect(),
        };
        let head: Vec<(String, bool)> = head.iter().map(|text| (text.clone(), false)).collect();
        let head = broken_row(&head);
        let rows: Vec<Row> = rows.iter().map(|row| broken_row(row)).collect();
        self.need(height(lines(&head)) + height(1));
        self.slice(&head, &widths, 0, lines(&head), true);
        let whole = room(HEIGHT - BOTTOM - TOP - height(lines(&head)));
        for row in &rows {
            let (mut from, all) = (0, lines(row));
            while from < all {
                let left = all - from;
                let free = room(HEIGHT - BOTTOM - self.y);
                // A row stays whole unless no page could hold it.
                if free == 0 || (free < left && left <= whole) {
                    self.turn();
                    self.slice(&head, &widths, 0, lines(&head), true);
                    continue;
                }
                let most = free.min(left);
                self.slice(row, &widths, from, most, false);
                from += most;
            }
        }
        self.y += 6.0;
    }

    /// Draws some lines of a row with its frame.
    fn slice(&mut self, row: &Row, widths: &[f32], from: usize, most: usize, head: bool) {
        let (top, tall) = (self.y, height(most));
        let full: f32 = widths.iter().sum();
        if head {
            self.put(Item::Shade { x: SIDE, y: top, width: full, height: tall });
        }
        let mut x = SIDE;
        for ((cell, right), width) in row.cells.iter().zip(&row.right).zip(widths) {
            self.put(Item::Rule { from: (x, top), to: (x, top + tall) });
            let mut y = top + PAD + CELL * BASE;
            for line in cell.iter().skip(from).take(most) {
                let moved = if *right { width - PAD - self.setter.width(line, CELL) } else { PAD };
                self.put(Item::Text { x: x + moved, y, size: CELL, text: line.clone() });
                y += CELL * LEADING;
            }
            x += width;
        }
        self.put(Item::Rule { from: (x, top), to: (x, top + tall) });
        for y in [top, top + tall] {
            self.put(Item::Rule { from: (SIDE, y), to: (x, y) });
        }
        self.y += tall;
    }

    /// Columns as wide as they would like to be, made narrower or wider together so that the table fills the page.
    fn widths(&self, head: &[String], rows: &[Vec<(String, bool)>]) -> Vec<f32> {
        let wish = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|(text, _)| text.as_str());
            let widest = cells.chain(head.get(column).map(String::as_str));
            let widest = widest.map(|text| self.setter.width(text, CELL)).fold(0.0, f32::max);
            (widest + 2.0 * PAD + 1.0).clamp(NARROW, INNER)
        };
        shared((0..head.len()).map(wish).collect(), INNER)
    }

    fn centred(&mut self, text: &str, size: f32) {
        for line in broken(text, INNER / size, |one| self.setter.advance(one)) {
            self.need(size * LEADING);
            let x = (WIDTH - self.setter.width(&line, size)) / 2.0;
            self.line(x, size, line);
        }
    }

    fn line(&mut self, x: f32, size: f32, text: String) {
        let y = self.y + size * BASE;
        self.put(Item::Text { x, y, size, text });
        self.y += size * LEADING;
    }

    fn need(&mut self, tall: f32) {
        if self.y + tall > HEIGHT - BOTTOM {
            self.turn();
        }
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }
}

fn lines(row: &Row) -> usize {
    row.cells.iter().map(Vec::len).max().unwrap_or(0).max(1)
}

#[expect(clippy::cast_precision_loss, reason = "lines of a page")]
fn height(lines: usize) -> f32 {
    lines as f32 * CELL * LEADING + 2.0 * PAD
}

/// How many lines a row may have in a height.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some dozens, cut off at none")]
fn room(tall: f32) -> usize {
    ((tall - 2.0 * PAD) / (CELL * LEADING)).floor().max(0.0) as usize
}

/// Shares a width: who wishes less than an even share of what is left has the wish, the others share the rest evenly; what nobody
/// wishes is given to all alike.
pub(super) fn shared(wishes: Vec<f32>, whole: f32) -> Vec<f32> {
    let wished: f32 = wishes.iter().sum();
    if wishes.is_empty() {
        return wishes;
    }
    if wished <= whole {
        return wishes.into_iter().map(|wish| wish * whole / wished).collect();
    }
    let mut given: Vec<Option<f32>> = vec![None; wishes.len()];
    loop {
        let left = whole - given.iter().flatten().sum::<f32>();
        let waiting = given.iter().filter(|one| one.is_none()).count();
        #[expect(clippy::cast_precision_loss, reason = "columns of a table")]
        let even = left / waiting.max(1) as f32;
        let modest = (0..wishes.len()).find(|at| given[*at].is_none() && wishes[*at] <= even);
        match modest {
            Some(at) => given[at] = Some(wishes[at]),
            None => return given.into_iter().map(|one| one.unwrap_or(even)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_columns_keep_their_width_and_wide_ones_share_the_rest() {
        assert_eq!(shared(vec![50.0, 50.0], 200.0), [100.0, 100.0]);
        assert_eq!(shared(vec![50.0, 500.0, 500.0], 250.0), [50.0, 100.0, 100.0]);
        assert_eq!(shared(vec![300.0, 300.0], 100.0), [50.0, 50.0]);
        assert_eq!(shared(Vec::new(), 100.0), Vec::<f32>::new());
    }

    #[test]
    fn a_row_has_room_for_whole_lines_only() {
        assert_eq!((room(0.0), room(-5.0)), (0, 0));
        for many in 1..9 {
            assert_eq!(room(height(many) + 0.01), many);
            assert_eq!(room(height(many) - 0.01), many - 1);
        }
    }
}
