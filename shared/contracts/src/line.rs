//! Questions between services, not events: whom the accused of a sealed matter keep out. Routing knows the tree of units,
//! the gateway knows for which unit an account acts. Codes and ids only.

use ids::{AccountId, UnitCode};
use serde::{Deserialize, Serialize};

/// The subject on which routing answers [`AskLine`] with [`Line`].
pub const ASK_LINE: &str = "svc.routing.line.v1";
/// The subject on which the gateway answers [`AskUnits`] with [`Units`].
pub const ASK_UNITS: &str = "svc.gateway.units.v1";

/// Which units the line of these is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskLine {
    /// The accused.
    pub units: Vec<UnitCode>,
}

/// The line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Those that were asked for, all above and all below, by code.
    pub units: Vec<UnitCode>,
}

/// For which unit each of these acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskUnits {
    /// Accounts by id.
    pub accounts: Vec<AccountId>,
}

/// The units of those that act for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Units {
    /// Account and unit; who acts for none, or is not known, is missing.
    pub units: Vec<(AccountId, UnitCode)>,
}
