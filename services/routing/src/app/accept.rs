//! An accepted case: to whom it goes at once, or which candidates a dispatcher is shown.

use contracts::{Event, case::CaseAccepted};
use ids::CaseId;
use routing_rules::dispatch::{Decision, Facts, decide};
use runtime::ApplyError;

use super::{
    desk::{Desk, Target, Voice},
    dispatch::Way,
};
use crate::{
    config::Config,
    directory::Snapshot,
    packs::Packs,
    publish,
    store::{
        cases::{CaseRoute, RouteState},
        sides::Subject,
        units::Unit,
    },
};

/// What decisions are made from.
#[derive(Clone, Copy)]
pub(crate) struct Grounds<'a> {
    pub(crate) directory: &'a Snapshot,
    pub(crate) packs: &'a Packs,
    pub(crate) config: &'a Config,
}

/// Writes the case down and hands it over if the machine may and is sure.
pub(crate) fn accept(
    desk: &mut Desk,
    grounds: Grounds<'_>,
    event: &Event,
    body: &CaseAccepted,
) -> Result<(), ApplyError> {
    let pack = grounds.packs.of(&body.pack).ok_or_else(|| ApplyError::Poison {
        reason: format!("policy pack {} version {} is not loaded", body.pack.id, body.pack.version),
    })?;
    let case = CaseId(event.aggregate);
    let (title, text) = match &body.wording {
        Some(wording) if !body.confidential => (wording.title.as_str(), wording.text.as_str()),
        Some(_) | None => ("", ""),
    };
    let urgency = publish::urgency_in(body.urgency);
    let tree = grounds.directory.catalogue.tree();
    // A mailbox may still carry the name of a unit that was merged: its successor is meant.
    let hint = body.unit_hint.as_ref().map(|unit| tree.heir(unit).unwrap_or(unit));
    if let Some(subject) = &body.subject {
        desk.sides.subjects.push(Subject { case, subject: subject.clone() });
    }
    let facts = Facts {
        region: &body.region,
        kind: body.kind.as_str(),
        subject: body.subject.as_deref(),
        title,
        text,
        unit_hint: hint,
        mode_hint: body.mode_hint.map(publish::mode_in),
        urgency,
        confidential: body.confidential,
        multi_unit: body.multi_unit,
    };
    let mode = publish::mode_out(pack.mode(facts.mode_hint, urgency));
    let target = |unit, co_units, decided_by| Target { unit, co_units, mode, decided_by, designated: false };
    let past = event.historic && !body.confidential;
    // What an old file names is what happened, also where the office is unknown or long gone.
    let named = body.unit_hint.clone().filter(|_| past).map(|unit| target(unit, Vec::new(), "hint"));
    let (to, candidates) = match named {
        Some(target) => (Some(target), Vec::new()),
        None => match decide(pack, &grounds.config.weights, &grounds.directory.catalogue, &facts) {
            Decision::Dispatch { to, decided_by } => {
                (Some(target(to.unit, to.co_units, decided_by)), Vec::new())
            }
            Decision::Wait(candidates) => {
                let fallback = grounds.config.import_unit.clone().filter(|_| past);
                (fallback.map(|unit| target(unit, Vec::new(), "import")), candidates)
            }
        },
    };
    desk.open(CaseRoute {
        case,
        number: body.number.clone(),
        region: body.region.clone(),
        kind: body.kind,
        urgency: body.urgency,
        pack: body.pack.clone(),
        confidential: body.confidential,
        multi_unit: body.multi_unit,
        historic: event.historic,
        state: RouteState::Waiting,
        round: 1,
        mode_hint: body.mode_hint,
        unit_hint: body.unit_hint.clone(),
        returns: 0,
        candidates,
        title: (!title.is_empty()).then(|| title.to_owned()),
        received_at: body.received_at,
        accepted_at: event.time,
        version: 1,
    });
    if let Some(to) = to {
        if !grounds.directory.units.contains_key(&to.unit) {
            desk.add_unit(Unit::of_an_old_file(to.unit.clone(), body.region.clone()));
        }
        desk.dispatch(case, &to, &because(event));
        if !past {
            Way::note(desk, pack, tree, case, &because(event));
        }
    }
    Ok(())
}

/// Speaks for the machine, because of an event.
pub(crate) fn because(event: &Event) -> Voice {
    Voice {
        actor: "system".to_owned(),
        at: event.time,
        causation: Some(event.id),
        historic: event.historic,
        trace: None,
    }
}
