//! Brings rows of an older system in as cases with their historic times. A row that is there already is left alone.

mod row;

use std::collections::{HashMap, HashSet};

use contracts::{case::CaseHistoryEnded, record::CaseResultSealed};
use ids::{CaseId, CaseNumber};
use intake_rules::FieldError;
use runtime::Draft;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::{Core, say::say},
    packs::Known,
    publish::{self, Facts},
    store::{
        cases::{self, NewCase},
        dossier::Heads,
        list, secrecy,
    },
};

pub(crate) use row::Row;
use row::{Ready, prepare};

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

/// Imports rows, all in one transaction; when one of them spoils it, each alone.
pub(crate) async fn import(
    core: &Core,
    known: &Known,
    rows: Vec<Row>,
    actor: &str,
) -> anyhow::Result<Vec<Imported>> {
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
        Err(error) if pg::worth_another_try(&error) && error.as_database_error().is_none() => {
            return Err(error.into());
        }
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
                let code =
                    error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
                tracing::warn!(
                    code,
                    constraint = pg::on_constraint(&error),
                    "imported row cannot be written"
                );
                let refused = FieldError {
                    field: "text",
                    zh: "数据库拒绝写入".into(),
                    en: "the database refused it".into(),
                };
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
    let (mut drafts, mut secret) = (Vec::new(), Vec::new());
    for (row, number) in rows.iter().zip(numbers) {
        if written.contains(&row.case.case_id.0) {
            drafts.extend(say_of(row, &number, actor));
            let grounds = row.secret.clone();
            secret.extend(grounds.map(|grounds| (row.case.case_id, row.case.received_at, grounds)));
            fresh.insert(row.case.case_id, number);
        }
    }
    if !secret.is_empty() {
        secrecy::begin_all(&mut transaction, &secret).await?;
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
    if row.secret.is_some() {
        drafts.push(Draft { actor: "system".to_owned(), ..draft(CaseResultSealed {}.into()) });
    }
    if !row.answered {
        drafts.push(draft(CaseHistoryEnded {}.into()));
    }
    drafts
}

fn outcome(external_id: &str, outcome: &'static str, error: Option<FieldError>) -> Imported {
    let (field, reason, reason_en) = match error {
        Some(error) => (Some(error.field.to_owned()), Some(error.zh), Some(error.en)),
        None => (None, None, None),
    };
    Imported {
        external_id: external_id.to_owned(),
        outcome,
        case_id: None,
        number: None,
        field,
        reason,
        reason_en,
    }
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
