//! A report as PDF on A4: title, tables whose heads stand again on each page, what the editor wrote, page numbers. No picture, no
//! link, and of the font only the glyphs that are used.

use krilla::{
    Document as File,
    color::luma,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule, Stroke},
    surface::Surface,
};

use super::{
    Edition,
    face::{Face, NoFont, Setter},
    pages::{HEIGHT, Item, Pages, WIDTH},
};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Undrawn {
    /// No font.
    #[error(transparent)]
    NoFont(#[from] NoFont),
    /// What the library says.
    #[error("the file cannot be written: {0}")]
    Unwritten(String),
}

/// Draws the file.
///
/// # Errors
/// The font cannot be used.
pub(crate) fn printed(edition: &Edition<'_>, face: &Face) -> Result<Vec<u8>, Undrawn> {
    let setter = face.setter().ok_or(NoFont)?;
    let pages = set(edition, &setter);
    let mut file = File::new();
    let metadata = Metadata::new()
        .title(edition.document.title.clone())
        .language("zh-CN".to_owned())
        .creator("Huiyin 回音".to_owned())
        .document_id(edition.digest.to_owned());
    file.set_metadata(metadata);
    for items in pages {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| unwritten("A4"))?;
        let mut page = file.start_page_with(size);
        let mut surface = page.surface();
        for item in &items {
            draw(&mut surface, item, &setter);
        }
        surface.finish();
        page.finish();
    }
    file.finish().map_err(|error| Undrawn::Unwritten(error.to_string()))
}

fn unwritten(what: &str) -> Undrawn {
    Undrawn::Unwritten(what.to_owned())
}

fn set(edition: &Edition<'_>, setter: &Setter<'_>) -> Vec<Vec<Item>> {
    let mut pages = Pages::new(setter);
    pages.title(&edition.document.title);
    for line in edition.front() {
        pages.note(&line);
    }
    for (title, text) in edition.words() {
        pages.heading(title);
        pages.paragraph(text);
    }
    for table in &edition.document.tables {
        pages.heading(&table.title);
        if table.rows.is_empty() {
            pages.paragraph("本期无。");
            continue;
        }
        let rows: Vec<Vec<(String, bool)>> = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| (cell.shown(), cell.is_number())).collect())
            .collect();
        pages.table(&table.columns, &rows);
    }
    pages.note(&format!("数据摘要 SHA-256 {}", edition.digest));
    pages.numbered()
}

fn draw(surface: &mut Surface<'_>, item: &Item, setter: &Setter<'_>) {
    match item {
        Item::Text { x, y, size, text } => {
            surface.set_stroke(None);
            surface.set_fill(Some(filled(0)));
            let glyphs = setter.glyphs(text);
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, setter.font(), text, *size, false);
        }
        Item::Rule { from, to } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: luma::Color::new(150).into(),
                width: 0.5,
                ..Stroke::default()
            }));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Item::Shade { x, y, width, height } => {
            let mut path = PathBuilder::new();
            if let Some(field) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(field);
            }
            surface.set_stroke(None);
            surface.set_fill(Some(filled(232)));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn filled(lightness: u8) -> Fill {
    Fill { paint: luma::Color::new(lightness).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, process::Command};

    use jiff::civil::date;

    use super::*;
    use crate::{
        config::Printing,
        report::{Cell, Document, Faces, Note, Table},
    };

    fn faces() -> Faces {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/fonts/wqy-microhei.ttc");
        assert!(file.is_file(), "no font: run deploy/tools.sh");
        Faces::new(&Printing { font: file, fonts: Vec::new() })
    }

    fn document(rows: usize) -> Document {
        let row = |at: usize| {
            vec![
                Cell::Text(format!("第{at}个县区的供水管网改造与停水告知问题")),
                Cell::Minutes(205),
                Cell::Share(0.5),
            ]
        };
        let columns = ["事项", "用时", "占比"].map(str::to_owned).to_vec();
        let long = Table {
            code: "long".into(),
            title: "长表".into(),
            columns: columns.clone(),
            rows: (0..rows).map(row).collect(),
        };
        let none = Table { code: "none".into(), title: "空表".into(), columns, rows: Vec::new() };
        let day = date(2026, 6, 1);
        Document {
            series: "weekly".into(),
            title: "每周舆情分析".into(),
            policy: "hotline-004".into(),
            version: 1,
            place: String::new(),
            from: day,
            to: day,
            before_from: day,
            before_to: day,
            as_of: day,
            tables: vec![long, none],
        }
    }

    /// The text of each page, as another program reads it.
    fn read(file: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.pdf");
        std::fs::write(&path, file).unwrap();
        let out = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
        let out = out.expect("pdftotext reads what was written: run deploy/tools.sh");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let text = String::from_utf8(out.stdout).unwrap();
        text.split('\u{c}').filter(|page| !page.trim().is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn a_long_table_goes_over_pages_under_its_head_and_every_character_can_be_read_back() {
        let (faces, document) = (faces(), document(150));
        let note = Note {
            causes: "管网老化，".repeat(60),
            remedies: "纳入年度改造计划。\n逐户告知。".into(),
        };
        let edition = Edition {
            document: &document,
            digest: "0123456789abcdef",
            note: Some(&note),
            draft: true,
            sealed: 2,
        };
        let file = printed(&edition, faces.face().unwrap()).unwrap();
        assert!(file.len() < 300_000, "{}: only the glyphs that are used", file.len());
        assert_eq!(
            file,
            printed(&edition, faces.face().unwrap()).unwrap(),
            "the same data give the same file"
        );
        let pages = read(&file);
        assert!(pages.len() > 3, "{}", pages.len());
        for (at, page) in pages.iter().enumerate() {
            assert!(page.replace(' ', "").contains(&format!("第{}页/共{}页", at + 1, pages.len())), "{page}");
        }
        let squeezed = pages.concat().replace([' ', '\n'], "");
        for wanted in [
            "每周舆情分析",
            "送审稿，尚未签发",
            "2件诉求在报告形成后密封",
            "原因分析",
            "对策建议",
            "逐户告知。",
            "空表",
            "本期无。",
            "3小时25分",
            "50.00%",
        ] {
            assert!(squeezed.contains(wanted), "{wanted}");
        }
        for row in 0..150 {
            assert!(squeezed.contains(&format!("第{row}个县区的供水")), "{row}");
        }
        let heads = pages.iter().filter(|page| page.contains("事项") && page.contains("用时")).count();
        let with_rows = pages.iter().filter(|page| page.contains("3小时25分")).count();
        assert_eq!(heads, with_rows, "the head stands above each part");
    }

    #[test]
    fn without_a_font_with_chinese_nothing_is_printed() {
        let missing = Printing { font: "/nowhere/font.ttf".into(), fonts: Vec::new() };
        assert!(Faces::new(&missing).face().is_err());
        let folder = tempfile::tempdir().unwrap();
        let rubbish = folder.path().join("font.ttf");
        std::fs::write(&rubbish, b"no font").unwrap();
        let faces = Faces::new(&Printing { font: std::path::PathBuf::new(), fonts: vec![rubbish.clone()] });
        assert!(faces.face().is_err());
        // Laid down while the service runs, it is found at the next call.
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/fonts/wqy-microhei.ttc");
        std::fs::copy(real, rubbish).unwrap();
        assert!(faces.face().is_ok());
    }
}
