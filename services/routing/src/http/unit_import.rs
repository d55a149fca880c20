//! `POST /units/import`: a file of units, CSV or JSON; every row is checked before one is written.

use std::collections::{BTreeMap, BTreeSet};

use axum::{body::Bytes, extract::State, http::HeaderMap, http::header::CONTENT_TYPE};
use identity::{Action, may};
use ids::UnitCode;
use routing_rules::tree::{Level, Tree};
use uuid::Uuid;
use web::{Caller, Json, Problem};

use super::{
    Desk,
    inputs::Inputs,
    outcome::fault,
    unit_body::{PostBody, UnitBody, department},
    units::Changed,
};
use crate::{app, store::units::Unit};

const COLUMNS: [&str; 16] = [
    "code",
    "name",
    "region",
    "parent",
    "kind",
    "duty24h",
    "active",
    "functions",
    "line",
    "level",
    "network",
    "leader",
    "leader_function",
    "handler",
    "handler_function",
    "successor",
];

type Row = BTreeMap<String, String>;

/// Takes a file of units. CSV: a line of column names first (`code` `name` `region` `parent` `kind` `duty24h` `active`
/// `functions` `line` `level` `network` `leader` `leader_function` `handler` `handler_function` `successor`), several
/// functions parted by `;`. JSON: a list of objects with the same fields. One wrong row and nothing is written; each
/// mistake names its line.
#[utoipa::path(post, path = "/units/import", tag = "directory", security(("bearer" = [])),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Changed), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Changed>, Problem> {
    may(&claims, &Action::ManageCatalogue)?;
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut inputs = Inputs::default();
    let rows = match kind.split(';').next().unwrap_or_default().trim() {
        "text/csv" => of_csv(&body, &mut inputs),
        "application/json" => of_json(&body, &mut inputs),
        _ => {
            return Err(Problem::bad_request(
                "content-type",
                "应为 text/csv 或 application/json",
                "must be text/csv or application/json",
            ));
        }
    };
    let mut units: Vec<(String, Unit)> = Vec::with_capacity(rows.len());
    for (place, row) in rows {
        if let Some(body) = read(&row, &place, &mut inputs) {
            units.push((place.clone(), body.check(&claims, &place, &mut inputs)));
        }
    }
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    drop(connection);
    together(&units, directory.catalogue.tree(), &mut inputs);
    inputs.check()?;
    let rows: Vec<Unit> = units.into_iter().map(|(_, unit)| unit).collect();
    let changed = app::units::write(&desk.app, &rows).await.map_err(fault)?;
    Ok(Json(Changed { changed }))
}

fn of_csv(body: &[u8], inputs: &mut Inputs) -> Vec<(String, Row)> {
    let mut file = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body));
    let columns = match file.headers() {
        Ok(columns) => columns.clone(),
        Err(error) => {
            inputs.wrong("line 1", "不是 CSV 文件", error.to_string());
            return Vec::new();
        }
    };
    for column in columns.iter().filter(|column| !COLUMNS.contains(column)) {
        inputs.wrong("line 1", format!("没有“{column}”这一列"), format!("no column {column}"));
    }
    let mut rows = Vec::new();
    for record in file.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let cells = columns.iter().map(str::to_owned).zip(record.iter().map(str::to_owned));
                rows.push((format!("line {line}"), cells.collect()));
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let zh = "列数与表头不符或编码不是 UTF-8";
                inputs.wrong(&format!("line {line}"), zh, error.to_string());
            }
        }
    }
    rows
}

fn of_json(body: &[u8], inputs: &mut Inputs) -> Vec<(String, Row)> {
    let list: Vec<serde_json::Map<String, serde_json::Value>> = match serde_json::from_slice(body) {
        Ok(list) => list,
        Err(error) => {
            let place = format!("line {}", error.line());
            inputs.wrong(&place, "应为由对象组成的列表", error.to_string());
            return Vec::new();
        }
    };
    let mut rows = Vec::with_capacity(list.len());
    for (at, object) in list.into_iter().enumerate() {
        let place = format!("row {}", at + 1);
        let mut row = Row::new();
        for (name, value) in object {
            if !COLUMNS.contains(&name.as_str()) {
                inputs.wrong(&place, format!("没有“{name}”这一列"), format!("no column {name}"));
            }
            let words =
                |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let text = match &value {
                serde_json::Value::Null => continue,
                serde_json::Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(";"),
                other => words(other),
            };
            row.insert(name, text);
        }
        rows.push((place, row));
    }
    rows
}

/// One row; what cannot be read is noted, and a row without code, name or region gives nothing.
fn read(row: &Row, place: &str, inputs: &mut Inputs) -> Option<UnitBody> {
    let cell = |name: &str| row.get(name).map(String::as_str).filter(|cell| !cell.is_empty());
    let field = |name: &str| format!("{place}.{name}");
    let mut wrong = |name: &str, zh: &str, en: &str| inputs.wrong(&field(name), zh, en);
    let mut unit = |name: &str| -> Option<UnitCode> {
        let cell = cell(name)?;
        cell.parse().map_err(|_| wrong(name, "不是单位代码", "not a unit code")).ok()
    };
    let (code, parent, successor) = (unit("code"), unit("parent"), unit("successor"));
    let mut yes = |name: &str, default: bool| match cell(name) {
        None => default,
        Some("true" | "1" | "是" | "yes") => true,
        Some("false" | "0" | "否" | "no") => false,
        Some(_) => {
            wrong(name, "应为 true 或 false", "must be true or false");
            default
        }
    };
    let (duty24h, active, network) = (yes("duty24h", false), yes("active", true), yes("network", false));
    let mut post = |name: &str| -> Option<PostBody> {
        let account = cell(name)?;
        let function = cell(&format!("{name}_function")).unwrap_or_default().to_owned();
        match account.parse::<Uuid>() {
            Ok(account) => Some(PostBody { account, function }),
            Err(_) => {
                wrong(
                    name,
                    "应为账号标识（UUID），不得填写姓名",
                    "must be the id of an account, never a name",
                );
                None
            }
        }
    };
    let (leader, handler) = (post("leader"), post("handler"));
    let level = cell("level").and_then(|word| {
        let level = Level::read(word);
        if level.is_none() {
            wrong("level", "没有这一层级", "no such level");
        }
        level
    });
    let region = cell("region").and_then(|region| region.parse().ok());
    if region.is_none() {
        wrong("region", "不是行政区划代码", "not a region code");
    }
    if cell("code").is_none() {
        wrong("code", "不能为空", "must not be empty");
    }
    let functions = cell("functions").unwrap_or_default().split(';').map(str::trim);
    Some(UnitBody {
        code: code?,
        name: cell("name").unwrap_or_default().to_owned(),
        region: region?,
        parent,
        kind: cell("kind").map_or_else(department, str::to_owned),
        duty24h,
        active,
        functions: functions.filter(|label| !label.is_empty()).map(str::to_owned).collect(),
        line: cell("line").map(str::to_owned),
        level,
        network,
        leader,
        handler,
        successor,
        ended_on: None,
        ended_basis: None,
    })
}

/// What can only be seen with all rows: codes twice, units above that nobody knows, circles.
fn together(units: &[(String, Unit)], known: &Tree, inputs: &mut Inputs) {
    let mut seen = BTreeSet::new();
    let old = known.iter().map(|(code, node)| (code.clone(), node.clone()));
    let new = units.iter().map(|(_, unit)| (unit.code.clone(), unit.node()));
    let tree: Tree = old.chain(new).collect();
    for (place, unit) in units {
        let code = &unit.code;
        if !seen.insert(code) {
            let field = format!("{place}.code");
            inputs.wrong(&field, format!("单位 {code} 出现两次"), format!("unit {code} stands twice"));
        }
        for (name, other) in [("parent", &unit.parent), ("successor", &unit.successor)] {
            if let Some(other) = other.as_ref().filter(|other| tree.node(other).is_none()) {
                let field = format!("{place}.{name}");
                inputs.wrong(&field, format!("没有单位 {other}"), format!("no unit {other}"));
            }
        }
        let circle = unit.parent.as_ref().is_some_and(|parent| tree.above(parent).contains(&code));
        if circle {
            inputs.wrong(&format!("{place}.parent"), "上级关系形成循环", "the units above run in a circle");
        }
    }
}
