//! GET /cases/{number}/standing: first-time, repeat, collective, skip-level, found by rule, with the evidence.

use axum::extract::State;
use identity::{Action, may};
use intake_rules::standing::Finding;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use crate::{
    app::{Desk, same},
    http::{
        access,
        alike::{Likeness, shown},
        broken,
    },
};

/// What holds of a matter, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Standing {
    findings: Vec<Found>,
    /// Earlier cases of the same party, the newest first.
    earlier: Vec<Earlier>,
}

/// A finding with its evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    /// `first`, `repeat`, `collective`, `skip-level`.
    finding: &'static str,
    zh: &'static str,
    en: &'static str,
    /// Why: numbers of cases, a size, levels.
    evidence: Vec<String>,
}

/// An earlier case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Earlier {
    #[serde(flatten)]
    case: Likeness,
    /// It is the same matter by the pack.
    same: bool,
    /// What the pack says is done: `merge`, `progress`, `link`, `tell`, `renew`, `ended`, `new`.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
}

/// Finds what holds of a matter. Nothing of the answer is kept, and nothing follows from it by itself.
#[utoipa::path(get, path = "/cases/{number}/standing", tag = "same matter",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "what was found", body = Standing),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn standing(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Standing>, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    // To see the earlier cases of a party is to learn of the party.
    may(&claims, &Action::ReadParty)?;
    may(&claims, &Action::DecideAcceptance).or_else(|_| may(&claims, &Action::ReviewContact))?;
    let pack = &core.packs.of_case(&file.pack.id)?.pack;
    let found =
        same::standing(core, pack, &file, may(&claims, &Action::ReadSealed).is_ok()).await.map_err(broken)?;
    let numbers: Vec<String> = found.earlier.iter().map(|(alike, ..)| alike.case.number.clone()).collect();
    let findings = found.findings.into_iter().map(|finding| match finding {
        Finding::First => Found { finding: "first", zh: "初次", en: "first time", evidence: Vec::new() },
        Finding::Repeat(places) => Found {
            finding: "repeat",
            zh: "重复",
            en: "repeated",
            evidence: places.into_iter().filter_map(|at| numbers.get(at).cloned()).collect(),
        },
        Finding::Collective(people) => Found {
            finding: "collective",
            zh: "集体",
            en: "collective",
            evidence: vec![format!("{people} 人")],
        },
        Finding::SkipLevel { place, organ } => Found {
            finding: "skip-level",
            zh: "越级",
            en: "past the next level",
            evidence: vec![format!("place {place}"), format!("organ {organ}")],
        },
    });
    let findings = findings.collect();
    let earlier = found.earlier.into_iter().map(|(alike, same, advice)| Earlier {
        case: shown(alike),
        same,
        advice: advice.map(intake_rules::repeat::Advice::as_str),
    });
    Ok(Json(Standing { findings, earlier: earlier.collect() }))
}
