//! What the rules decided, as events: one exhaustive match.

use contracts::{
    Body,
    assignment::{
        AssignmentContacted, AssignmentDispatched, AssignmentRedirected, AssignmentReplied,
        AssignmentReplyRejected, AssignmentReturnRefused, AssignmentReturned, AssignmentSigned,
    },
    case::{CaseAnswered, PackRef},
    words::{Class, Mode, Outcome, Urgency},
};
use ids::UnitCode;
use jiff::Timestamp;
use routing_rules::Effect;

use crate::store::assignments::Assignment;

/// What an event needs beside the assignment; codes only, never a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Detail {
    /// A reason code.
    pub(crate) reason: String,
    /// The unit named instead, after a return.
    pub(crate) to: Option<UnitCode>,
    /// The outcome code of the reply.
    pub(crate) outcome: String,
    /// The level at which the unit works.
    pub(crate) level: Option<&'static str>,
    /// 成因: what the reply named, by a code of the pack.
    pub(crate) cause: Option<String>,
    /// 整改: what the reply named, by a code of the pack.
    pub(crate) remedy: Option<String>,
}

/// `assignment.dispatched`.
pub(crate) fn dispatched(assignment: &Assignment, pack: &PackRef) -> Body {
    Body::from(AssignmentDispatched {
        assignment: assignment.id,
        unit: assignment.unit.clone(),
        mode: assignment.mode,
        part: assignment.part,
        round: assignment.round,
        decided_by: assignment.decided_by.clone(),
        pack: pack.clone(),
        parent: assignment.parent,
    })
}

/// The event of an effect.
pub(crate) fn body(effect: Effect, of: &Assignment, at: Timestamp, detail: &Detail) -> Body {
    let (assignment, unit) = (of.id, of.unit.clone());
    let reason = detail.reason.clone();
    match effect {
        Effect::Signed => AssignmentSigned { assignment, unit }.into(),
        Effect::Contacted { reached } => AssignmentContacted { assignment, unit, reached }.into(),
        Effect::Returned => AssignmentReturned { assignment, unit, reason }.into(),
        Effect::Redirected => AssignmentRedirected { assignment, unit, to: detail.to.clone() }.into(),
        Effect::ReturnRefused => AssignmentReturnRefused { assignment, unit, reason }.into(),
        Effect::Replied => {
            let outcome = outcome(&detail.outcome);
            AssignmentReplied { assignment, unit, outcome, attempt: of.attempt }.into()
        }
        Effect::ReplyRejected => AssignmentReplyRejected { assignment, unit, reason }.into(),
        Effect::Answered => CaseAnswered {
            unit,
            outcome: outcome(&detail.outcome),
            mode: of.mode,
            round: of.round,
            answered_at: at,
            level: detail.level.map(str::to_owned),
            cause: detail.cause.clone(),
            remedy: detail.remedy.clone(),
        }
        .into(),
    }
}

/// A pack's outcome code as a word of the contracts; a code of the pack's own is told as "answered".
fn outcome(code: &str) -> Outcome {
    code.replace('_', "-").parse().unwrap_or(Outcome::Answered)
}

/// A mode of the contracts in the words of the rules.
pub(crate) fn mode_in(mode: Mode) -> routing_rules::Mode {
    match mode {
        Mode::Forwarding => routing_rules::Mode::Forwarding,
        Mode::Assignment => routing_rules::Mode::Assignment,
    }
}

/// A mode of the rules in the words of the contracts.
pub(crate) fn mode_out(mode: routing_rules::Mode) -> Mode {
    match mode {
        routing_rules::Mode::Forwarding => Mode::Forwarding,
        routing_rules::Mode::Assignment => Mode::Assignment,
    }
}

/// An urgency of the contracts in the words of the rules.
pub(crate) fn urgency_in(urgency: Urgency) -> routing_rules::Urgency {
    match urgency {
        Urgency::Ordinary => routing_rules::Urgency::Ordinary,
        Urgency::Urgent => routing_rules::Urgency::Urgent,
        Urgency::ExtraUrgent => routing_rules::Urgency::ExtraUrgent,
    }
}

/// An urgency of the rules in the words of the contracts.
pub(crate) fn urgency_out(urgency: routing_rules::Urgency) -> Urgency {
    match urgency {
        routing_rules::Urgency::Ordinary => Urgency::Ordinary,
        routing_rules::Urgency::Urgent => Urgency::Urgent,
        routing_rules::Urgency::ExtraUrgent => Urgency::ExtraUrgent,
    }
}

/// A class of the contracts in the words of the rules.
pub(crate) fn class_in(class: Class) -> routing_rules::checks::Class {
    match class {
        Class::Ordinary => routing_rules::checks::Class::Ordinary,
        Class::UrgentRead => routing_rules::checks::Class::UrgentRead,
        Class::Important => routing_rules::checks::Class::Important,
    }
}

/// A class of the rules in the words of the contracts.
pub(crate) fn class_out(class: routing_rules::checks::Class) -> Class {
    match class {
        routing_rules::checks::Class::Ordinary => Class::Ordinary,
        routing_rules::checks::Class::UrgentRead => Class::UrgentRead,
        routing_rules::checks::Class::Important => Class::Important,
    }
}
