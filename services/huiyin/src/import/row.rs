//! What one row of a legacy file holds, and why one cannot be taken.

use contracts::words::{Channel, Kind, Mode};
use csv::StringRecord;
use ids::{RegionCode, UnitCode};
use jiff::Timestamp;

/// Names what a column can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The number of the message in the old system.
    Id,
    /// Who wrote it, as the old system names the person.
    Author,
    /// The title.
    Title,
    /// When it was received.
    Time,
    /// The message.
    Body,
    /// The official reply.
    Reply,
    /// When the reply was given.
    ReplyTime,
    /// What the message wants.
    Kind,
    /// The unit that handled it.
    Unit,
    /// The region it is about.
    Region,
    /// The row as a whole: its columns do not fit the header.
    Row,
}

impl Field {
    /// Gives the key of the field in a mapping.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Author => "author",
            Self::Title => "title",
            Self::Time => "time",
            Self::Body => "body",
            Self::Reply => "reply",
            Self::ReplyTime => "reply_time",
            Self::Kind => "kind",
            Self::Unit => "unit",
            Self::Region => "region",
            Self::Row => "row",
        }
    }
}

/// Holds one row as it was read. Texts are decoded but not cleaned: that is done where every message comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyRow {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The number of the message in the old system.
    pub external_id: String,
    /// Who wrote it, when a column says so.
    pub author: Option<String>,
    /// The title; empty when there is none.
    pub title: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// The message; empty when there is only a title.
    pub body: String,
    /// The official reply, when there was one.
    pub reply: Option<Reply>,
    /// What the message wants.
    pub kind: Kind,
    /// The unit that handled it, when it is known.
    pub unit: Option<UnitCode>,
    /// The region it is about.
    pub region: RegionCode,
    /// How it was handed to the unit.
    pub mode: Mode,
    /// How it came in.
    pub channel: Channel,
    /// The row as it stands in the file, should the suite not take it.
    pub record: StringRecord,
}

/// Holds an official reply of the old system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its text.
    pub text: String,
    /// When it was given; never before the message.
    pub at: Timestamp,
}

/// Says why a row was not taken. The reasons never repeat what stands in the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFailure {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The number of the message, when it could be read.
    pub external_id: Option<String>,
    /// What is wrong, by the key of the mapping.
    pub field: Field,
    /// The header of the column that is wrong, or the key where no column is.
    pub column: String,
    /// Why.
    pub reason: Reason,
    /// The row as it stands in the file.
    pub record: StringRecord,
}

/// Names why a row cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The field must not be empty.
    Empty,
    /// Neither title nor body holds a word.
    NothingSaid,
    /// None of the formats of the mapping fits, or there is no such time.
    BadTime,
    /// There is a reply and no time of it.
    NoReplyTime,
    /// The reply is older than the message.
    ReplyBeforeMessage,
    /// The mapping does not say what this word means.
    UnknownValue,
    /// The text is longer than any message can be.
    TooLong {
        /// The most characters taken.
        max: usize,
    },
    /// The row has another number of columns than the header; mostly a quote that is not closed.
    Columns {
        /// How many the header has.
        expected: usize,
        /// How many the row has.
        actual: usize,
    },
    /// The suite did not take it.
    Refused {
        /// Why, in Chinese.
        zh: String,
        /// Why, in English.
        en: String,
    },
    /// The same id stands earlier in the file with another content.
    OtherContent {
        /// The line of the row that was taken.
        first: u64,
        /// The line of this row.
        line: u64,
    },
}

impl Reason {
    /// Says the reason in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "不能为空".to_owned(),
            Self::NothingSaid => "标题和正文均为空".to_owned(),
            Self::BadTime => "时间无法识别，不符合映射中的任何格式".to_owned(),
            Self::NoReplyTime => "有答复但没有答复时间".to_owned(),
            Self::ReplyBeforeMessage => "答复时间早于留言时间".to_owned(),
            Self::UnknownValue => "取值无法识别，请在映射的 [values] 中说明".to_owned(),
            Self::TooLong { max } => format!("超过{max}个字符"),
            Self::Columns { expected, actual } => format!("应有{expected}列，实有{actual}列，引号可能未闭合"),
            Self::Refused { zh, .. } => zh.clone(),
            Self::OtherContent { first, line } => format!("第{line}行与第{first}行编号相同但内容不同"),
        }
    }

    /// Says the reason in English.
    #[must_use]
    pub fn en(&self) -> String {
        match self {
            Self::Empty => "must not be empty".to_owned(),
            Self::NothingSaid => "title and body are both empty".to_owned(),
            Self::BadTime => "not a time in any format of the mapping".to_owned(),
            Self::NoReplyTime => "there is a reply without its time".to_owned(),
            Self::ReplyBeforeMessage => "the reply is older than the message".to_owned(),
            Self::UnknownValue => {
                "not a known word; say its meaning under [values] in the mapping".to_owned()
            }
            Self::TooLong { max } => format!("longer than {max} characters"),
            Self::Columns { expected, actual } => {
                format!("{expected} columns expected, {actual} found; a quote may not be closed")
            }
            Self::Refused { en, .. } => en.clone(),
            Self::OtherContent { first, line } => {
                format!("line {line} has the id of line {first} with another content")
            }
        }
    }
}
