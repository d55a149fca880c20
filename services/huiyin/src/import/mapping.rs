//! Says how the columns of a legacy file are to be read: which is which, what its words mean, and what holds for all rows.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use contracts::words::{Channel, Kind, Mode};
use ids::{RegionCode, UnitCode};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::row::Field;
use super::times::Times;

/// Holds a mapping that was checked: every row read by it has a kind and a region, or fails by itself.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The stable name of the old system.
    pub source: String,
    pub(super) columns: BTreeMap<Field, String>,
    pub(super) values: BTreeMap<Field, BTreeMap<String, String>>,
    pub(super) times: Times,
    pub(super) kind: Option<Kind>,
    pub(super) unit: Option<UnitCode>,
    pub(super) region: Option<RegionCode>,
    pub(super) mode: Mode,
    pub(super) channel: Channel,
}

/// Says all that is wrong with a mapping, each with its key, in Chinese and English.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The file cannot be read.
    #[error("映射文件无法读取 / the mapping cannot be read")]
    Unreadable(#[source] std::io::Error),
    /// The file is not TOML of the right form; the source names line and key.
    #[error("映射格式不对 / the mapping is not well formed")]
    Form(#[source] Box<toml::de::Error>),
    /// Some keys have wrong values.
    #[error("映射有误 / the mapping is wrong:\n  {}", .0.join("\n  "))]
    Values(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    source: String,
    #[serde(default)]
    zone: Option<String>,
    time_formats: Vec<String>,
    columns: Columns,
    #[serde(default)]
    constants: Constants,
    #[serde(default)]
    values: Values,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    id: String,
    time: String,
    author: Option<String>,
    title: Option<String>,
    body: Option<String>,
    reply: Option<String>,
    reply_time: Option<String>,
    kind: Option<String>,
    unit: Option<String>,
    region: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Constants {
    kind: Option<String>,
    unit: Option<String>,
    region: Option<String>,
    mode: Option<String>,
    channel: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Values {
    kind: BTreeMap<String, String>,
    unit: BTreeMap<String, String>,
    region: BTreeMap<String, String>,
}

impl Mapping {
    /// Reads a mapping from its file; `sets` are `key=value` that come before its constants.
    ///
    /// # Errors
    /// Says all that is wrong with it at once; see [`MappingError`].
    pub fn read(path: &Path, sets: &[String]) -> Result<Self, MappingError> {
        let text = std::fs::read_to_string(path).map_err(MappingError::Unreadable)?;
        Self::parse(&text, sets)
    }

    /// Reads a mapping from its text; see [`Mapping::read`].
    ///
    /// # Errors
    /// Says all that is wrong with it at once; see [`MappingError`].
    pub fn parse(text: &str, sets: &[String]) -> Result<Self, MappingError> {
        let text = text.trim_start_matches('\u{feff}');
        let mut file: MappingFile =
            toml::from_str(text).map_err(|error| MappingError::Form(Box::new(error)))?;
        let mut wrong = Vec::new();
        for set in sets {
            file.constants.set(set, &mut wrong);
        }
        let mapping = file.check(&mut wrong);
        match mapping {
            Some(mapping) if wrong.is_empty() => Ok(mapping),
            _ => Err(MappingError::Values(wrong)),
        }
    }

    /// Gives the key by which a row of the old system is never imported twice.
    #[must_use]
    pub fn key(&self, external_id: &str) -> String {
        format!("legacy:{}:{external_id}", self.source)
    }
}

impl Constants {
    fn set(&mut self, set: &str, wrong: &mut Vec<String>) {
        let Some((key, value)) = set.split_once('=') else {
            wrong.push(format!("--set {set}: 应为 key=value / must be key=value"));
            return;
        };
        let place = match key.trim() {
            "kind" => &mut self.kind,
            "unit" => &mut self.unit,
            "region" => &mut self.region,
            "mode" => &mut self.mode,
            "channel" => &mut self.channel,
            other => {
                wrong.push(format!(
                    "--set {other}: 未知的键，可用 / unknown key, known are: kind, unit, region, mode, channel"
                ));
                return;
            }
        };
        *place = Some(value.trim().to_owned());
    }
}

impl MappingFile {
    fn check(self, wrong: &mut Vec<String>) -> Option<Mapping> {
        let named = |ch: char| ch.is_ascii_lowercase() || ch.is_ascii_digit() || ch == '-';
        if self.source.is_empty() || self.source.len() > 40 || !self.source.chars().all(named) {
            wrong.push("source: 应为1至40个 a-z 0-9 - / must be 1 to 40 of a-z 0-9 -".to_owned());
        }
        let constants = self.constants;
        let given = [(Field::Kind, constants.kind.is_some()), (Field::Region, constants.region.is_some())];
        let kind = word::<Kind>("constants.kind", constants.kind, wrong);
        let region = word::<RegionCode>("constants.region", constants.region, wrong);
        let unit = word::<UnitCode>("constants.unit", constants.unit, wrong);
        let mode = word::<Mode>("constants.mode", constants.mode, wrong);
        let channel = word::<Channel>("constants.channel", constants.channel, wrong);
        words::<Kind>("values.kind", &self.values.kind, wrong);
        words::<UnitCode>("values.unit", &self.values.unit, wrong);
        words::<RegionCode>("values.region", &self.values.region, wrong);
        let columns = self.columns.by_field();
        for (field, given) in given {
            let key = field.key();
            if !given && !columns.contains_key(&field) {
                wrong.push(format!(
                    "{key}: 既无列也无常量，可用 --set {key}=… 给出 / neither a column nor a constant, give --set {key}=…"
                ));
            }
        }
        if !columns.contains_key(&Field::Title) && !columns.contains_key(&Field::Body) {
            wrong.push("columns: 标题 title 与正文 body 至少有一列 / needs a title or a body".to_owned());
        }
        if columns.contains_key(&Field::Reply) && !columns.contains_key(&Field::ReplyTime) {
            wrong.push("columns.reply_time: 有答复列就要有答复时间列 / a reply needs its time".to_owned());
        }
        let times = zone(self.zone.as_deref(), wrong).and_then(|zone| times(self.time_formats, zone, wrong));
        let values = [
            (Field::Kind, self.values.kind),
            (Field::Unit, self.values.unit),
            (Field::Region, self.values.region),
        ];
        Some(Mapping {
            source: self.source,
            columns,
            values: values.into_iter().collect(),
            times: times?,
            kind,
            unit,
            region,
            mode: mode.unwrap_or(Mode::Forwarding),
            channel: channel.unwrap_or(Channel::Legacy),
        })
    }
}

impl Columns {
    fn by_field(self) -> BTreeMap<Field, String> {
        [
            (Field::Id, Some(self.id)),
            (Field::Time, Some(self.time)),
            (Field::Author, self.author),
            (Field::Title, self.title),
            (Field::Body, self.body),
            (Field::Reply, self.reply),
            (Field::ReplyTime, self.reply_time),
            (Field::Kind, self.kind),
            (Field::Unit, self.unit),
            (Field::Region, self.region),
        ]
        .into_iter()
        .filter_map(|(field, header)| Some((field, header?)))
        .collect()
    }
}

fn zone(name: Option<&str>, wrong: &mut Vec<String>) -> Option<TimeZone> {
    match name {
        None | Some("Asia/Shanghai") => Some(calendar::zone()),
        Some(other) => TimeZone::get(other)
            .inspect_err(|_| wrong.push("zone: 未知的时区 / unknown time zone".to_owned()))
            .ok(),
    }
}

fn times(formats: Vec<String>, zone: TimeZone, wrong: &mut Vec<String>) -> Option<Times> {
    if formats.is_empty() {
        wrong.push("time_formats: 不能为空 / must not be empty".to_owned());
    }
    Times::new(formats, zone)
        .inspect_err(|format| wrong.push(format!("time_formats: 不是时间格式 / not a time format: {format}")))
        .ok()
}

fn words<T: FromStr<Err: std::fmt::Display>>(
    key: &str,
    values: &BTreeMap<String, String>,
    wrong: &mut Vec<String>,
) {
    for (from, to) in values {
        word::<T>(&format!("{key}.{from}"), Some(to.clone()), wrong);
    }
}

fn word<T: FromStr<Err: std::fmt::Display>>(
    key: &str,
    value: Option<String>,
    wrong: &mut Vec<String>,
) -> Option<T> {
    value?
        .parse()
        .inspect_err(|error| wrong.push(format!("{key}: 取值不对 / not a known value: {error}")))
        .ok()
}

#[cfg(test)]
mod tests;
