//! What deadline-scheduler says about supervision (督办): rungs climbed, orders given, answered and lifted.

use ids::{ClockId, OrderId, UnitCode};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// 督办单: a written order that must be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionOrdered {
    /// This order.
    pub order: OrderId,
    /// `notice` 督办单, `joint` 联合督办, `on-site` 现场督办, `listed` 挂牌督办, `discipline` 纪检督办.
    pub form: String,
    /// The limit it is about, if about one.
    pub clock: Option<ClockId>,
    /// The unit it binds.
    pub unit: Option<UnitCode>,
    /// A code of the pack: why.
    pub grounds: String,
    /// In which role it was issued; `system` for a rung that needs no person.
    pub issuer: String,
    /// The last day for the written answer.
    pub answer_by: Option<Date>,
}

/// The order was answered in writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionAnswered {
    /// Which order.
    pub order: OrderId,
    /// Whose answer.
    pub unit: Option<UnitCode>,
    /// After its limit.
    pub late: bool,
}

/// A rung of the ladder was climbed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionEscalated {
    /// The limit that stands at its beginning.
    pub clock: ClockId,
    /// The pack's name for that limit.
    pub limit: String,
    /// The unit it binds, if it binds one.
    pub unit: Option<UnitCode>,
    /// `remind`, `yellow`, `red`, `urge` 催办, `explain` 情况说明, `order` 督办单, `joint`, `on-site`, `listed` 挂牌,
    /// `criticise` 通报批评, `interview` 约谈, `account` 问责.
    pub step: String,
    /// The how many-th rung, from 1.
    pub rank: i32,
    /// The instant the limit passed or passes.
    pub due_at: Timestamp,
    /// Only put before somebody who may order it: nothing was done and nobody is bound. Said again without this once a
    /// person has approved it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proposed: bool,
}

/// The supervision ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionLifted {
    /// Which order.
    pub order: OrderId,
    /// `done`, `answered`, `mistaken`, `merged`, `withdrawn`, `declined`.
    pub reason: String,
}
