//! What the effects of intake's rules are called on the bus.

use contracts::{
    Body, Event,
    case::{
        CaseAccepted, CaseAnswered, CaseClosed, CaseDeclined, CaseRegistered, CaseSupplemented,
        CaseWithdrawn, PackRef, Wording,
    },
    record::CaseRenewed,
    words::{Channel, Class, Kind, Mode, Urgency},
};
use ids::{CaseId, CaseNumber, RegionCode, UnitCode};
use intake_rules::Effect;
use jiff::Timestamp;
use runtime::Draft;

use crate::app::party::Party;

/// Longest title and text that travel, in characters: enough for routing and likeness.
const TITLE: usize = 40;
const TEXT: usize = 500;
/// Longer than anything that redaction recognises as one thing.
const EDGE: usize = 80;

/// What of a case its events tell.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) number: CaseNumber,
    pub(crate) kind: Kind,
    pub(crate) subject: Option<String>,
    pub(crate) channel: Channel,
    pub(crate) region: RegionCode,
    pub(crate) urgency: Urgency,
    pub(crate) received_at: Timestamp,
    pub(crate) pack: PackRef,
    pub(crate) confidential: bool,
    pub(crate) multi_unit: bool,
    pub(crate) wording: Option<Wording>,
    pub(crate) unit_hint: Option<UnitCode>,
    pub(crate) mode_hint: Option<Mode>,
    pub(crate) reachable: Vec<String>,
    pub(crate) class: Class,
    pub(crate) fast: Option<String>,
}

/// What travels beside an effect of a person's command.
pub(crate) enum Beside {
    /// Of the case, for acceptance.
    Facts(Box<Facts>),
    /// A reason code of the pack.
    Reason(String),
    /// A reason code of the pack, and by which channels the citizen can be told so.
    Declined { reason: String, reachable: Vec<String> },
    /// How many supplements there are now.
    Count(i32),
    /// Nothing.
    Nothing,
}

/// Redacted words of a case, without what is known of who told it; none when it is confidential.
pub(crate) fn wording(confidential: bool, party: &Party, title: &str, text: &str) -> Option<Wording> {
    if confidential {
        return None;
    }
    // Cut before redacting, so that a 9,000-character body costs no more than a short one. What stands at that edge may
    // be half a number that nobody would recognise, so the last characters are dropped after redacting.
    let redacted = |words: &str, most: usize| -> String {
        let Some((edge, _)) = words.char_indices().nth(most + 2 * EDGE) else {
            return text::redact(&party.hide(words)).text.chars().take(most).collect();
        };
        let near = text::redact(&party.hide(&words[..edge])).text;
        let sure = near.chars().count().saturating_sub(EDGE);
        near.chars().take(sure.min(most)).collect()
    };
    Some(Wording { title: redacted(title, TITLE), text: redacted(text, TEXT) })
}

pub(crate) fn registered(facts: &Facts) -> Body {
    CaseRegistered {
        number: facts.number.clone(),
        kind: facts.kind,
        channel: facts.channel,
        region: facts.region.clone(),
        urgency: facts.urgency,
        received_at: facts.received_at,
        pack: facts.pack.clone(),
        confidential: facts.confidential,
    }
    .into()
}

pub(crate) fn accepted(facts: Facts) -> Body {
    CaseAccepted {
        number: facts.number,
        kind: facts.kind,
        subject: facts.subject,
        channel: facts.channel,
        region: facts.region,
        urgency: facts.urgency,
        received_at: facts.received_at,
        pack: facts.pack,
        confidential: facts.confidential,
        multi_unit: facts.multi_unit,
        wording: facts.wording,
        unit_hint: facts.unit_hint,
        mode_hint: facts.mode_hint,
        reachable: facts.reachable,
        // A missing class is the ordinary one; most cases travel without it.
        class: (facts.class != Class::Ordinary).then_some(facts.class),
        fast: facts.fast,
    }
    .into()
}

/// What a person's command is called; a closure is never one.
pub(crate) fn of_command(effect: Effect, beside: Beside) -> Option<Body> {
    match (effect, beside) {
        (Effect::TellAccepted, Beside::Facts(facts)) => Some(accepted(*facts)),
        (Effect::TellDeclined, Beside::Declined { reason, reachable }) => {
            Some(CaseDeclined { reason, invalid: None, reachable }.into())
        }
        (Effect::TellInvalid, Beside::Declined { reason, reachable }) => {
            Some(CaseDeclined { reason, invalid: Some(true), reachable }.into())
        }
        (Effect::TellSupplemented, Beside::Count(count)) => Some(CaseSupplemented { count }.into()),
        (Effect::TellWithdrawn, _) => Some(CaseWithdrawn {}.into()),
        (Effect::TellRenewed, Beside::Reason(reason)) => Some(CaseRenewed { reason }.into()),
        (
            Effect::TellAccepted
            | Effect::TellDeclined
            | Effect::TellInvalid
            | Effect::TellSupplemented
            | Effect::TellRenewed
            | Effect::TellMerged
            | Effect::TellUnmerged
            | Effect::TellClosed { .. },
            Beside::Facts(_)
            | Beside::Reason(_)
            | Beside::Declined { .. }
            | Beside::Count(_)
            | Beside::Nothing,
        ) => None,
    }
}

/// 办结: the closure that an answer brings, at the time of the answer.
pub(crate) fn closed(cause: &Event, answer: &CaseAnswered, round: i32) -> Draft {
    Draft {
        aggregate: cause.aggregate,
        region: cause.region.clone(),
        time: cause.time,
        actor: "system".to_owned(),
        causation: Some(cause.id),
        historic: cause.historic,
        trace: None,
        body: CaseClosed { outcome: answer.outcome, round, merged_into: None, unit: None }.into(),
    }
}

/// 办结 of a case that waited on another one: answered with it, at the same time.
pub(crate) fn closed_with(
    cause: &Event,
    answer: &CaseAnswered,
    waited: (uuid::Uuid, RegionCode),
    round: i32,
) -> Draft {
    let (case, region) = waited;
    let merged_into = Some(CaseId(cause.aggregate));
    Draft {
        aggregate: case,
        region,
        body: CaseClosed { outcome: answer.outcome, round, merged_into, unit: Some(answer.unit.clone()) }
            .into(),
        ..closed(cause, answer, round)
    }
}
