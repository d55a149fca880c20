//! Brings rows of an older system in as cases with their historic times. A row that is there already is left alone.

use std::collections::{HashMap, HashSet};

use contracts::{
    case::CaseHistoryEnded,
    words::{Channel, Kind, Mode, Urgency},
};
use ids::{CaseId, CaseNumber, RegionCode, UnitCode};
use intake_rules::{FieldError, State};
use jiff::Timestamp;
use runtime::Draft;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::{Core, party::Party, say::say},
    packs::Known,
    publish::{self, Facts},
    store::{
        cases::{self, NewCase},
        dossier::Heads,
        list,
    },
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

/// What became of a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Imported {
    /// The row's own id.
    pub(crate) external_id: String,
    /// `saved`, `already` or `failed`.
    pub(crate) outcome: &'static str,
    /// The case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub(crate) case_id: Option<CaseId>,
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) number: Option<CaseNumber>,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    /// Why, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Why, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason_en: Option<String>,
}

/// A row that can be written.
struct Ready {
    case: NewCase,
    facts: Facts,
    answered: bool,
}

/// Imports rows, all in one transaction; when one of them spoils it, each alone.
pub(crate) async fn import(core: &Core, known: &Known, rows: Vec<Row>, actor: &str) -> anyhow::Result<Vec<Imported>> {
    let regions = core.regions.all(&core.platform.db).await?;
    let mut outcomes: Vec<Imported> = Vec::with_capacity(rows.len());
    let mut ready: Vec<(usize, Ready)> = Vec::new();
    let mut seen = HashSet::new();
    for (at, row) in rows.into_iter().enumerate() {
        outcomes.push(outcome(&row.external_id, "already", None));
        match prepare(core, known, &row, regions.contains(&row.region)) {
            // The same row twice in one request is written once and answered twice.
            Ok(fit) if seen.insert(fit.case.case_id) => ready.push((at, fit)),
            Ok(fit) => outcomes[at].case_id = Some(fit.case.case_id),
            Err(error) => outcomes[at] = outcome(&row.external_id, "failed", Some(error)),
        }
    }
    let everything: Vec<&Ready> = ready.iter().map(|(_, fit)| fit).collect();
    let written = match transaction(core, &everything, actor).await {
        Ok(written) => written,
        Err(error) if pg::worth_another_try(&error) && error.as_database_error().is_none() => return Err(error.into()),
        Err(_) => one_by_one(core, &ready, actor, &mut outcomes).await?,
    };
    for (at, fit) in &ready {
        let outcome = &mut outcomes[*at];
        if outcome.outcome != "failed" {
            outcome.case_id = Some(fit.case.case_id);
            if let Some(number) = written.get(&fit.case.case_id) {
                (outcome.outcome, outcome.number) = ("saved", Some(number.clone()));
            }
        }
    }
    fill_numbers(core, &mut outcomes).await?;
    Ok(outcomes)
}

async fn one_by_one(
    core: &Core,
    ready: &[(usize, Ready)],
    actor: &str,
    outcomes: &mut [Imported],
) -> anyhow::Result<HashMap<CaseId, CaseNumber>> {
    let mut written = HashMap::new();
    for (at, fit) in ready {
        match transaction(core, &[fit], actor).await {
            Ok(one) => written.extend(one),
            Err(error) if pg::worth_another_try(&error) => return Err(error.into()),
            Err(error) => {
                let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
                tracing::warn!(code, constraint = pg::on_constraint(&error), "imported row cannot be written");
                let refused = FieldError { field: "text", zh: "数据库拒绝写入".into(), en: "the database refused it".into() };
                outcomes[*at] = outcome(&outcomes[*at].external_id, "failed", Some(refused));
            }
        }
    }
    Ok(written)
}

/// Writes rows with their events; answers with the numbers of those that are new.
async fn transaction(
    core: &Core,
    rows: &[&Ready],
    actor: &str,
) -> Result<HashMap<CaseId, CaseNumber>, sqlx::Error> {
    let mut transaction = core.platform.db.pool.begin().await?;
    let serials = cases::serials(&mut transaction, rows.len()).await?;
    let numbers: Vec<CaseNumber> = rows
        .iter()
        .zip(serials)
        .map(|(row, serial)| {
            let day = row.case.received_at.to_zoned(core.zone.clone()).date();
            CaseNumber::new(day, &row.facts.region, serial)
        })
        .collect();
    let pairs: Vec<(&NewCase, &CaseNumber)> = rows.iter().map(|row| &row.case).zip(&numbers).collect();
    let written = cases::insert(&mut transaction, &pairs).await?;
    let mut fresh = HashMap::new();
    let mut drafts = Vec::new();
    for (row, number) in rows.iter().zip(numbers) {
        if written.contains(&row.case.case_id.0) {
            drafts.extend(say_of(row, &number, actor));
            fresh.insert(row.case.case_id, number);
        }
    }
    say(&mut transaction, &mut Heads::default(), drafts).await?;
    transaction.commit().await?;
    core.platform.wake.outbox();
    Ok(fresh)
}

fn say_of(row: &Ready, number: &CaseNumber, actor: &str) -> Vec<Draft> {
    let facts = Facts { number: number.clone(), ..row.facts.clone() };
    let draft = |body| Draft {
        aggregate: row.case.case_id.0,
        region: row.facts.region.clone(),
        time: row.case.received_at,
        actor: actor.to_owned(),
        causation: None,
        historic: true,
        trace: None,
        body,
    };
    let mut drafts = vec![draft(publish::registered(&facts)), draft(publish::accepted(facts))];
    if !row.answered {
        drafts.push(draft(CaseHistoryEnded {}.into()));
    }
    drafts
}

fn prepare(core: &Core, known: &Known, row: &Row, region_known: bool) -> Result<Ready, FieldError> {
    let wrong = |field, zh: &str, en: &str| FieldError { field, zh: zh.into(), en: en.into() };
    let id_like = |id: &str| (1..=200).contains(&id.trim().chars().count()) && !id.chars().any(char::is_control);
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
    let urgency: Urgency = known.pack.default_urgency.parse().map_err(|_| wrong("pack", "紧急程度不明", "unknown urgency"))?;
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
    let region: RegionCode = row.region.parse().map_err(|_| wrong("region", "不是区划代码", "is not a region code"))?;
    let channel: Channel = row.channel.parse().map_err(|_| wrong("channel", "没有这个渠道", "there is no such channel"))?;
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
    let mode = mode.map_err(|_| wrong("mode", "应为 forwarding 或 assignment", "must be forwarding or assignment"))?;

    let source_key = format!("{}:{}", row.source, row.external_id);
    let case_id = CaseId::derived(&source_key);
    let confidential = known.pack.keeps_secret(kind.as_str());
    let party = given(row.author.as_deref()).map(|author| {
        let party = Party { name: Some(text::clean(author).text), ..Party::default() };
        core.vault.seal(case_id.0.as_bytes(), &serde_json::to_vec(&party).expect("strings are JSON"))
    });
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
        wording: publish::wording(confidential, &case.title, &case.body),
        unit_hint: unit,
        mode_hint: mode,
        reachable: Vec::new(),
    };
    Ok(Ready { case, facts, answered: row.answered })
}

fn given(word: Option<&str>) -> Option<&str> {
    word.map(str::trim).filter(|word| !word.is_empty())
}

fn outcome(external_id: &str, outcome: &'static str, error: Option<FieldError>) -> Imported {
    let (field, reason, reason_en) = match error {
        Some(error) => (Some(error.field.to_owned()), Some(error.zh), Some(error.en)),
        None => (None, None, None),
    };
    Imported { external_id: external_id.to_owned(), outcome, case_id: None, number: None, field, reason, reason_en }
}

/// Rows that were there already are answered with the number they have.
async fn fill_numbers(core: &Core, outcomes: &mut [Imported]) -> anyhow::Result<()> {
    let open = |row: &&mut Imported| row.case_id.is_some() && row.number.is_none();
    let ids: Vec<uuid::Uuid> =
        outcomes.iter_mut().filter(open).filter_map(|row| row.case_id).map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let numbers = list::numbers(&mut *core.platform.db.pool.acquire().await?, &ids).await?;
    for row in outcomes.iter_mut().filter(open) {
        row.number = row.case_id.and_then(|id| numbers.get(&id.0).cloned());
    }
    Ok(())
}
