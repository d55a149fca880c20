//! Small words that the rules decide by, as packs and tables spell them.

use serde::{Deserialize, Serialize};

/// How a case is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// 转送: the unit answers the citizen itself.
    Forwarding,
    /// 交办: the unit reports, the centre reviews and answers.
    Assignment,
}

/// A unit's part in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// 主办.
    Lead,
    /// 协办.
    Co,
}

/// How soon hands are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// 一般.
    Ordinary,
    /// 急.
    Urgent,
    /// 特急; packs say `immediate`.
    #[serde(alias = "immediate")]
    ExtraUrgent,
}

/// A share in thousandths, 0 to 1000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerMille(pub u16);

impl PerMille {
    /// The whole.
    pub const WHOLE: PerMille = PerMille(1000);

    /// Reads a share written as 0–1, rounded to the thousandth; what lies outside becomes the nearer end.
    #[must_use]
    pub fn of_share(share: f64) -> Self {
        let clamped = (share.clamp(0.0, 1.0) * 1000.0).round();
        (0..=1000).map(PerMille).find(|whole| f64::from(whole.0) >= clamped).unwrap_or(Self::WHOLE)
    }

    /// Adds, never beyond the whole.
    #[must_use]
    pub fn plus(self, more: PerMille) -> Self {
        PerMille(self.0.saturating_add(more.0).min(1000))
    }

    /// Takes away, never below nothing.
    #[must_use]
    pub fn minus(self, less: PerMille) -> Self {
        PerMille(self.0.saturating_sub(less.0))
    }
}
