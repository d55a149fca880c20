//! POST /cases/{number}/classify: a person changes kind, class, urgency, subject or lane, with a reason.

use axum::{extract::State, response::Response};
use contracts::{
    record::CaseClassified,
    words::{Class, Kind, Urgency},
};
use identity::Action;
use intake_rules::standing::Finding;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, FieldError, IfMatch, Later, Path, Problem};

use crate::{
    app::{Desk, change::Changed, found, hand::Hand, same, sealed, secrecy},
    http::{broken, transition},
    store::{find::File, records},
};

/// What is changed; what is missing stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Classification {
    /// A kind of the pack.
    kind: Option<String>,
    /// `ordinary`, `urgent-read`, `important`.
    class: Option<String>,
    /// An urgency of the pack.
    urgency: Option<String>,
    /// A code of the tree of subjects.
    subject: Option<String>,
    /// An entry of the pack's strict-and-fast list; empty takes it away.
    fast: Option<String>,
    /// A kind or lane of petitions of the pack.
    petition: Option<String>,
    /// Why; shown with the record, told to nobody.
    reason: String,
}

/// Changes how a case is classified.
#[utoipa::path(post, path = "/cases/{number}/classify", tag = "record", request_body = Classification,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "fields are wrong", body = Problem),
              (status = 428, description = "If-Match is missing", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn classify(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    wanted: Later<Classification>,
) -> Result<Response, Problem> {
    let action = |_: &File| Action::DecideAcceptance;
    let (file, version) = transition::open(&desk, &claims, &number, &version, action).await?;
    let core = &desk.core;
    let pack = &core.packs.of_case(&file.pack.id)?.pack;
    let mut errors = Vec::new();
    let wanted = wanted.read()?;
    if wanted.reason.trim().is_empty() || wanted.reason.chars().count() > 500 {
        errors.push(FieldError::new(
            "reason",
            "请说明理由（1 至 500 字）",
            "a reason of 1 to 500 characters is needed",
        ));
    }
    let mut one_of = |field: &str, word: Option<&str>, known: Vec<&str>| {
        if word.is_some_and(|word| !known.contains(&word)) {
            let list = known.join(", ");
            errors.push(FieldError::new(
                field,
                format!("应为以下之一：{list}"),
                format!("must be one of: {list}"),
            ));
        }
    };
    one_of("kind", wanted.kind.as_deref(), pack.kinds.iter().map(String::as_str).collect());
    one_of("urgency", wanted.urgency.as_deref(), pack.urgencies.iter().map(String::as_str).collect());
    one_of("class", wanted.class.as_deref(), Class::ALL.iter().map(|class| class.as_str()).collect());
    let fast = wanted.fast.as_deref().filter(|fast| !fast.is_empty());
    one_of("fast", fast, pack.fast.iter().map(|entry| entry.code.as_str()).collect());
    let lanes = pack.petition.lanes.iter().map(|lane| lane.code.as_str()).collect();
    one_of("petition", wanted.petition.as_deref(), lanes);
    if let Some(subject) = &wanted.subject
        && !core.subjects.allows(&core.platform.db, subject).await.map_err(broken)?
    {
        errors.push(FieldError::new(
            "subject",
            "事项分类中没有这个代码",
            "the tree of subjects has no such code",
        ));
    }
    if wanted.kind.as_deref().is_some_and(|kind| pack.keeps_secret(kind)) && !file.confidential {
        // What was open has been read by many; it is sealed by the hands that may.
        errors.push(FieldError::new(
            "kind",
            "该类事项须按密件办理，请重新登记",
            "matters of this kind are sealed; register it anew",
        ));
    }
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    let standing = same::standing(core, pack, &file, true).await.map_err(broken)?;
    let mut hand = Hand::take(core, &file).await?;
    hand.fits(version)?;
    let mut record =
        records::of_case(hand.connection(), file.case_id).await.map_err(broken)?.unwrap_or_default();
    if let Some(class) = wanted.class.as_deref() {
        record.class = class.parse().map_err(anyhow::Error::from)?;
    }
    if let Some(fast) = wanted.fast {
        record.fast = Some(fast).filter(|fast| !fast.is_empty());
    }
    record.petition = wanted.petition.or(record.petition);
    let why = text::clean(&wanted.reason).text;
    record.evidence = Some(sealed::keep(&core.vault, file.confidential, file.case_id, why));
    let kind: Kind = wanted.kind.unwrap_or(file.kind.clone()).parse().map_err(anyhow::Error::from)?;
    let urgency: Urgency =
        wanted.urgency.unwrap_or(file.urgency.clone()).parse().map_err(anyhow::Error::from)?;
    let subject = wanted.subject.or_else(|| file.subject.clone());
    records::put(hand.connection(), file.case_id.0, &record).await.map_err(broken)?;
    records::reclassify(hand.connection(), file.case_id, kind.as_str(), urgency.as_str(), subject.as_deref())
        .await
        .map_err(broken)?;
    let told = CaseClassified {
        kind,
        urgency,
        class: record.class,
        subject,
        fast: record.fast,
        petition: record.petition,
        first: standing.findings.contains(&Finding::First),
    };
    let mut drafts = vec![hand.draft(&claims, told)];
    let told = secrecy::reclassified(core, hand.connection(), &file, kind.as_str(), core.now()).await?;
    drafts.extend(told.map(|told| hand.draft(&claims, told)));
    let changed = hand.done(drafts).await?;
    found::after(core, file.case_id).await;
    Ok(transition::changed(changed))
}
