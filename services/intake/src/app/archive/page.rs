//! The page of an archived case: readable by any browser of any year, printable, without anything from elsewhere.

use std::fmt::Write as _;

use contracts::replies::ToldReply;
use intake_rules::{Register, register_of};
use serde_json::Value;

use crate::{
    files::hex,
    store::{attachments::Attachment, dossier::Entry, find::File},
};

const STYLE: &str = "body{font-family:'Songti SC','SimSun','Noto Serif CJK SC','Source Han Serif SC',serif;line-height:1.6;\
max-width:60em;margin:2em auto;padding:0 1em;color:#000;background:#fff}h1,h2{font-family:'Heiti SC','SimHei',\
'Noto Sans CJK SC','Source Han Sans SC',sans-serif}table{border-collapse:collapse;width:100%}th,td{border:1px solid #444;\
padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{white-space:nowrap}.words{white-space:pre-wrap;\
overflow-wrap:anywhere}.hash{font:.7em monospace}@page{size:A4;margin:2cm}@media print{body{margin:0;max-width:none}\
h2{break-after:avoid}tr{break-inside:avoid}a{color:#000}}";

/// Everything up to the attachments.
pub(super) fn head(file: &File, content: &Value, entries: &[Entry], replies: &[ToldReply]) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <title>{number} 办理档案 case file</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>办理档案 <small>Case file</small></h1>\n<table>\n",
        number = file.number
    );
    let facts = &content["case"];
    for (key, zh, en) in [
        ("number", "编号", "number"),
        ("title", "标题", "title"),
        ("kind", "类别", "kind"),
        ("subject", "事项", "subject"),
        ("channel", "渠道", "channel"),
        ("region", "区划", "region"),
        ("urgency", "紧急程度", "urgency"),
        ("unit", "承办单位", "unit"),
        ("state", "状态", "state"),
        ("round", "轮次", "round"),
        ("reason", "不予受理原因", "reason of declining"),
        ("received_at", "收到时间", "received"),
    ] {
        row(&mut page, zh, en, &plain(&facts[key]));
    }
    for (key, zh, en) in [
        ("name", "姓名", "name"),
        ("phone", "电话", "phone"),
        ("mail", "邮箱", "mail"),
        ("address", "地址", "address"),
    ] {
        row(&mut page, zh, en, &plain(&facts["party"][key]));
    }
    row(&mut page, "规则包", "policy pack", &format!("{} {}", file.pack.id, file.pack.version));
    row(&mut page, "归档时间", "archived", &plain(&content["made_at"]));
    page.push_str("</table>\n<h2>诉求内容 Matter</h2>\n");
    words(&mut page, &file.body);
    for added in facts["supplements"].as_array().into_iter().flatten() {
        let _ = writeln!(page, "<h3>补充 added {}</h3>", escape(&plain(&added["at"])));
        words(&mut page, &plain(&added["text"]));
    }
    page.push_str("<h2>答复 Replies</h2>\n");
    if replies.is_empty() {
        page.push_str("<p>无 none</p>\n");
    }
    for reply in replies {
        let _ = writeln!(
            page,
            "<h3>{} · 第 {} 轮 round · 第 {} 次 attempt · {}{}</h3>",
            escape(&reply.unit_name),
            reply.round,
            reply.attempt,
            reply.at,
            if reply.released { " · 已答复诉求人 released" } else { "" }
        );
        words(&mut page, &reply.public_text);
        for (label, text) in [
            ("理由 reasons", &reply.reasons),
            ("依据 legal basis", &reply.legal_basis),
            ("内部意见 internal", &reply.internal_text),
        ] {
            if let Some(text) = text {
                let _ = writeln!(page, "<h4>{label}</h4>");
                words(&mut page, text);
            }
        }
    }
    for register in Register::ALL {
        let _ = writeln!(page, "<h2>{} {}</h2>", register.zh(), register.en());
        table(&mut page, entries.iter().filter(|entry| register_of(&entry.what.kind) == register));
    }
    page.push_str("<h2>附件 Attachments</h2>\n<ul>\n");
    page
}

fn table<'a>(page: &mut String, entries: impl Iterator<Item = &'a Entry>) {
    page.push_str("<table>\n<tr><th>序</th><th>时间</th><th>事项</th><th>来源</th><th>经手</th><th>内容与校验</th></tr>\n");
    for entry in entries {
        let what = &entry.what;
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}<br><span class=\"hash\">{}</span></td></tr>",
            entry.seq,
            what.happened_at,
            escape(&what.kind),
            escape(&what.source),
            escape(&what.actor),
            escape(&what.detail),
            hex(&entry.hash)
        );
    }
    page.push_str("</table>\n");
}

/// What stands before the encoded bytes of an attachment.
pub(super) fn before_attachment(row: &Attachment, name: &str) -> String {
    format!("<li><a download=\"{}\" href=\"data:{};base64,", escape(name), escape(&row.media))
}

/// What stands behind them.
pub(super) fn after_attachment(row: &Attachment, name: &str) -> String {
    let (name, digest) = (escape(name), hex(&row.digest));
    format!("\">{name}</a> {} bytes <span class=\"hash\">SHA-256 {digest}</span></li>\n", row.bytes)
}

/// The end, with the whole content as JSON.
pub(super) fn foot(content: &Value) -> String {
    // Within a script element nothing but its end tag is read; `\u003c` is the same character to JSON.
    let json = content.to_string().replace('<', "\\u003c");
    format!(
        "</ul>\n<script type=\"application/json\" id=\"huiyin-archive\">{json}</script>\n</body>\n</html>\n"
    )
}

fn row(page: &mut String, zh: &str, en: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(page, "<tr><th>{zh} {en}</th><td>{}</td></tr>", escape(value));
    }
}

fn words(page: &mut String, text: &str) {
    let _ = writeln!(page, "<p class=\"words\">{}</p>", escape(text));
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
