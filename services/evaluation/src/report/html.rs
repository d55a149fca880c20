//! A report as one page without scripts and without anything from elsewhere, made to be printed on A4.

use super::Edition;

const STYLE: &str = "body{font-family:'Noto Serif CJK SC','Source Han Serif SC','SimSun',serif;margin:2rem;color:#111}\
h1{font-size:1.6rem;text-align:center}h2{font-size:1.15rem;margin-top:1.6rem}p.note{color:#555;text-align:center}\
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{border:1px solid #999;padding:.25rem .5rem}\
th{background:#eee}td.n{text-align:right;font-variant-numeric:tabular-nums}\
@media print{@page{size:A4;margin:20mm 18mm}body{margin:0}h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}}";

/// Draws the page.
pub(crate) fn page(edition: &Edition<'_>) -> String {
    let Edition { document, digest, .. } = edition;
    let mut page = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><h1>{title}</h1>",
        title = safe(&document.title),
    );
    for line in edition.front() {
        page.push_str(&format!("<p class=\"note\">{}</p>", safe(&line)));
    }
    for (title, text) in edition.words() {
        page.push_str(&format!("<h2>{title}</h2>"));
        for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
            page.push_str(&format!("<p>{}</p>", safe(paragraph)));
        }
    }
    for table in &document.tables {
        page.push_str(&format!("<h2>{}</h2><table><thead><tr>", safe(&table.title)));
        for column in &table.columns {
            page.push_str(&format!("<th>{}</th>", safe(column)));
        }
        page.push_str("</tr></thead><tbody>");
        for row in &table.rows {
            page.push_str("<tr>");
            for cell in row {
                let class = if cell.is_number() { " class=\"n\"" } else { "" };
                page.push_str(&format!("<td{class}>{}</td>", safe(&cell.shown())));
            }
            page.push_str("</tr>");
        }
        page.push_str("</tbody></table>");
        if table.rows.is_empty() {
            page.push_str("<p class=\"note\">本期无</p>");
        }
    }
    page.push_str(&format!("<p class=\"note\">数据摘要 SHA-256 {}</p></body></html>", safe(digest)));
    page
}

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_becomes_markup() {
        assert_eq!(safe("<b>\"&\""), "&lt;b&gt;&quot;&amp;&quot;");
    }
}
