//! Turns the fields of one record into a row, or says the first reason why it cannot.

use std::str::FromStr;

use contracts::words::Kind;
use csv::StringRecord;
use jiff::Timestamp;

use super::mapping::Mapping;
use super::row::{Field, LegacyRow, Reason, Reply};

/// The most characters of one field; a longer one is a quote that was never closed.
const FIELD_CHARS: usize = 200_000;
/// The most characters of an id.
const ID_CHARS: usize = 128;
/// A text beyond this many bytes after trimming is not asked whether cleaning leaves anything of it.
const SURELY_TEXT: usize = 400;

/// Says where in a record each mapped column stands.
pub struct Positions {
    places: Vec<(Field, usize)>,
}

impl Positions {
    /// Takes the columns with their index in a record.
    #[must_use]
    pub fn new(places: Vec<(Field, usize)>) -> Self {
        Self { places }
    }

    fn get<'a>(&self, record: &'a StringRecord, field: Field) -> &'a str {
        let place = self.places.iter().find(|(known, _)| *known == field);
        place.and_then(|(_, at)| record.get(*at)).unwrap_or_default()
    }
}

/// Reads the id of a record, cleaned; nothing when it is empty.
#[must_use]
pub fn id(record: &StringRecord, positions: &Positions) -> Option<String> {
    short(positions.get(record, Field::Id))
}

/// Reads a record.
///
/// # Errors
/// Names the field and the reason.
pub fn row(
    record: &StringRecord,
    line: u64,
    positions: &Positions,
    mapping: &Mapping,
) -> Result<LegacyRow, (Field, Reason)> {
    let get = |field| positions.get(record, field);
    let external_id = id(record, positions).ok_or((Field::Id, Reason::Empty))?;
    if external_id.chars().count() > ID_CHARS {
        return Err((Field::Id, Reason::TooLong { max: ID_CHARS }));
    }
    for field in [Field::Title, Field::Body, Field::Reply, Field::Author] {
        if get(field).len() > FIELD_CHARS && get(field).chars().count() > FIELD_CHARS {
            return Err((field, Reason::TooLong { max: FIELD_CHARS }));
        }
    }
    let (title, body) = (get(Field::Title), get(Field::Body));
    if is_blank(title) && is_blank(body) {
        return Err((Field::Body, Reason::NothingSaid));
    }
    let received_at = time(get(Field::Time), Field::Time, mapping)?.ok_or((Field::Time, Reason::Empty))?;
    Ok(LegacyRow {
        record: record.clone(),
        line,
        external_id,
        author: short(get(Field::Author)),
        title: title.to_owned(),
        received_at,
        body: body.to_owned(),
        reply: reply(get(Field::Reply), get(Field::ReplyTime), received_at, mapping)?,
        kind: kind(get(Field::Kind), mapping)?.or(mapping.kind).ok_or((Field::Kind, Reason::Empty))?,
        unit: code(get(Field::Unit), Field::Unit, mapping)?.or_else(|| mapping.unit.clone()),
        region: code(get(Field::Region), Field::Region, mapping)?
            .or_else(|| mapping.region.clone())
            .ok_or((Field::Region, Reason::Empty))?,
        mode: mapping.mode,
        channel: mapping.channel,
    })
}

fn reply(
    text: &str,
    at: &str,
    received: Timestamp,
    mapping: &Mapping,
) -> Result<Option<Reply>, (Field, Reason)> {
    if is_blank(text) {
        return Ok(None);
    }
    let at = time(at, Field::ReplyTime, mapping)?.ok_or((Field::ReplyTime, Reason::NoReplyTime))?;
    if at < received {
        return Err((Field::ReplyTime, Reason::ReplyBeforeMessage));
    }
    Ok(Some(Reply { text: text.to_owned(), at }))
}

fn time(text: &str, field: Field, mapping: &Mapping) -> Result<Option<Timestamp>, (Field, Reason)> {
    let Some(text) = short(text) else { return Ok(None) };
    mapping.times.read(&text).map(Some).ok_or((field, Reason::BadTime))
}

/// Reads the kind by the mapping's words, then by our own, Chinese or English.
fn kind(text: &str, mapping: &Mapping) -> Result<Option<Kind>, (Field, Reason)> {
    let known = |text: &str| Kind::ALL.iter().copied().find(|kind| kind.zh() == text);
    match short(text) {
        Some(text) if known(&text).is_some() && meaning(&text, Field::Kind, mapping).is_none() => {
            Ok(known(&text))
        }
        _ => code(text, Field::Kind, mapping),
    }
}

fn code<T: FromStr>(text: &str, field: Field, mapping: &Mapping) -> Result<Option<T>, (Field, Reason)> {
    let Some(text) = short(text) else { return Ok(None) };
    let code = meaning(&text, field, mapping).unwrap_or(&text);
    code.parse().map(Some).map_err(|_| (field, Reason::UnknownValue))
}

fn meaning<'a>(text: &str, field: Field, mapping: &'a Mapping) -> Option<&'a str> {
    mapping.values.get(&field)?.get(text).map(String::as_str)
}

/// Cleans a short field; nothing when nothing is left.
fn short(text: &str) -> Option<String> {
    Some(text::clean(text).text).filter(|text| !text.is_empty())
}

fn is_blank(text: &str) -> bool {
    let trimmed = text.trim_matches(|ch: char| ch.is_whitespace() || ch.is_control());
    trimmed.len() < SURELY_TEXT && text::clean(trimmed).text.is_empty()
}
