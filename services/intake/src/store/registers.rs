//! The small tables that an office keeps as a whole: lines, mailboxes, other bodies, surges, topics.

use ids::{RegionCode, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

/// One of these tables, as SQL.
pub(crate) struct Register {
    all: &'static str,
    clear: &'static str,
    fill: &'static str,
}

/// 合并热线.
pub(crate) const LINES: Register = Register {
    all: "SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(t)) ORDER BY number), '[]') FROM merged_line t",
    clear: "DELETE FROM merged_line",
    fill: "INSERT INTO merged_line SELECT * FROM jsonb_populate_recordset(NULL::merged_line, $1)",
};

/// 信箱.
pub(crate) const MAILBOXES: Register = Register {
    all: "SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(t)) ORDER BY code), '[]') FROM mailbox t",
    clear: "DELETE FROM mailbox",
    fill: "INSERT INTO mailbox SELECT * FROM jsonb_populate_recordset(NULL::mailbox, $1)",
};

/// 移交机构.
pub(crate) const BODIES: Register = Register {
    all: "SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(t)) ORDER BY code), '[]') FROM origin_body t",
    clear: "DELETE FROM origin_body",
    fill: "INSERT INTO origin_body SELECT * FROM jsonb_populate_recordset(NULL::origin_body, $1)",
};

/// 高峰日历.
pub(crate) const SURGES: Register = Register {
    all: "SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(t)) ORDER BY first_day, code), '[]') FROM surge t",
    clear: "DELETE FROM surge",
    fill: "INSERT INTO surge SELECT * FROM jsonb_populate_recordset(NULL::surge, $1)",
};

/// 互动话题.
pub(crate) const TOPICS: Register = Register {
    all: "SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(t)) ORDER BY first_day, code), '[]') FROM topic t",
    clear: "DELETE FROM topic",
    fill: "INSERT INTO topic SELECT * FROM jsonb_populate_recordset(NULL::topic, $1)",
};

/// A number that was merged into the one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergedLine {
    /// Digits as dialled.
    pub(crate) number: String,
    /// What it was called.
    pub(crate) name: String,
    /// Who ran it.
    pub(crate) owner: String,
    /// `cancelled` 取消号码, `parallel` 双号并行, `sub-centre` 设分中心.
    pub(crate) mode: String,
    /// The number it leads to.
    pub(crate) into_number: String,
    /// Where.
    #[schema(value_type = Option<String>)]
    pub(crate) region: Option<RegionCode>,
    /// Since when.
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) since: Option<Date>,
}

/// A mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mailbox {
    /// Stable code.
    pub(crate) code: String,
    /// Title.
    pub(crate) zh: String,
    /// Title in English.
    pub(crate) en: String,
    /// The mailbox above.
    pub(crate) parent: Option<String>,
    /// Where.
    #[schema(value_type = String)]
    pub(crate) region: RegionCode,
    /// The unit whose mailbox it is.
    #[schema(value_type = Option<String>)]
    pub(crate) unit: Option<UnitCode>,
    /// The policy pack of its letters.
    pub(crate) pack: String,
    /// Origins that may show its form in a frame, separated by spaces.
    #[serde(default)]
    pub(crate) frames: String,
}

/// A body that hands matters over, or takes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherBody {
    /// Stable code, such as `110`.
    pub(crate) code: String,
    /// What people read.
    pub(crate) zh: String,
    /// The same in English.
    pub(crate) en: String,
    /// `emergency`, `superior`, `supervision`, `media`, `grid`, `other`.
    pub(crate) sort: String,
    /// The channel of what it hands over.
    pub(crate) channel: String,
    /// The unit in the tokens of its own programmes.
    #[schema(value_type = Option<String>)]
    pub(crate) unit: Option<UnitCode>,
    /// Is owed a report when its matter is answered.
    #[serde(default)]
    pub(crate) reports: bool,
    /// Matters may be handed over to it.
    #[serde(default)]
    pub(crate) takes: bool,
}

/// A period of more than the usual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Surge {
    /// Stable code.
    pub(crate) code: String,
    /// What it is.
    pub(crate) zh: String,
    /// The same in English.
    pub(crate) en: String,
    /// Where; none means everywhere.
    #[schema(value_type = Option<String>)]
    pub(crate) region: Option<RegionCode>,
    /// From this day.
    #[schema(value_type = String, format = Date)]
    pub(crate) first_day: Date,
    /// To this day, that one too.
    #[schema(value_type = String, format = Date)]
    pub(crate) last_day: Date,
    /// How many times the usual is expected.
    pub(crate) factor: f64,
}

/// A topic for discussion with citizens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    /// Stable code.
    pub(crate) code: String,
    /// Title.
    pub(crate) zh: String,
    /// Title in English.
    pub(crate) en: String,
    /// What is asked.
    pub(crate) question: String,
    /// Where; none means everywhere.
    #[schema(value_type = Option<String>)]
    pub(crate) region: Option<RegionCode>,
    /// From this day.
    #[schema(value_type = String, format = Date)]
    pub(crate) first_day: Date,
    /// To this day, that one too.
    #[schema(value_type = String, format = Date)]
    pub(crate) last_day: Date,
    /// Shown to everyone.
    #[serde(default)]
    pub(crate) published: bool,
}

/// Reads a register whole.
pub(crate) async fn all<T: DeserializeOwned + Send + Unpin + 'static>(
    connection: &mut PgConnection,
    register: &Register,
) -> Result<Vec<T>, sqlx::Error> {
    let Json(rows): Json<Vec<T>> = sqlx::query_scalar(register.all).fetch_one(connection).await?;
    Ok(rows)
}

/// Puts these rows in the place of all that were there.
pub(crate) async fn replace<T: Serialize + Sync>(
    transaction: &mut PgConnection,
    register: &Register,
    rows: &[T],
) -> Result<(), sqlx::Error> {
    sqlx::query(register.clear).execute(&mut *transaction).await?;
    sqlx::query(register.fill).bind(Json(rows)).execute(transaction).await?;
    Ok(())
}

/// How many cases came by each topic.
pub(crate) async fn contributions(
    connection: &mut PgConnection,
) -> Result<std::collections::HashMap<String, i64>, sqlx::Error> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT topic, count(*) FROM case_entry WHERE topic IS NOT NULL GROUP BY topic")
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().collect())
}
