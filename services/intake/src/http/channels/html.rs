//! The pages of a mailbox: plain HTML that a screen reader, an old browser and a frame can show. No script, no style.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::store::registers::Mailbox;

/// What was typed, to be shown again beside what is wrong with it.
#[derive(Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Letter {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// A page that only the frames of the mailbox may hold.
pub(crate) fn page(status: StatusCode, mailbox: &Mailbox, body: &str) -> Response {
    let frames = if mailbox.frames.is_empty() { "'none'" } else { mailbox.frames.as_str() };
    let policy = format!("default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors {frames}");
    let policy = HeaderValue::from_str(&policy).expect("origins are checked when they are written");
    let title = escape(&mailbox.zh);
    let whole = format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title></head>\n\
         <body><main><h1>{title} <small lang=\"en\">{}</small></h1>\n{body}\n</main></body></html>\n",
        escape(&mailbox.en)
    );
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)], whole).into_response()
}

/// The form, with what was typed and what is wrong with it.
pub(crate) fn form(kinds: &[String], typed: &Letter, wrong: &[(String, String)]) -> String {
    let mut html = String::new();
    if !wrong.is_empty() {
        html.push_str("<div role=\"alert\"><p>请更正以下内容：</p><ul>");
        for (field, reason) in wrong {
            html.push_str(&format!("<li>{}：{}</li>", escape(called(field)), escape(reason)));
        }
        html.push_str("</ul></div>\n");
    }
    html.push_str(&format!(
        "<form method=\"post\" action=\"letters\" accept-charset=\"utf-8\">\n\
         <input type=\"hidden\" name=\"key\" value=\"{}\">\n",
        escape(&typed.key)
    ));
    html.push_str(&input("name", "姓名", "Name", &typed.name, "name"));
    html.push_str(&input("phone", "电话", "Telephone", &typed.phone, "tel"));
    html.push_str("<p><label for=\"kind\">类型 <span lang=\"en\">Kind</span></label> <select id=\"kind\" name=\"kind\">");
    for kind in kinds {
        let label = kind.parse::<contracts::words::Kind>().map_or("其他", contracts::words::Kind::zh);
        let chosen = if *kind == typed.kind { " selected" } else { "" };
        html.push_str(&format!("<option value=\"{}\"{chosen}>{}</option>", escape(kind), escape(label)));
    }
    html.push_str("</select></p>\n");
    html.push_str(&input("title", "标题", "Title", &typed.title, "off"));
    html.push_str(&format!(
        "<p><label for=\"text\">内容（必填） <span lang=\"en\">Message (required)</span></label><br>\
         <textarea id=\"text\" name=\"text\" rows=\"8\" cols=\"60\" required>{}</textarea></p>\n\
         <p><button type=\"submit\">提交 <span lang=\"en\">Send</span></button></p>\n</form>",
        escape(&typed.text)
    ));
    html
}

/// What the writer keeps.
pub(crate) fn thanks(number: &str, code: &str) -> String {
    format!(
        "<p role=\"status\">来信已登记。请记下编号和查询码，查询码只显示这一次。<br>\
         <span lang=\"en\">Your letter is registered. Keep both; the code is shown only now.</span></p>\n\
         <dl><dt>编号 <span lang=\"en\">Number</span></dt><dd>{}</dd>\
         <dt>查询码 <span lang=\"en\">Query code</span></dt><dd>{}</dd></dl>",
        escape(number),
        escape(code)
    )
}

fn input(name: &str, zh: &str, en: &str, value: &str, complete: &str) -> String {
    format!(
        "<p><label for=\"{name}\">{zh} <span lang=\"en\">{en}</span></label> \
         <input id=\"{name}\" name=\"{name}\" value=\"{}\" autocomplete=\"{complete}\"></p>\n",
        escape(value)
    )
}

/// What a field of a registration is called on the form.
fn called(field: &str) -> &str {
    match field {
        "party.name" => "姓名",
        "party.phone" => "电话",
        "kind" => "类型",
        "title" => "标题",
        "text" => "内容",
        other => other,
    }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
