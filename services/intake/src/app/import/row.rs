//! One row of an older system: what it brings, and the case it becomes.

use contracts::words::{Channel, Kind, Mode, Urgency};
use ids::{CaseId, CaseNumber, RegionCode, UnitCode};
use intake_rules::{FieldError, State};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::{Core, party::Party, sealed, secrecy},
    packs::Known,
    publish::{self, Facts},
    store::cases::NewCase,
};

/// One message of an older system.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// Name of the older system.
    pub(crate) source: String,
    /// Its own id; together with `source` it names the case for ever.
    pub(crate) external_id: String,
    /// Kind, as in the pack.
    pub(crate) kind: String,
    /// Title.
    #[serde(default)]
    pub(crate) title: String,
    /// The message.
    pub(crate) text: String,
    /// Who wrote it; kept sealed.
    #[serde(default)]
    pub(crate) author: Option<String>,
    /// Region code.
    pub(crate) region: String,
    /// The unit that handled it.
    #[serde(default)]
    pub(crate) unit: Option<String>,
    /// `forwarding` or `assignment`.
    #[serde(default)]
    pub(crate) mode: Option<String>,
    /// How it had come in.
    pub(crate) channel: String,
    /// When it was received, with offset (RFC 3339).
    pub(crate) received_at: String,
    /// A reply follows; otherwise the history ends with the acceptance.
    pub(crate) answered: bool,
}

/// A row that can be written.
pub(super) struct Ready {
    pub(super) case: NewCase,
    pub(super) facts: Facts,
    pub(super) answered: bool,
    /// Its result is secret by rule; the grounds as they are kept.
    pub(super) secret: Option<String>,
}

/// Checks and cleans a row; the first thing that is wrong is named.
pub(super) fn prepare(
    core: &Core,
    known: &Known,
    row: &Row,
    region_known: bool,
) -> Result<Ready, FieldError> {
    let wrong = |field, zh: &str, en: &str| FieldError { field, zh: zh.into(), en: en.into() };
    let id_like =
        |id: &str| (1..=200).contains(&id.trim().chars().count()) && !id.chars().any(char::is_control);
    if !id_like(&row.source) {
        return Err(wrong("source", "应为 1 至 200 个字符", "must have 1 to 200 characters"));
    }
    if !id_like(&row.external_id) {
        return Err(wrong("external_id", "应为 1 至 200 个字符", "must have 1 to 200 characters"));
    }
    let body = text::clean(&row.text).text;
    let mut title = text::clean(&row.title).text.replace('\n', " ");
    if title.is_empty() {
        title = body.chars().take(30).collect::<String>().replace('\n', " ");
    }
    let urgency: Urgency =
        known.pack.default_urgency.parse().map_err(|_| wrong("pack", "紧急程度不明", "unknown urgency"))?;
    let registration = intake_rules::Registration {
        kind: &row.kind,
        urgency: urgency.as_str(),
        region: &row.region,
        region_known,
        title_chars: title.chars().count(),
        text_chars: body.chars().count(),
        ..Default::default()
    };
    if let Some(error) = intake_rules::check_historic(&registration, &known.pack).into_iter().next() {
        return Err(error);
    }
    let kind: Kind = row.kind.parse().map_err(|_| wrong("kind", "没有这个类型", "there is no such kind"))?;
    let region: RegionCode =
        row.region.parse().map_err(|_| wrong("region", "不是区划代码", "is not a region code"))?;
    let channel: Channel =
        row.channel.parse().map_err(|_| wrong("channel", "没有这个渠道", "there is no such channel"))?;
    let received_at: Timestamp = row.received_at.parse().map_err(|_| {
        wrong("received_at", "不是带时区的时间（RFC 3339）", "is not a time with offset (RFC 3339)")
    })?;
    if received_at > core.now() {
        return Err(wrong("received_at", "在将来", "lies in the future"));
    }
    let received_at = crate::app::kept(received_at);
    let unit = given(row.unit.as_deref()).map(str::parse::<UnitCode>).transpose();
    let unit = unit.map_err(|_| wrong("unit", "不是单位代码", "is not a unit code"))?;
    let mode = given(row.mode.as_deref()).map(str::parse::<Mode>).transpose();
    let mode =
        mode.map_err(|_| wrong("mode", "应为 forwarding 或 assignment", "must be forwarding or assignment"))?;

    let source_key = format!("{}:{}", row.source, row.external_id);
    let case_id = CaseId::derived(&source_key);
    let confidential = known.pack.keeps_secret(kind.as_str());
    let author = given(row.author.as_deref()).map(|author| text::clean(author).text);
    let who = Party { name: author, ..Party::default() };
    let party = (!who.is_empty())
        .then(|| core.vault.seal(case_id.0.as_bytes(), &serde_json::to_vec(&who).expect("strings are JSON")));
    let case = NewCase {
        case_id,
        kind: kind.as_str(),
        subject: None,
        channel: channel.as_str(),
        region: row.region.clone(),
        urgency: urgency.as_str(),
        state: State::Accepted,
        pack: known.stamp.clone(),
        confidential,
        historic: true,
        multi_unit: false,
        title,
        body,
        received_at,
        phone_index: None,
        party,
        query_code_hash: None,
        source_key: Some(source_key),
        unit_hint: unit.as_ref().map(ToString::to_string),
        mode_hint: mode.map(Mode::as_str),
    };
    let facts = Facts {
        // Takes its place when the transaction has a serial.
        number: CaseNumber::new(jiff::civil::Date::ZERO, &region, 0),
        kind,
        subject: None,
        channel,
        region,
        urgency,
        received_at,
        pack: known.stamp.clone(),
        confidential,
        multi_unit: false,
        wording: publish::wording(confidential, &who, &case.title, &case.body),
        unit_hint: unit,
        mode_hint: mode,
        reachable: Vec::new(),
        class: contracts::words::Class::Ordinary,
        fast: None,
    };
    let secret = secrecy::at_registration(known, confidential, case.kind);
    Ok(Ready {
        secret: secret.then(|| secrecy::grounds(core, &case.pack, case_id)),
        case: sealed::seal(&core.vault, case),
        facts,
        answered: row.answered,
    })
}

fn given(word: Option<&str>) -> Option<&str> {
    word.map(str::trim).filter(|word| !word.is_empty())
}
