//! What routing says about the hands a case is in.

use ids::{AssignmentId, UnitCode};
use serde::{Deserialize, Serialize};

use crate::{
    case::PackRef,
    words::{Mode, Outcome, Part},
};

/// 转送 or 交办: a unit has the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentDispatched {
    /// This hand-over.
    pub assignment: AssignmentId,
    /// To whom.
    pub unit: UnitCode,
    /// 转送 or 交办.
    pub mode: Mode,
    /// 主办 or 协办.
    pub part: Part,
    /// 1 for the first round, 2 after the first reopening.
    pub round: i32,
    /// What decided: `catalogue`, `hint` (a unit named at intake), `person`, `reopened` (as in the round before), `import`.
    pub decided_by: String,
    /// The pack the decision was made under.
    pub pack: PackRef,
    /// The hand-over of the unit that passed it down (二次派单).
    pub parent: Option<AssignmentId>,
}

macro_rules! about_one_assignment {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident : $kind:ty),* })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// Which hand-over.
            pub assignment: AssignmentId,
            /// Whose.
            pub unit: UnitCode,
            $($(#[$fdoc])* pub $field: $kind,)*
        }
    )+};
}

about_one_assignment! {
    /// 签收: the unit took the case up.
    AssignmentSigned {}
    /// 先行联系: the unit spoke with the citizen.
    AssignmentContacted {
        /// Whether the citizen was reached.
        reached: bool
    }
    /// 退单: the unit says that the case is not its own.
    AssignmentReturned {
        /// A reason code of the pack.
        reason: String
    }
    /// 改派: the return was agreed; another hand-over follows or waits for a dispatcher.
    AssignmentRedirected {
        /// The unit named instead, where known at once.
        to: Option<UnitCode>
    }
    /// The return was not agreed: the case stays.
    AssignmentReturnRefused {
        /// A reason code of the pack.
        reason: String
    }
    /// The unit replied (回复); in 交办 this is its report to the centre.
    AssignmentReplied {
        /// What the reply comes to.
        outcome: Outcome,
        /// How many replies this hand-over has had.
        attempt: i32
    }
    /// 交办: the centre did not let the reply through.
    AssignmentReplyRejected {
        /// A reason code of the pack.
        reason: String
    }
}
